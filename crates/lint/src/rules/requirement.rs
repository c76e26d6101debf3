//! A requirement of the environment isn't met.
//!
//! ## What
//! Reports a release for which a `require` of its environment is false. The message is that of the environment, and a label
//! shows the `require`.
//!
//! ## Why
//! The environment requires what makes sense for it, for example that a version has an image or a specification.
//!
//! ## Helm
//! The chart doesn't check this.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 { port: 80 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - port: 80
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
//! The definition of the environment.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "requirement",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("requirement.rs"),
    check: Check::Compiler(&[Code::Requirement]),
};
