//! Symbols, folding, hints and semantic tokens: what an editor asks of a whole document.

use lsp_types::{
    DocumentSymbol, FoldingRange, InlayHint, InlayHintKind, InlayHintParams, Location, SemanticTokens,
    SymbolInformation, SymbolKind, Url,
};

use super::{in_file, overlap};
use crate::document::Document;
use crate::documents::Documents;
use crate::files::Files;
use crate::tokens;
use relc_ide::{self as ide, ParsedFile};
use relc_syntax::source::Syntax;

/// Returns the symbols of a document.
pub fn of_document(documents: &Documents, url: &Url) -> Result<Option<Vec<DocumentSymbol>>, String> {
    in_file(documents, url, |document, context| {
        Some(ide::symbols(context).iter().map(|found| symbol(document, found)).collect())
    })
}

fn symbol(document: &Document, found: &ide::Symbol) -> DocumentSymbol {
    #[allow(deprecated)] // The type has the field, which must be set.
    DocumentSymbol {
        name: found.name.clone(),
        detail: Some(found.detail.clone()).filter(|detail| !detail.is_empty()),
        kind: symbol_kind(found.kind),
        tags: None,
        deprecated: None,
        range: document.range(found.range.clone()),
        selection_range: document.range(found.selection.clone()),
        children: Some(found.children.iter().map(|child| symbol(document, child)).collect()),
    }
}

fn symbol_kind(kind: ide::SymbolKind) -> SymbolKind {
    match kind {
        ide::SymbolKind::Release => SymbolKind::MODULE,
        ide::SymbolKind::Version => SymbolKind::CLASS,
        ide::SymbolKind::Value => SymbolKind::VARIABLE,
        ide::SymbolKind::Type => SymbolKind::STRUCT,
        ide::SymbolKind::Fragment => SymbolKind::FUNCTION,
        ide::SymbolKind::Environment => SymbolKind::NAMESPACE,
        ide::SymbolKind::Key => SymbolKind::KEY,
        ide::SymbolKind::Group => SymbolKind::OBJECT,
        ide::SymbolKind::Strategy => SymbolKind::ENUM,
        ide::SymbolKind::Field => SymbolKind::FIELD,
        ide::SymbolKind::Rule => SymbolKind::EVENT,
    }
}

/// Largest number of symbols returned for the workspace.
const SYMBOLS: usize = 500;

/// Returns the releases and declarations in all files whose names contain the letters of `query` in this order.
#[allow(deprecated)] // The type has the field, which must be set.
pub fn of_workspace(files: &Files, query: &str) -> Vec<SymbolInformation> {
    let mut found = Vec::new();
    for document in files.all_rel_files() {
        // Imports aren't loaded: they aren't needed, and may be many.
        let symbols = ide::declarations(&ParsedFile::alone(&document.text, Syntax::Rel));
        for symbol in symbols.into_iter().filter(|symbol| is_like(&symbol.name, query)) {
            found.push(SymbolInformation {
                location: Location { uri: document.url.clone(), range: document.range(symbol.selection) },
                name: symbol.name,
                kind: symbol_kind(symbol.kind),
                tags: None,
                deprecated: None,
                container_name: Some(document.name()),
            });
            if found.len() == SYMBOLS {
                return found;
            }
        }
    }
    found
}

fn is_like(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}

/// Returns the semantic tokens of a document, or those in a range of it.
pub fn semantic_tokens(
    documents: &Documents,
    url: &Url,
    range: Option<lsp_types::Range>,
) -> Result<Option<SemanticTokens>, String> {
    in_file(documents, url, |document, context| {
        let tokens = ide::tokens(context);
        let is_wanted =
            |token: &&ide::Token| range.is_none_or(|range| overlap(&document.range(token.range.clone()), &range));
        let tokens = tokens.iter().filter(is_wanted);
        Some(SemanticTokens { result_id: None, data: tokens::encode(document, tokens) })
    })
}

/// Returns the folding ranges of a document.
pub fn folds(documents: &Documents, url: &Url) -> Result<Option<Vec<FoldingRange>>, String> {
    in_file(documents, url, |document, context| {
        let fold = |range| {
            let range = document.range(range);
            FoldingRange { start_line: range.start.line, end_line: range.end.line, ..FoldingRange::default() }
        };
        Some(ide::folds(context).into_iter().map(fold).collect())
    })
}

/// Returns the inlay hints in a range of a document.
pub fn hints(documents: &Documents, params: &InlayHintParams) -> Result<Option<Vec<InlayHint>>, String> {
    in_file(documents, &params.text_document.uri, |document, context| {
        let is_wanted = |hint: &InlayHint| {
            params.range.start.line <= hint.position.line && hint.position.line <= params.range.end.line
        };
        let hints = ide::hints(context).into_iter().map(|found| hint(document, found));
        Some(hints.filter(is_wanted).collect())
    })
}

fn hint(document: &Document, found: ide::Hint) -> InlayHint {
    InlayHint {
        position: document.lines.position(&document.text, found.offset),
        label: found.text.into(),
        kind: Some(InlayHintKind::PARAMETER),
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    }
}
