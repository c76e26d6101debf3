//! Two declarations of one name.
//!
//! ## What
//! Flags the second `let`, `param`, `type` or `release` of a name that the file has already.
//!
//! ## Why
//! A name stands for one thing: there is no shadowing, so that a line means the same wherever it is read from.
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
