//! Manifests as text.
//!
//! In: finished [`Value`](crate::value::Value)s, and residual trees that still hold what only the controller knows. Out:
//! YAML, JSON and routing templates, the same bytes for the same tree. [`evaluate`] decides a residual tree for given
//! weights; the template's text says the same to the controller, as both are made from one tree. Nothing is checked here,
//! and nothing is written to a file.

mod evaluate;
mod json;
mod quote;
#[cfg(test)]
mod reader;
mod stream;
mod template;
#[cfg(test)]
mod tests;
mod trace;
mod yaml;

pub use evaluate::{evaluate, holds, weights};
pub use json::json;
pub use stream::{Format, Stream};
pub use template::template;
pub use trace::{Form, Made, places};
pub use yaml::yaml;
