//! Aliases expand to too many values.
//!
//! ## What
//! Reports a values file whose aliases expand to more than 100,000 values.
//!
//! ## Why
//! A few lines of nested aliases can expand to billions of values and exhaust the memory of a parser.
//!
//! ## Helm
//! Helm's parser rejects documents with too many aliases.
//!
//! ## Bad
//! ```yaml
//! a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
//! b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
//! c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
//! d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
//! e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
//! environment: deployment
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
//! A limit of relc. The API server and Helm have similar ones.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "yaml-budget",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("yaml_budget.rs"),
    check: Check::Compiler(&[Code::YamlBudget]),
};
