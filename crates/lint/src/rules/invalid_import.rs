//! An import is missing or circular.
//!
//! ## What
//! Reports imports of missing libraries and files, and circular imports.
//!
//! ## Why
//! The declarations that the file uses are unknown.
//!
//! ## Bad
//! ```rel
//! import "missing.rel" as m
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! import kube
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
    name: "invalid-import",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_import.rs"),
    check: Check::Compiler(&[Code::InvalidImport]),
};
