//! A workload that Kubernetes refuses.
//!
//! ## What
//! Reports, in a Deployment, StatefulSet, DaemonSet, ReplicaSet or a custom resource with a selector and a pod template: a negative number of replicas, a strategy that does not exist or does not go with what is
//! set for it, a rolling update that may neither add nor remove a pod, percentages that are invalid, and a progress deadline that is over before a pod can count.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } }
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateDeploymentSpec` and `ValidateStatefulSetSpec` (`pkg/apis/apps/validation`).

use crate::validate::check::Findings;
use crate::validate::field::Field;
use crate::validate::form::LABEL;
use relc_syntax::diagnostic::Diagnostics;

use super::{pod, selector, volume};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("workload.rs");

/// The rule's name.
pub const RULE: &str = "invalid-workload";

/// The default time for a Deployment to progress, in seconds.
const PROGRESS: i64 = 600;

/// Checks the `spec` of a Deployment.
pub fn deployment(spec: Field<'_>, out: &mut Diagnostics) {
    common(spec, "Deployment", out);
    let mut found = Findings::new(RULE, out);
    found.range(spec, "revisionHistoryLimit", 0, i64::MAX);
    progress(spec, &mut found);
    let Some(strategy) = spec.get("strategy") else { return };
    found.member(strategy, "type", &["Recreate", "RollingUpdate"]);
    let Some(rolling) = strategy.get("rollingUpdate") else { return };
    if strategy.text_of("type") == "Recreate" {
        let message = "`type: Recreate` takes no `rollingUpdate`: all pods end before new ones start";
        found.forbid(rolling, message).help("remove `rollingUpdate`, or use `type: RollingUpdate`");
        return;
    }
    roll(rolling, &mut found);
}

fn progress(spec: Field<'_>, found: &mut Findings<'_>) {
    let (deadline, ready) = (spec.get("progressDeadlineSeconds"), spec.get("minReadySeconds"));
    let seconds = deadline.map_or(Some(PROGRESS), |deadline| deadline.int());
    let (Some(seconds), Some(place)) = (seconds, deadline.or(ready)) else { return };
    let least = ready.and_then(|ready| ready.int()).unwrap_or(0);
    if seconds <= least {
        let message = format!(
            "the progress deadline of {seconds} seconds is over before a pod is treated as ready, after {least}"
        );
        found.refuse(place, message).help(format!("set `progressDeadlineSeconds` to more than {least}"));
    }
}

/// Checks how many pods a rolling update may add and remove.
fn roll(rolling: Field<'_>, found: &mut Findings<'_>) {
    let (surge, gone) = (rolling.get("maxSurge"), rolling.get("maxUnavailable"));
    surge.into_iter().chain(gone).for_each(|field| number_or_percent(field, found));
    if let Some(field) = gone.filter(|field| percent(*field).is_some_and(|percent| percent > 100)) {
        found.refuse(field, format!("{} is more than all pods", field.said())).help("write `100%` or less");
    }
    let is_zero =
        |field: Option<Field<'_>>| field.is_some_and(|field| field.int() == Some(0) || percent(field) == Some(0));
    if is_zero(surge) && is_zero(gone) {
        let message = "`maxSurge` and `maxUnavailable` are both 0: no pod could be added or removed";
        found.refuse(gone.unwrap_or(rolling), message).help("set `maxSurge: 1`");
    }
}

/// The number before a `%`.
fn percent(field: Field<'_>) -> Option<i64> {
    let digits = field.text()?.strip_suffix('%')?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Reports what is neither a number of 0 or more nor a percentage.
pub fn number_or_percent(field: Field<'_>, found: &mut Findings<'_>) {
    if field.int().is_some_and(|number| number < 0) {
        found
            .refuse(field, format!("{} is negative", field.said()))
            .help("use a number of 0 or more, or a percentage such as `25%`");
    } else if field.text().is_some() && percent(field).is_none() {
        found
            .refuse(field, format!("{} is not a number or percentage", field.shown()))
            .help("write a number such as `1`, or a percentage such as `\"25%\"`");
    }
}

/// Checks the `spec` of a StatefulSet.
pub fn stateful_set(spec: Field<'_>, out: &mut Diagnostics) {
    common(spec, "StatefulSet", out);
    for template in spec.list("volumeClaimTemplates") {
        volume::claim(template, out);
    }
    let mut found = Findings::new(RULE, out);
    found.member(spec, "podManagementPolicy", &["OrderedReady", "Parallel"]);
    found.form_if_set(spec, "serviceName", &LABEL, "name of a Service");
    if let Some(policy) = spec.get("persistentVolumeClaimRetentionPolicy") {
        found.member(policy, "whenDeleted", &["Retain", "Delete"]);
        found.member(policy, "whenScaled", &["Retain", "Delete"]);
    }
    if let Some(ordinals) = spec.get("ordinals") {
        found.range(ordinals, "start", 0, i64::MAX);
    }
    update(spec, &mut found);
}

/// Checks the `spec` of a DaemonSet.
pub fn daemon_set(spec: Field<'_>, out: &mut Diagnostics) {
    common(spec, "DaemonSet", out);
    update(spec, &mut Findings::new(RULE, out));
}

/// Checks the `spec` of a ReplicaSet.
pub fn replica_set(spec: Field<'_>, out: &mut Diagnostics) {
    common(spec, "ReplicaSet", out);
}

/// Checks the `spec` of a custom resource that selects the pods of its template, as a ReplicaSet does: its controller makes ReplicaSets
/// of it, and checks it as one.
pub fn custom(spec: Field<'_>, kind: &str, out: &mut Diagnostics) {
    let is_workload = spec.find(&["template", "spec", "containers"]).is_some() && spec.get("selector").is_some();
    if is_workload {
        common(spec, kind, out);
    }
}

fn update(spec: Field<'_>, found: &mut Findings<'_>) {
    let Some(strategy) = spec.get("updateStrategy") else { return };
    found.member(strategy, "type", &["RollingUpdate", "OnDelete"]);
    let Some(rolling) = strategy.get("rollingUpdate") else { return };
    if strategy.text_of("type") == "OnDelete" {
        found
            .forbid(rolling, "`type: OnDelete` takes no `rollingUpdate`")
            .help("remove `rollingUpdate`, or use `type: RollingUpdate`");
    }
    found.range(rolling, "partition", 0, i64::MAX);
    for field in ["maxUnavailable", "maxSurge"].iter().filter_map(|name| rolling.get(name)) {
        number_or_percent(field, found);
    }
}

fn common(spec: Field<'_>, kind: &str, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    found.range(spec, "replicas", 0, i64::MAX);
    found.range(spec, "minReadySeconds", 0, i64::MAX);
    selector::of_workload(spec, kind, out);
    if let Some(template) = spec.get("template") {
        pod::of_service(spec, template, kind, out);
    }
}
