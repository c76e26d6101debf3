//! A release has no name.
//!
//! ## What
//! Reports a values file without `application.metadata.name`, if the command line doesn't set a name either.
//!
//! ## Why
//! Every object is named after the release.
//!
//! ## Helm
//! `helm install NAME` sets the name.
//!
//! ## Bad
//! ```yaml
//! environment: deployment
//! application:
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Source
//! Helm: the name of the release is the default.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unnamed-release",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("unnamed_release.rs"),
    check: Check::Compiler(&[Code::UnnamedRelease]),
};
