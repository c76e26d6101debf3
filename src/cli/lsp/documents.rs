//! The files that are open in the editor, and the environments that they see.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::Notification;
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _,
};
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    TextDocumentContentChangeEvent, Url,
};
use serde::de::DeserializeOwned;

use super::super::environments::EnvironmentFlags;
use super::super::inputs::is_rel;
use super::super::texts::Texts;
use super::convert::{Encoding, Lines};
use super::path;
use crate::env::Catalog;
use crate::ide::Page;
use crate::lint::tree::Syntax;

/// A file that is open.
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

    /// The file as the questions of an editor take it.
    pub fn page<'a>(&'a self, catalog: &'a Catalog) -> Page<'a> {
        Page { syntax: self.syntax(), text: &self.text, catalog }
    }
}

/// All files that are open.
pub struct Documents {
    encoding: Encoding,
    open: BTreeMap<Url, Document>,
    changed: BTreeSet<Url>,
    closed: BTreeSet<Url>,
    /// The environments as seen from a directory.
    catalogs: RefCell<HashMap<PathBuf, Result<Arc<Catalog>, String>>>,
}

impl Documents {
    /// None yet.
    pub fn new(encoding: Encoding) -> Self {
        let (open, changed, closed) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        Documents { encoding, open, changed, closed, catalogs: RefCell::default() }
    }

    /// The file at `url`, if it is open.
    pub fn get(&self, url: &Url) -> Option<&Document> {
        self.open.get(url)
    }

    /// The texts that stand for what is on the disk.
    pub fn texts(&self) -> Texts {
        let texts = Texts::default();
        self.open.values().for_each(|document| texts.put(&document.path.display().to_string(), &document.text));
        texts
    }

    /// The environments that a file sees.
    ///
    /// # Errors
    /// Why they cannot be had, in a sentence.
    pub fn catalog(&self, path: &Path) -> Result<Arc<Catalog>, String> {
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut catalogs = self.catalogs.borrow_mut();
        let found = catalogs.entry(directory.clone()).or_insert_with(|| {
            EnvironmentFlags::default().catalog_over(&directory, &self.texts()).map(|(catalog, _)| Arc::new(catalog))
        });
        found.clone()
    }

    /// The files to look at again.
    pub fn take_changed(&mut self) -> BTreeSet<Url> {
        std::mem::take(&mut self.changed)
    }

    /// The files that were closed.
    pub fn take_closed(&mut self) -> BTreeSet<Url> {
        std::mem::take(&mut self.closed)
    }

    /// Takes in what the client says of its files; whether there is something to look at.
    pub fn take_in(&mut self, notification: Notification) -> bool {
        match notification.method.as_str() {
            DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document: opened }) = params(notification) else {
                    return false;
                };
                self.put(opened.uri, opened.text, opened.version)
            }
            DidChangeTextDocument::METHOD => {
                let Some(DidChangeTextDocumentParams { text_document, content_changes }) = params(notification) else {
                    return false;
                };
                let Some(document) = self.open.get(&text_document.uri) else { return false };
                let text =
                    content_changes.into_iter().fold(document.text.clone(), |text, change| self.edited(text, change));
                self.put(text_document.uri, text, text_document.version)
            }
            DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document }) = params(notification) else { return false };
                self.open.remove(&text_document.uri);
                self.changed.remove(&text_document.uri);
                self.closed.insert(text_document.uri);
                self.forget_environments();
                true
            }
            DidSaveTextDocument::METHOD => {
                let saved: Option<DidSaveTextDocumentParams> = params(notification);
                saved.is_some_and(|_| self.forget_environments())
            }
            DidChangeWatchedFiles::METHOD => self.forget_environments(),
            _ => false,
        }
    }

    fn put(&mut self, url: Url, text: String, version: i32) -> bool {
        let Some(path) = path(&url) else { return false };
        let lines = Lines::of(&text, self.encoding);
        let is_users = self.is_definition(&path);
        self.open.insert(url.clone(), Document { path, text, version, lines });
        self.closed.remove(&url);
        self.changed.insert(url);
        // What others see changes with a file of definitions.
        if is_users {
            self.forget_environments();
        }
        true
    }

    /// Whether a file defines environments that some open file sees, or may say which directories do.
    fn is_definition(&self, path: &Path) -> bool {
        let catalogs = self.catalogs.borrow();
        let known = catalogs.values().flatten().any(|catalog| {
            let sources = catalog.sources();
            catalog.users().any(|file| Path::new(sources.file(file).name()) == path)
        });
        known || path.file_name().is_some_and(|name| name == "relc.toml")
    }

    /// Everything is looked at again, with environments that are read anew.
    fn forget_environments(&mut self) -> bool {
        self.catalogs.borrow_mut().clear();
        self.changed.extend(self.open.keys().cloned());
        !self.changed.is_empty()
    }

    fn edited(&self, text: String, change: TextDocumentContentChangeEvent) -> String {
        let Some(range) = change.range else { return change.text };
        let lines = Lines::of(&text, self.encoding);
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
