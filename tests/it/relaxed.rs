//! Normalizes what relc renders better than the chart, on both sides of a comparison with Helm's output: labels of the
//! release, the port of the Service of its name, KServe's paths, a gateway's namespace, and the match of all paths. The
//! same as `canon -relax`.

use serde_json::{Map, Value as Json};

type Object = Map<String, Json>;

/// Removes these differences from canonical JSON, in each object inside `value`, including routes for sets of ready
/// versions.
pub fn relaxed(mut value: Json) -> Json {
    relax(&mut value);
    value
}

fn relax(value: &mut Json) {
    match value {
        Json::Array(list) => list.iter_mut().for_each(relax),
        Json::Object(object) => {
            if object.contains_key("kind") {
                labels(object);
            }
            let kind = object.get("kind").and_then(Json::as_str).map(str::to_owned);
            match (kind.as_deref(), object.get_mut("spec").and_then(Json::as_object_mut)) {
                (Some("Service"), Some(spec)) if spec.get("type") == Some(&"ExternalName".into()) => {
                    spec.remove("ports");
                }
                (Some("VirtualService"), Some(spec)) => virtual_service(spec),
                (Some("HTTPRoute"), Some(spec)) => http_route(spec),
                _ => {}
            }
            object.values_mut().for_each(relax);
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn labels(object: &mut Object) {
    let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) else { return };
    let Some(labels) = metadata.get_mut("labels").and_then(Json::as_object_mut) else { return };
    labels.remove("app.kubernetes.io/instance");
    if labels.get("app.kubernetes.io/managed-by") == Some(&"relc".into()) {
        labels.remove("app.kubernetes.io/managed-by");
    }
    if labels.is_empty() {
        metadata.remove("labels");
    }
}

fn virtual_service(spec: &mut Object) {
    let Some(rules) = spec.get_mut("http").and_then(Json::as_array_mut) else { return };
    rules.retain(|rule| rule.pointer("/rewrite/uriRegexRewrite").is_none());
    for rule in rules.iter_mut().filter_map(Json::as_object_mut) {
        let uri = rule.get("rewrite").and_then(|rewrite| rewrite["uri"].as_str()).unwrap_or_default().to_owned();
        let model = uri.strip_prefix("/v1/models/").or_else(|| uri.strip_prefix("/v2/models/")).unwrap_or_default();
        let Some(model) = model.strip_suffix("/infer").or_else(|| model.strip_suffix(":predict")) else { continue };
        rule["rewrite"]["uri"] = format!("/v2/models/{model}/infer").into();
        without_all(rule, "match", |one| {
            if one.get("uri").is_some_and(|uri| uri["exact"] == "/") {
                one.remove("uri");
            }
        });
    }
}

fn http_route(spec: &mut Object) {
    for parent in spec.get_mut("parentRefs").and_then(Json::as_array_mut).into_iter().flatten() {
        let name = parent["name"].as_str().unwrap_or_default().to_owned();
        if let Some((namespace, name)) = name.split_once('/') {
            (parent["namespace"], parent["name"]) = (namespace.into(), name.into());
        }
    }
    for rule in spec.get_mut("rules").and_then(Json::as_array_mut).into_iter().flatten().filter_map(Json::as_object_mut)
    {
        without_all(rule, "matches", |one| {
            let all = one.get("path").is_some_and(|path| match path["type"].as_str() {
                None | Some("PathPrefix") => path["value"] == "/",
                Some("RegularExpression") => path["value"] == ".*" || path["value"] == "/.*",
                Some(_) => false,
            });
            if all {
                one.remove("path");
            }
        });
    }
}

/// Applies `edit` to each match of a rule, and removes all matches if one of them matches every request.
fn without_all(rule: &mut Object, key: &str, edit: impl Fn(&mut Object)) {
    let Some(matches) = rule.get_mut(key).and_then(Json::as_array_mut) else { return };
    matches.iter_mut().filter_map(Json::as_object_mut).for_each(edit);
    if matches.iter().any(|one| one.as_object().is_some_and(Map::is_empty)) {
        rule.remove(key);
    }
}
