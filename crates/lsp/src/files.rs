//! A snapshot of the open files, and the environments that are visible to them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::Url;

use super::convert::Lines;
use super::document::{Document, Place, Role};
use relc_core::compile::{self, Environments, Input, Options, Remembered, Text, link_file};
use relc_core::library::Catalog;
use relc_ide::{FileContext, ParsedFile};
use relc_project::environments::EnvironmentPath;
use relc_project::inputs::{self, InputPaths, Task, is_rel};
use relc_project::loader::{DiskLoader, directory};
use relc_project::overlay::{Overlay, absolute};
use relc_syntax::lines::Column;
use relc_syntax::source::{FileId, Syntax};

/// A snapshot of the open files, and the environments visible to each. Clones share the environments.
#[derive(Clone)]
pub struct Files {
    /// The unit of columns.
    pub column: Column,
    /// The open documents.
    pub open: BTreeMap<Url, Arc<Document>>,
    /// The folders open in the editor.
    pub roots: Vec<PathBuf>,
    /// The environments visible from a directory.
    visible: Arc<Mutex<HashMap<PathBuf, Result<PreparedCatalog, String>>>>,
}

/// The environments prepared so far.
#[derive(Clone)]
struct PreparedCatalog {
    catalog: Arc<Catalog>,
    prepared: Remembered,
}

impl Files {
    /// Creates a snapshot without files.
    pub fn new(column: Column, roots: Vec<PathBuf>) -> Files {
        Files { column, open: BTreeMap::new(), roots, visible: Arc::default() }
    }

    /// Returns the document at `url`, if it is open.
    pub fn get(&self, url: &Url) -> Option<&Arc<Document>> {
        self.open.get(url)
    }

    /// Returns the texts that replace those on disk, as `document` sees them: those of all open files, and its own.
    pub fn texts(&self, document: &Document) -> Overlay {
        let texts = self.texts_of_files();
        texts.put(&document.path().display().to_string(), &document.text);
        texts
    }

    fn texts_of_files(&self) -> Overlay {
        let texts = Overlay::default();
        let files = self.open.values().filter(|document| document.is_file());
        files.for_each(|document| texts.put(&document.path().display().to_string(), &document.text));
        texts
    }

    /// Returns the environments visible to a file.
    ///
    /// # Errors
    /// The reason why they can't be loaded, as a message.
    pub fn catalog(&self, path: &Path) -> Result<Arc<Catalog>, String> {
        Ok(self.environments_for(path)?.catalog)
    }

    fn environments_for(&self, path: &Path) -> Result<PreparedCatalog, String> {
        let directory = directory(path);
        let mut visible = self.visible.lock().unwrap_or_else(PoisonError::into_inner);
        let found = visible.entry(directory.clone()).or_insert_with(|| {
            let search = EnvironmentPath { directories: Vec::new(), is_absolute: true };
            let (catalog, _) = search.catalog_with_overlay(&directory, &self.texts_of_files())?;
            Ok(PreparedCatalog { catalog: Arc::new(catalog), prepared: Remembered::default() })
        });
        found.clone()
    }

    /// Returns true if an open file sees the environments of the file at `path`.
    pub fn is_visible(&self, path: &Path) -> bool {
        let visible = self.visible.lock().unwrap_or_else(PoisonError::into_inner);
        visible.values().flatten().any(|PreparedCatalog { catalog, .. }| catalog.user_file(path).is_some())
    }

    /// Discards the environments. Snapshots that were taken before keep theirs.
    pub fn forget_environments(&mut self) {
        self.visible = Arc::default();
    }

    /// Returns the file at `path`: the open one, or the one on disk.
    pub fn document(&self, path: &Path) -> Option<Arc<Document>> {
        let is_it = |document: &&Arc<Document>| document.is_file() && document.path() == path;
        if let Some(open) = self.open.values().find(is_it) {
            return Some(Arc::clone(open));
        }
        let text = relc_project::read::file(path, &path.display().to_string()).ok()?;
        let place =
            Place { path: path.to_owned(), syntax: Syntax::of_name(&path.to_string_lossy())?, role: Role::File };
        let (url, lines) = (Url::from_file_path(path).ok()?, Lines::new(&text, self.column));
        Some(Arc::new(Document { url, place, text, version: 0, lines }))
    }

    /// Returns the URL of the file at `path`, as the client writes it.
    pub fn url(&self, path: &Path) -> Option<Url> {
        let path = absolute(path);
        let open = self.open.values().find(|document| document.is_file() && document.path() == path);
        open.map(|document| document.url.clone()).or_else(|| Url::from_file_path(path).ok())
    }

    /// Returns the paths of all files with releases or definitions in the open folders, in their order.
    pub fn listed(&self) -> Vec<PathBuf> {
        let flags = InputPaths { paths: self.roots.clone(), values: Vec::new(), stdin_filename: None };
        let found = if self.roots.is_empty() { Ok(Vec::new()) } else { inputs::tasks(&flags) };
        let path = |task: Task| match task {
            // Relative to the working directory, if that contains it.
            Task::Named(path) | Task::Found(path) => Some(absolute(&path)),
            Task::Stdin(_) | Task::Values(_) => None,
        };
        found.unwrap_or_default().into_iter().filter_map(path).collect()
    }

    /// Returns the files next to an open file that is in no open folder, and those that it imports.
    fn around(&self, document: &Document) -> Vec<PathBuf> {
        let mut paths = inputs::beside(document.path());
        if let (Syntax::Rel, Ok(catalog)) = (document.syntax(), self.catalog(document.path())) {
            let loader = DiskLoader::new(document.path(), &self.texts(document));
            let sources = link_file(named_text(document), &catalog, &loader).sources;
            let files = (0..sources.len()).map(|file| sources.file(FileId(u32::try_from(file).unwrap_or(u32::MAX))));
            paths.extend(files.filter(|file| !file.is_embedded()).map(|file| absolute(Path::new(file.name()))));
        }
        paths
    }

    /// Returns every `.rel` file that is open, defines environments for an open file, is in an open folder, or is next to an open file or
    /// imported by one that is in no folder.
    pub fn all_rel_files(&self) -> Vec<Arc<Document>> {
        let open: Vec<&Arc<Document>> = self.open.values().filter(|document| document.is_file()).collect();
        let mut paths: BTreeSet<PathBuf> = open.iter().map(|document| document.path().to_owned()).collect();
        let is_alone = |document: &&&Arc<Document>| !self.roots.iter().any(|root| document.path().starts_with(root));
        paths.extend(open.iter().filter(is_alone).flat_map(|document| self.around(document)));
        paths.extend(self.listed());
        let visible = self.visible.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for PreparedCatalog { catalog, .. } in visible.into_values().flatten() {
            let sources = catalog.sources();
            paths.extend(catalog.users().map(|file| PathBuf::from(sources.file(file).name())));
        }
        let unsaved = self.open.values().filter(|document| !document.is_file() && !document.is_revision());
        let unsaved = unsaved.filter(|document| document.syntax() == Syntax::Rel).cloned();
        paths.iter().filter(|path| is_rel(path)).filter_map(|path| self.document(path)).chain(unsaved).collect()
    }

    /// Runs `ask` on the context of `document`; `read` returns the parsed file, which may be cached. Returns `None` if
    /// the environments can't be loaded, which is reported as a diagnostic.
    pub fn query<R>(
        &self,
        document: &Document,
        read: impl FnOnce(&Catalog) -> Arc<ParsedFile>,
        ask: impl FnOnce(&FileContext<'_>) -> Option<R>,
    ) -> Option<R> {
        let PreparedCatalog { catalog, prepared } = self.environments_for(document.path()).ok()?;
        let environments = Environments::remembering(&catalog, prepared);
        let read = read(&catalog);
        let open = || {
            let input = Input::new(document.syntax(), named_text(document));
            compile::load(
                input,
                &Options::default(),
                &catalog,
                &DiskLoader::new(document.path(), &self.texts(document)),
            )
        };
        ask(&FileContext {
            syntax: document.syntax(),
            text: &document.text,
            environments: &environments,
            read: &read,
            open: &open,
        })
    }

    /// Runs `ask` on the context of any document.
    pub fn with_context<R>(&self, document: &Document, ask: impl FnOnce(&FileContext<'_>) -> Option<R>) -> Option<R> {
        self.query(document, |catalog| self.read(document, catalog), ask)
    }

    /// Parses a document with what it imports.
    pub fn read(&self, document: &Document, catalog: &Catalog) -> Arc<ParsedFile> {
        Arc::new(match document.syntax() {
            Syntax::Rel => ParsedFile::linked(link_file(
                named_text(document),
                catalog,
                &DiskLoader::new(document.path(), &self.texts(document)),
            )),
            Syntax::Yaml => ParsedFile::alone(&document.text, Syntax::Yaml),
        })
    }
}

fn named_text(document: &Document) -> Text {
    Text { name: document.path().display().to_string(), text: document.text.clone() }
}
