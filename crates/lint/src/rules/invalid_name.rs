//! A name that Kubernetes does not take.
//!
//! ## What
//! Flags a name with characters that no object's name may have, and `--name` where a file has several releases.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Helm
//! The chart checks nothing; the API server does.
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
