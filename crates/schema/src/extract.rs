//! The kinds of a document, each with a document that declares it alone, without descriptions.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::document::{DeclaredKind, custom_kinds};
use super::openapi::{definitions, is_openapi, openapi_kinds};

/// A kind, and a document that declares it alone.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtractedKind {
    /// Group and version, or only the version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The document.
    pub document: Json,
}

/// Returns the kinds of a CustomResourceDefinition, of an OpenAPI document, or of a JSON Schema that names its kind.
///
/// # Errors
/// Why the document has none, as the end of a sentence about it.
pub fn extract(document: &Json) -> Result<Vec<ExtractedKind>, String> {
    if let Ok(kinds) = custom_kinds(document) {
        return Ok(kinds.iter().map(of_custom_resource).collect());
    }
    if is_openapi(document) {
        if document.pointer("/paths").and_then(Json::as_object).is_some_and(is_index) {
            return Err("is the index of an API server: print one of its documents, such as `kubectl get --raw \
                        /openapi/v3/apis/apps/v1`"
                .to_owned());
        }
        return Ok(openapi_kinds(document).iter().map(|kind| of_openapi(kind, document)).collect());
    }
    if document.get("properties").is_some() {
        return of_json_schema(document).map(|kind| vec![kind]);
    }
    let is_chart = document.get("kind").is_some();
    Err(if is_chart { "declares no kind" } else { "has no schema" }.to_owned())
}

/// Returns true for the paths of `/openapi/v3`, which refer to other documents.
fn is_index(paths: &Map<String, Json>) -> bool {
    paths.values().any(|path| path.get("serverRelativeURL").is_some())
}

fn of_custom_resource(declared: &DeclaredKind<'_>) -> ExtractedKind {
    let header = &declared.header;
    let (group, version) = header.api_version.split_once('/').unwrap_or(("", &header.api_version));
    let document = json!({
        "group": group,
        "version": version,
        "kind": header.kind,
        "plural": header.plural,
        "source": header.source,
        "openAPIV3Schema": undescribed(declared.schema),
    });
    ExtractedKind { api_version: header.api_version.clone(), kind: header.kind.clone(), document }
}

/// Keeps what the schema of one kind refers to, and the paths from which its plural is known.
fn of_openapi(declared: &DeclaredKind<'_>, document: &Json) -> ExtractedKind {
    let header = &declared.header;
    let mut kept = BTreeMap::new();
    if let (Some((_, all)), Some(name)) = (definitions(document), declared.path.last()) {
        let mut pending = vec![name.clone()];
        while let Some(name) = pending.pop() {
            let Some(schema) = all.get(&name).filter(|_| !kept.contains_key(&name)) else { continue };
            let schema = undescribed(schema);
            references(&schema, &mut |reference| pending.extend(reference.rsplit('/').next().map(str::to_owned)));
            kept.insert(name, schema);
        }
    }
    let mut schemas = Json::Object(kept.into_iter().collect());
    for key in declared.path.iter().rev().skip(1) {
        schemas = json!({ key.as_str(): schemas });
    }
    let mut out = schemas;
    let version_key = if document.get("swagger").is_some() { "swagger" } else { "openapi" };
    out[version_key] = document[version_key].clone();
    out["info"] = json!({ "title": header.source });
    if !header.plural.is_empty() {
        let gvk = declared.schema.pointer("/x-kubernetes-group-version-kind/0").cloned().unwrap_or_default();
        let path = format!("/{}", header.plural);
        out["paths"] = json!({ path: { "post": { "x-kubernetes-group-version-kind": gvk } } });
    }
    ExtractedKind { api_version: header.api_version.clone(), kind: header.kind.clone(), document: out }
}

fn of_json_schema(document: &Json) -> Result<ExtractedKind, String> {
    let mut outside = None;
    references(document, &mut |reference| {
        if !reference.starts_with('#') {
            outside.get_or_insert_with(|| reference.to_owned());
        }
    });
    if let Some(reference) = outside {
        return Err(format!("refers to another file, `{reference}`: name it after `from` in a type instead"));
    }
    let only = |key: &str| {
        let property = document.pointer(&format!("/properties/{key}"))?;
        let member = property.get("const").or_else(|| match property.get("enum")?.as_array()?.as_slice() {
            [member] => Some(member),
            _ => None,
        });
        member?.as_str().map(str::to_owned)
    };
    let of_server = || {
        let gvk = document.pointer("/x-kubernetes-group-version-kind/0")?;
        let (group, version) = (gvk["group"].as_str().unwrap_or(""), gvk["version"].as_str()?);
        let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        Some((api_version, gvk["kind"].as_str()?.to_owned()))
    };
    let named = of_server().or_else(|| Some((only("apiVersion")?, only("kind")?)));
    let Some((api_version, kind)) = named else {
        return Err("doesn't name its kind: name the file after `from` in a type, `kind \"GROUP/VERSION\" \"KIND\" from                     \"FILE\"`"
            .to_owned());
    };
    Ok(ExtractedKind { api_version, kind, document: undescribed(document) })
}

/// Calls `found` for each reference in a schema.
fn references(schema: &Json, found: &mut dyn FnMut(&str)) {
    match schema {
        Json::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Json::as_str) {
                found(reference);
            }
            object.values().for_each(|value| references(value, found));
        }
        Json::Array(list) => list.iter().for_each(|value| references(value, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Returns a schema without its descriptions, which are most of its text.
fn undescribed(schema: &Json) -> Json {
    match schema {
        Json::Object(object) => Json::Object(object.iter().filter_map(entry).collect()),
        Json::Array(list) => list.iter().map(undescribed).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => schema.clone(),
    }
}

fn entry((key, value): (&String, &Json)) -> Option<(String, Json)> {
    let value = match (key.as_str(), value) {
        ("description" | "example" | "externalDocs" | "title", _) => return None,
        // Names, not keywords.
        ("properties" | "patternProperties" | "definitions" | "$defs", Json::Object(named)) => {
            Json::Object(named.iter().map(|(name, schema)| (name.clone(), undescribed(schema))).collect())
        }
        ("default" | "enum" | "const" | "x-kubernetes-validations", _) => value.clone(),
        _ => undescribed(value),
    };
    Some((key.clone(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_an_openapi_document_keeps_what_it_refers_to() {
        let gvk = json!([{ "group": "a.io", "version": "v1", "kind": "Gate" }]);
        let document = json!({
            "swagger": "2.0",
            "info": { "title": "cluster" },
            "paths": { "/apis/a.io/v1/gates": { "post": { "x-kubernetes-group-version-kind": gvk[0] } } },
            "definitions": {
                "io.a.v1.Gate": {
                    "description": "a gate",
                    "properties": { "description": { "$ref": "#/definitions/io.a.v1.Text" } },
                    "x-kubernetes-group-version-kind": gvk,
                },
                "io.a.v1.Text": { "type": "string", "description": "a text" },
                "io.a.v1.Other": { "type": "string" },
            },
        });
        let [kind] = &extract(&document).expect("it has kinds")[..] else { panic!("one kind") };
        assert_eq!((kind.api_version.as_str(), kind.kind.as_str()), ("a.io/v1", "Gate"));
        let kept = kind.document["definitions"].as_object().expect("definitions");
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["io.a.v1.Gate", "io.a.v1.Text"]);
        assert_eq!(kept["io.a.v1.Text"], json!({ "type": "string" }));
        assert!(kept["io.a.v1.Gate"]["properties"]["description"].is_object());
        assert_eq!(openapi_kinds(&kind.document)[0].header.plural, "gates");
        assert_eq!(extract(&kind.document).expect("the same")[0].document, kind.document);
    }

    #[test]
    fn what_has_no_kinds_is_told_apart() {
        let reason = |document: Json| extract(&document).expect_err("it has none");
        assert!(
            reason(json!({ "openapi": "3.0.0", "paths": { "apis/a": { "serverRelativeURL": "/x" } } }))
                .contains("index")
        );
        assert!(reason(json!({ "apiVersion": "v1", "kind": "Service" })).contains("declares no kind"));
        assert!(reason(json!({ "properties": { "a": {} } })).contains("doesn't name its kind"));
        assert!(reason(json!({ "properties": { "a": { "$ref": "b.json#/c" } } })).contains("`b.json#/c`"));
    }
}
