//! A strategy is unknown.
//!
//! ## What
//! Reports the name of a strategy that no environment declares.
//!
//! ## Why
//! The release would have no route. The fix uses the nearest name.
//!
//! ## Helm
//! The chart writes no routemap, without a warning.
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
//! The templates of the Iter8 release chart 1.1.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-strategy",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_strategy.rs"),
    check: Check::Compiler(&[Code::UnknownStrategy]),
};
