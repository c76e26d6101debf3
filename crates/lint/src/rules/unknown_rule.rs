//! A comment that allows what no rule finds.
//!
//! ## What
//! Flags a name in a comment `relc: allow(…)` that is none of a rule, or one of an error of the compiler, which cannot be allowed.
//!
//! ## Why
//! The comment does nothing: what it was written for is found as before.
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
//! The comments themselves.

use relc_syntax::diagnostic::Severity;
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-rule",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_rule.rs"),
    check: Check::Elsewhere,
};
