//! Answers to the client's requests.

mod actions;
mod commands;
mod completion;
mod format;
mod moved;
mod names;
mod position;
mod structure;
mod symbols;

pub use actions::FIX_ALL;
pub use commands::written;
pub use structure::{MANIFESTS, TRAFFIC};

use lsp_server::Request;
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeActionParams, CodeLensParams, DocumentFormattingParams, DocumentLinkParams, DocumentOnTypeFormattingParams,
    DocumentRangeFormattingParams, DocumentSymbolParams, FoldingRangeParams, InlayHintParams, SemanticTokensParams,
    SemanticTokensRangeParams, TextDocumentPositionParams, Url, WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Reports;
use super::client::Client;
use super::diagnostics::DiagnosticStore;
use super::document::Document;
use super::documents::Documents;
use super::files::Files;
use relc_ide as ide;
use relc_project::inputs;
use relc_syntax::source::Syntax;

/// The answer to a request, or why there is none.
pub type Answer = Result<Value, String>;

/// What answers depend on.
pub struct Session<'s> {
    /// The client.
    pub client: &'s Client,
    /// The open documents.
    pub documents: &'s Documents,
    /// The latest diagnostics.
    pub diagnostics: &'s DiagnosticStore,
}

/// Answers a request about one document; returns `None` if its method is none of these.
pub fn answer(session: &Session<'_>, request: &Request) -> Option<Answer> {
    let Session { client, documents, diagnostics } = *session;
    Some(match request.method.as_str() {
        request::Completion::METHOD => answer_with(request, |params| completion::completion(session, params)),
        request::HoverRequest::METHOD => answer_with(request, |params| position::hover(documents, params)),
        request::GotoDefinition::METHOD => answer_with(request, |params| position::definition(documents, params)),
        request::DocumentHighlightRequest::METHOD => {
            answer_with(request, |params| position::highlights(documents, params))
        }
        request::PrepareRenameRequest::METHOD => answer_with(request, |params| names::prepare(documents, &params)),
        request::DocumentSymbolRequest::METHOD => answer_with(request, |params: DocumentSymbolParams| {
            symbols::of_document(documents, &params.text_document.uri)
        }),
        request::SemanticTokensFullRequest::METHOD => answer_with(request, |params: SemanticTokensParams| {
            symbols::semantic_tokens(documents, &params.text_document.uri, None)
        }),
        request::SemanticTokensRangeRequest::METHOD => answer_with(request, |params: SemanticTokensRangeParams| {
            symbols::semantic_tokens(documents, &params.text_document.uri, Some(params.range))
        }),
        request::FoldingRangeRequest::METHOD => {
            answer_with(request, |params: FoldingRangeParams| symbols::folds(documents, &params.text_document.uri))
        }
        request::InlayHintRequest::METHOD => {
            answer_with(request, |params: InlayHintParams| match client.settings.inlay_hints {
                true => symbols::hints(documents, &params),
                false => Ok(None),
            })
        }
        request::Formatting::METHOD => answer_with(request, |params: DocumentFormattingParams| {
            Ok(documents.files.get(&params.text_document.uri).and_then(|document| format::document(document)))
        }),
        request::RangeFormatting::METHOD => answer_with(request, |params: DocumentRangeFormattingParams| {
            let document = documents.files.get(&params.text_document.uri);
            Ok(document.and_then(|document| format::range(document, params.range)))
        }),
        request::OnTypeFormatting::METHOD => answer_with(request, |params: DocumentOnTypeFormattingParams| {
            let document = documents.files.get(&params.text_document_position.text_document.uri);
            Ok(document.and_then(|document| format::on_type(document, &params)))
        }),
        request::DocumentLinkRequest::METHOD => {
            answer_with(request, |params: DocumentLinkParams| structure::links(documents, &params.text_document.uri))
        }
        request::SelectionRangeRequest::METHOD => {
            answer_with(request, |params| structure::selections(documents, &params))
        }
        request::SignatureHelpRequest::METHOD => answer_with(request, |params| structure::signature(documents, params)),
        request::CodeLensRequest::METHOD => {
            answer_with(request, |params: CodeLensParams| structure::lenses(session, &params.text_document.uri))
        }
        request::CodeActionRequest::METHOD => {
            answer_with(request, |params: CodeActionParams| Ok(actions::actions(diagnostics, &params)))
        }
        _ => return None,
    })
}

/// The request of relc's own for the manifests of a document, which a client shows next to it.
pub const SHOWN: &str = "relc/manifests";

/// Returns true if a request concerns all files of the open folders, which can take a while.
pub fn is_slow(method: &str) -> bool {
    matches!(
        method,
        request::References::METHOD
            | request::Rename::METHOD
            | request::WorkspaceSymbolRequest::METHOD
            | request::WillRenameFiles::METHOD
            | request::ExecuteCommand::METHOD
            | SHOWN
    )
}

/// Answers a request for which [`is_slow`] is true; otherwise returns `None`.
pub fn answer_slowly(files: &Files, reports: &Reports, request: &Request) -> Option<Answer> {
    Some(match request.method.as_str() {
        request::References::METHOD => answer_with(request, |params| names::references(files, &params)),
        request::Rename::METHOD => answer_with(request, |params| names::rename(files, &params)),
        request::WorkspaceSymbolRequest::METHOD => {
            answer_with(request, |params: WorkspaceSymbolParams| Ok(symbols::of_workspace(files, &params.query)))
        }
        request::WillRenameFiles::METHOD => answer_with(request, |params| Ok(moved::will_rename(files, &params))),
        request::ExecuteCommand::METHOD => answer_with(request, |params| commands::execute(files, reports, &params)),
        SHOWN => answer_with(request, |params: DocumentLinkParams| {
            let document = files.get(&params.text_document.uri).ok_or("the file is not open")?;
            commands::manifests(files, document)
        }),
        _ => return None,
    })
}

/// Answers a request after parsing its parameters.
fn answer_with<P: DeserializeOwned, R: Serialize>(
    request: &Request,
    answer: impl FnOnce(P) -> Result<R, String>,
) -> Answer {
    let params = serde_json::from_value(request.params.clone()).map_err(|error| error.to_string())?;
    serde_json::to_value(answer(params)?).map_err(|error| error.to_string())
}

/// Runs `ask` on the context of an open document; returns `None` if it isn't open, or is YAML of something else.
fn in_file<R>(
    documents: &Documents,
    url: &Url,
    ask: impl FnOnce(&Document, &ide::FileContext<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    let document = documents.files.get(url).filter(|document| is_relevant(document));
    let Some(document) = document else { return Ok(None) };
    Ok(documents.with_context(document, |context| ask(document, context)))
}

/// Returns true if a document is for relc: a `.rel` file, or the values of a release.
fn is_relevant(document: &Document) -> bool {
    document.syntax() == Syntax::Rel || inputs::is_values(&document.text)
}

fn at_position<R>(
    documents: &Documents,
    at: &TextDocumentPositionParams,
    ask: impl FnOnce(&Document, usize, &ide::FileContext<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    in_file(documents, &at.text_document.uri, |document, context| {
        ask(document, document.lines.offset(&document.text, at.position), context)
    })
}

/// Returns true if two ranges share a position.
fn overlap(one: &lsp_types::Range, other: &lsp_types::Range) -> bool {
    one.start <= other.end && other.start <= one.end
}
