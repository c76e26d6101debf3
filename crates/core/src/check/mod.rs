//! Releases are checked against the environment that they name.
//!
//! In: a [`Release`](crate::frontend::Release) of either front end and a [`TypedPlan`] environment. Out: what it gives,
//! typed ([`TypedRelease`](crate::eval::TypedRelease)), or what is wrong with it. Environment files themselves are checked in
//! `definition`.

pub mod controller;
pub mod describe;
mod field_usage;
mod plan;
mod release;
mod weights;

pub use field_usage::{FieldUsage, LiveFields};
pub use plan::TypedPlan;
pub use release::{Front, release};
pub use weights::DEFAULT_WEIGHT;
