//! A version with the name of the release, where both make an object of it.
//!
//! ## What
//! Flags a version whose object has the kind, name and namespace of one that the environment makes for the release as a
//! whole. Where the environment makes none of that kind, the name is fine.
//!
//! ## Why
//! The two replace each other: a Service of one version takes the place of the one that leads to all.
//!
//! ## Helm
//! Helm writes both, and the API server keeps the last.
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
