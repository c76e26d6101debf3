//! Brackets, types or parts are nested too deeply.
//!
//! ## What
//! Reports objects and lists in `.rel` files and in YAML that are nested more than 128 levels deep, types that are declared with more than
//! 128 others, one inside another, and parts that extend more than 128 others, one after another.
//!
//! ## Why
//! No object of Kubernetes is nested nearly as deeply. Usually a generator made a mistake.
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
//! A limit of relc.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "nesting-too-deep",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("nesting_too_deep.rs"),
    check: Check::Compiler(&[Code::NestingTooDeep]),
};
