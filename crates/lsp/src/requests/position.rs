//! Hover, definitions and highlights.

use lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams, Hover, HoverContents,
    HoverParams, Location, MarkupContent, MarkupKind,
};

use super::at_position;
use crate::documents::Documents;
use crate::location::target;
use relc_ide::{self as ide, Occurrence};

/// Returns what is known about a name or key.
pub fn hover(documents: &Documents, params: HoverParams) -> Result<Option<Hover>, String> {
    at_position(documents, &params.text_document_position_params, |document, offset, context| {
        let found = ide::hover(context, offset)?;
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: found.text });
        Some(Hover { contents, range: Some(document.range(found.range)) })
    })
}

/// Returns the place where a name is declared.
pub fn definition(documents: &Documents, params: GotoDefinitionParams) -> Result<Option<Location>, String> {
    at_position(documents, &params.text_document_position_params, |document, offset, context| {
        target(&documents.files, document, ide::definition(context, offset)?, &context.sources())
    })
}

/// Returns the occurrences of a name in its document.
pub fn highlights(
    documents: &Documents,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, String> {
    at_position(documents, &params.text_document_position_params, |document, offset, context| {
        let places = ide::occurrences(context, &ide::named(context, offset)?);
        let highlight = |place: Occurrence| DocumentHighlight {
            range: document.range(place.range),
            kind: Some(if place.declares { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ }),
        };
        Some(places.into_iter().map(highlight).collect())
    })
}
