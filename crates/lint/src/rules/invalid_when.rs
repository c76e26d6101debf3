//! A `when` that cannot stand.
//!
//! ## What
//! Flags a `when` on the primary version, two tests of one subject in a clause, a name that is empty, and a regular
//! expression that RE2 does not take.
//!
//! ## Why
//! The primary gets every request that no other asks for. A header cannot have two values, and what RE2 does not take the
//! proxy refuses.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5" when path matches "/(beta"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5" when path matches "/beta.*"
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
