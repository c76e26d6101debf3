//! Checks releases against their environments.
//!
//! In: a [`Release`](crate::frontend::Release) of either front end and the [`TypedPlan`] of its environment. Out: its
//! typed values ([`TypedRelease`](crate::eval::TypedRelease)) and diagnostics. Definition files are checked in
//! `typeck`.

pub mod controller;
pub mod describe;
pub mod describe_library;
mod field_usage;
mod plan;
mod release;
mod weights;

pub use field_usage::{FieldUsage, LiveFields};
pub use plan::TypedPlan;
pub use release::release;
pub use weights::{DEFAULT_WEIGHT, Share, shares};
