//! Diagnostics as JSON, for other programs.
//!
//! One object: `{"version":1,"diagnostics":[…],"notes":[…],"summary":{…}}`, where a note is a message without a
//! position. Lines and columns start at 1, and columns count characters; an `offset` counts bytes from 0; an `end` is
//! exclusive. Keys are added over time and never change their meaning within a version.

use serde::Serialize;

use relc_lint::rule_of;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Topic};
use relc_syntax::source::{SourceFile, Sources, Span};

/// The number of diagnostics of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Errors, including hidden ones.
    pub errors: usize,
    /// Warnings, including hidden ones.
    pub warnings: usize,
    /// Infos, including hidden ones.
    pub infos: usize,
    /// Diagnostics that are not shown.
    pub hidden: usize,
}

/// Renders `diagnostics` as the elements of a JSON list, separated by commas, for [`document`].
pub fn json(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let items = diagnostics.iter().map(|diagnostic| {
        let item = Item::new(sources, diagnostic);
        serde_json::to_string(&item).expect("strings and numbers are always JSON")
    });
    items.collect::<Vec<_>>().join(",\n")
}

/// Renders the complete document: the lists made by [`json`], the notes, and the number of diagnostics.
pub fn document<'a>(lists: impl IntoIterator<Item = &'a str>, notes: &[String], summary: &Summary) -> String {
    let lists: Vec<&str> = lists.into_iter().filter(|list| !list.is_empty()).collect();
    let summary = serde_json::to_string(summary).expect("numbers are always JSON");
    let notes = serde_json::to_string(notes).expect("strings are always JSON");
    let (open, close) = if lists.is_empty() { ("", "") } else { ("\n", "\n") };
    let list = lists.join(",\n");
    format!("{{\"version\":1,\"diagnostics\":[{open}{list}{close}],\"notes\":{notes},\"summary\":{summary}}}\n")
}

#[derive(Serialize)]
struct Item<'d> {
    code: &'d str,
    rule: &'d str,
    severity: &'static str,
    message: &'d str,
    file: &'d str,
    range: Range,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'d str,
    labels: Vec<LabelItem<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'d str>,
    /// The rule's documentation, as a path in the repository of relc.
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixItem<'d>>,
}

#[derive(Serialize)]
struct LabelItem<'d> {
    message: &'d str,
    file: &'d str,
    range: Range,
}

#[derive(Serialize)]
struct FixItem<'d> {
    applicability: &'static str,
    edits: Vec<EditItem<'d>>,
}

#[derive(Serialize)]
struct EditItem<'d> {
    file: &'d str,
    range: Range,
    text: &'d str,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: u32,
}

impl<'d> Item<'d> {
    fn new(sources: &'d Sources, diagnostic: &'d Diagnostic) -> Self {
        let (file, range) = locate(sources, diagnostic.span);
        let labels = diagnostic.labels.iter().map(|label| {
            let (file, range) = locate(sources, label.span);
            LabelItem { message: &label.message, file, range }
        });
        let fix = diagnostic.fix.as_ref().map(|fix| FixItem {
            applicability: match fix.applicability {
                Applicability::Safe => "safe",
                Applicability::Unsafe => "unsafe",
            },
            edits: { fix.edits.iter() }
                .map(|edit| {
                    let (file, range) = locate(sources, edit.span);
                    EditItem { file, range, text: &edit.text }
                })
                .collect(),
        });
        Item {
            code: diagnostic.code.id(),
            rule: diagnostic.code.name(),
            severity: diagnostic.severity.name(),
            message: &diagnostic.message,
            file,
            range,
            label: &diagnostic.label,
            labels: labels.collect(),
            help: diagnostic.help.as_deref(),
            url: format!("docs/rules.md#{}", rule(&diagnostic.code)),
            fix,
        }
    }
}

/// Returns the name of the rule that documents `topic`.
fn rule(topic: &Topic) -> &str {
    match topic {
        Topic::Code(code) => rule_of(*code).map_or(code.name(), |rule| rule.name),
        Topic::Rule(name) => name,
    }
}

fn locate(sources: &Sources, span: Span) -> (&str, Range) {
    let file = sources.file(span.file);
    (file.name(), Range { start: position(file, span.start), end: position(file, span.end) })
}

fn position(file: &SourceFile, offset: u32) -> Position {
    let position = file.position(offset);
    Position { line: position.line, column: position.column, offset }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relc_syntax::diagnostic::Code;

    #[test]
    fn positions_count_from_one_in_characters_and_offsets_in_bytes() {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.rel", "é\n漢 x"));
        let span = Span::new(file, 7, 8);
        let error = Diagnostic::error(Code::UnknownKey, span, "no `x`").fix(Applicability::Safe, span, "y");
        let summary = Summary { errors: 1, ..Summary::default() };
        let text = document([json(&sources, &[error]).as_str()], &[], &summary);
        let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let range = serde_json::json!({
            "start": { "line": 2, "column": 3, "offset": 7 },
            "end": { "line": 2, "column": 4, "offset": 8 },
        });
        let expected = serde_json::json!({
            "version": 1,
            "diagnostics": [{
                "code": "E0202", "rule": "unknown-key", "severity": "error", "message": "no `x`",
                "file": "a.rel", "range": range, "labels": [], "url": "docs/rules.md#unknown-key",
                "fix": { "applicability": "safe", "edits": [{ "file": "a.rel", "range": range, "text": "y" }] },
            }],
            "notes": [],
            "summary": { "errors": 1, "warnings": 0, "infos": 0, "hidden": 0 },
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn no_diagnostics_are_an_empty_list() {
        let text = document([], &[], &Summary::default());
        assert!(text.starts_with("{\"version\":1,\"diagnostics\":[],"), "{text}");
    }
}
