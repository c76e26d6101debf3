//! A key is set twice.
//!
//! ## What
//! Reports the second of two equal keys of an object, and a field that is set both in braces and before them.
//!
//! ## Why
//! Only one of the two has an effect, and a reader can't see which.
//!
//! ## Helm
//! Helm uses the last one without a warning.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { port: 80, port: 8080 }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     port: 80
//!     port: 8080
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
//! YAML 1.2, 3.2.1.3 (keys are unique); JSON readers differ.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "duplicate-key",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("duplicate_key.rs"),
    check: Check::Compiler(&[Code::DuplicateKey]),
};
