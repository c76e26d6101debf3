//! References and rename, over all files of the open folders.

use std::collections::HashMap;

use lsp_types::{Location, ReferenceParams, RenameParams, TextDocumentPositionParams, TextEdit, Url, WorkspaceEdit};

use super::at_position;
use crate::document::Document;
use crate::documents::Documents;
use crate::files::Files;
use relc_ide::{self as ide, FileContext, Named, Occurrence};

/// Returns the occurrences of a name in all files.
pub fn references(files: &Files, params: &ReferenceParams) -> Result<Option<Vec<Location>>, String> {
    let declaration = params.context.include_declaration;
    Ok(on_name(files, &params.text_document_position, |document, named| {
        let places = in_all_files(files, document, named, |document, _, places| {
            let wanted = places.into_iter().filter(|place| declaration || !place.declares);
            let location =
                |place: Occurrence| Location { uri: document.url.clone(), range: document.range(place.range) };
            Some(wanted.map(location).collect::<Vec<_>>())
        });
        places.into_iter().flatten().collect()
    }))
}

/// Runs `ask` on the name at a position.
fn on_name<R>(files: &Files, at: &TextDocumentPositionParams, ask: impl FnOnce(&Document, &Named) -> R) -> Option<R> {
    let document = files.get(&at.text_document.uri)?;
    let offset = document.lines.offset(&document.text, at.position);
    let named = files.with_context(document, |context| ide::named(context, offset))?;
    Some(ask(document, &named))
}

/// Runs `ask` on each file that contains a name, with its occurrences there. A name of one document is found in that alone, and
/// so is any name of an old revision.
fn in_all_files<R>(
    files: &Files,
    document: &Document,
    named: &Named,
    ask: impl Fn(&Document, &FileContext<'_>, Vec<Occurrence>) -> Option<R>,
) -> Vec<R> {
    let ask = |document: &Document| {
        files.with_context(document, |context| {
            let places = ide::occurrences(context, named);
            if places.is_empty() { None } else { ask(document, context, places) }
        })
    };
    if document.is_revision() || named.is_of_this_file() {
        return ask(document).into_iter().collect();
    }
    let files = files.all_rel_files().into_iter().filter(|document| document.text.contains(&named.text));
    files.filter_map(|document| ask(&document)).collect()
}

/// Returns the range of the name to rename, or why it can't be renamed.
pub fn prepare(documents: &Documents, at: &TextDocumentPositionParams) -> Result<Option<lsp_types::Range>, String> {
    let found = at_position(documents, at, |document, offset, context| {
        let named = ide::named(context, offset)?;
        Some(named.renamed().map(|()| document.range(named.here)))
    })?;
    found.transpose()
}

/// Returns the edits that rename a name in all files.
pub fn rename(files: &Files, params: &RenameParams) -> Result<Option<WorkspaceEdit>, String> {
    let new = &params.new_name;
    let found = on_name(files, &params.text_document_position, |document, named| {
        named.renamed()?;
        named.check_name(new)?;
        edits(files, document, named, new)
    });
    let changes = found.transpose()?;
    Ok(changes.map(|changes| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
}

/// Returns the edits that rename `named` to `new`, by file.
fn edits(files: &Files, document: &Document, named: &Named, new: &str) -> Result<HashMap<Url, Vec<TextEdit>>, String> {
    let changes = in_all_files(files, document, named, |document, context, places| {
        let name = document.name();
        if ide::is_taken(context, named, new) {
            return Some(Err(format!("`{new}` is the name of something else in `{name}`")));
        }
        if ide::unsure(context, named) {
            let old = &named.text;
            return Some(Err(format!("`{name}` uses an `{old}` that may be another one: rename it by hand")));
        }
        let edit = |place: Occurrence| {
            let new_text = named.replacement(&place, new);
            TextEdit { range: document.range(place.range), new_text }
        };
        Some(Ok((document.url.clone(), places.into_iter().map(edit).collect())))
    });
    changes.into_iter().collect()
}
