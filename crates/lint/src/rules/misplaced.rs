//! A construct isn't allowed in this position.
//!
//! ## What
//! Reports constructs of the language in the wrong position: a statement of environments in a release, or a headline value
//! for an environment without a headline field.
//!
//! ## Why
//! It has no meaning there.
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
