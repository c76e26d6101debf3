//! A suppression has no effect.
//!
//! ## What
//! Reports a rule in a comment `relc: allow(…)` without a finding in the next entry, element, version or release, or, for a
//! comment at the end of a line, on that line. Rules that don't run aren't reported.
//!
//! ## Why
//! The finding was fixed or moved. If the comment stays, it hides the next finding, which nobody has reviewed.
//!
//! ## Bad
//! ```rel
//! // relc: allow(image-latest) because the demonstration follows the newest
//! release hello on deployment { readiness: "/" } <
//!   v1 "ghcr.io/example/hello:1.4" { port: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   # relc: allow(image-latest) because the demonstration follows the newest
//!   - image: ghcr.io/example/hello:1.4
//!     port: 8080
//!     readiness: /
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment { readiness: "/" } <
//!   // relc: allow(image-latest) because the demonstration follows the newest
//!   v1 "ghcr.io/example/hello:latest" { port: 8080 }
//! >
//! ```
//!
//! ## Source
//! The suppression comments of relc.

use relc_syntax::diagnostic::Severity;
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unused-suppression",
    level: Severity::Warning,
    fixes: Fixes::Safe,
    source: include_str!("unused_suppression.rs"),
    check: Check::Elsewhere,
};
