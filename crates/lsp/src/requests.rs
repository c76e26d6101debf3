//! Answers to the client's requests.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;

use lsp_server::Request;
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CompletionItem, CompletionItemKind,
    CompletionParams, DocumentFormattingParams, DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams,
    DocumentRangeFormattingParams, DocumentSymbol, DocumentSymbolParams, Documentation, FoldingRange,
    FoldingRangeParams, GotoDefinitionParams, Hover, HoverContents, HoverParams, InlayHint, InlayHintParams, Location,
    MarkupContent, MarkupKind, ReferenceParams, RenameParams, SemanticTokens, SemanticTokensParams,
    SemanticTokensRangeParams, SymbolInformation, SymbolKind, TextDocumentPositionParams, TextEdit, Url, WorkspaceEdit,
    WorkspaceSymbolParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::convert::Lines;
use super::diagnostics::DiagnosticStore;
use super::documents::{Document, Documents};
use super::tokens;
use relc_ide::{self as ide, Candidate, CandidateKind, Listed, Named, Occurrence, ParsedFile, Target};
use relc_project::files::{entries, library_copy};
use relc_syntax as syntax;
use relc_syntax::diagnostic::Applicability;
use relc_syntax::format::{WIDTH, format, format_range};
use relc_syntax::lines::Column;
use relc_syntax::source::{Sources, Span, Syntax};

type Answer = Result<Value, String>;

/// Answers a request; returns `None` if its method is unknown.
pub fn answer(documents: &Documents, diagnostics: &DiagnosticStore, request: &Request) -> Option<Answer> {
    Some(match request.method.as_str() {
        request::Completion::METHOD => answer_with(request, |params| completion(documents, params)),
        request::HoverRequest::METHOD => answer_with(request, |params| hover(documents, params)),
        request::GotoDefinition::METHOD => answer_with(request, |params| definition(documents, params)),
        request::References::METHOD => answer_with(request, |params| references(documents, params)),
        request::DocumentHighlightRequest::METHOD => answer_with(request, |params| highlights(documents, params)),
        request::PrepareRenameRequest::METHOD => answer_with(request, |params| prepare_rename(documents, &params)),
        request::Rename::METHOD => answer_with(request, |params| rename(documents, &params)),
        request::DocumentSymbolRequest::METHOD => answer_with(request, |params: DocumentSymbolParams| {
            in_file(documents, &params.text_document.uri, |document, context| {
                Some(ide::symbols(context).iter().map(|found| symbol(document, found)).collect::<Vec<_>>())
            })
        }),
        request::WorkspaceSymbolRequest::METHOD => {
            answer_with(request, |params: WorkspaceSymbolParams| Ok(workspace_symbols(documents, &params.query)))
        }
        request::SemanticTokensFullRequest::METHOD => answer_with(request, |params: SemanticTokensParams| {
            semantic_tokens(documents, &params.text_document.uri, |_, _| true)
        }),
        request::SemanticTokensRangeRequest::METHOD => answer_with(request, |params: SemanticTokensRangeParams| {
            semantic_tokens(documents, &params.text_document.uri, |document, token| {
                overlap(&document.range(token.range.clone()), &params.range)
            })
        }),
        request::FoldingRangeRequest::METHOD => answer_with(request, |params: FoldingRangeParams| {
            in_file(documents, &params.text_document.uri, |document, context| {
                let fold = |range: Range<usize>| {
                    let range = document.range(range);
                    FoldingRange { start_line: range.start.line, end_line: range.end.line, ..FoldingRange::default() }
                };
                Some(ide::folds(context).into_iter().map(fold).collect::<Vec<_>>())
            })
        }),
        request::InlayHintRequest::METHOD => answer_with(request, |params: InlayHintParams| {
            in_file(documents, &params.text_document.uri, |document, context| {
                let wanted = |hint: &InlayHint| {
                    params.range.start.line <= hint.position.line && hint.position.line <= params.range.end.line
                };
                let hints = ide::hints(context).into_iter().map(|found| hint(document, found));
                Some(hints.filter(wanted).collect::<Vec<_>>())
            })
        }),
        request::Formatting::METHOD => answer_with(request, |params: DocumentFormattingParams| {
            let all = |document: &Document| (0..document.text.len(), format(&document.text, WIDTH));
            Ok(documents.files.get(&params.text_document.uri).and_then(|document| formatting_edits(document, all)))
        }),
        request::RangeFormatting::METHOD => answer_with(request, |params: DocumentRangeFormattingParams| {
            let selected = |document: &Document| {
                let offset = |position| document.lines.offset(&document.text, position);
                format_range(&document.text, offset(params.range.start)..offset(params.range.end), WIDTH)
            };
            Ok(documents.files.get(&params.text_document.uri).and_then(|document| formatting_edits(document, selected)))
        }),
        request::CodeActionRequest::METHOD => {
            answer_with(request, |params: CodeActionParams| Ok(actions(diagnostics, &params)))
        }
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

fn in_file<R>(
    documents: &Documents,
    url: &Url,
    ask: impl FnOnce(&Document, &ide::FileContext<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    let Some(document) = documents.files.get(url) else { return Ok(None) };
    Ok(documents.with_context(document, |context| ask(document, context)))
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

fn completion(documents: &Documents, params: CompletionParams) -> Result<Option<Vec<CompletionItem>>, String> {
    at_position(documents, &params.text_document_position, |document, offset, context| {
        let found = ide::complete(context, offset, &|directory| list_directory(document, directory)).into_iter();
        Some(found.enumerate().map(|(at, found)| item(document, at, found)).collect())
    })
}

/// Lists a directory that a file names, sorted, without hidden files.
fn list_directory(document: &Document, directory: &str) -> Vec<Listed> {
    let Some(parent) = document.path.parent() else { return Vec::new() };
    let directory = parent.join(directory);
    let is_offered = |name: &str| !name.starts_with('.') && directory.join(name) != document.path;
    let listed = entries(&directory).into_iter().filter(|(name, _)| is_offered(name));
    listed.map(|(name, is_directory)| Listed { name, is_directory }).collect()
}

/// Returns the edit that replaces a range of a file by its formatted text, both from `lay`; no edits if nothing
/// changes. Returns `None` for YAML, which relc doesn't format.
fn formatting_edits(
    document: &Document,
    lay: impl FnOnce(&Document) -> (Range<usize>, String),
) -> Option<Vec<TextEdit>> {
    if document.syntax() == Syntax::Yaml {
        return None;
    }
    let (place, laid) = lay(document);
    let changed = laid != document.text[place.clone()];
    Some(changed.then(|| TextEdit { range: document.range(place), new_text: laid }).into_iter().collect())
}

/// Returns the semantic tokens for which `wanted` is true.
fn semantic_tokens(
    documents: &Documents,
    url: &Url,
    wanted: impl Fn(&Document, &ide::Token) -> bool,
) -> Result<Option<SemanticTokens>, String> {
    in_file(documents, url, |document, context| {
        let tokens = ide::tokens(context);
        let tokens = tokens.iter().filter(|token| wanted(document, token));
        Some(SemanticTokens { result_id: None, data: tokens::encode(document, tokens) })
    })
}

fn overlap(one: &lsp_types::Range, other: &lsp_types::Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn hover(documents: &Documents, params: HoverParams) -> Result<Option<Hover>, String> {
    at_position(documents, &params.text_document_position_params, |document, offset, context| {
        let found = ide::hover(context, offset)?;
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: found.text });
        Some(Hover { contents, range: Some(document.range(found.range)) })
    })
}

fn definition(documents: &Documents, params: GotoDefinitionParams) -> Result<Option<Location>, String> {
    at_position(documents, &params.text_document_position_params, |document, offset, context| {
        target(document, ide::definition(context, offset)?, &context.sources())
    })
}

/// Returns the occurrences of a name in all files that the editor knows of.
fn references(documents: &Documents, params: ReferenceParams) -> Result<Option<Vec<Location>>, String> {
    let declaration = params.context.include_declaration;
    at_position(documents, &params.text_document_position, |_, offset, context| {
        let named = ide::named(context, offset)?;
        let places = in_all_files(documents, &named, |document, _, places| {
            let uri = document.url()?;
            let wanted = places.into_iter().filter(|place| declaration || !place.declares);
            Some(wanted.map(|place| Location { uri: uri.clone(), range: document.range(place.range) }).collect())
        });
        Some(places.into_iter().flat_map(|places: Vec<Location>| places).collect())
    })
}

/// Runs `ask` on each file that contains a name, with its occurrences there.
fn in_all_files<R>(
    documents: &Documents,
    named: &Named,
    ask: impl Fn(&Document, &ide::FileContext<'_>, Vec<Occurrence>) -> Option<R>,
) -> Vec<R> {
    let files = documents.all_rel_files().into_iter().filter(|document| document.text.contains(&named.text));
    let found = files.filter_map(|document| {
        documents.files.with_context(&document, |context| {
            let places = ide::occurrences(context, named);
            if places.is_empty() { None } else { ask(&document, context, places) }
        })
    });
    found.collect()
}

fn highlights(
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

fn item(document: &Document, at: usize, found: Candidate) -> CompletionItem {
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
    // Required fields come first, and all fields are in the order of their declarations.
    let first = if found.required { 0 } else { 1 };
    CompletionItem {
        label: found.label,
        kind: Some(kind),
        detail: Some(found.detail).filter(|detail| !detail.is_empty()),
        documentation,
        sort_text: Some(format!("{first}{at:04}")),
        text_edit: Some(TextEdit { range: document.range(found.range), new_text: found.text }.into()),
        ..CompletionItem::default()
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
    }
}

fn symbol(document: &Document, found: &ide::Symbol) -> DocumentSymbol {
    #[allow(deprecated)] // The type has the field, and it must be said.
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

fn hint(document: &Document, found: ide::Hint) -> InlayHint {
    InlayHint {
        position: document.lines.position(&document.text, found.offset),
        label: found.text.into(),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    }
}

fn prepare_rename(documents: &Documents, at: &TextDocumentPositionParams) -> Result<Option<lsp_types::Range>, String> {
    let found = at_position(documents, at, |document, offset, context| {
        let named = ide::named(context, offset)?;
        Some(named.renamed().map(|()| document.range(named.here)))
    })?;
    found.transpose()
}

fn rename(documents: &Documents, params: &RenameParams) -> Result<Option<WorkspaceEdit>, String> {
    let new = &params.new_name;
    let found = at_position(documents, &params.text_document_position, |_, offset, context| {
        let named = ide::named(context, offset)?;
        Some(named.renamed().and_then(|()| edits(documents, &named, new)))
    })?;
    let changes = found.transpose()?;
    Ok(changes.map(|changes| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
}

/// Returns the edits that rename `named` to `new`, by file.
fn edits(documents: &Documents, named: &Named, new: &str) -> Result<HashMap<Url, Vec<TextEdit>>, String> {
    let old = &named.text;
    let is_type = old.starts_with(|c: char| c.is_ascii_uppercase());
    if !is_name(new, is_type) {
        let example = match is_type {
            true => "it begins with a capital, as in `Port`",
            false => "it begins with a lower-case letter, as in `base-image`",
        };
        return Err(format!("`{new}` is not a valid name: {example}"));
    }
    let changes = in_all_files(documents, named, |document, context, places| {
        let name = document.path.file_name().unwrap_or_default().to_string_lossy();
        if ide::is_taken(context, new) {
            return Some(Err(format!("`{new}` is the name of something else in `{name}`")));
        }
        if ide::unsure(context, named) {
            let reason = format!("`{name}` has an `{old}` of which relc cannot tell whether it is this one");
            return Some(Err(reason));
        }
        let edit = |place: Occurrence| {
            // A shorthand entry keeps its key.
            let new_text = if place.shorthand { format!("{old}: {new}") } else { new.to_owned() };
            TextEdit { range: document.range(place.range), new_text }
        };
        Some(Ok((document.url()?, places.into_iter().map(edit).collect())))
    });
    changes.into_iter().collect()
}

/// Returns true if the parser accepts `name` as the name of a let, or of a type.
fn is_name(name: &str, is_type: bool) -> bool {
    let text = match is_type {
        true => format!("type {name} = int\nlet other: {name} = 1\n"),
        false => format!("let {name} = 1\nlet other = {name}\n"),
    };
    let (file, found) = syntax::parse(relc_syntax::source::FileId(0), &text);
    found.is_empty() && file.items.len() == 2 && name.trim() == name
}

/// Largest number of symbols returned for the workspace.
const SYMBOLS: usize = 500;

/// Returns the releases and declarations in all files whose names contain the letters of `query` in this order.
#[allow(deprecated)] // The type has the field, and it must be said.
fn workspace_symbols(documents: &Documents, query: &str) -> Vec<SymbolInformation> {
    let mut found = Vec::new();
    for document in documents.all_rel_files() {
        let Some(uri) = document.url() else { continue };
        // Imports aren't loaded: they aren't needed, and may be many.
        let symbols = ide::declarations(&ParsedFile::alone(&document.text, Syntax::Rel));
        for symbol in symbols.into_iter().filter(|symbol| is_like(&symbol.name, query)) {
            found.push(SymbolInformation {
                location: Location { uri: uri.clone(), range: document.range(symbol.selection) },
                name: symbol.name,
                kind: symbol_kind(symbol.kind),
                tags: None,
                deprecated: None,
                container_name: document.path.file_name().map(|name| name.to_string_lossy().into_owned()),
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

fn actions(diagnostics: &DiagnosticStore, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let found = diagnostics.get(uri).iter().filter(|found| overlap(&found.diagnostic.range, &params.range));
    let action = |found: &super::diagnostics::FileDiagnostic| {
        let (title, edits, applicability) = found.fix.clone()?;
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![found.diagnostic.clone()]),
            edit: Some(WorkspaceEdit { changes: Some([(uri.clone(), edits)].into()), ..WorkspaceEdit::default() }),
            is_preferred: Some(applicability == Applicability::Safe),
            ..CodeAction::default()
        }))
    };
    found.filter_map(action).collect()
}

fn target(document: &Document, target: Target, sources: &Sources) -> Option<Location> {
    match target {
        Target::Here(range) => Some(Location { uri: document.url()?, range: document.range(range) }),
        Target::There(span) => location(sources, span, document.lines.column()),
        Target::File(name) => {
            let path = document.path.parent()?.join(name);
            let uri = Url::from_file_path(path).ok()?;
            Some(Location { uri, range: lsp_types::Range::default() })
        }
    }
}

/// Returns a location in a definition file. The standard library is embedded, so the editor gets a copy.
pub fn location(sources: &Sources, span: Span, column: Column) -> Option<Location> {
    let file = sources.file(span.file);
    let path = match file.name().strip_prefix("<stdlib>/") {
        Some(name) => library_copy(name, file.text())?,
        None => PathBuf::from(file.name()),
    };
    let uri = Url::from_file_path(path).ok()?;
    Some(Location { uri, range: Lines::new(file.text(), column).range(file.text(), span.range()) })
}
