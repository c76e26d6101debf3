//! Resolves the references of a schema (`$ref`), also into other files, to one table of definitions.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::KindFiles;

/// A schema with its references rewritten to names of `table`.
pub struct Resolved {
    /// The schema.
    pub schema: Json,
    /// The definitions that it refers to, at any depth.
    pub table: Map<String, Json>,
    /// A reference to a file that can't be read: the name of the file that contains it, the reference, and the reason.
    pub unreadable: Option<(String, String, String)>,
}

/// Resolves the references of `schema`, which is in `document` of the file `file`.
pub fn resolve(files: &KindFiles, file: &str, document: &Json, schema: &Json) -> Resolved {
    let mut resolver = Resolver { files, table: Map::new(), pending: Vec::new(), unreadable: None };
    let schema = resolver.copy(schema, file, document);
    while let Some(Pending { name, file, document, target }) = resolver.pending.pop() {
        let definition = resolver.copy(target, file, document);
        resolver.table.insert(name, definition);
    }
    Resolved { schema, table: resolver.table, unreadable: resolver.unreadable }
}

/// Returns the paths of the other files that the references of `document` name, each once.
pub fn named_files(document: &Json, found: &mut Vec<Arc<str>>) {
    match document {
        Json::Object(object) => {
            let path = object.get("$ref").and_then(Json::as_str).map(|reference| parts(reference).0);
            if let Some(path) = path.filter(|path| !path.is_empty() && !found.iter().any(|known| **known == **path)) {
                found.push(path.into());
            }
            object.values().for_each(|value| named_files(value, found));
        }
        Json::Array(list) => list.iter().for_each(|value| named_files(value, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Splits a reference into the path of a file, empty for the file itself, and the JSON Pointer in it.
fn parts(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

struct Resolver<'k> {
    files: &'k KindFiles,
    table: Map<String, Json>,
    pending: Vec<Pending<'k>>,
    unreadable: Option<(String, String, String)>,
}

/// A definition that is named by a reference and not copied yet.
struct Pending<'k> {
    name: String,
    file: &'k str,
    document: &'k Json,
    target: &'k Json,
}

impl<'k> Resolver<'k> {
    fn copy(&mut self, schema: &Json, file: &'k str, document: &'k Json) -> Json {
        match schema {
            Json::Object(object) => {
                let entry = |(key, value): (&String, &Json)| match value.as_str().filter(|_| key == "$ref") {
                    // The reducer reports a reference to nothing.
                    Some(reference) => {
                        (key.clone(), self.name(reference, file, document).map_or_else(|| value.clone(), Json::from))
                    }
                    None => (key.clone(), self.copy(value, file, document)),
                };
                Json::Object(object.iter().map(entry).collect())
            }
            Json::Array(list) => list.iter().map(|value| self.copy(value, file, document)).collect(),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => schema.clone(),
        }
    }

    /// Returns the name in the table of what a reference names.
    fn name(&mut self, reference: &str, file: &'k str, document: &'k Json) -> Option<String> {
        let (path, pointer) = parts(reference);
        let (file, document) = if path.is_empty() { (file, document) } else { self.file(reference, path, file)? };
        let target = document.pointer(pointer)?;
        // The reducer finds a definition by the last segment.
        let name = format!("{file}#{pointer}").replace('/', "|");
        if !self.table.contains_key(&name) {
            self.table.insert(name.clone(), Json::Null);
            self.pending.push(Pending { name: name.clone(), file, document, target });
        }
        Some(name)
    }

    fn file(&mut self, reference: &str, path: &str, from: &str) -> Option<(&'k str, &'k Json)> {
        let files = self.files;
        let reason = match files.named.get(&(from.to_owned(), path.into()))? {
            Ok(name) => match files.read.get(name)?.document() {
                Some(document) => return Some((name, document)),
                None => "it is not a JSON Schema".to_owned(),
            },
            Err(reason) => reason.clone(),
        };
        self.unreadable.get_or_insert_with(|| (from.to_owned(), reference.to_owned(), reason));
        None
    }
}
