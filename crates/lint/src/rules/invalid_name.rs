//! A name is invalid in Kubernetes.
//!
//! ## What
//! Reports a name with characters that Kubernetes doesn't allow, and `--name` for a file with several releases.
//!
//! ## Why
//! The API server rejects the object.
//!
//! ## Helm
//! The chart doesn't check this.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 { deploymentSpecification: { metadata: { name: "Web_1" } }, image: "ghcr.io/example/hello:1.4" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     deploymentSpecification: { metadata: { name: Web_1 } }
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 { deploymentSpecification: { metadata: { name: "web-1" } }, image: "ghcr.io/example/hello:1.4" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     deploymentSpecification: { metadata: { name: web-1 } }
//! ```
//!
//! ## Source
//! Kubernetes API validation: names are RFC 1123 subdomains.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-name",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_name.rs"),
    check: Check::Compiler(&[Code::InvalidName]),
};
