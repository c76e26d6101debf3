//! The files that are open in the editor, and the environments that they see.

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

use super::convert::{Encoding, Lines};
use super::path;
use relc_core::compile::{self, Environments, Input, Options, Remembered, Text, link_file};
use relc_core::library::Catalog;
use relc_core::nodes::Syntax;
use relc_ide::{FileContext, ParsedFile};
use relc_project::inputs::{self, InputPaths, Task, is_rel};
use relc_project::loader::{DiskLoader, directory};
use relc_project::overlay::Overlay;

/// A file as the editor has it, or the disk.
pub struct Document {
    /// Where it is.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Which of its texts this is, as the client counts.
    pub version: i32,
    /// Its lines.
    pub lines: Lines,
}

impl Document {
    /// What it is written in.
    pub fn syntax(&self) -> Syntax {
        match is_rel(&self.path) {
            true => Syntax::Rel,
            false => Syntax::Yaml,
        }
    }

    /// The range of these bytes.
    pub fn range(&self, range: Range<usize>) -> lsp_types::Range {
        self.lines.range(&self.text, range)
    }

    /// How the client calls it.
    pub fn url(&self) -> Option<Url> {
        Url::from_file_path(&self.path).ok()
    }
}

/// What can be seen: the open files at one moment, and the environments that each sees. Clones share the environments.
#[derive(Clone)]
pub struct Files {
    encoding: Encoding,
    open: BTreeMap<Url, Arc<Document>>,
    /// The environments as seen from a directory.
    seen: Arc<Mutex<HashMap<PathBuf, Result<CachedRelease, String>>>>,
}

/// Environments, as far as they were prepared.
#[derive(Clone)]
struct CachedRelease {
    catalog: Arc<Catalog>,
    prepared: Remembered,
}

impl Files {
    /// The file at `url`, if it is open.
    pub fn get(&self, url: &Url) -> Option<&Arc<Document>> {
        self.open.get(url)
    }

    /// The texts that stand for what is on the disk.
    pub fn texts(&self) -> Overlay {
        let texts = Overlay::default();
        self.open.values().for_each(|document| texts.put(&document.path.display().to_string(), &document.text));
        texts
    }

    /// The environments that a file sees.
    ///
    /// # Errors
    /// Why they cannot be had, in a sentence.
    pub fn catalog(&self, path: &Path) -> Result<Arc<Catalog>, String> {
        Ok(self.seen(path)?.catalog)
    }

    fn seen(&self, path: &Path) -> Result<CachedRelease, String> {
        let directory = directory(path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let found = seen.entry(directory.clone()).or_insert_with(|| {
            let (catalog, _) = EnvironmentPath::default().catalog_over(&directory, &self.texts())?;
            Ok(CachedRelease { catalog: Arc::new(catalog), prepared: Remembered::default() })
        });
        found.clone()
    }

    /// The file at `path`, as it is open or on the disk.
    pub fn at(&self, path: &Path) -> Option<Arc<Document>> {
        if let Some(open) = self.open.values().find(|document| document.path == *path) {
            return Some(Arc::clone(open));
        }
        let text = relc_project::read::file(path, &path.display().to_string()).ok()?;
        let lines = Lines::of(&text, self.encoding);
        Some(Arc::new(Document { path: path.to_owned(), text, version: 0, lines }))
    }

    /// What `ask` finds on the page of `document`; `read` gives what its text says, where that is known already. None where the
    /// environments cannot be had: that is told as a finding.
    fn ask<R>(
        &self,
        document: &Document,
        read: impl FnOnce(&Catalog) -> Arc<ParsedFile>,
        ask: impl FnOnce(&FileContext<'_>) -> Option<R>,
    ) -> Option<R> {
        let CachedRelease { catalog, prepared } = self.seen(&document.path).ok()?;
        let environments = Environments::remembering(&catalog, prepared);
        let read = read(&catalog);
        let open = || {
            let input = Input::Rel(named(document));
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

    /// What `ask` finds on the page of any file.
    pub fn on_page<R>(&self, document: &Document, ask: impl FnOnce(&FileContext<'_>) -> Option<R>) -> Option<R> {
        self.ask(document, |catalog| self.read(document, catalog), ask)
    }

    fn read(&self, document: &Document, catalog: &Catalog) -> Arc<ParsedFile> {
        Arc::new(match document.syntax() {
            Syntax::Rel => {
                ParsedFile::linked(link_file(named(document), catalog, &DiskLoader::new(&document.path, &self.texts())))
            }
            Syntax::Yaml => ParsedFile::alone(&document.text, Syntax::Yaml),
        })
    }
}

fn named(document: &Document) -> Text {
    Text { name: document.path.display().to_string(), text: document.text.clone() }
}

/// All files that are open, and what happened to them.
pub struct Documents {
    /// As they are.
    pub files: Files,
    /// The folders that the editor has open.
    pub roots: Vec<PathBuf>,
    changed: BTreeSet<Url>,
    /// What was changed last, and is looked at first.
    latest: Option<Url>,
    closed: BTreeSet<Url>,
    /// What the texts say, as far as it was asked.
    read: RefCell<HashMap<PathBuf, Arc<ParsedFile>>>,
}

impl Documents {
    /// None yet.
    pub fn new(encoding: Encoding, roots: Vec<PathBuf>) -> Self {
        let files = Files { encoding, open: BTreeMap::new(), seen: Arc::default() };
        let (changed, closed) = (BTreeSet::new(), BTreeSet::new());
        Documents { files, roots, changed, latest: None, closed, read: RefCell::default() }
    }

    /// What `ask` finds on the page of an open file.
    pub fn on_page<R>(&self, document: &Document, ask: impl FnOnce(&FileContext<'_>) -> Option<R>) -> Option<R> {
        let read = |catalog: &Catalog| {
            let mut known = self.read.borrow_mut();
            let read = known.entry(document.path.clone()).or_insert_with(|| self.files.read(document, catalog));
            Arc::clone(read)
        };
        self.files.ask(document, read, ask)
    }

    /// Every `.rel` file that is open, defines environments that an open one sees, or lies in a folder that is open.
    pub fn everywhere(&self) -> Vec<Arc<Document>> {
        let mut paths: BTreeSet<PathBuf> = self.files.open.values().map(|document| document.path.clone()).collect();
        let flags = InputPaths { paths: self.roots.clone(), values: Vec::new(), stdin_filename: None };
        let found = if self.roots.is_empty() { Ok(Vec::new()) } else { inputs::tasks(&flags) };
        paths.extend(found.unwrap_or_default().into_iter().filter_map(|task| match task {
            Task::Named(path) | Task::Found(path) => Some(path),
            Task::Stdin(_) | Task::Values(_) => None,
        }));
        let seen = self.files.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for CachedRelease { catalog, .. } in seen.into_values().flatten() {
            let sources = catalog.sources();
            paths.extend(catalog.users().map(|file| PathBuf::from(sources.file(file).name())));
        }
        paths.iter().filter(|path| is_rel(path)).filter_map(|path| self.files.at(path)).collect()
    }

    /// A file to look at again: the one that was changed last, if it is among them.
    pub fn next_changed(&mut self) -> Option<Url> {
        match self.latest.take().filter(|latest| self.changed.remove(latest)) {
            Some(latest) => Some(latest),
            None => self.changed.pop_first(),
        }
    }

    /// The files that were closed.
    pub fn take_closed(&mut self) -> BTreeSet<Url> {
        std::mem::take(&mut self.closed)
    }

    /// Takes in what the client says of its files.
    pub fn take_in(&mut self, notification: Notification) {
        // What a text says depends on the files that it imports, too.
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
        let lines = Lines::of(&text, self.files.encoding);
        // What others see changes with a file of definitions, and with one that they name.
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

    /// Whether a file defines environments that some open file sees, may do so, or may say which directories do: environments that were
    /// read are good for as long as none of these changes.
    fn is_definition(&self, path: &Path, text: &str) -> bool {
        let has_releases = text.lines().any(|line| line.starts_with("release "));
        let seen = self.files.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.values().flatten().any(|CachedRelease { catalog, .. }| catalog.user_file(path).is_some());
        known || is_rel(path) && !has_releases || path.file_name().is_some_and(|name| name == "relc.toml")
    }

    /// Everything is looked at again, with environments that are read anew.
    fn forget_environments(&mut self) {
        // What is being looked at goes on with what it saw.
        self.files.seen = Arc::default();
        self.changed.extend(self.files.open.keys().cloned());
    }

    fn edited(&self, text: String, change: TextDocumentContentChangeEvent) -> String {
        let Some(range) = change.range else { return change.text };
        let lines = Lines::of(&text, self.files.encoding);
        let (start, end) = (lines.offset(&text, range.start), lines.offset(&text, range.end));
        let mut text = text;
        text.replace_range(start..end.max(start), &change.text);
        text
    }
}

/// What a notification says; none where it is not as the protocol has it.
fn params<T: DeserializeOwned>(notification: Notification) -> Option<T> {
    serde_json::from_value(notification.params).ok()
}
