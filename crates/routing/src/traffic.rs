//! Everything about the traffic of a release that rules ask for.

use relc_core::codegen;
use relc_core::compile::Subject;
use relc_core::eval::TypedVersion;
use relc_core::value::{Value, ValueKind};
use relc_syntax::ast::WeightMode;

use crate::capacity::{self, Load};
use crate::proof::{Declared, Proof};
use crate::routing::Routing;

/// The routes of a release, and whether they do what its environment guarantees.
pub struct Traffic {
    /// The routes.
    pub routing: Routing,
    /// The names of its versions in messages: the label, or `version 1`.
    pub names: Vec<String>,
    /// The greatest load of each version while others aren't ready.
    pub loads: Vec<Load>,
    /// The comparison of all answers with what the environment guarantees.
    pub proof: Proof,
}

impl Traffic {
    /// Answers all requests to a release without errors.
    pub fn new(subject: &Subject<'_>) -> Traffic {
        let routing = Routing::new(subject);
        let proof = Proof::new(&routing, &declared(subject));
        let others: Vec<serde_json::Value> = subject
            .manifests
            .and_then(Value::as_list)
            .unwrap_or_default()
            .iter()
            .map(|element| manifest(&element.value))
            .collect();
        let loads = capacity::loads(&routing, &others, &proof.splits);
        let name = |(at, version): (usize, &TypedVersion)| match &version.label {
            Some(label) => label.text.to_string(),
            None => format!("version {at}"),
        };
        let names = subject.given.versions.iter().enumerate().map(name).collect();
        Traffic { routing, names, loads, proof }
    }
}

/// The traffic that the weights of a release declare.
fn declared(subject: &Subject<'_>) -> Declared {
    let part = |weight: f64, total: f64| if total > 0.0 { weight / total } else { 0.0 };
    let versions = &subject.given.versions;
    let shares = match (subject.weights(), subject.shares()) {
        (WeightMode::Each | WeightMode::None, _) => None,
        (WeightMode::Split | WeightMode::Percent, Some(shares)) => {
            Some(shares.iter().map(|share| part(f64::from(share.weight), share.total as f64)).collect())
        }
        // Where all weights are 0, the primary gets all traffic.
        (WeightMode::Split | WeightMode::Percent, None) => {
            Some((0..versions.len()).map(|at| if at == 0 { 1.0 } else { 0.0 }).collect())
        }
    };
    let copies = (subject.weights() == WeightMode::Each).then(|| {
        let weight = |(at, version): (usize, &TypedVersion)| match version.weight.data {
            ValueKind::Int(weight) if at > 0 => part(weight as f64, 100.0),
            _ => 0.0,
        };
        versions.iter().enumerate().map(weight).collect()
    });
    Declared { shares, copies, has_matches: versions.iter().skip(1).any(states_requests) }
}

/// Returns true if a version may state which requests it gets.
pub fn states_requests(version: &TypedVersion) -> bool {
    version.when.is_some() || version.fields.iter().flatten().any(has_list)
}

/// Returns true if a value is or contains a list of objects, which can be matches of requests.
fn has_list(value: &Value) -> bool {
    let mut found = false;
    value.each(&mut |inner| {
        found |= inner.as_list().is_some_and(|list| list.iter().any(|one| one.value.as_object().is_some()));
    });
    found
}

/// A manifest of the cluster from its form in `release.manifests`.
fn manifest(value: &Value) -> serde_json::Value {
    let field = |key: &str| value.get(key).map_or(serde_json::Value::Null, codegen::to_json);
    serde_json::json!({
        "apiVersion": field("apiVersion"),
        "kind": field("kind"),
        "metadata": { "name": field("name"), "namespace": field("namespace") },
        "spec": field("spec"),
    })
}
