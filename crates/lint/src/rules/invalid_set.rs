//! A `--set` flag is invalid.
//!
//! ## What
//! Reports a `--set` or `--set-string` whose value isn't an assignment in Helm's syntax.
//!
//! ## Why
//! Helm rejects it as well.
//!
//! ## Helm
//! Helm reports a syntax error.
//!
//! ## Bad
//! ```console
//! relc build values.yaml --set application.versions[x].weight=20
//! ```
//!
//! ## Good
//! ```console
//! relc build values.yaml --set 'application.versions[1].weight=20'
//! ```
//!
//! ## Source
//! Helm 3.18, `strvals`.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "invalid-set",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("invalid_set.rs"),
    check: Check::Compiler(&[Code::InvalidSet]),
};
