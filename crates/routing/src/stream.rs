//! Manifests that no release of the run made: rendered files, and objects of a cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use crate::guarantee::Guarantees;
use crate::routing::{Routing, own_tables};
use relc_core::compile::Routes;
use relc_core::library::ClusterSettings;
use relc_syntax::diagnostic::quoted;
use relc_traffic::{Model, Rollout, World, is_available};

/// The label with the name of the release that an object belongs to. Source: Kubernetes, recommended labels.
const INSTANCE: &str = "/metadata/labels/app.kubernetes.io~1instance";

/// The annotation with the manifest that `kubectl apply` applied last.
const APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// The identity that an API server gives an object.
const UID: &str = "/metadata/uid";

/// Returns the manifests in `documents`: the items of lists, and each object of a cluster as it was applied, where that is known.
/// `None` if one of them is not a manifest.
pub fn manifests(documents: Vec<Json>) -> Option<Vec<Json>> {
    let mut found = Vec::new();
    for document in documents.into_iter().filter(|document| !document.is_null()) {
        let kind = document.get("kind").and_then(Json::as_str)?.to_owned();
        document.get("apiVersion")?;
        match document.get("items") {
            Some(Json::Array(items)) if kind.ends_with("List") => found.extend(manifests(items.clone())?),
            _ => found.push(document),
        }
    }
    Some(found)
}

impl Routing {
    /// Returns the routes in `manifests`: those of each rollout, and all others, if there are any.
    pub fn of_manifests(name: &str, manifests: Vec<Json>) -> Vec<Routing> {
        let rollouts = Rollout::all(&manifests);
        if rollouts.is_empty() {
            return vec![Routing::from_manifests(name, manifests)];
        }
        let is_other = |object: &&Json| !rollouts.iter().any(|rollout| rollout.owns(object));
        let others: Vec<Json> = manifests.iter().filter(is_other).cloned().collect();
        let has_others = !Model::new(&others, World::Open).tables().is_empty();
        let mut found: Vec<Routing> =
            rollouts.into_iter().map(|rollout| Routing::of_rollout(rollout, &manifests)).collect();
        found.extend(has_others.then(|| Routing::from_manifests(name, others)));
        found
    }

    /// Returns the routes in `manifests`. Each Service that they lead to is a version, or each of its workloads if it has
    /// several; where the manifests have a status, versions without available pods aren't ready.
    fn from_manifests(name: &str, manifests: Vec<Json>) -> Routing {
        let model = Model::new(&manifests, World::Open);
        let mut versions: Vec<String> = Vec::new();
        for route in own_tables(&model).into_iter().flat_map(|table| &table.routes) {
            for (host, _) in route.destinations() {
                let names = match model.workloads(host)[..] {
                    [] | [_] => vec![host.split('.').next().unwrap_or(host)],
                    ref several => several.to_vec(),
                };
                for name in names {
                    if !versions.iter().any(|known| known == name) {
                        versions.push(name.to_owned());
                    }
                }
            }
        }
        let text = |object: &Json, path: &str| object.pointer(path).and_then(Json::as_str).map(str::to_owned);
        let names: BTreeSet<String> = manifests.iter().filter_map(|object| text(object, INSTANCE)).collect();
        let name = names.first().filter(|_| names.len() == 1).cloned().unwrap_or_else(|| name.to_owned());
        let namespace = manifests.iter().find_map(|object| text(object, "/metadata/namespace"));
        let namespace = namespace.unwrap_or_else(|| "default".to_owned());
        let ready = versions.iter().map(|version| is_available(&manifests, version, &namespace)).collect();
        let owners = versions.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Routing {
            name,
            namespace,
            versions,
            documents: manifests,
            guarantees: Guarantees::none(),
            overload: ClusterSettings::default().overload,
            stream: Some(Stream { owners, ready }),
            routes: Routes::default(),
            declared: None,
            rollout: None,
            stage: None,
        }
    }

    /// Returns true if it is made of manifests.
    pub fn is_stream(&self) -> bool {
        self.stream.is_some()
    }

    /// Returns these manifests as an earlier or later state of `release`: with its versions, and without the routes of others.
    #[must_use]
    pub fn as_state_of(&self, release: &Routing) -> Routing {
        let ready = vec![true; release.versions.len()];
        let model = release.model(&ready);
        let own: BTreeSet<&String> = model.tables().iter().flat_map(|table| &table.objects).collect();
        let all = Model::new(&self.documents, World::Open);
        let routers: BTreeSet<&String> = all.tables().iter().flat_map(|table| &table.objects).collect();
        let is_of = |object: &&Json| {
            let title = title(object, &self.namespace);
            !routers.contains(&title) || own.contains(&title) || instance(object) == Some(release.name.as_str())
        };
        let documents: Vec<Json> = self.documents.iter().filter(is_of).cloned().collect();
        let mut owners: BTreeMap<String, usize> = BTreeMap::new();
        for version in 0..release.versions.len() {
            owners.extend(release.object_names(version).iter().map(|name| (name.clone(), version)));
        }
        let known = |at: usize| {
            let mut names = release.object_names(at).iter();
            names.all(|name| is_available(&self.documents, name, &release.namespace))
        };
        let ready = (0..release.versions.len()).map(known).collect();
        let is_its = |rollout: &Rollout| rollout.name == release.name && rollout.namespace == release.namespace;
        let rollout = Rollout::all(&documents).into_iter().find(is_its).map(Arc::new);
        Routing {
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            versions: release.versions.clone(),
            documents,
            guarantees: Guarantees::none(),
            overload: ClusterSettings::default().overload,
            stream: Some(Stream { owners, ready }),
            routes: Routes::default(),
            declared: None,
            rollout,
            stage: None,
        }
    }

    /// Describes the routing templates in manifests that only a controller evaluates, if there are no routes next to them.
    pub fn unread_template(&self) -> Option<String> {
        let names = relc_traffic::templates(&self.documents);
        let names = quoted(names.iter().map(String::as_str));
        let has_routes = || Model::new(&self.documents, World::Open).tables().iter().any(|table| !table.is_derived());
        (self.is_stream() && !names.is_empty() && !has_routes()).then(|| {
            format!(
                "the routing template in {names} is not evaluated, so that its routes are missing: pass the release itself, or the route that the controller wrote"
            )
        })
    }

    /// Returns the manifests that belong to this release: in a stream those with its label, and those that `other` has as well.
    pub fn own_documents(&self, other: Option<&Routing>) -> Vec<Json> {
        let Some(other) = other.filter(|_| self.is_stream()) else { return self.documents.clone() };
        let titles: BTreeSet<String> = other.documents.iter().map(|object| title(object, &other.namespace)).collect();
        let is_own = |object: &&Json| {
            other.is_stream()
                || titles.contains(&title(object, &self.namespace))
                || instance(object) == Some(self.name.as_str())
        };
        let declared = |object: &Json| {
            let title = title(object, &self.namespace);
            let same = other.documents.iter().find(|one| self::title(one, &other.namespace) == title);
            match (applied(object), same.filter(|_| !other.is_stream())) {
                (Some(applied), _) => applied,
                // What the API server and controllers added is unknown: only the fields of the manifest are compared.
                (None, Some(same)) if object.pointer(UID).is_some() => fields_of(same, object),
                (None, _) => object.clone(),
            }
        };
        self.documents.iter().filter(is_own).map(declared).collect()
    }
}

fn instance(object: &Json) -> Option<&str> {
    object.pointer(INSTANCE).and_then(Json::as_str)
}

/// What is known of manifests that no release of the run made.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The version that an object belongs to, by its name.
    pub owners: BTreeMap<String, usize>,
    /// Which versions are ready.
    pub ready: Vec<bool>,
}

/// The object as `kubectl apply` applied it, where that is known.
fn applied(object: &Json) -> Option<Json> {
    serde_json::from_str(object.pointer(APPLIED)?.as_str()?).ok()
}

/// The fields of `object` that `manifest` has, too.
fn fields_of(manifest: &Json, object: &Json) -> Json {
    match (manifest, object) {
        (Json::Object(wanted), Json::Object(fields)) => {
            let kept = wanted.iter().filter_map(|(key, value)| Some((key.clone(), fields_of(value, fields.get(key)?))));
            Json::Object(kept.collect())
        }
        (Json::Array(wanted), Json::Array(elements)) if wanted.len() == elements.len() => {
            Json::Array(wanted.iter().zip(elements).map(|(wanted, element)| fields_of(wanted, element)).collect())
        }
        _ => object.clone(),
    }
}

/// The kind, namespace and name of an object, which is in `namespace` unless it names one.
pub(crate) fn title(object: &Json, namespace: &str) -> String {
    let text = |path: &str| object.pointer(path).and_then(Json::as_str);
    let namespace = text("/metadata/namespace").unwrap_or(namespace);
    format!("{} {namespace}/{}", text("/kind").unwrap_or_default(), text("/metadata/name").unwrap_or_default())
}
