//! What was found about a rule, for the other releases of a run.

use std::sync::{PoisonError, RwLock};

use rustc_hash::FxHashMap;

/// Values by the texts of rules. Each is made once.
#[derive(Debug)]
pub struct Memo<V>(RwLock<FxHashMap<String, V>>);

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Memo(RwLock::default())
    }
}

impl<V: Clone> Memo<V> {
    /// Returns the value of `rule`, which `make` makes where it isn't known.
    pub fn get_or_make(&self, rule: &str, make: impl FnOnce() -> V) -> V {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(rule) {
            return known.clone();
        }
        let made = make();
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(rule.to_owned()).or_insert(made).clone()
    }
}
