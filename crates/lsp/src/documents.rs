//! The open documents, what has changed in them, and what must be checked again.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::Notification;
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _,
};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, TextDocumentContentChangeEvent, Url,
};
use serde::de::DeserializeOwned;

use super::convert::Lines;
use super::document::{Document, Place};
use super::files::Files;
use super::path;
use relc_core::library::Catalog;
use relc_ide::{FileContext, ParsedFile};
use relc_project::overlay::absolute;
use relc_syntax::lines::Column;
use relc_syntax::source::Syntax;

/// The files that are not open, and may have other diagnostics than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Those that name other files.
    Importers,
    /// All.
    All,
}

/// All open documents, and their pending changes.
pub struct Documents {
    /// The open documents.
    pub files: Files,
    changed: BTreeSet<Url>,
    /// The document that was changed last, which is checked first.
    latest: Option<Url>,
    closed: BTreeSet<Url>,
    /// Which files that are not open may have other diagnostics than before.
    stale: Option<Stale>,
    /// The documents parsed so far.
    read: RefCell<HashMap<Url, Arc<ParsedFile>>>,
}

impl Documents {
    /// Creates an empty set of documents.
    pub fn new(column: Column, roots: Vec<PathBuf>) -> Self {
        let (changed, closed) = (BTreeSet::new(), BTreeSet::new());
        let files = Files::new(column, roots);
        Documents { files, changed, latest: None, closed, stale: Some(Stale::All), read: RefCell::default() }
    }

    /// Runs `ask` on the context of an open document.
    pub fn with_context<R>(&self, document: &Document, ask: impl FnOnce(&FileContext<'_>) -> Option<R>) -> Option<R> {
        let read = |catalog: &Catalog| {
            let mut parsed = self.read.borrow_mut();
            let read = parsed.entry(document.url.clone()).or_insert_with(|| self.files.read(document, catalog));
            Arc::clone(read)
        };
        self.files.query(document, read, ask)
    }

    /// Removes and returns a document to check again, preferring the one that was changed last.
    pub fn next_changed(&mut self) -> Option<Url> {
        match self.latest.take().filter(|latest| self.changed.remove(latest)) {
            Some(latest) => Some(latest),
            None => self.changed.pop_first(),
        }
    }

    /// Returns true if a document is to be checked again.
    pub fn is_pending(&self, url: &Url) -> bool {
        self.changed.contains(url)
    }

    /// Returns true if files that are not open may have other diagnostics than before.
    pub fn is_stale(&self) -> bool {
        self.stale.is_some()
    }

    /// Returns which files that are not open are to be checked again, and forgets it.
    pub fn take_stale(&mut self) -> Option<Stale> {
        self.stale.take()
    }

    /// Removes and returns the closed documents.
    pub fn take_closed(&mut self) -> BTreeSet<Url> {
        std::mem::take(&mut self.closed)
    }

    /// Applies a notification of the client.
    pub fn apply(&mut self, notification: Notification) {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document: opened }) = params(notification) else { return };
                let folder = self.folder();
                let Some(place) = Place::of(&opened.uri, &opened.language_id, &folder) else { return };
                self.put(opened.uri, place, opened.text, opened.version);
            }
            DidChangeTextDocument::METHOD => {
                let Some(DidChangeTextDocumentParams { text_document, content_changes }) = params(notification) else {
                    return;
                };
                let Some(document) = self.files.get(&text_document.uri).cloned() else { return };
                let text =
                    content_changes.into_iter().fold(document.text.clone(), |text, change| self.edited(text, change));
                self.put(text_document.uri, document.place.clone(), text, text_document.version);
            }
            DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document }) = params(notification) else { return };
                if self.files.open.remove(&text_document.uri).is_none() {
                    return;
                }
                self.changed.remove(&text_document.uri);
                self.closed.insert(text_document.uri);
                self.forget_all();
            }
            DidChangeWorkspaceFolders::METHOD => {
                let Some(DidChangeWorkspaceFoldersParams { event }) = params(notification) else { return };
                let removed: Vec<PathBuf> = event.removed.iter().filter_map(|folder| path(&folder.uri)).collect();
                self.files.roots.retain(|root| !removed.contains(root));
                for root in event.added.iter().filter_map(|folder| path(&folder.uri)) {
                    if !self.files.roots.contains(&root) {
                        self.files.roots.push(root);
                    }
                }
                self.forget_all();
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.forget_all(),
            _ => {}
        }
    }

    /// The folder of a text without a path.
    fn folder(&self) -> PathBuf {
        self.files.roots.first().cloned().unwrap_or_else(|| absolute(Path::new(".")))
    }

    fn put(&mut self, url: Url, place: Place, text: String, version: i32) {
        let lines = Lines::new(&text, self.files.column);
        let document = Arc::new(Document { url: url.clone(), place, text, version, lines });
        self.files.open.insert(url.clone(), Arc::clone(&document));
        self.closed.remove(&url);
        self.changed.insert(url.clone());
        self.latest = Some(url.clone());
        self.read.borrow_mut().remove(&url);
        if !document.is_file() {
            return;
        }
        // Other documents are affected by a changed definition file, and by a file that they name.
        if self.is_definition(&document) {
            self.forget_all();
        } else {
            if is_importable(&document) {
                self.stale.get_or_insert(Stale::Importers);
            }
            let names_others = |other: &Document| other.url != url && names_files(&other.text);
            let others = self.files.open.values().filter(|other| names_others(other)).map(|other| other.url.clone());
            let others: Vec<Url> = others.collect();
            others.iter().for_each(|url| drop(self.read.borrow_mut().remove(url)));
            self.changed.extend(others);
        }
    }

    /// Returns true if a file defines environments that some open file sees, or might do it, or might declare the
    /// directories that do. Loaded environments are valid as long as no such file changes.
    fn is_definition(&self, document: &Document) -> bool {
        let has_releases = document.text.lines().any(|line| line.starts_with("release "));
        let is_rel = document.syntax() == Syntax::Rel;
        is_rel && !has_releases || self.files.is_visible(document.path())
    }

    /// Discards the environments and marks every open document as changed.
    fn forget_all(&mut self) {
        self.files.forget_environments();
        self.read.borrow_mut().clear();
        self.changed.extend(self.files.open.keys().cloned());
        self.stale = Some(Stale::All);
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

/// Returns true if other files can name a document for what it contains.
fn is_importable(document: &Document) -> bool {
    let declares =
        |line: &str| ["let ", "param ", "fragment ", "type ", "part "].iter().any(|word| line.starts_with(word));
    document.syntax() == Syntax::Yaml || document.text.lines().any(declares)
}

/// Returns true if a text may name another file.
pub fn names_files(text: &str) -> bool {
    ["import \"", "file(", "from \""].iter().any(|form| text.contains(form))
}

/// Parses the parameters of a notification; returns `None` if they violate the protocol.
fn params<T: DeserializeOwned>(notification: Notification) -> Option<T> {
    serde_json::from_value(notification.params).ok()
}
