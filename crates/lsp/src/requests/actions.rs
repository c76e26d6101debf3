//! Code actions: the fixes of diagnostics.

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, TextEdit, Url, WorkspaceEdit};

use super::overlap;
use crate::diagnostics::{DiagnosticStore, FileDiagnostic, FileFix};
use relc_syntax::diagnostic::Applicability;

/// The kind of the action that applies all safe fixes.
pub const FIX_ALL: &str = "source.fixAll.relc";

/// Returns the actions of the kinds that the client asks for.
pub fn actions(diagnostics: &DiagnosticStore, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let found = diagnostics.get(uri).map_or(&[][..], |known| &known.found);
    let only = params.context.only.as_deref();
    // A kind includes those below it: `source` has `source.fixAll`.
    let is_wanted = |kind: &str| only.is_none_or(|only| only.iter().any(|wanted| is_below(kind, wanted.as_str())));
    let mut actions = Vec::new();
    if is_wanted(CodeActionKind::QUICKFIX.as_str()) {
        let here = found.iter().filter(|found| overlap(&found.diagnostic.range, &params.range));
        actions.extend(here.filter_map(|found| quick_fix(uri, found)));
    }
    // What changes the whole file is not offered where it was not asked for.
    if only.is_some_and(|only| !only.is_empty()) && is_wanted(FIX_ALL) {
        actions.extend(fix_all(uri, found));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Returns true if `kind` is `wanted` or below it; everything is below the empty kind.
fn is_below(kind: &str, wanted: &str) -> bool {
    wanted.is_empty() || kind.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn quick_fix(uri: &Url, found: &FileDiagnostic) -> Option<CodeAction> {
    let FileFix { title, edits, is_likely, .. } = found.fix.clone()?;
    Some(CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![found.diagnostic.clone()]),
        edit: Some(edit(uri, edits)),
        is_preferred: Some(is_likely),
        ..CodeAction::default()
    })
}

/// Returns the action that applies all safe fixes which don't overlap.
fn fix_all(uri: &Url, found: &[FileDiagnostic]) -> Option<CodeAction> {
    let mut edits: Vec<TextEdit> = Vec::new();
    for fix in
        found.iter().filter_map(|found| found.fix.as_ref()).filter(|fix| fix.applicability == Applicability::Safe)
    {
        let is_free = |new: &TextEdit| {
            edits.iter().all(|known| new.range.end < known.range.start || known.range.end < new.range.start)
        };
        if fix.edits.iter().all(is_free) {
            edits.extend(fix.edits.iter().cloned());
        }
    }
    (!edits.is_empty()).then(|| CodeAction {
        title: "Apply all safe fixes of relc".to_owned(),
        kind: Some(CodeActionKind::new(FIX_ALL)),
        edit: Some(edit(uri, edits)),
        ..CodeAction::default()
    })
}

fn edit(uri: &Url, edits: Vec<TextEdit>) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some([(uri.clone(), edits)].into()), ..WorkspaceEdit::default() }
}
