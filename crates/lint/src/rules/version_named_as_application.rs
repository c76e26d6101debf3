//! An object of a version has the name of an object of the release.
//!
//! ## What
//! Reports a version with an object of the same kind, name and namespace as an object of the whole release.
//!
//! ## Why
//! The two objects replace each other. For example, the Service of one version replaces the Service of all versions.
//!
//! ## Helm
//! Helm writes both, and the API server keeps the last one.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-gtw <
//!   v1 "ghcr.io/example/hello:1.4" { name: "hello" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-gtw
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - metadata: { name: hello }
//!     image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-gtw <
//!   v1 "ghcr.io/example/hello:1.4" { name: "hello-v1" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-gtw
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - metadata: { name: hello-v1 }
//!     image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Source
//! Kubernetes: kind, name and namespace identify an object.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "version-named-as-application",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("version_named_as_application.rs"),
    check: Check::Compiler(&[Code::VersionNamedAsApplication]),
};
