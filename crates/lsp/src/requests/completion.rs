//! Completion.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, Documentation, InsertTextFormat, InsertTextMode,
    MarkupContent, MarkupKind, TextEdit,
};

use super::{Session, is_relevant};
use crate::client::Client;
use crate::document::Document;
use relc_core::helm_values::header::{HeaderKey, top_keys};
use relc_ide::{self as ide, Candidate, CandidateKind, Listed, Shape};
use relc_project::files::entries;
use relc_project::inputs::is_environment;

/// Returns what can be written at a position, the likeliest first.
pub fn completion(session: &Session<'_>, params: CompletionParams) -> Result<Option<Vec<CompletionItem>>, String> {
    let at = &params.text_document_position;
    let document = session.documents.files.get(&at.text_document.uri);
    let Some(document) = document.filter(|document| is_relevant(document) || is_new(document)) else { return Ok(None) };
    let offset = document.lines.offset(&document.text, at.position);
    let found = session.documents.with_context(document, |context| {
        Some(ide::complete(context, offset, &|directory| list_directory(document, directory)))
    });
    let items =
        found.unwrap_or_default().into_iter().enumerate().map(|(at, found)| item(session.client, document, at, found));
    Ok(Some(items.collect()))
}

/// Returns true if a YAML text could become the values of a release: its name is one of values, and all of its keys are those at
/// the top of them, or the word that is being written.
fn is_new(document: &Document) -> bool {
    let is_known = |line: &str| {
        let Some((key, value)) = line.split_once(':') else { return !line.contains(['-', '{']) };
        let (key, value) = (key.trim(), value.trim());
        // Charts of others have an `environment`, too.
        let is_other = key == HeaderKey::Environment.key() && !value.is_empty() && !is_environment(value);
        top_keys().any(|known| known == key) && !is_other
    };
    let content = |line: &&str| !line.is_empty() && !line.starts_with([' ', '#', '\t']);
    document.name().contains("values") && document.text.lines().filter(content).all(is_known)
}

/// Lists a directory that a file names, sorted, without hidden files.
fn list_directory(document: &Document, directory: &str) -> Vec<Listed> {
    let Some(parent) = document.path().parent() else { return Vec::new() };
    let directory = parent.join(directory);
    let is_offered = |name: &str| !name.starts_with('.') && directory.join(name) != document.path();
    let listed = entries(&directory).into_iter().filter(|(name, _)| is_offered(name));
    listed.map(|(name, is_directory)| Listed { name, is_directory }).collect()
}

fn item(client: &Client, document: &Document, at: usize, found: Candidate) -> CompletionItem {
    let kind = match found.kind {
        CandidateKind::Field => CompletionItemKind::FIELD,
        CandidateKind::Member => CompletionItemKind::ENUM_MEMBER,
        CandidateKind::Environment => CompletionItemKind::MODULE,
        CandidateKind::Strategy => CompletionItemKind::METHOD,
        CandidateKind::Value => CompletionItemKind::VARIABLE,
        CandidateKind::Word => CompletionItemKind::KEYWORD,
        CandidateKind::Label => CompletionItemKind::CONSTANT,
        CandidateKind::Type => CompletionItemKind::STRUCT,
        CandidateKind::Function => CompletionItemKind::FUNCTION,
        CandidateKind::Module => CompletionItemKind::MODULE,
        CandidateKind::File => CompletionItemKind::FILE,
        CandidateKind::Directory => CompletionItemKind::FOLDER,
    };
    let documentation = found
        .documentation
        .map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
    let snippet = found.shape.as_ref().filter(|_| client.snippets).and_then(Shape::snippet);
    let is_snippet = snippet.is_some();
    CompletionItem {
        filter_text: Some(found.filter),
        label: found.label,
        kind: Some(kind),
        detail: Some(found.detail).filter(|detail| !detail.is_empty()),
        documentation,
        sort_text: Some(format!("{at:04}")),
        insert_text_format: is_snippet.then_some(InsertTextFormat::SNIPPET),
        insert_text_mode: is_snippet.then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(
            TextEdit { range: document.range(found.range), new_text: snippet.unwrap_or(found.text) }.into(),
        ),
        ..CompletionItem::default()
    }
}
