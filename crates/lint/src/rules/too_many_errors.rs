//! More errors than are shown.
//!
//! ## What
//! Says how many findings of a file are not shown.
//!
//! ## Why
//! Beyond a few hundred they are mostly of one cause: the wrong file, or a broken generator.
//!
//! ## Bad
//! ```console
//! relc lint not-a-release.rel
//! ```
//!
//! ## Good
//! ```console
//! relc lint release.rel
//! ```
//!
//! ## Source
//! The limit is relc's own.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "too-many-errors",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("too_many_errors.rs"),
    check: Check::Compiler(&[Code::TooManyErrors]),
};
