//! The objects of two versions have the same name.
//!
//! ## What
//! Reports a version with an object of the same kind, name and namespace as an object of another version.
//!
//! ## Why
//! The object that is applied last replaces the first, and the route points to one version with two weights.
//!
//! ## Helm
//! Helm writes both, and the API server keeps the last one.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { name: "web" }
//!   v2 "ghcr.io/example/hello:1.5" { name: "web" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - metadata: { name: web }
//!     image: ghcr.io/example/hello:1.4
//!   - metadata: { name: web }
//!     image: ghcr.io/example/hello:1.5
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { name: "web-a" }
//!   v2 "ghcr.io/example/hello:1.5" { name: "web-b" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - metadata: { name: web-a }
//!     image: ghcr.io/example/hello:1.4
//!   - metadata: { name: web-b }
//!     image: ghcr.io/example/hello:1.5
//! ```
//!
//! ## Source
//! Kubernetes: kind, name and namespace identify an object.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "duplicate-version-name",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("duplicate_version_name.rs"),
    check: Check::Compiler(&[Code::DuplicateVersionName]),
};
