//! A name is unknown.
//!
//! ## What
//! Reports a name, a library or a parameter that isn't declared. If the name looks like a string, the fix adds the quotes.
//!
//! ## Why
//! Without a declaration, the name has no value.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: web_port }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! let web_port = 8080
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: web_port }
//! >
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-name",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_name.rs"),
    check: Check::Compiler(&[Code::UnknownName]),
};
