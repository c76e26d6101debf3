//! What the client asks, answered.

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

use super::convert::{Encoding, Lines};
use super::documents::{Document, Documents};
use super::findings::Findings;
use super::tokens;
use relc_core::nodes::Syntax;
use relc_ide::{self as ide, Candidate, CandidateKind, Listed, Named, Occurrence, ParsedFile, Target};
use relc_project::files::{entries, library_copy};
use relc_syntax as syntax;
use relc_syntax::diagnostic::Applicability;
use relc_syntax::format::{WIDTH, format, format_range};
use relc_syntax::source::{Sources, Span};

type Answer = Result<Value, String>;

/// The answer to a request; none where it is not known.
pub fn answer(documents: &Documents, findings: &Findings, request: &Request) -> Option<Answer> {
    Some(match request.method.as_str() {
        request::Completion::METHOD => with(request, |params| completion(documents, params)),
        request::HoverRequest::METHOD => with(request, |params| hover(documents, params)),
        request::GotoDefinition::METHOD => with(request, |params| definition(documents, params)),
        request::References::METHOD => with(request, |params| references(documents, params)),
        request::DocumentHighlightRequest::METHOD => with(request, |params| highlights(documents, params)),
        request::PrepareRenameRequest::METHOD => with(request, |params| prepare_rename(documents, &params)),
        request::Rename::METHOD => with(request, |params| rename(documents, &params)),
        request::DocumentSymbolRequest::METHOD => with(request, |params: DocumentSymbolParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                Some(ide::symbols(page).iter().map(|found| symbol(document, found)).collect::<Vec<_>>())
            })
        }),
        request::WorkspaceSymbolRequest::METHOD => {
            with(request, |params: WorkspaceSymbolParams| Ok(workspace_symbols(documents, &params.query)))
        }
        request::SemanticTokensFullRequest::METHOD => with(request, |params: SemanticTokensParams| {
            semantic_tokens(documents, &params.text_document.uri, |_, _| true)
        }),
        request::SemanticTokensRangeRequest::METHOD => with(request, |params: SemanticTokensRangeParams| {
            semantic_tokens(documents, &params.text_document.uri, |document, token| {
                meet(&document.range(token.range.clone()), &params.range)
            })
        }),
        request::FoldingRangeRequest::METHOD => with(request, |params: FoldingRangeParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                let fold = |range: Range<usize>| {
                    let range = document.range(range);
                    FoldingRange { start_line: range.start.line, end_line: range.end.line, ..FoldingRange::default() }
                };
                Some(ide::folds(page).into_iter().map(fold).collect::<Vec<_>>())
            })
        }),
        request::InlayHintRequest::METHOD => with(request, |params: InlayHintParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                let wanted = |hint: &InlayHint| {
                    params.range.start.line <= hint.position.line && hint.position.line <= params.range.end.line
                };
                let hints = ide::hints(page).into_iter().map(|found| hint(document, found));
                Some(hints.filter(wanted).collect::<Vec<_>>())
            })
        }),
        request::Formatting::METHOD => with(request, |params: DocumentFormattingParams| {
            let all = |document: &Document| (0..document.text.len(), format(&document.text, WIDTH));
            Ok(documents.files.get(&params.text_document.uri).and_then(|document| laid_out(document, all)))
        }),
        request::RangeFormatting::METHOD => with(request, |params: DocumentRangeFormattingParams| {
            let selected = |document: &Document| {
                let offset = |position| document.lines.offset(&document.text, position);
                format_range(&document.text, offset(params.range.start)..offset(params.range.end), WIDTH)
            };
            Ok(documents.files.get(&params.text_document.uri).and_then(|document| laid_out(document, selected)))
        }),
        request::CodeActionRequest::METHOD => with(request, |params: CodeActionParams| Ok(actions(findings, &params))),
        _ => return None,
    })
}

/// The answer to a request whose parameters can be read.
fn with<P: DeserializeOwned, R: Serialize>(request: &Request, answer: impl FnOnce(P) -> Result<R, String>) -> Answer {
    let params = serde_json::from_value(request.params.clone()).map_err(|error| error.to_string())?;
    serde_json::to_value(answer(params)?).map_err(|error| error.to_string())
}

fn in_file<R>(
    documents: &Documents,
    url: &Url,
    ask: impl FnOnce(&Document, &ide::FileContext<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    let Some(document) = documents.files.get(url) else { return Ok(None) };
    Ok(documents.on_page(document, |page| ask(document, page)))
}

fn at_place<R>(
    documents: &Documents,
    at: &TextDocumentPositionParams,
    ask: impl FnOnce(&Document, usize, &ide::FileContext<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    in_file(documents, &at.text_document.uri, |document, page| {
        ask(document, document.lines.offset(&document.text, at.position), page)
    })
}

fn completion(documents: &Documents, params: CompletionParams) -> Result<Option<Vec<CompletionItem>>, String> {
    at_place(documents, &params.text_document_position, |document, offset, page| {
        let found = ide::complete(page, offset, &|directory| listed(document, directory)).into_iter();
        Some(found.enumerate().map(|(at, found)| item(document, at, found)).collect())
    })
}

/// What is in a directory that a file names, sorted; hidden files are not offered.
fn listed(document: &Document, directory: &str) -> Vec<Listed> {
    let Some(parent) = document.path.parent() else { return Vec::new() };
    let directory = parent.join(directory);
    let is_offered = |name: &str| !name.starts_with('.') && directory.join(name) != document.path;
    let listed = entries(&directory).into_iter().filter(|(name, _)| is_offered(name));
    listed.map(|(name, is_directory)| Listed { name, is_directory }).collect()
}

/// The edit that lays out what `lay` gives of a file, if there is something to change; YAML keeps its own style.
fn laid_out(document: &Document, lay: impl FnOnce(&Document) -> (Range<usize>, String)) -> Option<Vec<TextEdit>> {
    if document.syntax() == Syntax::Yaml {
        return None;
    }
    let (place, laid) = lay(document);
    let changed = laid != document.text[place.clone()];
    Some(changed.then(|| TextEdit { range: document.range(place), new_text: laid }).into_iter().collect())
}

/// What those words are that are wanted.
fn semantic_tokens(
    documents: &Documents,
    url: &Url,
    wanted: impl Fn(&Document, &ide::Token) -> bool,
) -> Result<Option<SemanticTokens>, String> {
    in_file(documents, url, |document, page| {
        let tokens = ide::tokens(page);
        let tokens = tokens.iter().filter(|token| wanted(document, token));
        Some(SemanticTokens { result_id: None, data: tokens::encoded(document, tokens) })
    })
}

fn meet(one: &lsp_types::Range, other: &lsp_types::Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn hover(documents: &Documents, params: HoverParams) -> Result<Option<Hover>, String> {
    at_place(documents, &params.text_document_position_params, |document, offset, page| {
        let found = ide::hover(page, offset)?;
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: found.text });
        Some(Hover { contents, range: Some(document.range(found.range)) })
    })
}

fn definition(documents: &Documents, params: GotoDefinitionParams) -> Result<Option<Location>, String> {
    at_place(documents, &params.text_document_position_params, |document, offset, page| {
        target(document, ide::definition(page, offset)?, &page.sources())
    })
}

/// Where a name stands, in every file that the editor knows of.
fn references(documents: &Documents, params: ReferenceParams) -> Result<Option<Vec<Location>>, String> {
    let declaration = params.context.include_declaration;
    at_place(documents, &params.text_document_position, |_, offset, page| {
        let named = ide::named(page, offset)?;
        let places = everywhere(documents, &named, |document, _, places| {
            let uri = document.url()?;
            let wanted = places.into_iter().filter(|place| declaration || !place.declares);
            Some(wanted.map(|place| Location { uri: uri.clone(), range: document.range(place.range) }).collect())
        });
        Some(places.into_iter().flat_map(|places: Vec<Location>| places).collect())
    })
}

/// What `ask` finds in each file that mentions a name, by the places where it does.
fn everywhere<R>(
    documents: &Documents,
    named: &Named,
    ask: impl Fn(&Document, &ide::FileContext<'_>, Vec<Occurrence>) -> Option<R>,
) -> Vec<R> {
    let files = documents.everywhere().into_iter().filter(|document| document.text.contains(&named.text));
    let found = files.filter_map(|document| {
        documents.files.on_page(&document, |page| {
            let places = ide::occurrences(page, named);
            if places.is_empty() { None } else { ask(&document, page, places) }
        })
    });
    found.collect()
}

fn highlights(
    documents: &Documents,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, String> {
    at_place(documents, &params.text_document_position_params, |document, offset, page| {
        let places = ide::occurrences(page, &ide::named(page, offset)?);
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
    // What must be given comes first, and all in the order of its declaration.
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

fn kind(kind: ide::SymbolKind) -> SymbolKind {
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
        kind: kind(found.kind),
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
    let found = at_place(documents, at, |document, offset, page| {
        let named = ide::named(page, offset)?;
        Some(named.renamed().map(|()| document.range(named.here)))
    })?;
    found.transpose()
}

fn rename(documents: &Documents, params: &RenameParams) -> Result<Option<WorkspaceEdit>, String> {
    let new = &params.new_name;
    let found = at_place(documents, &params.text_document_position, |_, offset, page| {
        let named = ide::named(page, offset)?;
        Some(named.renamed().and_then(|()| edits(documents, &named, new)))
    })?;
    let changes = found.transpose()?;
    Ok(changes.map(|changes| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }))
}

/// The edits that give `named` the name `new`, file by file.
fn edits(documents: &Documents, named: &Named, new: &str) -> Result<HashMap<Url, Vec<TextEdit>>, String> {
    let old = &named.text;
    let is_type = old.starts_with(|c: char| c.is_ascii_uppercase());
    if !is_name(new, is_type) {
        let example = match is_type {
            true => "it begins with a capital, as in `Port`",
            false => "it begins with a lower-case letter, as in `base-image`",
        };
        return Err(format!("`{new}` is no name: {example}"));
    }
    let changes = everywhere(documents, named, |document, page, places| {
        let name = document.path.file_name().unwrap_or_default().to_string_lossy();
        if ide::is_taken(page, new) {
            return Some(Err(format!("`{new}` is the name of something else in `{name}`")));
        }
        if ide::unsure(page, named) {
            let reason = format!("`{name}` has an `{old}` of which relc cannot tell whether it is this one");
            return Some(Err(reason));
        }
        let edit = |place: Occurrence| {
            // A key that stands for itself keeps its text.
            let new_text = if place.shorthand { format!("{old}: {new}") } else { new.to_owned() };
            TextEdit { range: document.range(place.range), new_text }
        };
        Some(Ok((document.url()?, places.into_iter().map(edit).collect())))
    });
    changes.into_iter().collect()
}

/// Whether the parser takes `name` for the name of a let, or of a type.
fn is_name(name: &str, is_type: bool) -> bool {
    let text = match is_type {
        true => format!("type {name} = int\nlet other: {name} = 1\n"),
        false => format!("let {name} = 1\nlet other = {name}\n"),
    };
    let (file, found) = syntax::parse(relc_syntax::source::FileId(0), &text);
    found.is_empty() && file.items.len() == 2 && name.trim() == name
}

/// How many symbols of the folders are told at once.
const SYMBOLS: usize = 500;

/// The releases and declarations of all files whose names have the letters of `query` in their order.
#[allow(deprecated)] // The type has the field, and it must be said.
fn workspace_symbols(documents: &Documents, query: &str) -> Vec<SymbolInformation> {
    let mut found = Vec::new();
    for document in documents.everywhere() {
        let Some(uri) = document.url() else { continue };
        // What the files import is not asked for, and they may be many.
        let symbols = ide::declarations(&ParsedFile::alone(&document.text, Syntax::Rel));
        for symbol in symbols.into_iter().filter(|symbol| is_like(&symbol.name, query)) {
            found.push(SymbolInformation {
                location: Location { uri: uri.clone(), range: document.range(symbol.selection) },
                name: symbol.name,
                kind: kind(symbol.kind),
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

fn actions(findings: &Findings, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let found = findings.of(uri).iter().filter(|found| meet(&found.shown.range, &params.range));
    let action = |found: &super::findings::Found| {
        let (title, edits, applicability) = found.fix.clone()?;
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![found.shown.clone()]),
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
        Target::There(span) => place(sources, span, document.lines.encoding()),
        Target::File(name) => {
            let path = document.path.parent()?.join(name);
            let uri = Url::from_file_path(path).ok()?;
            Some(Location { uri, range: lsp_types::Range::default() })
        }
    }
}

/// A place in a file of definitions. Those of the standard library are part of the program: the editor gets a copy.
pub fn place(sources: &Sources, span: Span, encoding: Encoding) -> Option<Location> {
    let file = sources.file(span.file);
    let path = match file.name().strip_prefix("<stdlib>/") {
        Some(name) => library_copy(name, file.text())?,
        None => PathBuf::from(file.name()),
    };
    let uri = Url::from_file_path(path).ok()?;
    Some(Location { uri, range: Lines::of(file.text(), encoding).range(file.text(), span.range()) })
}
