//! The syntax is invalid.
//!
//! ## What
//! Reports what can't be parsed in a `.rel` file: a bracket that isn't closed, a missing colon, an unexpected name.
//!
//! ## Why
//! The rest of the file can't be read reliably, so that relc builds nothing.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port 8080 }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: 8080 }
//! >
//! ```
//!
//! ## Source
//! The grammar of the language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "syntax",
    level: Severity::Error,
    fixes: Fixes::Safe,
    source: include_str!("syntax.rs"),
    check: Check::Compiler(&[Code::Syntax]),
};
