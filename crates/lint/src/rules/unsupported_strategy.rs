//! A strategy that this environment does not have.
//!
//! ## What
//! Flags a strategy that other environments have, and this one has not. The help names both: what this environment has, and
//! who has the strategy.
//!
//! ## Why
//! The environment has no routing of that sort to offer: mirroring needs a mesh, for example.
//!
//! ## Helm
//! The chart writes no routemap, silently (deviation D11).
//!
//! ## Bad
//! ```rel
//! release hello on deployment-gtw mirror <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-gtw
//! application:
//!   metadata: { name: hello }
//!   strategy: mirror
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio mirror <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: mirror
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Source
//! DEVIATIONS, D11.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unsupported-strategy",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("unsupported_strategy.rs"),
    check: Check::Compiler(&[Code::UnsupportedStrategy]),
};
