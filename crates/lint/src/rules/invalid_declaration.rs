//! A definition file has an invalid declaration.
//!
//! ## What
//! Reports parts and environments that extend something unknown, abstract fields that no part defines, kinds without a
//! schema, watched objects that are emitted but not tracked, and strategies that are declared twice.
//!
//! ## Why
//! relc checks definition files when it loads them, so that a mistake in an environment isn't reported in a release.
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
    check: Check::Compiler(&[Code::InvalidDeclaration, Code::UndefinedAbstractField, Code::Untracked, Code::UnknownKind, Code::OpenSchema]),
};
