//! A key that nothing at its place declares.
//!
//! ## What
//! Flags a key of a release, a values file or a Kubernetes object in it that no field or schema declares at that place.
//!
//! ## Why
//! A misspelt key is a setting that never takes effect. The nearest name is offered as a fix.
//!
//! ## Helm
//! Helm and the chart ignore unknown keys (deviation D14); the API server drops those inside of objects.
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
//! DEVIATIONS, D14; the schemas of Kubernetes and its custom resources.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unknown-key",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("unknown_key.rs"),
    check: Check::Compiler(&[Code::UnknownKey]),
};
