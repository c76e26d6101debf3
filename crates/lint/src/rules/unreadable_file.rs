//! A file that is named and cannot be read.
//!
//! ## What
//! Flags a `file("…")` that leads to nothing, to what cannot be read, or out of the root.
//!
//! ## Why
//! What it says belongs to the release.
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
