//! The places of values.yaml: which keys there are, and to which field each belongs.
//!
//! In: an environment under a strategy. Out: a tree of keys from the root, and one from a version. What is read of values
//! goes by them, and so does the JSON Schema of values files.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::library::{Definition, Plan};
use relc_syntax::ast;

/// Where fields stand: a tree of keys.
#[derive(Debug, Default)]
pub struct ValuesPaths {
    /// The keys, sorted.
    pub keys: BTreeMap<Arc<str>, ValuesPath>,
}

/// What a key is of.
#[derive(Debug)]
pub enum ValuesPath {
    /// The field of this name.
    Field(Arc<str>),
    /// A field of this name that is there for old files only.
    Deprecated(Arc<str>),
    /// What the header reads.
    Header(HeaderPath),
    /// More keys below.
    Below(ValuesPaths),
}

/// What the core itself reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderPath {
    /// The environment's name.
    Environment,
    /// The strategy's name.
    Strategy,
    /// The list of versions.
    Versions,
    /// The release's name.
    Name,
    /// A version's weight.
    Weight,
}

/// The places from the root, with those of the fields that all versions share.
pub fn settings_places(plan: &Plan) -> ValuesPaths {
    let mut places = ValuesPaths::default();
    places.add("environment", ValuesPath::Header(HeaderPath::Environment));
    places.add("application.strategy", ValuesPath::Header(HeaderPath::Strategy));
    places.add("application.versions", ValuesPath::Header(HeaderPath::Versions));
    places.add("application.metadata.name", ValuesPath::Header(HeaderPath::Name));
    for field in &plan.settings.fields {
        places.add_field(field, "application.");
    }
    for field in plan.version.fields.iter().filter(|field| field.item.shared) {
        if let Some(path) = field.item.place("") {
            places.add(&format!("application.{path}"), ValuesPath::Field(Arc::clone(&field.item.name.text)));
        }
    }
    places
}

/// The places from a version.
pub fn version_places(plan: &Plan) -> ValuesPaths {
    let mut places = ValuesPaths::default();
    places.add("weight", ValuesPath::Header(HeaderPath::Weight));
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

    /// The field at a path from where the places begin.
    pub fn field(&self, path: &str) -> Option<Arc<str>> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (self.keys.get(first)?, rest) {
            (ValuesPath::Below(below), Some(rest)) => below.field(rest),
            (ValuesPath::Field(name), None) => Some(Arc::clone(name)),
            _ => None,
        }
    }

    /// The keys, but for deprecated ones.
    pub fn current(&self) -> impl Iterator<Item = &str> {
        let current = |place: &ValuesPath| !matches!(place, ValuesPath::Deprecated(_));
        self.keys.iter().filter(move |(_, place)| current(place)).map(|(key, _)| &**key)
    }

    /// Every full path of a key `name`, for "it belongs there".
    pub fn find(&self, name: &str, prefix: &str, found: &mut Vec<String>) {
        for (key, place) in &self.keys {
            let path = join(prefix, key);
            if &**key == name {
                found.push(path.clone());
            }
            if let ValuesPath::Below(below) = place {
                below.find(name, &path, found);
            }
        }
    }
}

/// A path and a key below it.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
