//! Checks the finished manifests of a release: against their kinds' schemas, their names, and each other.

use std::collections::HashMap;

use super::Values;
use crate::eval::TypedRelease;
use crate::library::ProjectKinds;
use crate::types::{self, Coercion, Type};
use crate::validate::{self, ManifestObject, Users};
use crate::value::{Object, Value};
use relc_schema::SchemaRef;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{Sources, Span};

/// Checks `documents`.
///
/// `origins` contains the index of each document's version; documents at the end without an index belong to the release
/// as a whole.
pub fn check(
    documents: &[Value],
    origins: &[usize],
    given: &TypedRelease,
    (kinds, sources): (&ProjectKinds, &Sources),
    out: &mut Diagnostics,
) {
    let mut places: HashMap<[&str; 4], (Span, Option<usize>)> = HashMap::new();
    for (at, document) in documents.iter().enumerate() {
        let origin = origins.get(at).copied();
        let Some(object) = document.as_object() else {
            let message = format!("a manifest is an object, and this is {}", document.describe());
            out.push(Diagnostic::error(Code::WrongType, document.span, message));
            continue;
        };
        against_schema(document, object, (kinds, sources), out);
        let Some(name) = name_of(object) else { continue };
        if let Some(error) = name.as_str().and_then(|text| types::check_object_name(text, name.span)) {
            out.push(error);
        }
        let key = key_of(object, name, given);
        if let Some((first, other)) = places.insert(key, (name.span, origin)) {
            out.push(twice(key, name.span, origin, first, other));
        }
    }
}

/// Checks `documents` as the cluster's own validation does.
pub fn validate(
    documents: &[Value],
    origins: &[usize],
    given: &TypedRelease,
    (values, users): (Values, Users),
    out: &mut Diagnostics,
) {
    let place = |at: usize| origins.get(at).map_or(given.span, |version| given.versions[*version].span);
    let objects: Vec<ManifestObject<'_>> =
        documents.iter().enumerate().map(|(at, value)| ManifestObject { value, place: place(at) }).collect();
    match values {
        Values::Valid => validate::objects(&objects, users, out),
        Values::Partial => validate::partial(&objects, users, out),
    }
}

/// Checks a finished object against the schema of its kind.
pub fn against_schema(
    document: &Value,
    object: &Object,
    (kinds, sources): (&ProjectKinds, &Sources),
    out: &mut Diagnostics,
) {
    let Some(kind) = object.kind.clone().or_else(|| known_kind(object, kinds, out)) else { return };
    let name = name_of(object).and_then(Value::as_str).unwrap_or("");
    let cx = Coercion::finished(sources, &kind.schema().kind, name);
    types::validate(document, &Type::Schema(kind.clone()), &cx, out);
}

/// Returns the schema of an object that was written without its type: the project's, or the embedded one.
fn known_kind(object: &Object, kinds: &ProjectKinds, out: &mut Diagnostics) -> Option<SchemaRef> {
    let (api_version, kind) = (object.get("apiVersion")?.as_str()?, object.get("kind")?.as_str()?);
    kinds.get(api_version, kind, out).unwrap_or_else(|| relc_schema::builtin(api_version, kind))
}

/// Reports two objects of the same kind, name and namespace. The first belongs to a version whenever the second does.
fn twice(key: [&str; 4], place: Span, origin: Option<usize>, first: Span, other: Option<usize>) -> Diagnostic {
    let [_, kind, namespace, text] = key;
    let (code, message, help) = match (other, origin) {
        (Some(one), Some(two)) if one != two => (
            Code::DuplicateVersionName,
            format!("the versions {one} and {two} both create the {kind} `{text}` in namespace `{namespace}`"),
            "set a different name for each version, or remove the names",
        ),
        (Some(one), None) => (
            Code::VersionNamedAsApplication,
            format!("version {one} and the release itself both create the {kind} `{text}` in namespace `{namespace}`"),
            "choose a name for the version that is not the release's",
        ),
        (Some(_) | None, Some(_) | None) => (
            Code::DuplicateObject,
            format!("two objects are {kind} `{text}` in namespace `{namespace}`"),
            "rename one of them",
        ),
    };
    // The version's name can be changed; the release's is used elsewhere.
    let (place, first) = if origin.is_none() { (first, place) } else { (place, first) };
    let error = Diagnostic::error(code, place, message).help(help);
    if first == place { error } else { error.related(first, "also used here") }
}

fn name_of(object: &Object) -> Option<&Value> {
    object.get("metadata")?.get("name")
}

fn key_of<'v>(object: &'v Object, name: &'v Value, given: &'v TypedRelease) -> [&'v str; 4] {
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or("");
    let namespace = object.get("metadata").and_then(|metadata| metadata.get("namespace")).and_then(Value::as_str);
    let namespace = namespace.or_else(|| given.namespace.as_str()).unwrap_or("");
    [text("apiVersion"), text("kind"), namespace, name.as_str().unwrap_or("")]
}
