//! Weights with and without `%` in one release.
//!
//! ## What
//! Flags a bare weight beside one in percent.
//!
//! ## Why
//! Thirty percent of what would a bare 70 be?
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
