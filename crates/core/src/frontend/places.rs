//! The paths of values.yaml: its keys, and the field of each.
//!
//! In: an environment under a strategy. Out: a tree of keys from the root, and one from a version. Both the reading of
//! values and the JSON Schema of values files use them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::helm_values::header::{HeaderKey, HeaderScope, SETTINGS};
use crate::library::{Definition, Plan};
use relc_syntax::ast;

/// A tree of keys with their fields.
#[derive(Debug, Default)]
pub struct ValuesPaths {
    /// The keys, sorted.
    pub keys: BTreeMap<Arc<str>, ValuesPath>,
}

/// The meaning of a key.
#[derive(Debug)]
pub enum ValuesPath {
    /// The field of this name.
    Field(Arc<str>),
    /// A deprecated field of this name.
    Deprecated(Arc<str>),
    /// A key of the header.
    Header(HeaderKey),
    /// An object with more keys.
    Below(ValuesPaths),
}

/// Returns the paths from the root, including those of the fields that all versions share.
pub fn settings_places(plan: &Plan) -> ValuesPaths {
    let mut places = ValuesPaths::default();
    HeaderKey::of(HeaderScope::Release).for_each(|key| places.add(key.path(), ValuesPath::Header(key)));
    for field in &plan.settings.fields {
        places.add_field(field, SETTINGS);
    }
    for field in plan.version.fields.iter().filter(|field| field.item.shared) {
        if let Some(path) = field.item.place("") {
            places.add(&format!("{SETTINGS}{path}"), ValuesPath::Field(Arc::clone(&field.item.name.text)));
        }
    }
    places
}

/// Returns the paths from a version.
pub fn version_places(plan: &Plan) -> ValuesPaths {
    let mut places = ValuesPaths::default();
    HeaderKey::of(HeaderScope::Version).for_each(|key| places.add(key.path(), ValuesPath::Header(key)));
    for field in &plan.version.fields {
        if let Some(path) = field.item.place("") {
            places.add(&path, ValuesPath::Field(Arc::clone(&field.item.name.text)));
        }
    }
    places
}

impl ValuesPaths {
    fn add_field(&mut self, field: &Definition<ast::Field>, prefix: &str) {
        let place = if field.item.deprecated.is_some() { ValuesPath::Deprecated } else { ValuesPath::Field };
        if let Some(path) = field.item.place(prefix) {
            self.add(&path, place(Arc::clone(&field.item.name.text)));
        }
    }

    fn add(&mut self, path: &str, place: ValuesPath) {
        match path.split_once('.') {
            None => {
                self.keys.entry(path.into()).or_insert(place);
            }
            Some((first, rest)) => {
                let below = self.keys.entry(first.into()).or_insert_with(|| ValuesPath::Below(ValuesPaths::default()));
                if let ValuesPath::Below(below) = below {
                    below.add(rest, place);
                }
            }
        }
    }

    /// Returns the field at a path, relative to the root of the tree.
    pub fn field(&self, path: &str) -> Option<Arc<str>> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (self.keys.get(first)?, rest) {
            (ValuesPath::Below(below), Some(rest)) => below.field(rest),
            (ValuesPath::Field(name), None) => Some(Arc::clone(name)),
            _ => None,
        }
    }

    /// Iterates over the keys, except deprecated ones.
    pub fn current(&self) -> impl Iterator<Item = &str> {
        let current = |place: &ValuesPath| !matches!(place, ValuesPath::Deprecated(_));
        self.keys.iter().filter(move |(_, place)| current(place)).map(|(key, _)| &**key)
    }

    /// Every key, with its full path.
    pub fn all(&self, prefix: &str, found: &mut Vec<(Arc<str>, String)>) {
        for (key, place) in &self.keys {
            let path = join(prefix, key);
            if let ValuesPath::Below(below) = place {
                below.all(&path, found);
            }
            found.push((Arc::clone(key), path));
        }
    }
}

/// Joins a path and a key.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
