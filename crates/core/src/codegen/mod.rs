//! Manifests as text.
//!
//! In: finished [`Value`](crate::value::Value)s, and residual trees with what only the controller knows. Out: YAML,
//! JSON and routing templates, deterministically. [`evaluate`] resolves a residual tree for given weights; the template
//! means the same to the controller, as both are made from one tree. This module checks nothing and writes no files.

mod go_template;
mod json;
mod partial_eval;
mod provenance;
mod quote;
#[cfg(test)]
mod reader;
mod run_text;
mod stream;
#[cfg(test)]
mod tests;
mod yaml;

pub use go_template::template;
pub use json::{json, to_json};
pub use partial_eval::{evaluate, every_set, few_sets, holds, weights};
pub use provenance::{Form, Rendered, places};
pub use run_text::RunText;
pub use stream::{Format, Stream};
pub use yaml::yaml;
