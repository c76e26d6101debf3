//! Istio's delegated rules: a VirtualService without hosts has rules in place of one rule of another VirtualService.
//!
//! Source: Istio, `mergeVirtualServicesIfNeeded`, `mergeHTTPRoute` and `hasConflict` (`pilot/pkg/model/virtualservice.go`).

use serde_json::{Value, json};

use crate::manifest::{Manifest, entries, integer, list, text, texts};

/// The fields that a delegated rule has from the rule that delegates, unless it sets them.
const INHERITED: [&str; 7] =
    ["rewrite", "directResponse", "fault", "mirror", "mirrorPercent", "mirrorPercentage", "mirrors"];

/// The matches that are one string each.
const STRINGS: [&str; 4] = ["uri", "scheme", "method", "authority"];

/// The matches of named strings.
const NAMED: [&str; 3] = ["headers", "withoutHeaders", "queryParams"];

/// Returns the rules that a rule delegates to, with the VirtualService that they are in; `None` if the manifests don't have it.
pub fn rules<'m>(rule: &Value, root: &Manifest<'_>, manifests: &[Manifest<'m>]) -> Option<(Manifest<'m>, Vec<Value>)> {
    let key = root.reference(&rule["delegate"]);
    let is_delegate = |manifest: &&Manifest<'_>| {
        manifest.is("networking.istio.io", "VirtualService")
            && format!("{}/{}", manifest.namespace, manifest.name) == key
            && list(manifest.spec(), "hosts").is_empty()
    };
    let delegate = manifests.iter().find(is_delegate)?;
    let found = list(delegate.spec(), "http").iter().filter_map(|own| merged(rule, own)).collect();
    Some((*delegate, found))
}

/// The delegated rule for the requests of the rule that delegates; `None` if they have none in common.
fn merged(root: &Value, own: &Value) -> Option<Value> {
    let mut rule = own.clone();
    let matches: Vec<Value> = match (list(root, "match"), list(own, "match")) {
        ([], matches) | (matches, []) => matches.to_vec(),
        (roots, leaves) => {
            let mut found = Vec::new();
            for leaf in leaves {
                let start = found.len();
                found.extend(roots.iter().filter(|root| !conflict(root, leaf)).map(|root| both(root, leaf)));
                // Each match of the delegated rule must be a part of a match of the rule that delegates.
                if found.len() == start {
                    return None;
                }
            }
            found
        }
    };
    if !matches.is_empty() {
        rule["match"] = json!(matches);
    }
    let names: Vec<&str> = [text(root, "name"), text(own, "name")].into_iter().flatten().collect();
    if !names.is_empty() {
        rule["name"] = json!(names.join("-"));
    }
    for key in INHERITED.iter().chain(&["headers"]) {
        if let (None, Some(value)) = (own.get(key), root.get(key)) {
            rule[*key] = value.clone();
        }
    }
    Some(rule)
}

/// A match of both.
fn both(root: &Value, leaf: &Value) -> Value {
    let mut found = leaf.clone();
    for (key, value) in root.as_object().into_iter().flatten() {
        let is_named = NAMED.contains(&key.as_str()) || key == "sourceLabels";
        match found.get_mut(key) {
            Some(Value::Object(own)) if is_named => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    own.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            Some(_) => {}
            None => found[key.as_str()] = value.clone(),
        }
    }
    found
}

/// Returns true for matches that Istio doesn't merge: the delegated one must be a part of the other.
fn conflict(root: &Value, leaf: &Value) -> bool {
    let named = |key: &str| {
        let differ =
            |(name, value): (&String, &Value)| root[key].get(name).is_some_and(|own| strings_conflict(own, value));
        entries(leaf, key).any(differ)
    };
    let differ = |one: Option<u64>, other: Option<u64>| one.zip(other).is_some_and(|(one, other)| one != other);
    let port = |value: &Value| integer::<u64>(value, "port").filter(|port| *port > 0);
    let any_case = |value: &Value| value["ignoreUriCase"].as_bool() == Some(true);
    let label = |(name, value): (&String, &Value)| root["sourceLabels"].get(name).is_some_and(|own| own != value);
    let namespace = text(root, "sourceNamespace").filter(|own| !own.is_empty());
    let gateways: Vec<&str> = texts(root, "gateways").collect();
    STRINGS.iter().any(|key| root.get(key).zip(leaf.get(key)).is_some_and(|(root, leaf)| strings_conflict(root, leaf)))
        || NAMED.iter().any(|key| named(key))
        || any_case(root) != any_case(leaf)
        || differ(port(root), port(leaf))
        || namespace.is_some_and(|own| text(leaf, "sourceNamespace") != Some(own))
        || entries(leaf, "sourceLabels").any(label)
        || (!gateways.is_empty() && texts(leaf, "gateways").any(|gateway| !gateways.contains(&gateway)))
}

fn strings_conflict(root: &Value, leaf: &Value) -> bool {
    fn kind(value: &Value) -> Option<(&'static str, &str)> {
        ["regex", "exact", "prefix"]
            .into_iter()
            .find_map(|key| Some((key, text(value, key).filter(|text| !text.is_empty())?)))
    }
    match (kind(root), kind(leaf)) {
        (Some(("exact", root)), Some(("exact", leaf))) => root != leaf,
        (Some(("prefix", root)), Some(("exact" | "prefix", leaf))) => !leaf.starts_with(root),
        _ => true,
    }
}
