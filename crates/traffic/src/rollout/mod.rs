//! Progressive rollouts: what a controller makes of the routes, stage by stage.
//!
//! In: manifests with a Rollout of Argo Rollouts or a Canary of Flagger. Out: its stages, and for each of them and each set of ready
//! versions the manifests as the controller leaves them, which a [`Model`] reads. The two versions are two workloads: the one that runs before
//! the change, and the new one.

mod argo;
mod argo_pods;
mod argo_routes;
mod flagger;

use serde_json::{Value, json};

use crate::manifest::Manifest;
use crate::model::{Model, World};

/// The versions of a rollout: the one that runs, and the new one.
pub const VERSIONS: usize = 2;

/// A rollout of a new version by a controller.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// The object that declares it: `Rollout web/shop`.
    pub object: String,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The controller's words for the version that runs and the new one.
    pub versions: [&'static str; VERSIONS],
    /// The names of their workloads in the manifests of a stage.
    pub workloads: [String; VERSIONS],
    /// The names of the Services that clients call, with the namespace.
    pub hosts: Vec<String>,
    /// From before the rollout to its end, then the ways back.
    pub stages: Vec<Stage>,
    /// The parts that the model omits, in sentences.
    pub notes: Vec<String>,
    /// Number of pods of a version that gets all traffic.
    pub replicas: u64,
    /// The manifests that it doesn't change.
    others: Vec<Value>,
    /// Labels of the pods of both versions.
    labels: Value,
    controller: Controller,
}

/// A state of a rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The step or event in words: `2 pause 10m`, `promoted`.
    pub title: String,
    /// The percentage of traffic for the new version.
    pub weight: u64,
    /// The routes that steps added: the step's field and its value, in order.
    pub managed: Vec<(&'static str, Value)>,
    /// True if requests are copied to the new version.
    pub mirrored: bool,
    /// The version that each of the two Services selects.
    pub selected: [usize; VERSIONS],
    /// The number of pods of each version.
    pub pods: [u64; VERSIONS],
    /// The smallest number of available pods of the new version with which the controller routes its weight.
    pub least: u64,
    /// True if the controller routes nothing to the new version while it has no available pods.
    pub follows: bool,
}

impl Stage {
    /// Before the rollout: everything is on the version that runs.
    fn first(replicas: u64) -> Stage {
        Stage {
            title: "before".to_owned(),
            weight: 0,
            managed: Vec::new(),
            mirrored: false,
            selected: [0, 0],
            pods: [replicas, 0],
            least: 0,
            follows: false,
        }
    }

    /// Returns true if the new version is the one that runs: what a pod gets then is usual.
    pub fn is_last(&self) -> bool {
        self.selected == [1, 1]
    }

    fn titled(&self, title: &str) -> Stage {
        Stage { title: title.to_owned(), ..self.clone() }
    }
}

#[derive(Clone, Debug)]
enum Controller {
    Argo(argo::Plan),
    Flagger(flagger::Plan),
}

impl Rollout {
    /// Reads the rollouts among manifests, in their order.
    pub fn all(manifests: &[Value]) -> Vec<Rollout> {
        let read =
            |manifest: Manifest<'_>| argo::read(&manifest, manifests).or_else(|| flagger::read(&manifest, manifests));
        manifests.iter().filter_map(Manifest::of).filter_map(read).collect()
    }

    /// Returns the position of a stage by its number or a word with which its title begins.
    ///
    /// # Errors
    /// Another name; the message lists the stages.
    pub fn stage(&self, name: &str) -> Result<usize, String> {
        let is_named = |stage: &Stage| match stage.title.strip_prefix(name) {
            Some(rest) => rest.is_empty() || rest.starts_with(' '),
            None => false,
        };
        let titles = || self.stages.iter().map(|stage| format!("`{}`", stage.title)).collect::<Vec<_>>().join(", ");
        let found = self.stages.iter().position(is_named);
        found.ok_or_else(|| format!("{} has no step `{name}`; it has {}", self.object, titles()))
    }

    /// Returns true if `manifest` is its own, or one that its controller writes.
    pub fn owns(&self, manifest: &Value) -> bool {
        !self.others.contains(manifest)
    }

    /// Returns all manifests as the controller leaves them at a stage, while these versions are ready.
    pub fn manifests(&self, stage: usize, ready: [bool; VERSIONS]) -> Vec<Value> {
        let Some(stage) = self.stages.get(stage) else { return self.others.clone() };
        let mut stage = stage.clone();
        if stage.follows && ready == [true, false] {
            stage.weight = 0;
            stage.managed.clear();
        }
        let mut manifests = self.others.clone();
        for (at, name) in self.workloads.iter().enumerate() {
            manifests.push(self.workload(at, name, stage.pods[at], ready[at]));
        }
        match &self.controller {
            Controller::Argo(plan) => plan.write(&stage, &self.namespace, &mut manifests),
            Controller::Flagger(plan) => plan.write(&stage, &self.namespace, &mut manifests),
        }
        manifests
    }

    /// Returns the model of traffic at a stage, while these versions are ready.
    pub fn model(&self, stage: usize, ready: [bool; VERSIONS]) -> Model {
        Model::new(&self.manifests(stage, ready), World::Open)
    }

    /// A version's workload: its pods have the version's label in addition to those of both.
    fn workload(&self, version: usize, name: &str, pods: u64, is_ready: bool) -> Value {
        let mut labels = self.labels.clone();
        labels[LABEL] = json!(version.to_string());
        json!({
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": { "name": name, "namespace": self.namespace },
            "spec": { "replicas": pods, "template": { "metadata": { "labels": labels } } },
            "status": { "availableReplicas": if is_ready { pods } else { 0 } },
        })
    }
}

/// The label by which the Services of a stage select a version. Argo Rollouts writes a hash as its value (`DefaultRolloutUniqueLabelKey`,
/// `pkg/apis/rollouts/v1alpha1/types.go`).
const LABEL: &str = "rollouts-pod-template-hash";

/// Makes a Service select one version.
fn select(service: &mut Value, version: usize) {
    service["spec"]["selector"][LABEL] = json!(version.to_string());
}

/// A Service with this selector, on `port`.
fn service(name: &str, namespace: &str, selector: &Value, port: u64) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": { "name": name, "namespace": namespace },
        "spec": { "selector": selector, "ports": [{ "port": port }] },
    })
}

/// Returns true if `object` is of this kind, name and namespace.
fn is_named(object: &Value, (group, kind): (&str, &str), name: &str, namespace: &str) -> bool {
    Manifest::of(object)
        .is_some_and(|manifest| manifest.is(group, kind) && manifest.name == name && manifest.namespace == namespace)
}
