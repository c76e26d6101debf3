//! A replacement lacks fields of what it replaces.
//!
//! ## What
//! Reports a `replace let` in an environment whose object doesn't have all fields of the object that it replaces. `relc env check` and editors report
//! it.
//!
//! ## Why
//! What reads the missing fields finds nothing. For example, `metadata` has the labels by which the controller finds the objects of a version: without
//! them, it never routes traffic to the version.
//!
//! If you mean to remove the fields, allow the rule, with the reason, in a comment above the statement.
//!
//! ## Bad
//! ```console
//! $ relc env check envs
//! envs/shop.rel:3:17: error[lossy-replacement]: this `metadata` lacks `labels`, `annotations`, which the one that it replaces has
//! ```
//!
//! ## Good
//! ```definition
//! environment noted extends deployment-istio {
//!   version {
//!     replace let metadata = merge(super, { annotations: { note: "x" } })
//!   }
//! }
//! ```
//!
//! ## Source
//! relc's type checker.

use crate::{Check, Fixes, Rule};
use relc_syntax::diagnostic::Severity;

pub const RULE: Rule = Rule {
    name: relc_core::typeck::LOSSY,
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("lossy_replacement.rs"),
    check: Check::Elsewhere,
};
