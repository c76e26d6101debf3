//! What the client asks, answered.

use std::path::{Path, PathBuf};

use lsp_server::Request;
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CompletionItem, CompletionItemKind,
    CompletionParams, DocumentFormattingParams, DocumentSymbol, DocumentSymbolParams, Documentation, FoldingRange,
    FoldingRangeParams, GotoDefinitionParams, Hover, HoverContents, HoverParams, InlayHint, InlayHintParams, Location,
    MarkupContent, MarkupKind, ReferenceParams, RenameParams, SymbolKind, TextDocumentPositionParams, TextEdit, Url,
    WorkspaceEdit,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::convert::{Encoding, Lines};
use super::documents::{Document, Documents};
use super::findings::Findings;
use crate::diagnostic::Applicability;
use crate::format::{WIDTH, format};
use crate::ide::{self, Candidate, CandidateKind, Target};
use crate::lint::tree::Syntax;
use crate::source::{Sources, Span};
use crate::syntax;

type Answer = Result<Value, String>;

/// The answer to a request; none where it is not known.
pub fn answer(documents: &Documents, findings: &Findings, request: &Request) -> Option<Answer> {
    Some(match request.method.as_str() {
        request::Completion::METHOD => with(request, |params: CompletionParams| {
            let at = params.text_document_position;
            at_place(documents, &at, |document, offset, page| {
                let found = ide::complete(page, offset).into_iter();
                Some(found.enumerate().map(|(at, found)| item(document, at, found)).collect::<Vec<_>>())
            })
        }),
        request::HoverRequest::METHOD => with(request, |params: HoverParams| {
            at_place(documents, &params.text_document_position_params, |document, offset, page| {
                let found = ide::hover(page, offset)?;
                let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: found.text });
                Some(Hover { contents, range: Some(document.lines.range(&document.text, found.range)) })
            })
        }),
        request::GotoDefinition::METHOD => with(request, |params: GotoDefinitionParams| {
            at_place(documents, &params.text_document_position_params, |document, offset, page| {
                target(document, ide::definition(page, offset)?, &page.catalog.sources())
            })
        }),
        request::References::METHOD => with(request, |params: ReferenceParams| {
            at_place(documents, &params.text_document_position, |document, offset, page| {
                let uri = Url::from_file_path(&document.path).ok()?;
                let (_, places) = ide::occurrences(page, offset)?;
                let from = usize::from(!params.context.include_declaration);
                let place = |place: &ide::Occurrence| Location {
                    uri: uri.clone(),
                    range: document.lines.range(&document.text, place.range.clone()),
                };
                Some(places.iter().skip(from).map(place).collect::<Vec<_>>())
            })
        }),
        request::PrepareRenameRequest::METHOD => with(request, |params: TextDocumentPositionParams| {
            at_place(documents, &params, |document, offset, page| {
                let (_, places) = ide::occurrences(page, offset)?;
                let here = places.into_iter().find(|place| place.range.start <= offset && offset <= place.range.end)?;
                Some(document.lines.range(&document.text, here.range))
            })
        }),
        request::Rename::METHOD => rename(documents, request),
        request::DocumentSymbolRequest::METHOD => with(request, |params: DocumentSymbolParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                Some(ide::symbols(page).iter().map(|found| symbol(document, found)).collect::<Vec<_>>())
            })
        }),
        request::FoldingRangeRequest::METHOD => with(request, |params: FoldingRangeParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                let fold = |range: std::ops::Range<usize>| {
                    let range = document.lines.range(&document.text, range);
                    FoldingRange { start_line: range.start.line, end_line: range.end.line, ..FoldingRange::default() }
                };
                Some(ide::folds(page).into_iter().map(fold).collect::<Vec<_>>())
            })
        }),
        request::InlayHintRequest::METHOD => with(request, |params: InlayHintParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                let wanted = |hint: &ide::Hint| {
                    let line = document.lines.position(&document.text, hint.offset).line;
                    params.range.start.line <= line && line <= params.range.end.line
                };
                Some(
                    ide::hints(page)
                        .iter()
                        .filter(|hint| wanted(hint))
                        .map(|found| hint(document, found))
                        .collect::<Vec<_>>(),
                )
            })
        }),
        request::Formatting::METHOD => with(request, |params: DocumentFormattingParams| {
            in_file(documents, &params.text_document.uri, |document, page| {
                if page.syntax == Syntax::Yaml {
                    return None;
                }
                let laid = format(&document.text, WIDTH);
                let whole = document.lines.range(&document.text, 0..document.text.len());
                let changed = laid != document.text;
                Some(changed.then_some(TextEdit { range: whole, new_text: laid }).into_iter().collect::<Vec<_>>())
            })
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
    ask: impl FnOnce(&Document, &ide::Page<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    let Some(document) = documents.get(url) else { return Ok(None) };
    // What is wrong with the environments is told as a finding.
    let Ok(catalog) = documents.catalog(&document.path) else { return Ok(None) };
    Ok(ask(document, &document.page(&catalog)))
}

fn at_place<R>(
    documents: &Documents,
    at: &TextDocumentPositionParams,
    ask: impl FnOnce(&Document, usize, &ide::Page<'_>) -> Option<R>,
) -> Result<Option<R>, String> {
    in_file(documents, &at.text_document.uri, |document, page| {
        ask(document, document.lines.offset(&document.text, at.position), page)
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
        text_edit: Some(
            TextEdit { range: document.lines.range(&document.text, found.range), new_text: found.text }.into(),
        ),
        ..CompletionItem::default()
    }
}

fn symbol(document: &Document, found: &ide::Symbol) -> DocumentSymbol {
    let kind = match found.kind {
        ide::SymbolKind::Release => SymbolKind::MODULE,
        ide::SymbolKind::Version => SymbolKind::CLASS,
        ide::SymbolKind::Value => SymbolKind::VARIABLE,
        ide::SymbolKind::Type => SymbolKind::STRUCT,
        ide::SymbolKind::Fragment => SymbolKind::FUNCTION,
        ide::SymbolKind::Environment => SymbolKind::NAMESPACE,
        ide::SymbolKind::Key => SymbolKind::KEY,
    };
    #[allow(deprecated)] // The type has the field, and it must be said.
    DocumentSymbol {
        name: found.name.clone(),
        detail: Some(found.detail.clone()).filter(|detail| !detail.is_empty()),
        kind,
        tags: None,
        deprecated: None,
        range: document.lines.range(&document.text, found.range.clone()),
        selection_range: document.lines.range(&document.text, found.selection.clone()),
        children: Some(found.children.iter().map(|child| symbol(document, child)).collect()),
    }
}

fn hint(document: &Document, found: &ide::Hint) -> InlayHint {
    InlayHint {
        position: document.lines.position(&document.text, found.offset),
        label: found.text.clone().into(),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: None,
        padding_right: None,
        data: None,
    }
}

fn rename(documents: &Documents, request: &Request) -> Answer {
    with(request, |params: RenameParams| {
        let new = params.new_name.clone();
        if !is_name(&new) {
            return Err(format!("`{new}` is no name: it begins with a lower-case letter, as in `base-image`"));
        }
        let file = &params.text_document_position.text_document.uri;
        if in_file(documents, file, |_, page| Some(ide::is_taken(page, &new)))?.unwrap_or(false) {
            return Err(format!("`{new}` is the name of something else in this file"));
        }
        at_place(documents, &params.text_document_position, |document, offset, page| {
            let uri = Url::from_file_path(&document.path).ok()?;
            let (old, places) = ide::occurrences(page, offset)?;
            let edits = places.into_iter().map(|place| {
                // A key that stands for itself keeps its text.
                let new_text = if place.shorthand { format!("{old}: {new}") } else { new.clone() };
                TextEdit { range: document.lines.range(&document.text, place.range), new_text }
            });
            Some(WorkspaceEdit { changes: Some([(uri, edits.collect())].into()), ..WorkspaceEdit::default() })
        })
    })
}

/// Whether the parser takes `name` for the name of a let.
fn is_name(name: &str) -> bool {
    let (file, found) = syntax::parse(crate::source::FileId(0), &format!("let {name} = 1\nlet other = {name}\n"));
    found.is_empty() && file.items.len() == 2 && name.trim() == name
}

fn actions(findings: &Findings, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let uri = &params.text_document.uri;
    let meets = |range: &lsp_types::Range| range.start <= params.range.end && params.range.start <= range.end;
    let found = findings.of(uri).iter().filter(|found| meets(&found.shown.range));
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
        Target::Here(range) => {
            let uri = Url::from_file_path(&document.path).ok()?;
            Some(Location { uri, range: document.lines.range(&document.text, range) })
        }
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
        Some(name) => copy(name, file.text())?,
        None => PathBuf::from(file.name()),
    };
    let uri = Url::from_file_path(path).ok()?;
    Some(Location { uri, range: Lines::of(file.text(), encoding).range(file.text(), span.range()) })
}

/// A file of the standard library on the disk, to be read: in the user's cache, by relc's version.
fn copy(name: &str, text: &str) -> Option<PathBuf> {
    let folder = |variable: &str, below: &str| {
        std::env::var_os(variable).filter(|value| !value.is_empty()).map(|value| Path::new(&value).join(below))
    };
    let cache =
        folder("XDG_CACHE_HOME", "").or_else(|| folder("LOCALAPPDATA", "")).or_else(|| folder("HOME", ".cache"));
    let directory =
        cache.unwrap_or_else(std::env::temp_dir).join("relc").join(env!("CARGO_PKG_VERSION")).join("stdlib");
    let path = directory.join(name);
    if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
        std::fs::create_dir_all(&directory).ok()?;
        super::super::fix::write(&path.display().to_string(), text).ok()?;
        let mut permissions = std::fs::metadata(&path).ok()?.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).ok()?;
    }
    Some(path)
}
