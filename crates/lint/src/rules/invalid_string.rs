//! A string with an escape or a hole that is none.
//!
//! ## What
//! Flags escapes that JSON does not have, and braces in a string that refer to nothing.
//!
//! ## Why
//! A text would arrive otherwise than it was written.
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
//! JSON (RFC 8259), whose escapes the language has.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-string",
    level: Severity::Error,
    fixes: Fixes::Safe,
    source: include_str!("invalid_string.rs"),
    check: Check::Compiler(&[Code::InvalidString]),
};
