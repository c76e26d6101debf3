//! Manifests as text: YAML, JSON, and the text of routing templates.
//!
//! In: finished [`Value`](crate::value::Value)s, or residual ones for [`template`]. Out: text that every reader takes as it was
//! meant: YAML 1.1 and 1.2, and for templates Go's html/template. Nothing is checked here.

mod evaluate;
mod json;
mod scalar;
mod template;
mod yaml;

pub use evaluate::{evaluate, weights};
pub use json::{json, to_json};
pub use template::template;
pub use yaml::yaml;
