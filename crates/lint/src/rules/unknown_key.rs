//! A key is unknown.
//!
//! ## What
//! Reports a key of a release, a values file or a Kubernetes object that no field or schema declares at this level.
//!
//! ## Why
//! A misspelled key never has an effect. The fix uses the nearest name.
//!
//! ## Helm
//! Helm and the chart ignore unknown keys. The API server drops those inside of objects.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { prot: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     prot: 8080
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     port: 8080
//! ```
//!
//! ## Source
//! The schemas of Kubernetes and of custom resources.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-key",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_key.rs"),
    check: Check::Compiler(&[Code::UnknownKey]),
};
