//! Projects on a disk: which files there are, how they are configured and loaded, what is cached, and runs over many inputs.
//!
//! This crate and the command line are the only ones that touch the disk and the environment.

pub mod cache;
pub mod config;
pub mod driver;
pub mod env_test;
pub mod environments;
pub mod fix;
pub mod inputs;
pub mod lint_filter;
pub mod loader;
pub mod overlay;
pub mod read;
