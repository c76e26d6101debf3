//! Aliases that expand to too much.
//!
//! ## What
//! Flags a values file whose aliases stand for more than 100,000 values.
//!
//! ## Why
//! A few lines of nested aliases can stand for billions of values and exhaust the memory of whatever reads them.
//!
//! ## Helm
//! yaml.v2 refuses documents with an excessive share of aliases.
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
//! The budget is relc's own; the API server and yaml.v2 have similar ones.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "yaml-budget",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("yaml_budget.rs"),
    check: Check::Compiler(&[Code::YamlBudget]),
};
