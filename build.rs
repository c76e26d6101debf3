//! Links the program so that it starts quickly; see ARCHITECTURE.md for the reason.

// The build script runs the C compiler and reads the environment.
#![allow(clippy::disallowed_methods)]

use std::env;
use std::path::Path;

fn main() -> Result<(), env::VarError> {
    println!("cargo::rerun-if-changed=build.rs");
    let target = (env::var("CARGO_CFG_TARGET_OS")?, env::var("CARGO_CFG_TARGET_ENV")?, env::var("PROFILE")?);
    if matches!((&*target.0, &*target.1, &*target.2), ("linux", "gnu", "release")) {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if env::var("HOST")? == env::var("TARGET")? && has_static_unwinder() {
            // As a whole: the shared library comes earlier on the command line, and would otherwise provide the symbols.
            println!("cargo::rustc-link-arg-bins=-Wl,--whole-archive,-lgcc_eh,--no-whole-archive");
        }
    }
    Ok(())
}

/// Returns true if the linker's C compiler has its unwinder as a static library.
fn has_static_unwinder() -> bool {
    let output = std::process::Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    // If the file doesn't exist, the compiler prints the bare name.
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_absolute())
}
