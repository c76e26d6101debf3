//! The embedded kinds: each is found by its name, accepts a small object, and refuses a misspelled field.

use relc_core::library::Catalog;
use relc_schema::{Node, SchemaRef, builtin, builtin_kinds};
use relc_syntax::diagnostic::Severity;
use serde_json::{Value as Json, json};

use crate::compiled::{Memory, compile_in, text};
use relc_core::compile::{Input, Options};

/// Names that `string` tries for a pattern, a length or a format.
const STRINGS: &[&str] = &[
    "a",
    "example",
    "example.com/a",
    "1s",
    "1.5",
    "http://a",
    "2026-01-01T00:00:00Z",
    "1/1s",
    "*",
    "10.0.0.1",
    "/a",
    "a.b.c/d",
    "sha256:0",
];

/// Returns a small value of the node: required fields only.
fn small(node: &SchemaRef) -> Json {
    match node.node() {
        Node::Any => json!({}),
        Node::Boolean => json!(true),
        Node::Integer { min, max } => json!(1.max(min.unwrap_or(1)).min(max.unwrap_or(i64::MAX))),
        Node::Number { min, max } => json!(min.or(*max).unwrap_or(1.0)),
        Node::String(string) if !string.members.is_empty() => json!(string.members[0]),
        Node::String(string) => {
            let pattern = string.pattern.as_ref().map(|pattern| regex::Regex::new(pattern).expect("a valid pattern"));
            let fits = |text: &&&str| {
                let length = text.len() as u64;
                pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
                    && (string.min.unwrap_or(0)..=string.max.unwrap_or(u64::MAX)).contains(&length)
                    && (string.format.as_deref() != Some("date-time") || text.ends_with('Z'))
            };
            json!(STRINGS.iter().find(fits).unwrap_or_else(|| panic!("{node:?} needs another string: {string:?}")))
        }
        Node::IntOrString { .. } | Node::Quantity => json!(1),
        Node::List { element, min, .. } => {
            let element = small(&node.at(*element));
            (0..min.unwrap_or(0)).map(|_| element.clone()).collect()
        }
        Node::Map { .. } => json!({}),
        Node::Object(object) => {
            let groups = object.at_least_one.iter().map(|group| &group[0]);
            let wanted = object.fields.iter().filter(|field| field.required).map(|field| &field.name).chain(groups);
            let field = |name: &String| Some((name.clone(), small(&node.field(name)?.0)));
            Json::Object(wanted.filter_map(field).collect())
        }
    }
}

/// Writes an environment that emits `object`, builds a release on it, and returns the errors.
fn errors(api_version: &str, kind: &str, object: &Json) -> Vec<String> {
    let fields: Vec<String> =
        object.as_object().expect("an object").iter().map(|(key, value)| format!("{key:?}: {value}")).collect();
    let environment = format!(
        "type It = kind {api_version:?} {kind:?}\n\
         environment small {{\n  emit It {{ {} }}\n  version {{ }}\n  strategy none {{ }}\n}}\n",
        fields.join(", ")
    );
    let catalog = Catalog::with(&[("small", &environment)]);
    let release = text("a.rel", "release hello on small < {} >\n");
    let compiled = compile_in(&catalog, Input::Rel(release), &Options::default(), &Memory::default());
    let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.map(|error| format!("{}: {:?}", error.message, error.help)).collect()
}

#[test]
fn every_kind_is_known_by_its_name_and_closed() {
    let mut wrong = Vec::new();
    for (api_version, kind) in builtin_kinds() {
        let root = builtin(api_version, kind).expect("every listed kind opens");
        let mut object = small(&root);
        let known = object.as_object_mut().expect("a kind is an object");
        known.retain(|key, _| !["apiVersion", "kind"].contains(&key.as_str()));
        known.insert("metadata".to_owned(), json!({ "name": "a" }));
        let found = errors(api_version, kind, &object);
        if found.iter().any(|error| !error.contains("breaks a rule of its definition")) {
            wrong.push(format!("{api_version} {kind} {object}: {found:?}"));
        }
        object["metadata"]["lables"] = json!({});
        let found = errors(api_version, kind, &object);
        if !found.iter().any(|error| error.contains("has no field `lables`")) {
            wrong.push(format!("{api_version} {kind} accepts a misspelled field"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A `oneOf` whose branches share required keys: these are required, and exactly one of the others is.
#[test]
fn the_keys_that_all_branches_require_are_required() {
    let found = |analysis: Json| {
        let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "a" });
        let spec = json!({ "targetRef": target, "service": { "port": 80 }, "analysis": analysis });
        let object = json!({ "metadata": { "name": "a", "namespace": "b" }, "spec": spec });
        errors("flagger.app/v1beta1", "Canary", &object).concat()
    };
    assert_eq!(found(json!({ "interval": "1m", "threshold": 1, "stepWeights": [1] })), "");
    let wrong = [
        (json!({ "threshold": 1, "iterations": 1 }), "needs `interval`"),
        (json!({ "interval": "1m", "threshold": 1 }), "stepWeights"),
        (json!({ "interval": "1m", "threshold": 1, "iterations": 1, "stepWeight": 5 }), "stepWeight"),
    ];
    for (analysis, message) in wrong {
        let errors = found(analysis);
        assert!(errors.contains(message), "{errors}");
    }
}

/// A field of the `spec` of one kind of each project, as users write it, and misspelled.
#[test]
fn a_misspelled_field_of_each_project_is_refused() {
    let cases = [
        (
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            "minReplicas",
            json!({ "maxReplicas": 2, "minReplicas": 1, "scaleTargetRef": { "kind": "Deployment", "name": "a" } }),
        ),
        ("policy/v1", "PodDisruptionBudget", "minAvailable", json!({ "minAvailable": 1 })),
        ("networking.istio.io/v1", "DestinationRule", "trafficPolicy", json!({ "host": "a", "trafficPolicy": {} })),
        ("gateway.networking.k8s.io/v1", "GRPCRoute", "hostnames", json!({ "hostnames": ["a"] })),
        (
            "inference.networking.k8s.io/v1",
            "InferencePool",
            "targetPorts",
            json!({ "targetPorts": [{ "number": 80 }], "selector": { "matchLabels": {} }, "endpointPickerRef": { "name": "a", "port": { "number": 80 } } }),
        ),
        (
            "serving.knative.dev/v1",
            "Configuration",
            "template",
            json!({ "template": { "spec": { "containers": [{ "image": "a" }] } } }),
        ),
        (
            "serving.kserve.io/v1alpha1",
            "ServingRuntime",
            "disabled",
            json!({ "containers": [{ "name": "a" }], "disabled": true }),
        ),
        (
            "argoproj.io/v1alpha1",
            "AnalysisTemplate",
            "metrics",
            json!({ "metrics": [{ "name": "a", "provider": {} }] }),
        ),
        (
            "flagger.app/v1beta1",
            "Canary",
            "service",
            json!({ "targetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "a" }, "service": { "port": 80 }, "analysis": { "interval": "1m", "threshold": 1, "iterations": 1 } }),
        ),
        (
            "keda.sh/v1alpha1",
            "ScaledObject",
            "triggers",
            json!({ "scaleTargetRef": { "name": "a" }, "triggers": [{ "type": "cpu", "metadata": {} }] }),
        ),
        ("traefik.io/v1alpha1", "TraefikService", "weighted", json!({ "weighted": {} })),
        ("monitoring.coreos.com/v1", "ServiceMonitor", "endpoints", json!({ "endpoints": [], "selector": {} })),
        (
            "cert-manager.io/v1",
            "Certificate",
            "dnsNames",
            json!({ "dnsNames": ["a"], "secretName": "a", "issuerRef": { "name": "a" } }),
        ),
        ("externaldns.k8s.io/v1alpha1", "DNSEndpoint", "endpoints", json!({ "endpoints": [] })),
    ];
    for (api_version, kind, field, spec) in cases {
        let object = |spec: &Json| json!({ "metadata": { "name": "a", "namespace": "b" }, "spec": spec });
        let none: Vec<String> = Vec::new();
        assert_eq!(errors(api_version, kind, &object(&spec)), none, "{kind}");
        let mut misspelled = spec.clone();
        let value = misspelled.as_object_mut().expect("an object").remove(field).expect("it is set");
        misspelled[format!("{field}x")] = value;
        let found = errors(api_version, kind, &object(&misspelled)).concat();
        assert!(
            found.contains(&format!("`spec` has no field `{field}x`: Some(\"did you mean `{field}`?\")")),
            "{kind}: {found}"
        );
    }
}
