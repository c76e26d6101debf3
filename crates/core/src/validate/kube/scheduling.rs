//! A rule for choosing nodes that Kubernetes refuses.
//!
//! ## What
//! Reports, in `tolerations`, `affinity`, `topologySpreadConstraints`, `nodeSelector` and `schedulingGates`: an operator that does not go with its key or
//! values, an effect or policy that does not exist, a weight outside of 1 to 100, a skew below 1, a missing topology key, and what is set twice.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: {
//!           containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }]
//!           tolerations: [{ key: "gpu", operator: "Exists", value: "yes" }]
//!         }
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
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: {
//!           containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }]
//!           tolerations: [{ key: "gpu", operator: "Exists" }]
//!         }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateTolerations`, `validateAffinity` and `validateTopologySpreadConstraints` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{LABEL, LABEL_VALUE, key_problem};
use relc_syntax::diagnostic::Diagnostics;

use super::selector;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("scheduling.rs");

/// The rule's name.
pub const RULE: &str = "invalid-scheduling";

const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Checks how a pod chooses its node.
pub fn check(pod: Field<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    if let Some(labels) = pod.get("nodeSelector") {
        found.labels(labels);
    }
    pod.list("tolerations").for_each(|toleration| tolerates(toleration, &mut found));
    for gate in pod.list("schedulingGates").filter_map(|gate| gate.get("name")) {
        key(gate, "name of a scheduling gate", &mut found);
    }
    let gates = pod.list("schedulingGates").map(|gate| (gate.text_of("name"), gate));
    found.unique(
        gates,
        |gate| format!("the scheduling gate {} is named twice", quoted(gate.text_of("name"))),
        "remove one of them",
    );
    spread(pod, out);
    let Some(affinity) = pod.get("affinity") else { return };
    if let Some(nodes) = affinity.get("nodeAffinity") {
        of_nodes(nodes, &mut Findings::new(RULE, out));
    }
    for pods in ["podAffinity", "podAntiAffinity"].iter().filter_map(|name| affinity.get(name)) {
        pods.list(REQUIRED).for_each(|term| of_pods(term, out));
        for term in pods.list(PREFERRED) {
            Findings::new(RULE, out).range(term, "weight", 1, 100);
            no_weight(term, &mut Findings::new(RULE, out));
            term.get("podAffinityTerm").into_iter().for_each(|term| of_pods(term, out));
        }
    }
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

fn key(field: Field<'_>, what: &str, found: &mut Findings<'_>) {
    found.text(field, what, key_problem);
}

fn no_weight(term: Field<'_>, found: &mut Findings<'_>) {
    if term.get("weight").is_none() {
        found.refuse(term, "a preference has no `weight`").help("set `weight`, from 1 to 100");
    }
}

fn tolerates(toleration: Field<'_>, found: &mut Findings<'_>) {
    let operator = toleration.text_of("operator");
    let name = toleration.text_of("key");
    match toleration.get("key").filter(|_| !name.is_empty()) {
        Some(field) => key(field, "key of a taint", found),
        None if operator != "Exists" => {
            let message = "a toleration without a `key` needs `operator: Exists`, and then tolerates every taint";
            found.refuse(toleration, message).help("set `key`, or `operator: Exists`");
        }
        None => {}
    }
    found.member(toleration, "operator", &["Exists", "Equal"]);
    found.member(toleration, "effect", EFFECTS);
    if let Some(value) = toleration.get("value").filter(|value| value.text() != Some("")) {
        match operator {
            "Exists" => found
                .refuse(value, "a toleration with `operator: Exists` takes no `value`")
                .help("remove `value`, or use `operator: Equal`"),
            _ => found.form(value, &LABEL_VALUE, "value of a taint"),
        }
    }
    if let Some(seconds) = toleration.get("tolerationSeconds").filter(|_| toleration.text_of("effect") != "NoExecute") {
        found
            .forbid(seconds, "`tolerationSeconds` needs `effect: NoExecute`")
            .help("set `effect: NoExecute`, or remove `tolerationSeconds`");
    }
}

fn spread(pod: Field<'_>, out: &mut Diagnostics) {
    for constraint in pod.list("topologySpreadConstraints") {
        let mut found = Findings::new(RULE, out);
        found.range(constraint, "maxSkew", 1, i64::MAX);
        found.required(constraint, "topologyKey", "a spread constraint");
        found.member(constraint, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"]);
        found.range(constraint, "minDomains", 1, i64::MAX);
        if let Some(domains) =
            constraint.get("minDomains").filter(|_| constraint.text_of("whenUnsatisfiable") != "DoNotSchedule")
        {
            found
                .forbid(domains, "`minDomains` needs `whenUnsatisfiable: DoNotSchedule`")
                .help("remove `minDomains`, or set that");
        }
        found.member(constraint, "nodeAffinityPolicy", &["Honor", "Ignore"]);
        found.member(constraint, "nodeTaintsPolicy", &["Honor", "Ignore"]);
        selector::label_keys(constraint, "matchLabelKeys", &mut found);
        selected_twice(constraint, &mut found);
        if let Some(selector) = constraint.get("labelSelector") {
            selector::check(selector, out);
        }
    }
    let keyed =
        pod.list("topologySpreadConstraints").map(|c| ((c.text_of("topologyKey"), c.text_of("whenUnsatisfiable")), c));
    let mut found = Findings::new(RULE, out);
    found.unique(
        keyed,
        |c| format!("two constraints spread over {} in the same way", quoted(c.text_of("topologyKey"))),
        "keep one of them",
    );
}

/// A key that the selector of a spread constraint has, too.
fn selected_twice(constraint: Field<'_>, found: &mut Findings<'_>) {
    let Some(selector) = constraint.get("labelSelector") else { return };
    for key in constraint.list("matchLabelKeys") {
        let Some(text) = key.text() else { continue };
        let is_selected = selector.map("matchLabels").any(|label| label.name == text)
            || selector.list("matchExpressions").any(|expression| expression.text_of("key") == text);
        if is_selected {
            found
                .refuse(key, format!("{} is in `labelSelector` already", quoted(text)))
                .help("remove it from one of them");
        }
    }
}

fn of_nodes(affinity: Field<'_>, found: &mut Findings<'_>) {
    if let Some(required) = affinity.get(REQUIRED) {
        match required.get("nodeSelectorTerms") {
            Some(terms) if !terms.is_empty() => terms.items().for_each(|term| node_term(term, found)),
            place => found
                .refuse(place.unwrap_or(required), "the node affinity has no `nodeSelectorTerms`")
                .help("add a term, or remove the affinity"),
        }
    }
    for preferred in affinity.list(PREFERRED) {
        found.range(preferred, "weight", 1, 100);
        no_weight(preferred, found);
        preferred.get("preference").into_iter().for_each(|term| node_term(term, found));
    }
}

fn node_term(term: Field<'_>, found: &mut Findings<'_>) {
    for expression in term.list("matchExpressions") {
        selector::requirement(expression, &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"], found);
    }
    for expression in term.list("matchFields") {
        found.member(expression, "operator", &["In", "NotIn"]);
        found.member(expression, "key", &["metadata.name"]);
        let values = expression.get("values").filter(|values| values.len() != 1);
        if let Some(values) = values {
            found.refuse(values, "`matchFields` takes one value").help("keep one value");
        }
    }
}

fn of_pods(term: Field<'_>, out: &mut Diagnostics) {
    if let Some(selector) = term.get("labelSelector") {
        selector::check(selector, out);
    }
    if let Some(selector) = term.get("namespaceSelector") {
        selector::check(selector, out);
    }
    let mut found = Findings::new(RULE, out);
    for namespace in term.list("namespaces") {
        found.form(namespace, &LABEL, "namespace");
    }
    selector::label_keys(term, "matchLabelKeys", &mut found);
    selector::label_keys(term, "mismatchLabelKeys", &mut found);
    let mismatched: Vec<&str> = term.list("mismatchLabelKeys").filter_map(|key| key.text()).collect();
    for both in term.list("matchLabelKeys").filter(|key| key.text().is_some_and(|text| mismatched.contains(&text))) {
        found
            .refuse(both, format!("{} is in `mismatchLabelKeys`, too", both.shown()))
            .help("remove it from one of them");
    }
    if let Some(field) = found.required(term, "topologyKey", "an affinity term") {
        key(field, "topology key", &mut found);
    }
}
