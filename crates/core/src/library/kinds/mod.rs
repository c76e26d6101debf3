//! The user's schema files: `kind "…" "…" from "crds/rollout.yaml"`.
//!
//! In: the text of a CustomResourceDefinition, of an OpenAPI document or of a JSON Schema, as YAML or JSON, from a
//! [`Loader`], with the files that its references name. Out: the schema of a kind, always the same one, and the file's
//! errors with their spans.

mod file;
mod open;
mod project;
mod references;

use std::collections::HashMap;
use std::sync::Arc;

use relc_schema::SchemaRef;
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, SourceFile};
use relc_syntax::visit::KindOf;

use file::KindFile;
pub use file::documents;
pub use project::{ProjectKinds, check_schema, file_of_kind, kind_of_file};

/// A file loaded by a [`Loader`].
#[derive(Clone, Debug)]
pub struct LoadedFile {
    /// The displayed name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Loads the files that a file names: from disk, from an editor, or from memory.
pub trait Loader: Sync {
    /// Loads the file at `path`, as written in the file `from`.
    ///
    /// # Errors
    /// The reason in a few words: `there is no such file`, `it leads out of …`.
    fn load(&self, from: &str, path: &str) -> Result<LoadedFile, String>;
}

/// The largest number of schema files that the files of a run may name and refer to.
const MAX_FILES: usize = 1000;

/// The loaded files, each once.
#[derive(Debug, Default)]
pub struct KindFiles {
    /// The name of each loaded file, by the name of the file that names it and the path in it.
    named: HashMap<(String, Arc<str>), Result<String, String>>,
    read: HashMap<String, KindFile>,
    /// The kinds found so far, by the name of their file, their API version and their name.
    kinds: HashMap<(String, Arc<str>, Arc<str>), SchemaRef>,
}

impl KindFiles {
    /// Loads the file that `path` names in the file `from`, and the files that its references name, unless they are
    /// already loaded.
    pub fn read(&mut self, from: &str, path: &Name, loader: &dyn Loader, mut add: impl FnMut(SourceFile) -> FileId) {
        let mut named = vec![(from.to_owned(), Arc::clone(&path.text))];
        while let Some(key) = named.pop() {
            if self.named.contains_key(&key) {
                continue;
            }
            let loaded = match self.read.len() < MAX_FILES {
                true => loader.load(&key.0, &key.1),
                false => Err(format!("schemas refer to more than {MAX_FILES} files")),
            };
            if let Ok(LoadedFile { name, text }) = &loaded
                && !self.read.contains_key(name)
            {
                let file = KindFile::read(add(SourceFile::new(name.as_str(), text.as_str())), text);
                named.extend(file.references().into_iter().map(|path| (name.clone(), path)));
                self.read.insert(name.clone(), file);
            }
            self.named.insert(key, loaded.map(|loaded| loaded.name));
        }
    }

    /// Returns the schema of a kind that the file `from` names, from a file that was [read](KindFiles::read). Reports
    /// an error if it is missing.
    pub fn kind(&mut self, from: &str, wanted: KindOf<'_>, out: &mut Diagnostics) -> Option<SchemaRef> {
        let path = wanted.from;
        let name = match self.named.get(&(from.to_owned(), Arc::clone(&path.text)))? {
            Ok(name) => name,
            Err(reason) => {
                let message = format!("cannot read `{}`: {reason}", path.text);
                out.push(Diagnostic::error(Code::UnreadableFile, path.span, message));
                return None;
            }
        };
        let key = (name.clone(), Arc::clone(&wanted.api_version.text), Arc::clone(&wanted.kind.text));
        if let Some(known) = self.kinds.get(&key) {
            return Some(known.clone());
        }
        let found = self.read.get(name)?.kind(name, wanted, self, out)?;
        self.kinds.insert(key, found.clone());
        Some(found)
    }
}
