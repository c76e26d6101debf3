//! One schema file: its documents, and the kinds that they declare.

use std::sync::Arc;

use serde_json::Value as Json;

use super::references::{named_files, resolve};
use super::{KindFiles, open};
use crate::helm_values;
use crate::value::{Value, ValueKind};
use relc_schema::reduce::{Metadata, Records, ReduceContext, ReduceError, reduce};
use relc_schema::{self as schema, DeclaredKind, Header, Schema, SchemaRef, custom_kinds, openapi_kinds};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, Severity, nearest};
use relc_syntax::source::{FileId, Span};
use relc_syntax::visit::KindOf;

/// A schema file.
#[derive(Debug)]
pub struct KindFile {
    /// The valid documents in it.
    documents: Vec<(Value, Json)>,
    /// The errors of the invalid ones.
    unread: Diagnostics,
}

impl KindFile {
    /// Parses the text of `file`.
    pub fn read(file: FileId, text: &str) -> KindFile {
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
        KindFile { documents, unread }
    }

    /// Returns the paths of the files that its references name.
    pub fn references(&self) -> Vec<Arc<str>> {
        let mut found = Vec::new();
        self.documents.iter().for_each(|(_, document)| named_files(document, &mut found));
        found
    }

    /// Returns its document, if it has one.
    pub fn document(&self) -> Option<&Json> {
        match &self.documents[..] {
            [(_, document)] => Some(document),
            _ => None,
        }
    }

    /// Returns the schema of a kind of this file, whose name is `name`. Reports why there is none, and where it is open.
    pub fn kind(&self, name: &str, wanted: KindOf<'_>, files: &KindFiles, out: &mut Diagnostics) -> Option<SchemaRef> {
        let error = match self.find(name, wanted, files) {
            Ok((found, records)) => {
                if let Some(warning) = open::open_objects(&found, wanted).filter(|_| records == Records::AsDeclared) {
                    out.push(warning);
                }
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

    fn find(&self, name: &str, wanted: KindOf<'_>, files: &KindFiles) -> Result<(SchemaRef, Records), Box<Diagnostic>> {
        let mut known = Vec::new();
        for (value, document) in self.documents.iter().flat_map(|(value, json)| items(value, json)) {
            let kinds = custom_kinds(document).unwrap_or_else(|_| openapi_kinds(document));
            for DeclaredKind { header, schema, path } in kinds {
                if header.api_version == *wanted.api_version.text && header.kind == *wanted.kind.text {
                    let place = SchemaPlace { name, value, document, schema, path: &path, records: Records::Closed };
                    return place.reduced(&header, files);
                }
                known.push(format!("{} {}", header.api_version, header.kind));
            }
        }
        if known.is_empty() { self.json_schema(name, wanted, files) } else { Err(Box::new(missing(wanted, &known))) }
    }

    /// Returns the schema of a JSON Schema, which describes an object without naming its kind; the file that names the
    /// schema does that.
    fn json_schema(
        &self,
        name: &str,
        wanted: KindOf<'_>,
        files: &KindFiles,
    ) -> Result<(SchemaRef, Records), Box<Diagnostic>> {
        let no_schema = || {
            let message = format!(
                "`{}` is neither a CustomResourceDefinition, nor an OpenAPI document, nor a JSON Schema of an object",
                wanted.from.text
            );
            Box::new(Diagnostic::error(Code::UnknownKind, wanted.from.span, message).help(
                "`kubectl get crd NAME -o yaml` prints a CustomResourceDefinition, and `kubectl get --raw /openapi/v2` an \
                 OpenAPI document; a JSON Schema has `properties`",
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
        let header = Header {
            api_version: wanted.api_version.text.to_string(),
            kind: wanted.kind.text.to_string(),
            plural: String::new(),
            source: wanted.from.text.to_string(),
        };
        let place = SchemaPlace { name, value, document, schema: document, path: &[], records: Records::AsDeclared };
        place.reduced(&header, files)
    }
}

/// Returns the error about a file that declares the kinds `known` and not the one that is wanted.
fn missing(wanted: KindOf<'_>, known: &[String]) -> Diagnostic {
    let kind = format!("{} {}", wanted.api_version.text, wanted.kind.text);
    let message = format!("`{}` has no schema for {kind}", wanted.from.text);
    let error = Diagnostic::error(Code::UnknownKind, wanted.api_version.span.to(wanted.kind.span), message);
    let near = nearest(&kind, known.iter().map(String::as_str));
    let error = error.help(match near {
        Some(near) if known.len() > SHOWN => format!("did you mean {near}? It has {} kinds", known.len()),
        None if known.len() > SHOWN => format!("it has {} and {} more", known[..SHOWN].join(", "), known.len() - SHOWN),
        _ => format!("it has {}", known.join(", ")),
    });
    // If the file declares one version of the kind, that must be the intended one.
    match (near.unwrap_or(&known[0]).split_once(' '), known) {
        (Some((version, kind)), [_]) if kind == &*wanted.kind.text => {
            error.fix(Applicability::Unsafe, wanted.api_version.span, format!("{version:?}"))
        }
        _ => error,
    }
}

/// The number of kinds of a file that a message lists.
const SHOWN: usize = 6;

/// A schema, and where it is.
struct SchemaPlace<'f> {
    /// The name of the file.
    name: &'f str,
    /// The document, with spans.
    value: &'f Value,
    document: &'f Json,
    schema: &'f Json,
    /// The keys from the document to the schema.
    path: &'f [String],
    records: Records,
}

impl SchemaPlace<'_> {
    fn reduced(&self, header: &Header, files: &KindFiles) -> Result<(SchemaRef, Records), Box<Diagnostic>> {
        let resolved = resolve(files, self.name, self.document, self.schema);
        if let Some((file, reference, reason)) = resolved.unreadable {
            let place =
                files.read.get(&file).and_then(|file| file.reference(&reference)).unwrap_or(self.value.span.at_start());
            let message = format!("cannot read `{reference}`: {reason}");
            return Err(Box::new(Diagnostic::error(Code::UnreadableFile, place, message)));
        }
        // Kubernetes' own kinds declare `metadata`, and a zero value as the default of each required field.
        let is_own = self.path.last().is_some_and(|name| name.starts_with("io.k8s."));
        let metadata = object_meta().filter(|_| !is_own).map_or(Metadata::AsDeclared, Metadata::Reduced);
        let context = ReduceContext { components: &resolved.table, metadata, records: self.records };
        let text =
            reduce(header, &resolved.schema, &context).map_err(|failure| failed(&failure, self.value, self.path))?;
        let empty = || ReduceError { message: "the file is empty".to_owned(), path: Vec::new() };
        let schema = Schema::parse(text).ok_or_else(|| failed(&empty(), self.value, self.path))?;
        Ok((SchemaRef::root(schema), self.records))
    }
}

impl KindFile {
    /// Returns the span of a reference in the file.
    fn reference(&self, reference: &str) -> Option<Span> {
        self.documents.iter().find_map(|(value, _)| find_text(value, reference))
    }
}

fn find_text(value: &Value, text: &str) -> Option<Span> {
    match &value.data {
        ValueKind::List(list) => list.iter().find_map(|element| find_text(&element.value, text)),
        ValueKind::Object(object) => object.entries.iter().find_map(|entry| find_text(&entry.value, text)),
        _ => value.as_str().filter(|known| *known == text).map(|_| value.span),
    }
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
