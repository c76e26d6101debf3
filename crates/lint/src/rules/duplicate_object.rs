//! Two objects have the same kind, name and namespace.
//!
//! ## What
//! Reports an object that a release writes twice, if neither the name of a version nor the name of the release is the
//! reason.
//!
//! ## Why
//! The object that is applied last replaces the first.
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
