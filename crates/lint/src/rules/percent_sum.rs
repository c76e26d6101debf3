//! Percentages don't sum to 100.
//!
//! ## What
//! Reports percentages that don't sum to 100. One version can omit its percentage and gets the rest.
//!
//! ## Why
//! A percentage is a share of all traffic. The rest would have no destination.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green <
//!   v1 80% "ghcr.io/example/hello:1.4"
//!   v2 30% "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 30% "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Source
//! The language. The controller itself treats weights as relative numbers.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "percent-sum",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("percent_sum.rs"),
    check: Check::Compiler(&[Code::PercentSum]),
};
