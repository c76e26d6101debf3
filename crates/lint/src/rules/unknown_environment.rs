//! An environment is unknown.
//!
//! ## What
//! Reports the name of an environment that neither relc nor your definition files have.
//!
//! ## Why
//! relc can't build anything for it. The fix uses the nearest name.
//!
//! ## Helm
//! The chart renders nothing, and Helm reports success.
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
//! The templates of the Iter8 release chart 1.1: one for each environment, and none for others.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-environment",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_environment.rs"),
    check: Check::Compiler(&[Code::UnknownEnvironment]),
};
