//! A value that can be absent is used where a value is required.
//!
//! ## What
//! Reports an optional value where a value is required, and `x!` if `x` is absent.
//!
//! ## Why
//! The object would lack a field that its schema requires.
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
//! The language: the type of a value determines whether it can be absent.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "maybe-absent",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("maybe_absent.rs"),
    check: Check::Compiler(&[Code::MaybeAbsent, Code::RunTimeValue]),
};
