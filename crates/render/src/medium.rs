//! A few lines per diagnostic, without source text, drawn by codespan-reporting.

use codespan_reporting::diagnostic::{Diagnostic as Drawn, Label, Severity as Weight};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::{Config, DisplayStyle, emit_to_string};

use super::visible;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::{FileId, Sources};

/// Renders `diagnostics`, in their order.
pub fn medium(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let config = Config { display_style: DisplayStyle::Medium, ..Config::default() };
    let mut out = String::new();
    for diagnostic in diagnostics {
        let drawn = drawn(sources, diagnostic);
        emit_to_string(&mut out, &config, &Drawing(sources), &drawn)
            .expect("every place is of a file and inside of it");
    }
    out
}

fn drawn(sources: &Sources, diagnostic: &Diagnostic) -> Drawn<FileId> {
    let severity = match diagnostic.severity {
        Severity::Error => Weight::Error,
        Severity::Warning => Weight::Warning,
        Severity::Info => Weight::Note,
    };
    let span = diagnostic.span;
    let mut notes: Vec<String> = Vec::new();
    for label in &diagnostic.labels {
        let place = sources.position(label.span);
        let file = visible(sources.file(label.span.file).name());
        notes.push(format!("{file}:{}:{}: {}", place.line, place.column, visible(&label.message)));
    }
    notes.extend(diagnostic.help.as_deref().map(|help| format!("help: {}", visible(help))));
    Drawn::new(severity)
        .with_code(diagnostic.code.id())
        .with_message(visible(&diagnostic.message))
        .with_labels(vec![Label::primary(span.file, span.range())])
        .with_notes(notes)
}

/// Adapts the files of a run for codespan-reporting.
struct Drawing<'s>(&'s Sources);

impl<'s> Files<'s> for Drawing<'s> {
    type FileId = FileId;
    type Name = String;
    type Source = &'s str;

    fn name(&'s self, id: FileId) -> Result<String, Error> {
        Ok(visible(self.0.file(id).name()).into())
    }

    fn source(&'s self, id: FileId) -> Result<&'s str, Error> {
        Ok(self.0.file(id).text())
    }

    fn line_index(&'s self, id: FileId, offset: usize) -> Result<usize, Error> {
        Ok(self.0.file(id).position(u32::try_from(offset).unwrap_or(u32::MAX)).line - 1)
    }

    fn line_range(&'s self, id: FileId, line: usize) -> Result<std::ops::Range<usize>, Error> {
        Ok(self.0.file(id).line_range(line + 1))
    }
}
