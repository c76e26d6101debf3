//! A value that may be absent where one is needed.
//!
//! ## What
//! Flags an optional value in a place that needs one, and `x!` that is reached while `x` is absent.
//!
//! ## Why
//! The object would lack what its schema requires.
//!
//! ## Bad
//! ```definition
//! version { runtime: string?, let label = "runtime-{v.runtime}" }
//! ```
//!
//! ## Good
//! ```definition
//! version { runtime: string?, let label = "runtime-{v.runtime!}" }
//! ```
//!
//! ## Source
//! The language: absent values are told apart by their type.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "maybe-absent",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("maybe_absent.rs"),
    check: Check::Compiler(&[Code::MaybeAbsent, Code::RunTimeValue]),
};
