//! The user's schema files: `kind "…" "…" from "crds/rollout.yaml"`.
//!
//! In: the text of a CustomResourceDefinition or of a JSON Schema, as YAML or JSON, from a [`Loader`]. Out: the schema
//! of a kind, always the same one, and the file's errors with their spans.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::helm_values;
use crate::value::{Value, ValueKind};
use relc_schema::reduce::{Metadata, Records, ReduceContext, ReduceError, reduce};
use relc_schema::{self as schema, DeclaredKind, Header, Schema, SchemaRef, custom_kinds};
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, Severity, nearest};
use relc_syntax::source::{FileId, SourceFile};
use relc_syntax::visit::KindOf;

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

/// The loaded files, each once.
#[derive(Debug, Default)]
pub struct KindFiles {
    /// The name of each loaded file, by the name of the file that names it and the path in it.
    named: HashMap<(String, Arc<str>), Result<String, String>>,
    read: HashMap<String, KindFile>,
}

#[derive(Debug)]
struct KindFile {
    /// The valid documents in it.
    documents: Vec<(Value, Json)>,
    /// The errors of the invalid ones.
    unread: Diagnostics,
    /// The kinds found so far.
    kinds: HashMap<(Arc<str>, Arc<str>), SchemaRef>,
}

impl KindFiles {
    /// Loads the file that `path` names in the file `from`, unless it is already loaded.
    pub fn read(&mut self, from: &str, path: &Name, loader: &dyn Loader, add: impl FnOnce(SourceFile) -> FileId) {
        let key = (from.to_owned(), Arc::clone(&path.text));
        if self.named.contains_key(&key) {
            return;
        }
        let loaded = loader.load(from, &path.text);
        if let Ok(LoadedFile { name, text }) = &loaded
            && !self.read.contains_key(name)
        {
            let file = add(SourceFile::new(name.as_str(), text.as_str()));
            self.read.insert(name.clone(), KindFile::read(file, text));
        }
        self.named.insert(key, loaded.map(|loaded| loaded.name));
    }

    /// Returns the schema of a kind that the file `from` names, from a file that was [read](KindFiles::read). Reports
    /// an error if it is missing.
    pub fn kind(&mut self, from: &str, wanted: KindOf<'_>, out: &mut Diagnostics) -> Option<SchemaRef> {
        let path = wanted.from;
        match self.named.get(&(from.to_owned(), Arc::clone(&path.text)))? {
            Ok(name) => self.read.get_mut(name)?.kind(wanted, out),
            Err(reason) => {
                let message = format!("cannot read `{}`: {reason}", path.text);
                out.push(Diagnostic::error(Code::UnreadableFile, path.span, message));
                None
            }
        }
    }
}

impl KindFile {
    fn read(file: FileId, text: &str) -> KindFile {
        let mut documents = Vec::new();
        let mut unread = Diagnostics::default();
        for document in split(text) {
            let (value, found) = helm_values::read(file, &document);
            // What is read after a repair is not what the file contains.
            let value = value.filter(|_| !found.iter().any(|found| found.code == Code::YamlSyntax));
            let errors = found.into_vec().into_iter().filter(|found| found.severity == Severity::Error);
            errors.for_each(|error| unread.push(error));
            if let Some(value) = value {
                let json = json(&value);
                documents.push((value, json));
            }
        }
        KindFile { documents, unread, kinds: HashMap::new() }
    }

    fn kind(&mut self, wanted: KindOf<'_>, out: &mut Diagnostics) -> Option<SchemaRef> {
        let key = (Arc::clone(&wanted.api_version.text), Arc::clone(&wanted.kind.text));
        if let Some(known) = self.kinds.get(&key) {
            return Some(known.clone());
        }
        let error = match self.find(wanted) {
            Ok(found) => {
                self.kinds.insert(key, found.clone());
                return Some(found);
            }
            Err(error) => error,
        };
        // An invalid document may have declared it.
        let errors = if self.unread.is_empty() { vec![*error] } else { self.unread.iter().cloned().collect() };
        for error in errors {
            if out.iter().all(|known| known.span != error.span) {
                out.push(error);
            }
        }
        None
    }

    fn find(&self, wanted: KindOf<'_>) -> Result<SchemaRef, Box<Diagnostic>> {
        let mut known = Vec::new();
        for (value, document) in self.documents.iter().flat_map(|(value, json)| items(value, json)) {
            let Ok(kinds) = custom_kinds(document) else { continue };
            for DeclaredKind { header, schema, path } in kinds {
                if header.api_version == *wanted.api_version.text && header.kind == *wanted.kind.text {
                    return reduced(&header, schema, Records::Closed, &Map::new())
                        .map_err(|failure| failed(&failure, value, &path));
                }
                known.push(format!("{} {}", header.api_version, header.kind));
            }
        }
        let Some(first) = known.first() else { return self.json_schema(wanted) };
        let kind = format!("{} {}", wanted.api_version.text, wanted.kind.text);
        let message = format!("`{}` has no schema for {kind}", wanted.from.text);
        let error = Diagnostic::error(Code::UnknownKind, wanted.api_version.span.to(wanted.kind.span), message);
        let near = nearest(&kind, known.iter().map(String::as_str));
        let error = error.help(format!("it has {}", known.join(", ")));
        // If the file declares one version of the kind, that must be the intended one.
        Err(Box::new(match (near.unwrap_or(first).split_once(' '), &known[..]) {
            (Some((version, kind)), [_]) if kind == &*wanted.kind.text => {
                error.fix(Applicability::Unsafe, wanted.api_version.span, format!("{version:?}"))
            }
            _ => error,
        }))
    }

    /// Returns the schema of a JSON Schema, which describes an object without naming its kind; the file that names the
    /// schema does that.
    fn json_schema(&self, wanted: KindOf<'_>) -> Result<SchemaRef, Box<Diagnostic>> {
        let no_schema = || {
            let message =
                format!("`{}` is neither a CustomResourceDefinition nor a JSON Schema of an object", wanted.from.text);
            Box::new(Diagnostic::error(Code::UnknownKind, wanted.from.span, message).help(
                "`kubectl get crd NAME -o yaml` prints a CustomResourceDefinition; a JSON Schema has `properties`",
            ))
        };
        let [(value, document)] = &self.documents[..] else { return Err(no_schema()) };
        if document.get("properties").is_none() && document.get("$ref").is_none() {
            return Err(no_schema());
        }
        for (key, name) in [("apiVersion", wanted.api_version), ("kind", wanted.kind)] {
            let says = document.pointer(&format!("/properties/{key}"));
            let members = says.and_then(|says| says.get("enum")).and_then(Json::as_array);
            let mut members = members.into_iter().flatten().chain(says.and_then(|says| says.get("const")));
            let others: Vec<&str> = members.by_ref().filter_map(Json::as_str).collect();
            if !others.is_empty() && !others.contains(&&*name.text) {
                let message = format!("`{}` has no schema for `{}`", wanted.from.text, name.text);
                let error = Diagnostic::error(Code::UnknownKind, name.span, message);
                return Err(Box::new(error.help(format!("its `{key}` is {}", others.join(", ")))));
            }
        }
        let none = Map::new();
        let definitions = ["definitions", "$defs"].iter().find_map(|key| document.get(key)?.as_object());
        let header = Header {
            api_version: wanted.api_version.text.to_string(),
            kind: wanted.kind.text.to_string(),
            plural: String::new(),
            source: wanted.from.text.to_string(),
        };
        reduced(&header, document, Records::AsDeclared, definitions.unwrap_or(&none))
            .map_err(|failure| failed(&failure, value, &[]))
    }
}

fn reduced(
    header: &Header,
    schema: &Json,
    records: Records,
    components: &Map<String, Json>,
) -> Result<SchemaRef, ReduceError> {
    let metadata = object_meta().map_or(Metadata::AsDeclared, Metadata::Reduced);
    let text = reduce(header, schema, &ReduceContext { components, metadata, records })?;
    let invalid_schema = || ReduceError { message: "the file is empty".to_owned(), path: Vec::new() };
    Schema::parse(text).map(SchemaRef::root).ok_or_else(invalid_schema)
}

/// Returns the schema of every object's `metadata`, from the embedded schemas of the core group.
fn object_meta() -> Option<SchemaRef> {
    let (api_version, kind) = schema::builtin_kinds().find(|(api_version, _)| *api_version == "v1")?;
    Some(schema::builtin(api_version, kind)?.field("metadata")?.0)
}

/// Returns the documents of a `List`, which kubectl prints for several objects; otherwise the document itself.
fn items<'d>(value: &'d Value, document: &'d Json) -> Vec<(&'d Value, &'d Json)> {
    match (value.get("items").map(|items| &items.data), document.get("items")) {
        (Some(ValueKind::List(values)), Some(Json::Array(items))) => {
            values.iter().map(|element| &element.value).zip(items).collect()
        }
        _ => vec![(value, document)],
    }
}

/// Returns the error at the span of its path, or of the longest prefix in the file.
fn failed(failure: &ReduceError, document: &Value, schema: &[String]) -> Box<Diagnostic> {
    let mut at = document;
    for step in schema.iter().chain(&failure.path) {
        let next = match &at.data {
            ValueKind::List(list) => {
                step.parse().ok().and_then(|index: usize| list.get(index)).map(|element| &element.value)
            }
            _ => at.get(step),
        };
        let Some(next) = next else { break };
        at = next;
    }
    Box::new(Diagnostic::error(Code::UnknownKind, at.span.at_start(), failure.message.clone()))
}

/// Returns the documents of a schema file, YAML or JSON.
///
/// # Errors
/// The first mistake in it.
pub fn documents(text: &str) -> Result<Vec<Json>, String> {
    let file = KindFile::read(FileId(0), text);
    match file.unread.iter().next() {
        Some(error) => Err(error.message.clone()),
        None => Ok(file
            .documents
            .iter()
            .flat_map(|(value, json)| items(value, json))
            .map(|(_, json)| json.clone())
            .collect()),
    }
}

/// Splits a YAML stream into documents, each after white space in place of the preceding ones, so that offsets don't
/// change.
fn split(text: &str) -> Vec<String> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" && at > 0 {
            starts.push(at + line.len());
        }
        at += line.len();
    }
    let ends = starts[1..].iter().map(|next| text[..next - 1].rfind("---").unwrap_or(0)).chain([text.len()]);
    let pieces = starts.iter().zip(ends).filter(|(start, end)| {
        let body = text.get(**start..*end).unwrap_or("");
        body.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#') && line.trim_end() != "---")
    });
    pieces.map(|(start, end)| blank(&text[..*start]) + &text[*start..end]).collect()
}

fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// Converts a file's value to JSON.
fn json(value: &Value) -> Json {
    match &value.data {
        ValueKind::Bool(truth) => Json::Bool(*truth),
        ValueKind::Int(number) => Json::from(*number),
        ValueKind::Float(number) => Json::from(*number),
        ValueKind::String(text) | ValueKind::Word(text) => Json::from(&**text),
        ValueKind::List(list) => list.iter().map(|element| json(&element.value)).collect(),
        ValueKind::Object(object) => {
            Json::Object(object.entries.iter().map(|entry| (entry.key.to_string(), json(&entry.value))).collect())
        }
        // Not in a data file.
        ValueKind::Null | ValueKind::Residual(_) | ValueKind::Guarded(_) | ValueKind::Version(_) | ValueKind::Error => {
            Json::Null
        }
    }
}
