//! Percentages that do not sum to 100.
//!
//! ## What
//! Flags weights with `%` whose sum is not 100. One version may leave its own out, and gets the rest.
//!
//! ## Why
//! A percentage is of the whole; what is missing would go to nobody.
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
//! The language; the controller itself takes weights as relative.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "percent-sum",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("percent_sum.rs"),
    check: Check::Compiler(&[Code::PercentSum]),
};
