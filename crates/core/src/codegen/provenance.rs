//! The provenance of manifest fields.
//!
//! In: finished trees, whose keys and values have the spans where they were written. Out: comments for the lines of
//! YAML, and JSON for other programs. A field is located at its key in an environment, a library or a custom
//! specification; its value comes from there, from a release, or from another definition. A string rendered from a
//! tree, such as a routing template, has a location for each of its lines.

use std::sync::Arc;

use serde::Serialize;

use super::quote::is_printable;
use super::yaml::{Line, is_block, present, present_elements};
use super::{go_template, yaml};
use crate::value::{Value, ValueKind};
use relc_syntax::source::{Sources, Span};

/// Appends the comment of `line`: the location of its field and, if it comes from another line, that of its value.
pub(super) fn comment(line: &Line, sources: &Sources, out: &mut String) {
    let (field, origin) = both(line.field, line.value, sources);
    out.push_str(" # ");
    field.write(out);
    if (field.file, field.line) != (origin.file, origin.line) {
        out.push_str(" ← ");
        origin.write(out);
    }
}

/// A string that was rendered from a tree.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The string.
    pub text: Arc<str>,
    /// The tree.
    pub tree: Value,
    /// The format.
    pub form: Form,
}

/// The format of a rendered string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A YAML document.
    Yaml,
    /// A routing template.
    Template,
}

impl Rendered {
    /// Renders `tree`.
    pub fn new(tree: Value, form: Form) -> Rendered {
        let mut text = String::new();
        match form {
            Form::Yaml => yaml::yaml(&tree, &mut text),
            Form::Template => go_template::template(&tree, &mut text),
        }
        Rendered { text: text.into(), tree, form }
    }
}

/// Returns the locations of all fields of a release's `documents`, as a JSON object on one line; `made` are the
/// rendered strings inside them.
pub fn places(name: &str, namespace: &str, documents: &[Value], made: &[Rendered], sources: &Sources) -> String {
    let document = |document: &Value| {
        let mut trace = Trace { made, sources, path: String::new(), fields: Vec::new() };
        trace.inside(document);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let metadata = document.get("metadata");
        Document {
            api_version: text(document.get("apiVersion")),
            kind: text(document.get("kind")),
            name: text(metadata.and_then(|metadata| metadata.get("name"))),
            namespace: text(metadata.and_then(|metadata| metadata.get("namespace"))),
            fields: trace.fields,
        }
    };
    let release = Release { name, namespace, documents: documents.iter().map(document).collect() };
    serde_json::to_string(&release).expect("strings, numbers and lists are always JSON")
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

/// A field or an element of a list, at any depth.
#[derive(Serialize)]
struct Field<'r> {
    /// A JSON Pointer into the document.
    path: String,
    field: Origin<'r>,
    origin: Origin<'r>,
    /// The lines of a rendered string.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<TextLine<'r>>,
}

/// A line of a string on which a field or an element starts.
#[derive(Serialize)]
struct TextLine<'r> {
    line: usize,
    field: Origin<'r>,
    origin: Origin<'r>,
}

#[derive(PartialEq, Eq, Serialize)]
struct Origin<'r> {
    file: &'r str,
    line: usize,
    column: usize,
}

/// Returns the locations of a field and of the origin of its value.
fn both<'r>(field: Span, value: &Value, sources: &'r Sources) -> (Origin<'r>, Origin<'r>) {
    (Origin::of(field, sources), Origin::of(value.span, sources))
}

impl<'r> Origin<'r> {
    fn of(span: Span, sources: &'r Sources) -> Origin<'r> {
        let position = sources.position(span);
        Origin { file: sources.file(span.file).name(), line: position.line, column: position.column }
    }

    /// Writes the location for users. File names may contain any character, and a comment ends with its line.
    fn write(&self, out: &mut String) {
        out.extend(self.file.chars().map(|c| if is_printable(c) { c } else { '\u{fffd}' }));
        super::quote::push(format_args!(":{}:{}", self.line, self.column), out);
    }
}

/// The fields of a document so far, and the path to the current one.
struct Trace<'r> {
    made: &'r [Rendered],
    sources: &'r Sources,
    path: String,
    fields: Vec<Field<'r>>,
}

impl<'r> Trace<'r> {
    /// Adds the fields in `value`, which is at the current path.
    fn inside(&mut self, value: &Value) {
        match &value.data {
            ValueKind::Object(object) => present(object).for_each(|entry| {
                self.add(&entry.key.replace('~', "~0").replace('/', "~1"), entry.key_span, &entry.value);
            }),
            ValueKind::List(list) => present_elements(list).enumerate().for_each(|(at, element)| {
                self.add(&at.to_string(), element.value.span, &element.value);
            }),
            _ => {}
        }
    }

    fn add(&mut self, step: &str, field: Span, value: &Value) {
        let before = self.path.len();
        self.path.push('/');
        self.path.push_str(step);
        let mut lines = Vec::new();
        self.lines(value, 1, &mut lines);
        let (field, origin) = both(field, value, self.sources);
        self.fields.push(Field { path: self.path.clone(), field, origin, lines });
        self.inside(value);
        self.path.truncate(before);
    }

    /// Adds the lines of `value`, if it is a rendered string that starts at the line `first`. A rendered string inside
    /// another one adds its lines to those of the outer one, if it is included line by line.
    fn lines(&self, value: &Value, first: usize, lines: &mut Vec<TextLine<'r>>) {
        let ValueKind::String(text) = &value.data else { return };
        let Some(made) = self.made.iter().find(|made| Arc::ptr_eq(&made.text, text)) else { return };
        let (mut seen, mut at) = (0, first);
        let mut begin = |line: Line, text: &mut String| {
            at += text[seen..].matches('\n').count();
            seen = text.len();
            let (field, origin) = both(line.field, line.value, self.sources);
            lines.push(TextLine { line: at, field, origin });
            if made.form == Form::Yaml && line.value.as_str().is_some_and(is_block) {
                self.lines(line.value, at + 1, lines);
            }
        };
        match made.form {
            Form::Yaml => yaml::annotated(&made.tree, &mut begin, &mut String::new()),
            Form::Template => go_template::annotated(&made.tree, &mut begin, &mut String::new()),
        }
    }
}
