//! Types and their checks.

pub mod types;
pub mod written;
