//! An environment doesn't have this strategy.
//!
//! ## What
//! Reports a strategy that other environments have, but this one doesn't. The help lists the strategies of this
//! environment, and the environments that have the strategy.
//!
//! ## Why
//! The environment can't route this way. Mirroring, for example, needs a service mesh.
//!
//! ## Helm
//! The chart writes no routemap, without a warning.
//!
//! ## Bad
//! ```rel
//! release hello on argo-rollouts mirror <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
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
//! The templates of the Iter8 release chart 1.1.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unsupported-strategy",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("unsupported_strategy.rs"),
    check: Check::Compiler(&[Code::UnsupportedStrategy]),
};
