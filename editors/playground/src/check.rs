//! The diagnostics of a file, its manifests, and the picture of its traffic.

use relc_core::codegen::{Format, Stream};
use relc_core::compile::LoadedInput;
use relc_lint::report;
use relc_preview::{Preview, picture};
use relc_routing::{ReadySets, Routing};
use relc_syntax::diagnostic::{Diagnostic, Edit, Severity};
use relc_syntax::source::{FileId, Sources};
use serde_json::{Value, json};

use super::file::{ENVIRONMENTS, File, Positions};

/// Returns `diagnostics`, and `manifests` and `traffic` (SVG), which are null if there are errors.
pub fn check(file: &File) -> Value {
    let input = file.load();
    let positions = file.positions();
    let found = findings(&input);
    let found = found.iter().map(|found| diagnostic(found, &input.sources, input.main_file(), &positions));
    let (manifests, previews) = build(&input).unzip();
    json!({
        "diagnostics": found.collect::<Vec<_>>(),
        "manifests": manifests,
        "traffic": previews.filter(|previews| !previews.is_empty()).map(|previews| picture(&previews)),
    })
}

/// Returns the findings of `relc lint`.
fn findings(input: &LoadedInput) -> Vec<Diagnostic> {
    let mut found = input.diagnostics.clone();
    for index in 0..input.len() {
        let mut analysis = input.analyze(index, &ENVIRONMENTS);
        relc_lint::lint(input, &mut analysis);
        found.extend(analysis.built.diagnostics);
    }
    report::unsuppressed(input, found)
}

/// Returns what `relc build` writes, and the previews of the releases; `None` if it reports errors. A lint rule's errors are not among them.
fn build(input: &LoadedInput) -> Option<(String, Vec<Preview>)> {
    let mut found = input.diagnostics.clone();
    let (mut documents, mut previews) = (Vec::new(), Vec::new());
    for index in 0..input.len() {
        let mut analysis = input.analyze(index, &ENVIRONMENTS);
        relc_lint::prove(input, &mut analysis);
        let routing = analysis.subject(input).map(|subject| Routing::new(&subject));
        previews.extend(routing.and_then(|routing| Preview::new(&routing, ReadySets::Some).ok()));
        found.extend(analysis.built.diagnostics);
        documents.extend(analysis.built.documents);
    }
    let found = report::unsuppressed(input, found);
    let is_built = found.iter().all(|found| found.severity != Severity::Error);
    is_built.then(|| (Stream::piece(Format::Yaml, &documents), previews))
}

/// Returns a diagnostic as JSON. One in an imported file is at the start of this file, with the name of the other one.
fn diagnostic(found: &Diagnostic, sources: &Sources, main: FileId, positions: &Positions<'_>) -> Value {
    let is_here = found.span.file == main;
    let range = if is_here { found.span.range() } else { 0..0 };
    let other = if is_here { String::new() } else { format!("{}: ", sources.file(found.span.file).name()) };
    let fix = found.fix.as_ref().filter(|fix| fix.edits.iter().all(|edit| edit.span.file == main)).map(|fix| {
        let edit = |edit: &Edit| json!({ "range": positions.range(edit.span.range()), "text": edit.text });
        json!({
            "title": fix.title(found.code.name(), sources),
            "edits": fix.edits.iter().map(edit).collect::<Vec<_>>(),
        })
    });
    json!({
        "name": found.code.name(),
        "severity": found.severity.name(),
        "message": format!("{other}{}", found.message),
        "help": found.help,
        "range": positions.range(range),
        "fix": fix,
    })
}
