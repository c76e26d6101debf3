//! Names that are defined by each other.
//!
//! ## What
//! Flags a `let` whose value needs that value, directly or over others.
//!
//! ## Why
//! There is no first value to begin with. As definitions have no circle, every evaluation ends.
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
