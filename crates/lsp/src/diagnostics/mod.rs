//! Diagnostics of the open files, and of those of the open folders: those of `relc lint`, while you type.

mod check;
mod convert;
mod pages;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use lsp_types::{TextEdit, Url};
use relc_syntax::diagnostic::Applicability;
use serde_json::{Value, json};

pub use worker::{CheckResult, Done, STACK, Worker};

/// A diagnostic, with the edits that fix it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileDiagnostic {
    /// The diagnostic in the protocol's form.
    pub diagnostic: lsp_types::Diagnostic,
    /// Its fix.
    pub fix: Option<FileFix>,
}

/// A fix of a diagnostic.
#[derive(Clone, Debug, PartialEq)]
pub struct FileFix {
    /// The title.
    pub title: String,
    /// The edits in the file.
    pub edits: Vec<TextEdit>,
    /// Its safety.
    pub applicability: Applicability,
    /// True if it is most likely what was meant.
    pub is_likely: bool,
}

impl FileFix {
    /// Returns the fix as the `data` of its diagnostic, for clients that apply it without a request.
    fn data(&self) -> Value {
        json!({ "title": self.title, "edits": self.edits, "isPreferred": self.is_likely })
    }
}

/// The diagnostics of each file, kept for the fixes that the client requests later.
#[derive(Default)]
pub struct DiagnosticStore {
    found: BTreeMap<Url, Known>,
}

/// The diagnostics of a version of a file.
pub struct Known {
    /// The version; `None` for a file that isn't open.
    pub version: Option<i32>,
    /// The diagnostics.
    pub found: Vec<FileDiagnostic>,
}

impl Known {
    /// Returns the diagnostics in the protocol's form.
    pub fn diagnostics(&self) -> Vec<lsp_types::Diagnostic> {
        self.found.iter().map(|found| found.diagnostic.clone()).collect()
    }
}

impl DiagnosticStore {
    /// Returns the latest diagnostics of the file at `url`.
    pub fn get(&self, url: &Url) -> Option<&Known> {
        self.found.get(url)
    }

    /// Returns the latest diagnostics of all files, in the order of their URLs.
    pub fn all(&self) -> impl Iterator<Item = (&Url, &Known)> {
        self.found.iter()
    }

    /// Stores the diagnostics of the file at `url`. Returns true if they are new.
    pub fn keep(&mut self, url: Url, version: Option<i32>, found: Vec<FileDiagnostic>) -> bool {
        let is_same = self.found.get(&url).map_or(found.is_empty(), |known| known.found == found);
        self.found.insert(url, Known { version, found });
        !is_same
    }

    /// Removes the diagnostics of a file. Returns true if it had some.
    pub fn forget(&mut self, url: &Url) -> bool {
        self.found.remove(url).is_some_and(|known| !known.found.is_empty())
    }
}

/// The files of the open folders that are not open, and are checked without haste.
#[derive(Default)]
pub struct Workspace {
    waiting: BTreeSet<PathBuf>,
    importers: BTreeSet<PathBuf>,
}

/// Number of files that are checked before something more urgent can be.
const CHUNK: usize = 4;

/// Largest number of files that are checked: in larger workspaces, `relc lint` is for the rest.
const FILES: usize = 5_000;

impl Workspace {
    /// Returns true if a file is to be checked.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Marks all files to be checked.
    pub fn check_all(&mut self, paths: Vec<PathBuf>) {
        self.waiting = paths.into_iter().take(FILES).collect();
    }

    /// Marks the files that name others to be checked.
    pub fn check_importers(&mut self) {
        self.waiting.extend(self.importers.iter().cloned());
    }

    /// Remembers whether a file names others.
    pub fn remember(&mut self, path: PathBuf, is_importer: bool) {
        match is_importer {
            true => self.importers.insert(path),
            false => self.importers.remove(&path),
        };
    }

    /// Removes and returns a few paths.
    pub fn take_some(&mut self) -> Vec<PathBuf> {
        (0..CHUNK).map_while(|_| self.waiting.pop_first()).collect()
    }
}
