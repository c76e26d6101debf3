//! The check of one file, as `relc lint` does it.

use super::FileDiagnostic;
use super::convert::{Converter, whole_file};
use super::pages::Pages;
use crate::document::Document;
use crate::files::Files;
use relc_core::compile::{Options, Releases, Unnamed, definitions};
use relc_core::library::Catalog;
use relc_core::nodes::Tree;
use relc_lint::report::unsuppressed_in;
use relc_project::cache_store::MemoryCache;
use relc_project::config::RuleScope;
use relc_project::driver::{self, Depth, Linted};
use relc_project::inputs::{self, Task};
use relc_project::lint_filter::{Comments, LintFilter, RuleSelection};
use relc_syntax::source::{FileId, Syntax};

/// Checks a file. An old revision of one has no diagnostics.
pub fn check(files: &Files, document: &Document, memory: &MemoryCache, pages: &mut Pages) -> Vec<FileDiagnostic> {
    if document.is_revision() {
        return Vec::new();
    }
    match files.catalog(document.path()) {
        Ok(catalog) => check_with(files, document, &catalog, memory, pages),
        // Other YAML has no part in relc's configuration.
        Err(_) if document.syntax() == Syntax::Yaml && !inputs::is_values(&document.text) => Vec::new(),
        Err(message) => vec![whole_file(&message)],
    }
}

fn check_with(
    files: &Files,
    document: &Document,
    catalog: &Catalog,
    memory: &MemoryCache,
    pages: &mut Pages,
) -> Vec<FileDiagnostic> {
    let mut converter = Converter { files, document, catalog, pages };
    if let Some(file) = catalog.user_file(document.path()) {
        let sources = catalog.sources();
        let found = unsuppressed_in(Tree::read(&sources, file, Syntax::Rel), definitions(file, catalog).into_vec());
        return converter.all(&sources, file, found);
    }
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
    let texts = files.texts(document);
    // A YAML file is checked only if it is a values file, whatever else is open.
    let path = document.path().to_owned();
    let is_named = document.syntax() == Syntax::Rel || inputs::is_test(&path);
    let task = [if is_named { Task::Named(path) } else { Task::Found(path) }];
    let mut out = Vec::new();
    let choice = RuleSelection {
        scope: RuleScope { select: None, ignore: Vec::new() },
        config: None,
        comments: Comments::Applied,
    };
    let mut filter = match LintFilter::new(choice, None, catalog) {
        Ok(filter) => filter,
        Err(message) => return vec![whole_file(&message)],
    };
    let read = |task: &Task| inputs::read(task, &options, &texts);
    driver::lint(&task, catalog, Depth::Rules, Some(memory), read, &mut |linted| match linted {
        Linted::Diagnostics(opened, found) => match filter.filter(opened, found) {
            Ok(found) => out.extend(converter.all(&opened.sources, opened.main_file(), found)),
            Err(message) => out.push(whole_file(&message)),
        },
        Linted::InvalidText(sources, found) => out.extend(converter.all(sources, FileId(0), found)),
        Linted::Failed(message) => out.push(whole_file(&message)),
    });
    out
}
