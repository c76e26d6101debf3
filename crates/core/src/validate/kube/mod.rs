//! Validation of Kubernetes' own kinds, beyond their schemas.
//!
//! The checks follow the API server's validation of the version whose schemas are embedded; each file names the functions that its
//! facts are from. A check speaks of one family of mistakes, under the name of one rule, whose documentation is the head of its file.

pub mod companion;
pub mod config;
pub mod container;
pub mod env;
pub mod metadata;
pub mod mount;
pub mod pod;
pub mod probe;
pub mod resources;
pub mod scheduling;
pub mod security;
pub mod selector;
pub mod service;
pub mod volume;
pub mod workload;

use relc_syntax::diagnostic::Diagnostics;

use super::field::Field;

/// The names of the rules.
#[cfg(test)]
pub(super) const RULES: &[&str] = &[
    companion::RULE,
    config::RULE,
    container::RULE,
    env::RULE,
    metadata::RULE,
    mount::RULE,
    pod::RULE,
    probe::RULE,
    resources::RULE,
    scheduling::RULE,
    security::RULE,
    selector::RULE,
    service::RULE,
    volume::RULE,
    workload::RULE,
];

/// A check of an object, or of its `spec`.
type Check = fn(Field<'_>, &mut Diagnostics);

/// Kinds, by group and kind, with what is checked of them: the whole object, or its `spec`.
const KINDS: &[(&str, &str, Part, Check)] = &[
    ("", "ConfigMap", Part::Object, config::check),
    ("", "Secret", Part::Object, config::check),
    ("", "Service", Part::Object, service::check),
    ("apps", "Deployment", Part::Spec, workload::deployment),
    ("apps", "StatefulSet", Part::Spec, workload::stateful_set),
    ("apps", "DaemonSet", Part::Spec, workload::daemon_set),
    ("apps", "ReplicaSet", Part::Spec, workload::replica_set),
    ("autoscaling", "HorizontalPodAutoscaler", Part::Spec, companion::autoscaler),
    ("policy", "PodDisruptionBudget", Part::Spec, companion::budget),
    ("networking.k8s.io", "Ingress", Part::Spec, companion::ingress),
];

#[derive(Clone, Copy)]
enum Part {
    Object,
    Spec,
}

/// Checks an object of any kind: its metadata, and what there is to check of its kind.
pub fn check(object: Field<'_>, out: &mut Diagnostics) {
    metadata_of(object, out);
    let version = object.text_of("apiVersion");
    let group = version.split_once('/').map_or("", |(group, _)| group);
    let kind = object.text_of("kind");
    let spec = object.get("spec");
    match KINDS.iter().find(|known| (known.0, known.1) == (group, kind)) {
        Some((_, _, Part::Object, check)) => check(object, out),
        Some((_, _, Part::Spec, check)) => spec.into_iter().for_each(|spec| check(spec, out)),
        None => spec.into_iter().for_each(|spec| workload::custom(spec, kind, out)),
    }
}

/// Checks the metadata of an object of any kind.
pub fn metadata_of(object: Field<'_>, out: &mut Diagnostics) {
    if let Some(meta) = object.get("metadata") {
        metadata::object(meta, out);
    }
}

/// Checks what objects of one release take from each other.
pub fn together(objects: &[Field<'_>], out: &mut Diagnostics) {
    let is_service = |object: &&Field<'_>| object.text_of("kind") == "Service" && object.text_of("apiVersion") == "v1";
    service::node_ports(objects.iter().filter(is_service).copied(), out);
}
