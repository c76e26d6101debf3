//! One line a diagnostic, for editors, scripts and continuous integration.
//!
//! `file:line:column: error[E0202]: message; help`. The line is made here: what codespan-reporting calls short says
//! neither the help nor the name of a rule, and needs its own tables of files.

use std::fmt::Write;

use super::visible;
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// `diagnostics` in the order given, each with its line break.
pub fn short(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let file = sources.file(diagnostic.span.file);
        let place = sources.position(diagnostic.span);
        let (severity, code) = (diagnostic.severity.name(), diagnostic.code.id());
        let message = visible(&diagnostic.message);
        let help = diagnostic.help.as_deref().map_or(String::new(), |help| format!("; {}", visible(help)));
        writeln!(out, "{}:{}:{}: {severity}[{code}]: {message}{help}", visible(file.name()), place.line, place.column)
            .expect("a text takes any text");
    }
    out
}
