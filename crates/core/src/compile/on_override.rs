//! Diagnostics of a release that `--on` builds on another environment than its own.
//!
//! In: the diagnostics, and the environment of `--on`. Out: the same, with a label on each error that names that
//! environment, as the release itself names another one.

use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Diagnostics, Severity};

/// Labels each error in `found` with the span of `on`.
pub fn said(found: Diagnostics, on: Option<&Name>) -> Diagnostics {
    let Some(on) = on else { return found };
    let mut out = Diagnostics::default();
    for diagnostic in found.into_vec() {
        let elsewhere = diagnostic.severity == Severity::Error && diagnostic.span.file != on.span.file;
        out.push(if elsewhere { diagnostic.related(on.span, "on this environment") } else { diagnostic });
    }
    out
}
