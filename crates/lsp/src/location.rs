//! Locations of definitions, as the client opens them.

use std::path::{Path, PathBuf};

use lsp_types::Location;

use super::convert::Lines;
use super::document::Document;
use super::files::Files;
use relc_ide::Target;
use relc_project::files::library_copy;
use relc_syntax::source::{Sources, Span};

/// Returns the location of a definition that `document` refers to.
pub fn target(files: &Files, document: &Document, target: Target, sources: &Sources) -> Option<Location> {
    match target {
        Target::Here(range) => Some(Location { uri: document.url.clone(), range: document.range(range) }),
        Target::There(span) => location(files, sources, span),
        Target::File(name) => {
            let path = document.path().parent()?.join(name);
            Some(Location { uri: files.url(&path)?, range: lsp_types::Range::default() })
        }
    }
}

/// Returns a location in any file. The standard library is embedded, so the editor gets a copy.
pub fn location(files: &Files, sources: &Sources, span: Span) -> Option<Location> {
    let file = sources.file(span.file);
    let path = match file.name().strip_prefix("<stdlib>/") {
        Some(name) => library_copy(name, file.text())?,
        None => PathBuf::from(file.name()),
    };
    let uri = files.url(Path::new(&path))?;
    Some(Location { uri, range: Lines::new(file.text(), files.column).range(file.text(), span.range()) })
}
