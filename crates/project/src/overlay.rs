//! Texts that stand for what is on the disk: standard input once it was read, and files with fixes that are on trial.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The texts of a run, by the names that people know the files by. Clones share them.
#[derive(Clone, Default)]
pub struct Overlay {
    held: Arc<RwLock<HashMap<String, String>>>,
}

impl Overlay {
    /// The text that stands for the file `name`.
    pub fn get(&self, name: &str) -> Option<String> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Lets `text` stand for the file `name` from now on.
    pub fn put(&self, name: &str, text: &str) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.insert(name.to_owned(), text.to_owned());
    }
}
