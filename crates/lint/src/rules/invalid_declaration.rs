//! A declaration in a definition file that cannot stand.
//!
//! ## What
//! Flags parts and environments that extend nothing, holes that nobody fills, kinds without a schema, watched objects that
//! are emitted and not tracked, strategies that come twice.
//!
//! ## Why
//! Definition files are checked when they are loaded, so that a release can only cause errors of its own.
//!
//! ## Bad
//! ```definition
//! environment web extends iter8.trakced { strategy none {} }
//! ```
//!
//! ## Good
//! ```definition
//! environment web extends iter8.tracked { strategy none {} }
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-declaration",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_declaration.rs"),
    check: Check::Compiler(&[Code::InvalidDeclaration, Code::UnfilledHole, Code::Untracked, Code::UnknownKind]),
};
