//! A value is out of range.
//!
//! ## What
//! Reports numbers out of range (ports, replicas, numbers of probes), names that aren't members of an enum, and strings
//! that don't match their pattern.
//!
//! ## Why
//! The API server would reject the object.
//!
//! ## Helm
//! The chart doesn't check this.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: 80800 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     port: 80800
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     port: 8080
//! ```
//!
//! ## Source
//! Kubernetes API validation, according to the schemas.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "out-of-range",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("out_of_range.rs"),
    check: Check::Compiler(&[Code::OutOfRange]),
};
