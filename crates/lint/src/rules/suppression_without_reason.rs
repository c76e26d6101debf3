//! A suppression has no reason.
//!
//! ## What
//! Reports a comment `relc: allow(…)` without `because` and a reason.
//!
//! ## Why
//! The next reader can't know whether the finding was understood, and when the comment can be removed.
//!
//! ## Bad
//! ```rel
//! release hello on deployment { readiness: "/" } <
//!   // relc: allow(image-latest)
//!   v1 "ghcr.io/example/hello:latest" { port: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   # relc: allow(image-latest)
//!   - image: ghcr.io/example/hello:latest
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
    name: "suppression-without-reason",
    level: Severity::Info,
    fixes: Fixes::Never,
    source: include_str!("suppression_without_reason.rs"),
    check: Check::Elsewhere,
};
