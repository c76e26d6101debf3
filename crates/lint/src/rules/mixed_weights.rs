//! A release mixes percentages and whole numbers as weights.
//!
//! ## What
//! Reports a whole number as a weight next to a percentage.
//!
//! ## Why
//! Percentages are shares of 100, and whole numbers are relative to each other. A mix of both has no clear meaning.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green <
//!   v1 70  "ghcr.io/example/hello:1.4"
//!   v2 30% "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   v1 70% "ghcr.io/example/hello:1.4"
//!   v2 30% "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "mixed-weights",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("mixed_weights.rs"),
    check: Check::Compiler(&[Code::MixedWeights]),
};
