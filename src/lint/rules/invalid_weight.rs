//! A weight beyond what its strategy takes.
//!
//! ## What
//! Flags a weight above 100 under a strategy that takes each weight as a percentage.
//!
//! ## Why
//! More than all requests cannot be sent.
//!
//! ## Helm
//! The number reaches the VirtualService, which Istio refuses.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio mirror <
//!   v1 "ghcr.io/example/hello:1.4"
//!   v2 120 "ghcr.io/example/hello:1.5"
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
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 120
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
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 20
//! ```
//!
//! ## Source
//! Istio validation: a mirror's percentage is from 0 to 100.

use crate::diagnostic::{Code, Severity};
use crate::lint::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-weight",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_weight.rs"),
    check: Check::Compiler(&[Code::InvalidWeight]),
};
