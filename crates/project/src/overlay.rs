//! Texts that replace files on disk: standard input after it was read, and files with applied fixes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The texts of a run, by the displayed names of the files. Clones share them.
#[derive(Clone, Default)]
pub struct Overlay {
    held: Arc<RwLock<HashMap<String, String>>>,
}

impl Overlay {
    /// Returns the text that replaces the file `name`.
    pub fn get(&self, name: &str) -> Option<String> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Replaces the file `name` by `text`.
    pub fn put(&self, name: &str, text: &str) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(name.to_owned(), text.to_owned());
    }
}
