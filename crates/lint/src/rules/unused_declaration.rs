//! Nothing refers to a declaration of an environment file.
//!
//! ## What
//! Reports a field, let, fragment, type or part that no definition file in the directories of environments refers to. `relc env check` and
//! editors report it. A let, fragment, type or part at the top of a file that has a documentation comment is for files of others.
//!
//! ## Why
//! A field that nothing reads has no effect in a release. A let may have been meant to define an abstract field, under another name.
//!
//! ## Bad
//! ```console
//! $ relc env check envs
//! envs/shop.rel:7:9: info[unused-declaration]: the let `adress` is never used
//! ```
//!
//! ## Good
//! ```definition
//! import kube
//!
//! environment notes extends kube.application {
//!   version {
//!     headline text: string
//!     emit kube.ConfigMap { metadata: v.metadata, data: { text: v.text } }
//!   }
//!   strategy none {}
//! }
//! ```
//!
//! ## Source
//! relc's resolution of names.

use crate::{Check, Fixes, Rule};
use relc_syntax::diagnostic::Severity;

pub const RULE: Rule = Rule {
    name: relc_core::compile::UNUSED,
    level: Severity::Info,
    fixes: Fixes::Never,
    source: include_str!("unused_declaration.rs"),
    check: Check::Elsewhere,
};
