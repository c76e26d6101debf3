//! Projects on disk: discovery, configuration and loading of files, caching, and runs over many inputs.
//!
//! Only this crate and the command line access the disk and the environment.

// clippy.toml keeps all other crates from these.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod cache_store;
pub mod config;
pub mod driver;
pub mod env_test;
pub mod environments;
pub mod files;
pub mod fix;
pub mod inputs;
pub mod lint_filter;
pub mod loader;
pub mod overlay;
pub mod read;
