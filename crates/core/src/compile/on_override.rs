//! A release on another environment than it names: what does not carry over.
//!
//! In: what was found, and the environment that `--on` names. Out: the same, where each error says that it holds there: the
//! release itself shows another environment.

use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Diagnostics, Severity};

/// `found`, each error with the place of `on`.
pub fn said(found: Diagnostics, on: Option<&Name>) -> Diagnostics {
    let Some(on) = on else { return found };
    let mut out = Diagnostics::default();
    for diagnostic in found.into_vec() {
        let elsewhere = diagnostic.severity == Severity::Error && diagnostic.span.file != on.span.file;
        out.push(if elsewhere { diagnostic.related(on.span, "on this environment") } else { diagnostic });
    }
    out
}
