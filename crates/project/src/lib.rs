//! Projects on a disk: which files there are, how they are configured and loaded, what is cached, and runs over many inputs.
//!
//! This crate and the command line are the only ones that touch the disk and the environment.

// Everything else is kept from these by clippy.toml.
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
