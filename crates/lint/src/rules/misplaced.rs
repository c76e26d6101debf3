//! Something stands where it cannot.
//!
//! ## What
//! Flags constructs of the language at a place that is not theirs: a statement of environments in a release, a headline value
//! where the environment has none.
//!
//! ## Why
//! It would have no meaning there.
//!
//! ## Bad
//! ```definition
//! environment web { strategy none { watch svc kube.Service } }
//! ```
//!
//! ## Good
//! ```definition
//! environment web { watch svc kube.Service }
//! ```
//!
//! ## Source
//! The language.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "misplaced",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("misplaced.rs"),
    check: Check::Compiler(&[Code::Misplaced]),
};
