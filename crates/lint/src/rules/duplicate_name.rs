//! A name is declared twice.
//!
//! ## What
//! Reports the second `let`, `param`, `type` or `release` with the same name in a file.
//!
//! ## Why
//! A name has one meaning: the language has no shadowing, so that a line means the same everywhere.
//!
//! ## Bad
//! ```rel
//! let port = 80
//! let port = 8080
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! let port = 80
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "duplicate-name",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("duplicate_name.rs"),
    check: Check::Compiler(&[Code::DuplicateName]),
};
