//! A required field is missing.
//!
//! ## What
//! Reports a release, version or object without a field that its environment or schema requires.
//!
//! ## Why
//! The API server rejects the object, or the object has no effect.
//!
//! ## Helm
//! The chart writes the object without the field.
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
//! Kubernetes API validation, and fields that an environment declares without a default.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "missing-field",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("missing_field.rs"),
    check: Check::Compiler(&[Code::MissingField]),
};
