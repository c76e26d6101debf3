//! The YAML syntax is invalid.
//!
//! ## What
//! Reports values files that can't be parsed: wrong indentation, a tab as indentation, an unclosed quote, a colon without a
//! space. What can be parsed but is ignored, such as a second document, is a warning with the same name.
//!
//! ## Why
//! Helm rejects such a file as well, usually without the right position.
//!
//! ## Helm
//! Helm reports the error of its YAML parser.
//!
//! ## Bad
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image:ghcr.io/example/hello:1.4
//!     port: 80
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
//! YAML 1.2, and Helm 3.18 for what it ignores.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "yaml-syntax",
    level: Severity::Error,
    fixes: Fixes::Safe,
    source: include_str!("yaml_syntax.rs"),
    check: Check::Compiler(&[Code::YamlSyntax]),
};
