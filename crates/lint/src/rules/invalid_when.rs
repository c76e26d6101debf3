//! A `when` is invalid.
//!
//! ## What
//! Reports a `when` on the primary, two tests of the same subject in a clause, an empty name, and a regular expression that
//! isn't valid in RE2.
//!
//! ## Why
//! The primary gets every request that no other version matches. A header can't have two values. The proxy rejects a
//! regular expression that isn't valid in RE2.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5" when header beta is "yes" and header beta is "no"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5" when header beta is "yes"
//! >
//! ```
//!
//! ## Source
//! Envoy's regular expressions are RE2.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-when",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_when.rs"),
    check: Check::Compiler(&[Code::InvalidWhen]),
};
