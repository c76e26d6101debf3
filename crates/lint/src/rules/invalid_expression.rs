//! A call, branch or default that makes no sense.
//!
//! ## What
//! Flags calls of what is no function, arguments that a function does not take, defaults for what is always there.
//!
//! ## Why
//! The expression has no value, or a part of it can never matter.
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
