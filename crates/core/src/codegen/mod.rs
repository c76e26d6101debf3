//! Manifests as text.
//!
//! In: finished [`Value`](crate::value::Value)s, and residual trees that still hold what only the controller knows. Out:
//! YAML, JSON and routing templates, the same bytes for the same tree. [`evaluate`] decides a residual tree for given
//! weights; the template's text says the same to the controller, as both are made from one tree. Nothing is checked here,
//! and nothing is written to a file.

mod go_template;
mod json;
mod partial_eval;
mod provenance;
mod quote;
#[cfg(test)]
mod reader;
mod stream;
#[cfg(test)]
mod tests;
mod yaml;

pub use go_template::template;
pub use json::json;
pub use partial_eval::{evaluate, holds, weights};
pub use provenance::{Form, Rendered, places};
pub use stream::{Format, Stream};
pub use yaml::yaml;
