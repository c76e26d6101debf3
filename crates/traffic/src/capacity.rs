//! The number of pods behind a Service, as manifests declare it.

use serde_json::Value;

use crate::manifest::{Manifest, entries, integer, list, text};

/// Kinds with pods that a Service can select.
pub const WORKLOADS: [&str; 3] = ["Deployment", "StatefulSet", "ReplicaSet"];

/// The pods behind a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// Their number; of an autoscaler the smallest.
    pub count: u64,
    /// True if a manifest sets it; otherwise it is the default, 1.
    pub is_set: bool,
}

/// Returns the pods that the Service `name` selects; `None` if no workload among the manifests has them.
pub fn replicas<'m>(manifests: impl IntoIterator<Item = &'m Value>, name: &str, namespace: &str) -> Option<Replicas> {
    let all: Vec<Manifest<'_>> = manifests.into_iter().filter_map(Manifest::of).collect();
    let service = all.iter().find(|one| one.is("", "Service") && one.namespace == namespace && one.name == name)?;
    let counts: Vec<Replicas> = workloads(service, &all).map(|workload| of(workload, &all)).collect();
    let sum = |found: Replicas, one: &Replicas| Replicas {
        count: found.count + one.count,
        is_set: found.is_set || one.is_set,
    };
    let none = Replicas { count: 0, is_set: false };
    (!counts.is_empty()).then(|| counts.iter().fold(none, sum))
}

/// Returns false if the status of an object or workload `name`, or of all workloads of a Service of this name, shows that it has no ready pods.
pub fn is_available(manifests: &[Value], name: &str, namespace: &str) -> bool {
    let all: Vec<Manifest<'_>> = manifests.iter().filter_map(Manifest::of).collect();
    let named = all.iter().filter(|one| one.namespace == namespace && one.name == name);
    let not_ready = |manifest: &Manifest<'_>| {
        let is_ready = |condition: &&Value| text(condition, "type") == Some("Ready");
        let conditions = list(&manifest.value["status"], "conditions");
        conditions.iter().find(is_ready).is_some_and(|condition| text(condition, "status") != Some("True"))
    };
    if named.clone().any(not_ready) {
        return false;
    }
    let behind: Vec<&Manifest<'_>> = match named.clone().find(|one| one.is("", "Service")) {
        Some(service) => workloads(service, &all).collect(),
        None => named.filter(|one| one.group == "apps" && WORKLOADS.contains(&one.kind)).collect(),
    };
    let with_status: Vec<&&Manifest<'_>> = behind.iter().filter(|one| one.value["status"].is_object()).collect();
    let available = |one: &&&Manifest<'_>| integer::<u64>(&one.value["status"], "availableReplicas").unwrap_or(0) > 0;
    with_status.is_empty() || with_status.iter().any(available)
}

/// The workloads with the pods that a Service selects.
fn workloads<'a, 'm>(service: &'a Manifest<'m>, all: &'a [Manifest<'m>]) -> impl Iterator<Item = &'a Manifest<'m>> {
    let selects = move |manifest: &&Manifest<'_>| {
        let labels = &manifest.spec()["template"]["metadata"]["labels"];
        let mut selector = entries(service.spec(), "selector").peekable();
        selector.peek().is_some() && selector.all(|(key, value)| labels.get(key) == Some(value))
    };
    let here = all.iter().filter(move |one| one.namespace == service.namespace);
    here.filter(|one| one.group == "apps" && WORKLOADS.contains(&one.kind)).filter(selects)
}

fn of(workload: &Manifest<'_>, all: &[Manifest<'_>]) -> Replicas {
    let scales = |manifest: &&Manifest<'_>| {
        let target = &manifest.spec()["scaleTargetRef"];
        manifest.is("autoscaling", "HorizontalPodAutoscaler")
            && manifest.namespace == workload.namespace
            && text(target, "kind") == Some(workload.kind)
            && text(target, "name") == Some(workload.name)
    };
    if let Some(scaler) = all.iter().find(scales) {
        return Replicas { count: integer(scaler.spec(), "minReplicas").unwrap_or(1), is_set: true };
    }
    let set = integer(workload.spec(), "replicas");
    Replicas { count: set.unwrap_or(1), is_set: set.is_some() }
}
