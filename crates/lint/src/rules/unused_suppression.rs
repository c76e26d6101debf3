//! A comment that allows what is not found.
//!
//! ## What
//! Flags a rule in a comment `relc: allow(…)` that finds nothing in what the comment speaks of: the next entry, element, version or
//! release, or its own line if something stands before it. Rules that were not asked in the run are not meant.
//!
//! ## Why
//! What was allowed is mended, or stands elsewhere now; a comment that stays would hide the next finding, which nobody has
//! looked at.
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
//! The comments themselves.

use relc_syntax::diagnostic::Severity;
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unused-suppression",
    level: Severity::Warning,
    fixes: Fixes::Safe,
    source: include_str!("unused_suppression.rs"),
    check: Check::Elsewhere,
};
