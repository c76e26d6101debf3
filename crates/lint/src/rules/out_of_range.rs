//! A value outside of what its place takes.
//!
//! ## What
//! Flags numbers beyond their bounds (ports, replicas, the numbers of probes), words that are none of the ones that are
//! allowed, and texts that do not match their pattern.
//!
//! ## Why
//! The API server would refuse the object.
//!
//! ## Helm
//! The chart checks nothing; the API server does.
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
//! Kubernetes API validation, as its schemas state it.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "out-of-range",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("out_of_range.rs"),
    check: Check::Compiler(&[Code::OutOfRange]),
};
