//! Names refer to each other in a cycle.
//!
//! ## What
//! Reports a `let` whose value depends on itself, directly or through others.
//!
//! ## Why
//! Its value can't be computed. Without cycles, every evaluation terminates.
//!
//! ## Bad
//! ```rel
//! let a = b
//! let b = a
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: a }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! let a = b
//! let b = 80
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: a }
//! >
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "cycle",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("cycle.rs"),
    check: Check::Compiler(&[Code::Cycle]),
};
