//! A file can't be read.
//!
//! ## What
//! Reports a `file("…")` whose target doesn't exist, can't be read, or is outside of the root.
//!
//! ## Why
//! Its content is part of the release.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 { deploymentSpecification: file("missing.yaml") }
//! >
//! ```
//!
//! ## Good
//! ```console
//! ls deployment.yaml   # beside the file that says file("deployment.yaml")
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unreadable-file",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("unreadable_file.rs"),
    check: Check::Compiler(&[Code::UnreadableFile]),
};
