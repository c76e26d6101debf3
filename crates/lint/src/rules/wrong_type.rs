//! A value of another type than its place takes.
//!
//! ## What
//! Flags a value that is a list where an object is needed, a text where a number is, and so on. Where the same value in the
//! right form is plain, it is offered as a fix.
//!
//! ## Why
//! The API server would refuse the object, or read something else than what is meant.
//!
//! ## Helm
//! The value is pasted into the manifest, and the API server refuses it at best.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: "http" }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     port: http
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
//! Kubernetes API validation; the types of the environment's fields.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "wrong-type",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("wrong_type.rs"),
    check: Check::Compiler(&[Code::WrongType]),
};
