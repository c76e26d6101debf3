//! A value has the wrong type.
//!
//! ## What
//! Reports a list where an object is expected, a string where a number is expected, and so on. If the value is clear in the
//! right form, the fix rewrites it.
//!
//! ## Why
//! The API server would reject the object, or read a different value.
//!
//! ## Helm
//! The chart pastes the value into the manifest. At best, the API server rejects it.
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
//! Kubernetes API validation, and the types of the environment's fields.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "wrong-type",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("wrong_type.rs"),
    check: Check::Compiler(&[Code::WrongType]),
};
