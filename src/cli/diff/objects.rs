//! Objects of the cluster that a change creates, changes or removes.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::cli::preview::table::all_ready;
use crate::cli::report::count_words;
use relc_routing::{Cell, Routing, Target, percent};

/// The effect on an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The object: `Deployment web/shop-1`.
    pub object: String,
    /// What becomes of it.
    pub effect: Effect,
}

/// What becomes of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// It is new.
    Created,
    /// It isn't among the new manifests. `kubectl apply` leaves it in the cluster; applying with pruning deletes it.
    Removed,
    /// It has other fields.
    Changed {
        /// The fields that change.
        fields: Vec<Field>,
        /// True if the template of its pods changes, so that they are replaced.
        replaces_pods: bool,
        /// Fields that the API server doesn't let change: the apply fails.
        immutable: Vec<String>,
    },
}

/// A field that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its path: `spec.replicas`.
    pub path: String,
    /// The value before, on one line; `None` if it wasn't set.
    pub old: Option<String>,
    /// The value after.
    pub new: Option<String>,
}

/// A version whose pods are replaced by those of another image while requests reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Replaced {
    /// The version.
    pub version: String,
    /// The object that changes.
    pub object: String,
    /// The image before.
    pub old: String,
    /// The image after.
    pub new: String,
    /// Its share of the release's requests before the change, in words.
    pub share: String,
}

/// A version whose objects get other names while requests reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Renamed {
    /// The version.
    pub version: String,
    /// The name of its objects before.
    pub old: String,
    /// The name after.
    pub new: String,
    /// Its share of the release's requests before the change, in words.
    pub share: String,
}

/// Number of characters of a value that is shown.
const MOST_SHOWN: usize = 60;

/// The fields that the API server doesn't let change, by group and kind. Source: Kubernetes, `pkg/apis/*/validation`
/// (`ValidateImmutableField`).
const IMMUTABLE: &[(&str, &str, &[&str])] = &[
    ("apps", "Deployment", &["spec.selector"]),
    ("apps", "ReplicaSet", &["spec.selector"]),
    ("apps", "DaemonSet", &["spec.selector"]),
    (
        "apps",
        "StatefulSet",
        &["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
    ),
    ("batch", "Job", &["spec.selector", "spec.template", "spec.completionMode"]),
    ("", "PersistentVolumeClaim", &["spec.storageClassName", "spec.accessModes", "spec.volumeName"]),
    ("rbac.authorization.k8s.io", "RoleBinding", &["roleRef"]),
];

/// Compares the objects of two sides by kind, namespace and name.
pub fn changes(old: &[Value], new: &[Value]) -> Vec<Change> {
    let (old, new) = (by_name(old), by_name(new));
    let mut found = Vec::new();
    for (key, object) in &old {
        match new.get(key) {
            None => found.push(Change { object: shown(key), effect: Effect::Removed }),
            Some(after) => {
                let fields = fields(object, after);
                if fields.is_empty() {
                    continue;
                }
                let replaces_pods = object.pointer("/spec/template/spec") != after.pointer("/spec/template/spec")
                    || object.pointer("/spec/template/metadata") != after.pointer("/spec/template/metadata");
                let immutable = immutable(key, object, after);
                found.push(Change { object: shown(key), effect: Effect::Changed { fields, replaces_pods, immutable } });
            }
        }
    }
    let is_new = |key: &&Key| !old.contains_key(*key);
    found.extend(new.keys().filter(is_new).map(|key| Change { object: shown(key), effect: Effect::Created }));
    found
}

/// The versions in objects that both sides have, and whose image changes while requests reach them.
pub fn replaced(old: &Routing, new: &Routing) -> Vec<Replaced> {
    let (before, after) = (by_name(&old.documents), by_name(&new.documents));
    let mut found = Vec::new();
    let answers = OnceCell::new();
    for (key, object) in &before {
        let (Some(was), Some(is)) = (image(object), after.get(key).and_then(image)) else { continue };
        let (Some(owner), true) = (old.owner(&key.3), was != is) else { continue };
        let Some(version) = old.versions.get(owner) else { continue };
        if let Some(share) = share(answers.get_or_init(|| all_ready(old)), owner) {
            found.push(Replaced { version: version.clone(), object: shown(key), old: was, new: is, share });
        }
    }
    found
}

/// The versions on both sides whose objects have other names, while requests reach them. Versions with one label are the same. Objects that
/// another version has after the change keep running.
pub fn renamed(old: &Routing, new: &Routing) -> Vec<Renamed> {
    let mut found = Vec::new();
    let answers = OnceCell::new();
    for (at, version) in old.versions.iter().enumerate().filter(|(_, version)| version.parse::<usize>().is_err()) {
        let Some(after) = new.versions.iter().position(|name| name == version) else { continue };
        let (Some(was), Some(is)) = (old.common_name(at), new.common_name(after)) else { continue };
        if was == is
            || new.owner(was).is_some()
            || new.object_names(after).iter().any(|name| old.object_names(at).contains(name))
        {
            continue;
        }
        if let Some(share) = share(answers.get_or_init(|| all_ready(old)), at) {
            found.push(Renamed { version: version.clone(), old: was.to_owned(), new: is.to_owned(), share });
        }
    }
    found
}

/// Returns the largest traffic share of a version in the answers to any group of requests; `None` if no request reaches it.
fn share(cells: &[Cell], version: usize) -> Option<String> {
    let parts = cells.iter().flat_map(|cell| &cell.parts);
    let shares = parts.filter(|part| matches!(part.to, Target::Version(at, _) if at == version)).map(|part| part.share);
    let most = shares.fold(0.0, f64::max);
    (most > 0.0).then(|| percent(most))
}

/// The image of an object's only container.
fn image(object: &&Value) -> Option<String> {
    let containers = object.pointer("/spec/template/spec/containers")?.as_array()?;
    match containers.as_slice() {
        [one] => one.get("image")?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// API group, kind, namespace and name.
type Key = (String, String, String, String);

fn by_name(objects: &[Value]) -> BTreeMap<Key, &Value> {
    let text = |object: &Value, path: &str| object.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    objects
        .iter()
        .map(|object| {
            let version = text(object, "/apiVersion");
            let group = version.split_once('/').map_or("", |(group, _)| group).to_owned();
            let key =
                (group, text(object, "/kind"), text(object, "/metadata/namespace"), text(object, "/metadata/name"));
            (key, object)
        })
        .collect()
}

fn shown((_, kind, namespace, name): &Key) -> String {
    if namespace.is_empty() { format!("{kind} {name}") } else { format!("{kind} {namespace}/{name}") }
}

fn immutable((group, kind, ..): &Key, old: &Value, new: &Value) -> Vec<String> {
    let fields =
        IMMUTABLE.iter().find(|(known, of, _)| known == group && of == kind).map_or(&[][..], |(.., fields)| fields);
    let at = |object: &Value, path: &str| object.pointer(&format!("/{}", path.replace('.', "/"))).cloned();
    fields.iter().filter(|path| at(old, path) != at(new, path)).map(|path| (*path).to_owned()).collect()
}

/// The fields that differ, down to values that aren't objects.
fn fields(old: &Value, new: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    differ("", Some(old), Some(new), &mut found);
    found
}

fn differ(path: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Field>) {
    match (old, new) {
        (Some(Value::Object(was)), Some(Value::Object(is))) => {
            let mut keys: Vec<&String> = was.keys().chain(is.keys().filter(|key| !was.contains_key(*key))).collect();
            keys.sort();
            for key in keys {
                differ(&joined(path, key), was.get(key), is.get(key), found);
            }
        }
        (Some(Value::Array(was)), Some(Value::Array(is))) if was.len() == is.len() => {
            for (at, (was, is)) in was.iter().zip(is).enumerate() {
                differ(&format!("{path}[{at}]"), Some(was), Some(is), found);
            }
        }
        (Some(Value::String(was)), Some(Value::String(is))) if was != is && was.contains('\n') && is.contains('\n') => {
            let changes = similar::TextDiff::from_lines(was, is);
            let count = |tag| changes.iter_all_changes().filter(|change| change.tag() == tag).count();
            let (added, removed) = (count(similar::ChangeTag::Insert), count(similar::ChangeTag::Delete));
            let text = |lines: usize, verb: &str| Some(format!("{} {verb}", count_words(lines, "line")));
            found.push(Field { path: path.to_owned(), old: text(removed, "removed"), new: text(added, "added") });
        }
        (was, is) if was != is => {
            found.push(Field { path: path.to_owned(), old: was.map(line), new: is.map(line) });
        }
        _ => {}
    }
}

fn joined(path: &str, key: &str) -> String {
    let key = if key.contains(['.', '/']) { format!("[\"{key}\"]") } else { key.to_owned() };
    match (path.is_empty(), key.starts_with('[')) {
        (true, _) => key,
        (false, true) => format!("{path}{key}"),
        (false, false) => format!("{path}.{key}"),
    }
}

/// A value on one line, shortened.
fn line(value: &Value) -> String {
    let text = match value {
        Value::String(text) if text.contains('\n') => return count_words(text.lines().count(), "line"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= MOST_SHOWN {
        return text;
    }
    let start: String = text.chars().take(MOST_SHOWN - 1).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(name: &str, image: &str, selector: &str) -> Value {
        json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": name, "namespace": "web" },
            "spec": { "selector": { "matchLabels": { "app": selector } }, "template": { "spec": { "containers": [{ "image": image }] } } },
        })
    }

    #[test]
    fn objects_are_created_changed_and_removed() {
        let old = [deployment("a", "i:1", "a"), deployment("b", "i:1", "b")];
        let new = [deployment("a", "i:2", "x"), deployment("c", "i:1", "c")];
        let found = changes(&old, &new);
        let object = |at: usize| found[at].object.as_str();
        assert_eq!(
            (found.len(), object(0), object(1), object(2)),
            (3, "Deployment web/a", "Deployment web/b", "Deployment web/c")
        );
        let Effect::Changed { fields, replaces_pods, immutable } = &found[0].effect else { panic!("{found:?}") };
        let paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["spec.selector.matchLabels.app", "spec.template.spec.containers[0].image"]);
        assert_eq!((*replaces_pods, immutable.as_slice()), (true, &["spec.selector".to_owned()][..]));
        assert_eq!((&found[1].effect, &found[2].effect), (&Effect::Removed, &Effect::Created));
    }

    #[test]
    fn equal_objects_do_not_change() {
        assert!(changes(&[deployment("a", "i:1", "a")], &[deployment("a", "i:1", "a")]).is_empty());
    }
}
