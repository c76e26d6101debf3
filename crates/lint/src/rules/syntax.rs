//! Text that is not of the language.
//!
//! ## What
//! Flags what cannot be read in a `.rel` file: a bracket that is never closed, a missing colon, a word where none can stand.
//!
//! ## Why
//! What follows may be read in another way than it is meant, so nothing is built.
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
