//! A strategy that no environment has.
//!
//! ## What
//! Flags the name of a strategy that is declared nowhere.
//!
//! ## Why
//! The release would have no routing. The nearest name is offered as a fix.
//!
//! ## Helm
//! The chart writes no routemap, silently (deviation D11).
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio canray <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: canray
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: canary
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Source
//! DEVIATIONS, D11.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-strategy",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_strategy.rs"),
    check: Check::Compiler(&[Code::UnknownStrategy]),
};
