//! A call, branch or default is invalid.
//!
//! ## What
//! Reports calls of unknown functions, unknown arguments, and defaults for values that are never absent.
//!
//! ## Why
//! The expression has no value, or a part of it has no effect.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: len([1], [2]) }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: len([1]) }
//! >
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-expression",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_expression.rs"),
    check: Check::Compiler(&[Code::InvalidExpression, Code::Budget]),
};
