//! A release has no versions.
//!
//! ## What
//! Reports a release whose list of versions is empty or missing, and a `.rel` file without a release.
//!
//! ## Why
//! Nothing would be deployed. The controller rejects a routemap without versions.
//!
//! ## Helm
//! The chart writes a routemap that the controller can't read.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions: []
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
//! Iter8 controller 1.1: a routemap has at least one version.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "no-versions",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("no_versions.rs"),
    check: Check::Compiler(&[Code::NoVersions]),
};
