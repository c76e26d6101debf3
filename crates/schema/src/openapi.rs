//! The kinds of an OpenAPI document, version 2 or 3, as an API server has it (`kubectl get --raw /openapi/v2`).

use serde_json::{Map, Value as Json};

use super::document::DeclaredKind;
use super::store::Header;

/// The name of the definition of `metadata` in the OpenAPI documents of Kubernetes.
pub const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// Returns the kinds of an OpenAPI document: of those that its paths serve, or of all if it has no paths.
pub fn openapi_kinds(document: &Json) -> Vec<DeclaredKind<'_>> {
    let Some((at, schemas)) = definitions(document).filter(|_| is_openapi(document)) else { return Vec::new() };
    let source = document.pointer("/info/title").and_then(Json::as_str).unwrap_or("OpenAPI");
    let paths = document.get("paths").and_then(Json::as_object).filter(|paths| !paths.is_empty());
    let mut kinds = Vec::new();
    for (name, schema) in schemas {
        let Some([gvk]) = schema.get("x-kubernetes-group-version-kind").and_then(Json::as_array).map(Vec::as_slice)
        else {
            continue;
        };
        let plural = match paths {
            Some(paths) => paths.iter().find_map(|(path, served)| plural(path, served, gvk)),
            None => schema.pointer("/properties/items").is_none().then_some(""),
        };
        let (Some(plural), Some(kind), Some(version)) = (plural, gvk["kind"].as_str(), gvk["version"].as_str()) else {
            continue;
        };
        let group = gvk["group"].as_str().unwrap_or("");
        let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
        let path = at.iter().copied().chain([name.as_str()]).map(str::to_owned).collect();
        kinds.push(DeclaredKind { header: Header::new(&api_version, kind, plural, source), schema, path });
    }
    kinds
}

/// Returns true for an OpenAPI document, and not a JSON Schema.
pub fn is_openapi(document: &Json) -> bool {
    document.get("openapi").is_some() || document.get("swagger").is_some()
}

/// Returns the definitions that references of a document name, and the keys to them.
pub fn definitions(document: &Json) -> Option<(Vec<&'static str>, &Map<String, Json>)> {
    let places = [&["components", "schemas"][..], &["definitions"], &["$defs"]];
    places.iter().find_map(|place| {
        let found = place.iter().try_fold(document, |at, key| at.get(key))?;
        Some((place.to_vec(), found.as_object()?))
    })
}

/// Returns the last segment of a path that lists or creates objects of the kind.
fn plural<'p>(path: &'p str, served: &Json, gvk: &Json) -> Option<&'p str> {
    let is_of_kind =
        |method: &str| served.get(method).and_then(|one| one.get("x-kubernetes-group-version-kind")) == Some(gvk);
    let last = path.rsplit('/').next().filter(|last| !last.is_empty() && !last.starts_with('{'))?;
    let is_collection = !path.contains("/watch/") && !path.contains("{name}");
    (is_collection && (is_of_kind("post") || is_of_kind("get"))).then_some(last)
}
