//! A `--set` flag that cannot be read.
//!
//! ## What
//! Flags a `--set` or `--set-string` whose text is no assignment as Helm reads it.
//!
//! ## Why
//! Helm would refuse it, too.
//!
//! ## Helm
//! Helm stops with the message of its reader.
//!
//! ## Bad
//! ```console
//! relc build values.yaml --set application.versions[x].weight=20
//! ```
//!
//! ## Good
//! ```console
//! relc build values.yaml --set application.versions[1].weight=20
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
