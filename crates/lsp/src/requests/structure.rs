//! Links, selections, signatures and lenses.

use lsp_types::{
    CodeLens, Command, DocumentLink, Documentation, MarkupContent, MarkupKind, ParameterInformation, ParameterLabel,
    SelectionRange, SelectionRangeParams, SignatureHelp, SignatureHelpParams, SignatureInformation, Url,
};
use serde_json::json;

use super::{Session, at_position, in_file};
use crate::documents::Documents;
use relc_ide::{self as ide, SymbolKind};
use relc_project::inputs::is_test;

/// Returns the files that a document names, as links.
pub fn links(documents: &Documents, url: &Url) -> Result<Option<Vec<DocumentLink>>, String> {
    in_file(documents, url, |document, context| {
        let link = |link: ide::Link| {
            let path = document.path().parent()?.join(&link.path);
            let target = documents.files.url(&path);
            Some(DocumentLink { range: document.range(link.range), target, tooltip: None, data: None })
        };
        Some(ide::links(context).into_iter().filter_map(link).collect())
    })
}

/// Returns the ranges to select around each position.
pub fn selections(documents: &Documents, params: &SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>, String> {
    in_file(documents, &params.text_document.uri, |document, context| {
        let around = |position: &lsp_types::Position| {
            let ranges = ide::selections(context, document.lines.offset(&document.text, *position));
            let nested = ranges.into_iter().rev().fold(None, |parent, range| {
                Some(SelectionRange { range: document.range(range), parent: parent.map(Box::new) })
            });
            nested.unwrap_or(SelectionRange { range: document.range(0..document.text.len()), parent: None })
        };
        Some(params.positions.iter().map(around).collect())
    })
}

/// Returns the signature of the call around a position.
pub fn signature(documents: &Documents, params: SignatureHelpParams) -> Result<Option<SignatureHelp>, String> {
    at_position(documents, &params.text_document_position_params, |_, offset, context| {
        let found = ide::signature(context, offset)?;
        let parameter =
            |label: &String| ParameterInformation { label: ParameterLabel::Simple(label.clone()), documentation: None };
        let active = u32::try_from(found.active).ok();
        let markdown = |value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value });
        let signature = SignatureInformation {
            parameters: Some(found.parameters.iter().map(parameter).collect()),
            label: found.label,
            documentation: found.documentation.map(markdown),
            active_parameter: active,
        };
        Some(SignatureHelp { signatures: vec![signature], active_signature: Some(0), active_parameter: active })
    })
}

/// The command that shows the manifests of a file.
pub const MANIFESTS: &str = "relc.showManifests";

/// The command that shows which version answers which request.
pub const TRAFFIC: &str = "relc.previewTraffic";

/// The command that runs the tests of a file, which the client has.
pub const TEST: &str = "relc.runTest";

/// Returns the lenses of a document: what its releases become, and the tests of a file of tests.
pub fn lenses(session: &Session<'_>, url: &Url) -> Result<Option<Vec<CodeLens>>, String> {
    if !session.client.settings.code_lens {
        return Ok(None);
    }
    in_file(session.documents, url, |document, context| {
        let lens = |range: &lsp_types::Range, title: &str, command: &str| CodeLens {
            range: *range,
            command: Some(Command {
                title: title.to_owned(),
                command: command.to_owned(),
                arguments: Some(vec![json!(url)]),
            }),
            data: None,
        };
        let symbols = ide::symbols(context);
        // Values are one release.
        let is_values = document.syntax() == relc_syntax::source::Syntax::Yaml;
        let is_release =
            |symbol: &&ide::Symbol| symbol.kind == SymbolKind::Release || is_values && symbol.kind == SymbolKind::Key;
        let releases = symbols.iter().filter(is_release).take(if is_values { 1 } else { usize::MAX });
        let ranges: Vec<_> = releases.map(|symbol| document.range(symbol.selection.clone())).collect();
        let mut found: Vec<CodeLens> = Vec::new();
        for range in &ranges {
            found.push(lens(range, "show manifests", MANIFESTS));
            found.push(lens(range, "preview traffic", TRAFFIC));
        }
        if is_test(document.path()) && session.client.runs_tests {
            found.extend(ranges.first().map(|range| lens(range, "run test", TEST)));
        }
        Some(found)
    })
}
