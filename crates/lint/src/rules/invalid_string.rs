//! A string has an invalid escape or interpolation.
//!
//! ## What
//! Reports escapes that JSON doesn't have, and interpolations of unknown names.
//!
//! ## Why
//! The string would differ from what is written.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { env: { PATTERN: "\d+" } }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { env: { PATTERN: "\\d+" } }
//! >
//! ```
//!
//! ## Source
//! JSON (RFC 8259), whose escapes the language uses.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-string",
    level: Severity::Error,
    fixes: Fixes::Safe,
    source: include_str!("invalid_string.rs"),
    check: Check::Compiler(&[Code::InvalidString]),
};
