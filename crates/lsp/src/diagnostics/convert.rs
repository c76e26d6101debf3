//! Diagnostics in the protocol's form.

use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString,
    TextEdit,
};

use super::pages::Pages;
use super::{FileDiagnostic, FileFix};
use crate::document::Document;
use crate::files::Files;
use crate::location::location;
use relc_core::library::Catalog;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity};
use relc_syntax::source::{FileId, Sources, Span};

/// The rules whose findings are text that has no effect, and those about text that is outdated.
const TAGS: [(&str, DiagnosticTag); 8] = [
    ("dead-key", DiagnosticTag::UNNECESSARY),
    ("conflicting-fields", DiagnosticTag::UNNECESSARY),
    ("shadowed-match", DiagnosticTag::UNNECESSARY),
    ("unused-declaration", DiagnosticTag::UNNECESSARY),
    ("unused-suppression", DiagnosticTag::UNNECESSARY),
    ("weight-without-effect", DiagnosticTag::UNNECESSARY),
    ("when-without-effect", DiagnosticTag::UNNECESSARY),
    ("deprecated-key", DiagnosticTag::DEPRECATED),
];

/// Creates a diagnostic for the whole file, at its first line.
pub fn whole_file(message: &str) -> FileDiagnostic {
    let diagnostic = lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("relc".to_owned()),
        message: message.to_owned(),
        ..lsp_types::Diagnostic::default()
    };
    FileDiagnostic { diagnostic, fix: None }
}

/// Converts the diagnostics of a document.
pub struct Converter<'c> {
    /// The open files.
    pub files: &'c Files,
    /// The document.
    pub document: &'c Document,
    /// The environments that it sees.
    pub catalog: &'c Catalog,
    /// The pages of rules.
    pub pages: &'c mut Pages,
}

impl Converter<'_> {
    /// Converts diagnostics. One in another file is reported where this file refers to it, if it has a label here.
    pub fn all(&mut self, sources: &Sources, main: FileId, found: Vec<Diagnostic>) -> Vec<FileDiagnostic> {
        found.into_iter().map(|found| self.convert(sources, main, &found)).collect()
    }

    fn convert(&mut self, sources: &Sources, main: FileId, found: &Diagnostic) -> FileDiagnostic {
        let document = self.document;
        let at = |span: Span| document.range(span.range());
        let places = std::iter::once(found.span).chain(found.labels.iter().map(|label| label.span));
        let here = places.clone().find(|span| span.file == main);
        let mut message = found.message.clone();
        if let Some(help) = &found.help {
            message.push('\n');
            message.push_str(help);
        }
        if here != Some(found.span) {
            message = format!("{}: {message}", sources.file(found.span.file).name());
        }
        let related = found.labels.iter().filter_map(|label| {
            let location = self.location(sources, main, label.span)?;
            Some(DiagnosticRelatedInformation { location, message: in_words(&label.message, sources.text(label.span)) })
        });
        let related: Vec<_> = related.collect();
        let name = found.code.name();
        let tag = TAGS.iter().find(|(rule, _)| *rule == name).map(|(_, tag)| vec![tag.clone()]);
        let fix = fix(found, sources, main, document);
        let diagnostic = lsp_types::Diagnostic {
            range: here.map_or_else(Default::default, at),
            severity: Some(match found.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Info => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(name.to_owned())),
            code_description: self.pages.of(name, self.catalog).map(|href| CodeDescription { href }),
            source: Some("relc".to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: tag,
            data: fix.as_ref().map(FileFix::data),
        };
        FileDiagnostic { diagnostic, fix }
    }

    /// Returns the location of a span in any file that the editor can open.
    fn location(&self, sources: &Sources, main: FileId, span: Span) -> Option<Location> {
        if span.file == main {
            return Some(Location { uri: self.document.url.clone(), range: self.document.range(span.range()) });
        }
        location(self.files, sources, span)
    }
}

/// Returns the message of a label as it can be read without the frame around it.
fn in_words(message: &str, text: &str) -> String {
    if message.chars().any(char::is_alphabetic) {
        return message.to_owned();
    }
    let text = shorten(text);
    match (message.trim(), text.as_str()) {
        (message, text) if message == text || message.is_empty() => format!("`{text}` is here"),
        (message, text) => format!("`{text}` is {message} here"),
    }
}

fn fix(found: &Diagnostic, sources: &Sources, main: FileId, document: &Document) -> Option<FileFix> {
    let fix = found.fix.as_ref().filter(|fix| fix.edits.iter().all(|edit| edit.span.file == main))?;
    let edit = |edit: &relc_syntax::diagnostic::Edit| TextEdit {
        range: document.range(edit.span.range()),
        new_text: edit.text.clone(),
    };
    let is_likely = fix.applicability == Applicability::Safe
        || found.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
    Some(FileFix {
        title: fix.title(found.code.name(), sources),
        edits: fix.edits.iter().map(edit).collect(),
        applicability: fix.applicability,
        is_likely,
    })
}

/// Returns the first line of a text, shortened to 40 characters.
fn shorten(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("");
    if line.chars().count() <= 40 { line.to_owned() } else { line.chars().take(40).chain(['…']).collect() }
}
