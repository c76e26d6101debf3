//! Where the fields of manifests come from.
//!
//! In: finished trees, whose keys and values carry the places where they were written. Out: comments for the lines of YAML, and
//! JSON for other programs. A field stands where an environment, a library or a specification of one's own writes its key;
//! its value comes from there, from a release, or from another definition.

use serde::Serialize;

use super::quote::is_printable;
use super::yaml::{Line, present, present_elements};
use crate::source::{Sources, Span};
use crate::value::{Data, Value};

/// Appends the comment of `line`: the place of its field and, where it comes from another line, that of its value.
pub(super) fn comment(line: &Line, sources: &Sources, out: &mut String) {
    let (field, origin) = (Place::of(line.field, sources), Place::of(line.origin, sources));
    out.push_str(" # ");
    field.write(out);
    if (field.file, field.line) != (origin.file, origin.line) {
        out.push_str(" ← ");
        origin.write(out);
    }
}

/// The places of all fields of a release's `documents`, as a JSON object on one line.
pub fn places(name: &str, namespace: &str, documents: &[Value], sources: &Sources) -> String {
    let document = |document: &Value| {
        let mut fields = Vec::new();
        inside(document, &mut String::new(), sources, &mut fields);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let metadata = document.get("metadata");
        Document {
            api_version: text(document.get("apiVersion")),
            kind: text(document.get("kind")),
            name: text(metadata.and_then(|metadata| metadata.get("name"))),
            namespace: text(metadata.and_then(|metadata| metadata.get("namespace"))),
            fields,
        }
    };
    let release = Release { name, namespace, documents: documents.iter().map(document).collect() };
    serde_json::to_string(&release).expect("texts, numbers and lists are always JSON")
}

#[derive(Serialize)]
struct Release<'r> {
    name: &'r str,
    namespace: &'r str,
    documents: Vec<Document<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'r> {
    api_version: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    namespace: Option<String>,
    fields: Vec<Field<'r>>,
}

/// A field or an element of a list, however deep.
#[derive(Serialize)]
struct Field<'r> {
    /// A JSON Pointer into the document.
    path: String,
    field: Place<'r>,
    origin: Place<'r>,
}

#[derive(PartialEq, Eq, Serialize)]
struct Place<'r> {
    file: &'r str,
    line: usize,
    column: usize,
}

impl<'r> Place<'r> {
    fn of(span: Span, sources: &'r Sources) -> Place<'r> {
        let position = sources.position(span);
        Place { file: sources.file(span.file).name(), line: position.line, column: position.column }
    }

    /// As people write places. A file may be called anything, and a comment ends with its line.
    fn write(&self, out: &mut String) {
        out.extend(self.file.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }));
        super::quote::push(format_args!(":{}:{}", self.line, self.column), out);
    }
}

/// Appends the fields in `value`, which is at `path`.
fn inside<'r>(value: &Value, path: &mut String, sources: &'r Sources, fields: &mut Vec<Field<'r>>) {
    let mut add = |step: &str, field: Span, value: &Value, path: &mut String| {
        let before = path.len();
        path.push('/');
        path.push_str(step);
        let origin = Place::of(value.span, sources);
        fields.push(Field { path: path.clone(), field: Place::of(field, sources), origin });
        inside(value, path, sources, fields);
        path.truncate(before);
    };
    match &value.data {
        Data::Object(object) => present(object).for_each(|entry| {
            add(&entry.key.replace('~', "~0").replace('/', "~1"), entry.key_span, &entry.value, path);
        }),
        Data::List(list) => present_elements(list).enumerate().for_each(|(at, element)| {
            add(&at.to_string(), element.value.span, &element.value, path);
        }),
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::String(_) | Data::Word(_) => {}
        Data::Run(_) | Data::Guarded(_) | Data::Version(_) | Data::Error => {}
    }
}
