//! A file has more errors than relc shows.
//!
//! ## What
//! Reports the number of findings of a file that relc doesn't show.
//!
//! ## Why
//! A few hundred errors usually have one cause: the wrong file, or a broken generator.
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
//! A limit of relc.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "too-many-errors",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("too_many_errors.rs"),
    check: Check::Compiler(&[Code::TooManyErrors]),
};
