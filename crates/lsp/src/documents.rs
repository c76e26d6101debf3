//! The open files of the editor, and the environments that are visible to them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_server::Notification;
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _,
};
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, TextDocumentContentChangeEvent,
    Url,
};
use serde::de::DeserializeOwned;

use relc_project::environments::EnvironmentPath;

use super::convert::Lines;
use super::path;
use relc_core::compile::{self, Environments, Input, Options, Remembered, Text, link_file};
use relc_core::library::Catalog;
use relc_ide::{FileContext, ParsedFile};
use relc_project::inputs::{self, InputPaths, Task, is_rel};
use relc_project::loader::{DiskLoader, directory};
use relc_project::overlay::Overlay;
use relc_syntax::lines::Column;
use relc_syntax::source::Syntax;

/// A file, open in the editor or read from disk.
pub struct Document {
    /// The file's path.
    pub path: PathBuf,
    /// The file's text.
    pub text: String,
    /// The version of the text, as counted by the client.
    pub version: i32,
    /// The lines of the text.
    pub lines: Lines,
}

impl Document {
    /// Returns the syntax of the file.
    pub fn syntax(&self) -> Syntax {
        match is_rel(&self.path) {
            true => Syntax::Rel,
            false => Syntax::Yaml,
        }
    }

    /// Returns the range of these bytes.
    pub fn range(&self, range: Range<usize>) -> lsp_types::Range {
        self.lines.range(&self.text, range)
    }

    /// Returns the URL by which the client knows the file.
    pub fn url(&self) -> Option<Url> {
        Url::from_file_path(&self.path).ok()
    }
}

/// A snapshot of the open files, and the environments visible to each. Clones share the environments.
#[derive(Clone)]
pub struct Files {
    column: Column,
    open: BTreeMap<Url, Arc<Document>>,
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
    /// Returns the file at `url`, if it is open.
    pub fn get(&self, url: &Url) -> Option<&Arc<Document>> {
        self.open.get(url)
    }

    /// Returns the texts that replace those on disk.
    pub fn texts(&self) -> Overlay {
        let texts = Overlay::default();
        self.open.values().for_each(|document| texts.put(&document.path.display().to_string(), &document.text));
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
            let (catalog, _) = EnvironmentPath::default().catalog_with_overlay(&directory, &self.texts())?;
            Ok(PreparedCatalog { catalog: Arc::new(catalog), prepared: Remembered::default() })
        });
        found.clone()
    }

    /// Returns the file at `path`: the open one, or the one on disk.
    pub fn document(&self, path: &Path) -> Option<Arc<Document>> {
        if let Some(open) = self.open.values().find(|document| document.path == *path) {
            return Some(Arc::clone(open));
        }
        let text = relc_project::read::file(path, &path.display().to_string()).ok()?;
        let lines = Lines::new(&text, self.column);
        Some(Arc::new(Document { path: path.to_owned(), text, version: 0, lines }))
    }

    /// Runs `ask` on the context of `document`; `read` returns the parsed file, which may be cached. Returns `None` if
    /// the environments can't be loaded, which is reported as a diagnostic.
    fn query<R>(
        &self,
        document: &Document,
        read: impl FnOnce(&Catalog) -> Arc<ParsedFile>,
        ask: impl FnOnce(&FileContext<'_>) -> Option<R>,
    ) -> Option<R> {
        let PreparedCatalog { catalog, prepared } = self.environments_for(&document.path).ok()?;
        let environments = Environments::remembering(&catalog, prepared);
        let read = read(&catalog);
        let open = || {
            let input = Input::Rel(named_text(document));
            compile::load(input, &Options::default(), &catalog, &DiskLoader::new(&document.path, &self.texts()))
        };
        ask(&FileContext {
            syntax: document.syntax(),
            text: &document.text,
            environments: &environments,
            read: &read,
            open: &open,
        })
    }

    /// Runs `ask` on the context of any file.
    pub fn with_context<R>(&self, document: &Document, ask: impl FnOnce(&FileContext<'_>) -> Option<R>) -> Option<R> {
        self.query(document, |catalog| self.read(document, catalog), ask)
    }

    fn read(&self, document: &Document, catalog: &Catalog) -> Arc<ParsedFile> {
        Arc::new(match document.syntax() {
            Syntax::Rel => ParsedFile::linked(link_file(
                named_text(document),
                catalog,
                &DiskLoader::new(&document.path, &self.texts()),
            )),
            Syntax::Yaml => ParsedFile::alone(&document.text, Syntax::Yaml),
        })
    }
}

fn named_text(document: &Document) -> Text {
    Text { name: document.path.display().to_string(), text: document.text.clone() }
}

/// All open files, and their pending changes.
pub struct Documents {
    /// The open files.
    pub files: Files,
    /// The folders open in the editor.
    pub roots: Vec<PathBuf>,
    changed: BTreeSet<Url>,
    /// The file that was changed last, which is checked first.
    latest: Option<Url>,
    closed: BTreeSet<Url>,
    /// The files parsed so far.
    read: RefCell<HashMap<PathBuf, Arc<ParsedFile>>>,
}

impl Documents {
    /// Creates an empty set of documents.
    pub fn new(column: Column, roots: Vec<PathBuf>) -> Self {
        let files = Files { column, open: BTreeMap::new(), visible: Arc::default() };
        let (changed, closed) = (BTreeSet::new(), BTreeSet::new());
        Documents { files, roots, changed, latest: None, closed, read: RefCell::default() }
    }

    /// Runs `ask` on the context of an open file.
    pub fn with_context<R>(&self, document: &Document, ask: impl FnOnce(&FileContext<'_>) -> Option<R>) -> Option<R> {
        let read = |catalog: &Catalog| {
            let mut files = self.read.borrow_mut();
            let read = files.entry(document.path.clone()).or_insert_with(|| self.files.read(document, catalog));
            Arc::clone(read)
        };
        self.files.query(document, read, ask)
    }

    /// Returns every `.rel` file that is open, defines environments for an open file, or is in an open folder.
    pub fn all_rel_files(&self) -> Vec<Arc<Document>> {
        let mut paths: BTreeSet<PathBuf> = self.files.open.values().map(|document| document.path.clone()).collect();
        let flags = InputPaths { paths: self.roots.clone(), values: Vec::new(), stdin_filename: None };
        let found = if self.roots.is_empty() { Ok(Vec::new()) } else { inputs::tasks(&flags) };
        paths.extend(found.unwrap_or_default().into_iter().filter_map(|task| match task {
            Task::Named(path) | Task::Found(path) => Some(path),
            Task::Stdin(_) | Task::Values(_) => None,
        }));
        let visible = self.files.visible.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for PreparedCatalog { catalog, .. } in visible.into_values().flatten() {
            let sources = catalog.sources();
            paths.extend(catalog.users().map(|file| PathBuf::from(sources.file(file).name())));
        }
        paths.iter().filter(|path| is_rel(path)).filter_map(|path| self.files.document(path)).collect()
    }

    /// Removes and returns a file to check again, preferring the one that was changed last.
    pub fn next_changed(&mut self) -> Option<Url> {
        match self.latest.take().filter(|latest| self.changed.remove(latest)) {
            Some(latest) => Some(latest),
            None => self.changed.pop_first(),
        }
    }

    /// Removes and returns the closed files.
    pub fn take_closed(&mut self) -> BTreeSet<Url> {
        std::mem::take(&mut self.closed)
    }

    /// Applies a notification of the client.
    pub fn apply(&mut self, notification: Notification) {
        // A parsed file depends on its imports, too.
        self.read.borrow_mut().clear();
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document: opened }) = params(notification) else { return };
                self.put(opened.uri, opened.text, opened.version);
            }
            DidChangeTextDocument::METHOD => {
                let Some(DidChangeTextDocumentParams { text_document, content_changes }) = params(notification) else {
                    return;
                };
                let Some(document) = self.files.get(&text_document.uri) else { return };
                let text =
                    content_changes.into_iter().fold(document.text.clone(), |text, change| self.edited(text, change));
                self.put(text_document.uri, text, text_document.version);
            }
            DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document }) = params(notification) else { return };
                self.files.open.remove(&text_document.uri);
                self.changed.remove(&text_document.uri);
                self.closed.insert(text_document.uri);
                self.forget_environments();
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.forget_environments(),
            _ => {}
        }
    }

    fn put(&mut self, url: Url, text: String, version: i32) {
        let Some(path) = path(&url) else { return };
        let lines = Lines::new(&text, self.files.column);
        // Other files are affected by a changed definition file, and by a file that they name.
        if self.is_definition(&path, &text) {
            self.forget_environments();
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let others = self.files.open.iter().filter(|(_, document)| document.text.contains(&name));
        self.changed.extend(others.map(|(url, _)| url.clone()));
        self.files.open.insert(url.clone(), Arc::new(Document { path, text, version, lines }));
        self.closed.remove(&url);
        self.latest = Some(url.clone());
        self.changed.insert(url);
    }

    /// Returns true if a file defines environments that some open file sees, or might do it, or might declare the
    /// directories that do. Loaded environments are valid as long as no such file changes.
    fn is_definition(&self, path: &Path, text: &str) -> bool {
        let has_releases = text.lines().any(|line| line.starts_with("release "));
        let visible = self.files.visible.lock().unwrap_or_else(PoisonError::into_inner);
        let known = visible.values().flatten().any(|PreparedCatalog { catalog, .. }| catalog.user_file(path).is_some());
        known || is_rel(path) && !has_releases || path.file_name().is_some_and(|name| name == "relc.toml")
    }

    /// Discards the environments and marks every open file as changed.
    fn forget_environments(&mut self) {
        // A running check continues with its own snapshot.
        self.files.visible = Arc::default();
        self.changed.extend(self.files.open.keys().cloned());
    }

    fn edited(&self, text: String, change: TextDocumentContentChangeEvent) -> String {
        let Some(range) = change.range else { return change.text };
        let lines = Lines::new(&text, self.files.column);
        let (start, end) = (lines.offset(&text, range.start), lines.offset(&text, range.end));
        let mut text = text;
        text.replace_range(start..end.max(start), &change.text);
        text
    }
}

/// Parses the parameters of a notification; returns `None` if they violate the protocol.
fn params<T: DeserializeOwned>(notification: Notification) -> Option<T> {
    serde_json::from_value(notification.params).ok()
}
