//! Brackets that stand too deep in each other.
//!
//! ## What
//! Flags objects and lists, in `.rel` files and in YAML, that nest more than 128 deep.
//!
//! ## Why
//! No object of Kubernetes comes near; what does is mostly a mistake of a generator, and readers recurse.
//!
//! ## Bad
//! ```rel
//! let deep = [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
//! release hello on deployment-istio blue-green <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next   20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next   20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ## Source
//! The limit is relc's own.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "nesting-too-deep",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("nesting_too_deep.rs"),
    check: Check::Compiler(&[Code::NestingTooDeep]),
};
