//! GitHub Actions annotations: workflow commands, one line per diagnostic (GitHub, "Workflow commands").

use std::fmt::Write;

use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::Sources;

/// Renders `diagnostics`, in their order.
pub fn github(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let file = sources.file(diagnostic.span.file);
        let (start, end) = (file.position(diagnostic.span.start), file.position(diagnostic.span.end));
        // GitHub ignores the columns of an annotation that covers several lines.
        let columns = match start.line == end.line {
            true => format!(",col={},endColumn={}", start.column, end.column),
            false => String::new(),
        };
        let help = diagnostic.help.as_deref().map_or(String::new(), |help| format!("\n{help}"));
        writeln!(
            out,
            "::{command} file={},line={},endLine={}{columns},title={}::{}",
            property(file.name().trim_start_matches("./")),
            start.line,
            end.line,
            property(diagnostic.code.name()),
            data(&format!("{}{help}", diagnostic.message)),
        )
        .expect("a string can be written to a string");
    }
    out
}

/// Escapes the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use relc_syntax::source::{SourceFile, Span};

    #[test]
    fn texts_end_no_command() {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("./a,b:c.rel", "x\nweight\n"));
        let span = Span::new(file, 2, 8);
        let finding = Diagnostic::lint("a-rule", Severity::Info, span, "100%: so\nit is").help("do it");
        let expected =
            "::notice file=a%2Cb%3Ac.rel,line=2,endLine=2,col=1,endColumn=7,title=a-rule::100%25: so%0Ait is%0Ado it\n";
        assert_eq!(github(&sources, &[finding]), expected);
    }
}
