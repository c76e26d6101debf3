//! A suppression names an unknown rule.
//!
//! ## What
//! Reports a name in a comment `relc: allow(…)` that isn't a rule, or is an error with a code, which can't be suppressed.
//!
//! ## Why
//! The comment has no effect, and the finding is still reported.
//!
//! ## Bad
//! ```rel
//! release hello on deployment { readiness: "/" } <
//!   // relc: allow(image-lastest) because the demonstration follows the newest
//!   v1 "ghcr.io/example/hello:latest" { port: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   # relc: allow(image-lastest) because the demonstration follows the newest
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
    name: "unknown-rule",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_rule.rs"),
    check: Check::Elsewhere,
};
