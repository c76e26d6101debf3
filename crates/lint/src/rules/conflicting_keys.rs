//! Keys that exclude each other are set together.
//!
//! ## What
//! Reports the second of several keys that exclude each other by their schema, such as two kinds of match for one header.
//!
//! ## Why
//! The API server or the controller uses one of them, or rejects the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5" { match: [{ uri: { exact: "/a", prefix: "/b" } }] }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 "ghcr.io/example/hello:1.5" { match: [{ uri: { exact: "/a" } }] }
//! >
//! ```
//!
//! ## Source
//! The schemas of custom resources: `oneOf` and similar constraints.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "conflicting-keys",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("conflicting_keys.rs"),
    check: Check::Compiler(&[Code::ConflictingKeys]),
};
