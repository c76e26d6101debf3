//! Gives the module the stack of a main thread, for which the limits of nesting are measured.

// A build script reads its settings from the environment.
#![allow(clippy::disallowed_methods)]

use std::env;

fn main() -> Result<(), env::VarError> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_FAMILY")? == "wasm" {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=8388608");
    }
    Ok(())
}
