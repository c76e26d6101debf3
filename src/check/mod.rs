//! Types and their checks.

pub mod types;
