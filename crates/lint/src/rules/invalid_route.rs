//! A route that does not hold for some set of ready versions.
//!
//! ## What
//! Flags a route that fails its schema while only some versions are ready. Errors in a route are mostly told under the name
//! of what is wrong in it, with the set of versions beside.
//!
//! ## Why
//! The controller writes the route again whenever a version becomes ready or unready, and keeps the old one where it fails.
//!
//! ## Bad
//! ```definition
//! strategy split { emit routemap(weighted: true, route: virtual_service([for v in versions if live(v): rule(v)])) }
//! ```
//!
//! ## Good
//! ```definition
//! strategy split { emit routemap(weighted: true, route: virtual_service([for v in others if live(v): rule(v), rule(primary)])) }
//! ```
//!
//! ## Source
//! CONTROLLER: a template yields a valid object for every combination of ready versions.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-route",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_route.rs"),
    check: Check::Compiler(&[Code::InvalidRoute]),
};
