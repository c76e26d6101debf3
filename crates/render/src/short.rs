//! One line per diagnostic, for editors, scripts and continuous integration.
//!
//! `file:line:column: error[E0202]: message; help`. codespan-reporting's short format has neither the help nor the name
//! of the rule, and needs its own file tables, so it isn't used.

use std::fmt::Write;

use super::visible;
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// Renders `diagnostics`, in their order, one per line.
pub fn short(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let file = sources.file(diagnostic.span.file);
        let place = sources.position(diagnostic.span);
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.id());
        let message = visible(&diagnostic.message);
        let help = diagnostic.help.as_deref().map_or(String::new(), |help| format!("; {}", visible(help)));
        writeln!(out, "{}:{}:{}: {severity}[{code}]: {message}{help}", visible(file.name()), place.line, place.column)
            .expect("a string can be written to a string");
    }
    out
}
