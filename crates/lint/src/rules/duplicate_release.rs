//! Two releases have the same name and namespace.
//!
//! ## What
//! Reports a release with the same name and namespace as another one in the same run, in one file or in several.
//!
//! ## Why
//! Their objects have the same names and replace each other.
//!
//! ## Bad
//! ```console
//! relc build shop.rel shop-copy.rel   # both say: release shop
//! ```
//!
//! ## Good
//! ```console
//! relc build shop.rel shop-copy.rel   # release shop, release shop-copy
//! ```
//!
//! ## Source
//! Kubernetes: kind, name and namespace identify an object. Helm: the name of a release is unique in its namespace.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "duplicate-release",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("duplicate_release.rs"),
    check: Check::Compiler(&[Code::DuplicateRelease]),
};
