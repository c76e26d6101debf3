//! Two objects of one kind, name and namespace.
//!
//! ## What
//! Flags an object that a release makes twice, where neither a version's name nor the release's is the reason.
//!
//! ## Why
//! Whichever is applied last replaces the other.
//!
//! ## Bad
//! ```definition
//! environment web extends iter8.tracked {
//!   emit kube.Service { metadata: { name: release.name } }, kube.Service { metadata: { name: release.name } }
//!   strategy none {}
//! }
//! ```
//!
//! ## Good
//! ```definition
//! environment web extends iter8.tracked {
//!   emit kube.Service { metadata: { name: release.name } }
//!   strategy none {}
//! }
//! ```
//!
//! ## Source
//! Kubernetes: kind, name and namespace identify an object.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "duplicate-object",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("duplicate_object.rs"),
    check: Check::Compiler(&[Code::DuplicateObject]),
};
