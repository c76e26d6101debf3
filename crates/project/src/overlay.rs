//! Texts that replace files on disk: standard input after it was read, and files with applied fixes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::loader::normalize;

/// The texts of a run, by the files that they replace: one file can be named relative to the working directory in one place, and
/// by its whole path in another. Clones share them.
#[derive(Clone, Default)]
pub struct Overlay {
    held: Arc<RwLock<HashMap<PathBuf, String>>>,
}

fn key(name: &str) -> PathBuf {
    absolute(Path::new(name))
}

/// Returns the whole path of a file, without detours.
pub fn absolute(path: &Path) -> PathBuf {
    normalize(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

impl Overlay {
    /// Returns the text that replaces the file `name`.
    pub fn get(&self, name: &str) -> Option<String> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(&key(name)).cloned()
    }

    /// Replaces the file `name` by `text`.
    pub fn put(&self, name: &str, text: &str) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(key(name), text.to_owned());
    }
}
