//! A route is invalid for some set of ready versions.
//!
//! ## What
//! Reports a route that doesn't conform to its schema while only some versions are ready. Most errors in a route have their
//! own code, and their message contains the set of ready versions.
//!
//! ## Why
//! The controller writes the route whenever a version becomes ready or stops being ready. If the new route is invalid, the
//! previous one stays.
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
//! Iter8 controller 1.1, `controllers/routemap.go`.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-route",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_route.rs"),
    check: Check::Compiler(&[Code::InvalidRoute]),
};
