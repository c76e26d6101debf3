//! An environment that relc does not know.
//!
//! ## What
//! Flags the name of an environment that neither the standard library nor `--env-path` has.
//!
//! ## Why
//! Nothing can be built for it. The nearest name is offered as a fix.
//!
//! ## Helm
//! The chart renders nothing at all, and Helm reports success.
//!
//! ## Bad
//! ```rel
//! release hello on deployement <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployement
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Source
//! RULES of relc itself; the chart has a template for each environment and none for others.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-environment",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_environment.rs"),
    check: Check::Compiler(&[Code::UnknownEnvironment]),
};
