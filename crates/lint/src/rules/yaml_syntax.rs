//! Text that is not YAML.
//!
//! ## What
//! Flags values files that cannot be read: wrong indentation, a tab that indents, a quote that is never closed, a colon
//! without a space. What can be read and is ignored, such as a second document, is a warning under this name.
//!
//! ## Why
//! Helm refuses such a file, too, with a message that seldom names the place.
//!
//! ## Helm
//! Helm stops with the message of its YAML reader.
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
//! YAML 1.2; Helm 3.18 for what it ignores.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "yaml-syntax",
    level: Severity::Error,
    fixes: Fixes::Safe,
    source: include_str!("yaml_syntax.rs"),
    check: Check::Compiler(&[Code::YamlSyntax]),
};
