//! Something that must be given is missing.
//!
//! ## What
//! Flags a release, a version or an object in it that lacks what its environment or its schema requires.
//!
//! ## Why
//! What is built without it would be refused by the API server, or do nothing.
//!
//! ## Helm
//! The chart writes the object without it.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 { serviceSpecification: { spec: { ports: [{ name: "http" }] } }, image: "ghcr.io/example/hello:1.4" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! name: hello
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 { serviceSpecification: { spec: { ports: [{ name: "http", port: 80 }] } }, image: "ghcr.io/example/hello:1.4" }
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
//! Kubernetes API validation; fields that an environment declares without a default.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "missing-field",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("missing_field.rs"),
    check: Check::Compiler(&[Code::MissingField]),
};
