//! Two versions have the same label.
//!
//! ## What
//! Reports the second version of a release with the same label.
//!
//! ## Why
//! A label identifies a version in messages, and with `names: labels` also its objects.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v1 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "duplicate-version",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("duplicate_version.rs"),
    check: Check::Compiler(&[Code::DuplicateVersion]),
};
