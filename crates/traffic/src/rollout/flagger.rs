//! Canaries of Flagger: the weights of a canary, A/B tests, blue-green, and copies.
//!
//! Source: Flagger 1.44, `pkg/controller/scheduler.go` (`advanceCanary`, `runCanary`, `runAB`, `runBlueGreen`, `runPromotionTrafficShift`,
//! `rollback`), `pkg/router/istio.go` and `pkg/router/gateway_api.go` (`SetRoutes`). While the primary or the canary isn't ready,
//! Flagger waits and leaves the routes as they are; after `progressDeadlineSeconds` it rolls back.

use serde_json::{Value, json};

use super::argo::ASSUMED;
use super::{Controller, LABEL, Rollout, Stage, is_named, service};
use crate::manifest::{Manifest, integer, list, text};

const ISTIO: (&str, &str) = ("networking.istio.io", "VirtualService");
const GATEWAY: (&str, &str) = ("gateway.networking.k8s.io", "HTTPRoute");

/// The objects that Flagger writes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `spec.service`.
    service: Value,
    /// `spec.analysis`.
    analysis: Value,
    /// The name of the Service that clients call; those of the versions add `-primary` and `-canary`.
    name: String,
    router: Router,
    labels: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Router {
    Istio,
    GatewayApi,
    /// Without a router: the Service that clients call has the pods of the primary.
    None,
}

/// Reads a Canary; `None` for anything else.
pub fn read(manifest: &Manifest<'_>, manifests: &[Value]) -> Option<Rollout> {
    if !manifest.is("flagger.app", "Canary") {
        return None;
    }
    let spec = manifest.spec();
    let target = text(&spec["targetRef"], "name")?;
    let name = text(&spec["service"], "name").filter(|name| !name.is_empty()).unwrap_or(target);
    let mut notes = Vec::new();
    let router = match text(spec, "provider") {
        Some("istio") => Router::Istio,
        Some("kubernetes") => Router::None,
        Some(provider) if provider.starts_with("gatewayapi:") => Router::GatewayApi,
        Some(provider) => {
            notes.push(format!("the provider `{provider}` is not modelled: {ASSUMED}"));
            Router::Istio
        }
        // The provider of the installation, which no manifest has.
        None => Router::Istio,
    };
    let analysis = spec.get("analysis").or(spec.get("canaryAnalysis")).cloned().unwrap_or_default();
    if analysis.get("sessionAffinity").is_some() {
        notes.push("`sessionAffinity` is not modelled".to_owned());
    }
    let labels = json!({ "app": target });
    let plan =
        Plan { service: spec["service"].clone(), analysis, name: name.to_owned(), router, labels: labels.clone() };
    let deployment = manifests.iter().find(|object| is_target(object, target, manifest.namespace));
    let replicas = deployment.and_then(|object| integer(&object["spec"], "replicas")).unwrap_or(1);
    let workloads = [format!("{target}-primary"), target.to_owned()];
    let is_written = |object: &Value| {
        let service = |name: &str| is_named(object, ("", "Service"), name, manifest.namespace);
        object == manifest.value
            || workloads.iter().any(|name| is_target(object, name, manifest.namespace))
            || [name, &plan.service_of(0), &plan.service_of(1)].into_iter().any(service)
            || [ISTIO, GATEWAY].into_iter().any(|kind| is_named(object, kind, name, manifest.namespace))
    };
    let others = manifests.iter().filter(|object| !is_written(object)).cloned().collect();
    Some(Rollout {
        object: manifest.title(),
        name: manifest.name.to_owned(),
        namespace: manifest.namespace.to_owned(),
        versions: ["primary", "canary"],
        workloads: workloads.clone(),
        hosts: vec![format!("{name}.{}", manifest.namespace)],
        stages: plan.stages(replicas, spec["skipAnalysis"].as_bool() == Some(true)),
        notes,
        replicas,
        others,
        labels,
        controller: Controller::Flagger(plan),
    })
}

fn is_target(object: &Value, name: &str, namespace: &str) -> bool {
    ["Deployment", "DaemonSet"].into_iter().any(|kind| is_named(object, ("apps", kind), name, namespace))
}

impl Plan {
    /// The name of a version's Service.
    fn service_of(&self, version: usize) -> String {
        format!("{}-{}", self.name, if version == 0 { "primary" } else { "canary" })
    }

    fn stages(&self, replicas: u64, is_skipped: bool) -> Vec<Stage> {
        let first = Stage::first(replicas);
        let running = Stage { pods: [replicas; 2], least: replicas, ..first.clone() };
        let mut stages = vec![first.clone()];
        if !is_skipped {
            self.analysis(&running, &mut stages);
        }
        stages.iter_mut().enumerate().skip(1).for_each(|(at, stage)| stage.title = format!("{at} {}", stage.title));
        stages.push(first.titled("promoted"));
        // Everything goes back to the primary, which the controller doesn't check.
        stages.push(running.titled("rolled back"));
        stages
    }

    fn analysis(&self, running: &Stage, stages: &mut Vec<Stage>) {
        let number = |key: &str| integer::<u64>(&self.analysis, key).unwrap_or(0);
        let iterations = number("iterations");
        let is_mirrored = self.analysis["mirror"].as_bool() == Some(true);
        let has_matches = !list(&self.analysis, "match").is_empty();
        stages.push(running.titled("canary is started"));
        let count = |weight: u64, title: String| Stage { weight, title, ..running.clone() };
        let most = match (self.router, iterations) {
            (Router::None, _) => {
                stages.push(running.titled("analysis"));
                0
            }
            (_, 0) => {
                // One stage of copies before the first weight, which only Istio's router makes.
                if is_mirrored && self.router == Router::Istio {
                    stages.push(Stage { mirrored: true, ..running.titled("copies") });
                }
                let weights = self.weights();
                stages.extend(weights.iter().map(|weight| count(*weight, format!("weight {weight}"))));
                weights.last().copied().unwrap_or(0)
            }
            (_, iterations) if has_matches => {
                stages.push(count(100, format!("A/B test, {iterations} iterations")));
                100
            }
            (_, iterations) => {
                let title = format!("blue-green, {iterations} iterations");
                stages.push(Stage { mirrored: is_mirrored, ..running.titled(&title) });
                stages.push(count(100, "all traffic to canary".to_owned()));
                100
            }
        };
        stages.push(count(most, "primary is updated".to_owned()));
        let step = number("stepWeightPromotion");
        let mut weight = most;
        while step > 0 && weight > step {
            weight -= step;
            stages.push(count(weight, format!("promotion, weight {weight}")));
        }
    }

    /// The weights of the canary, in their order.
    fn weights(&self) -> Vec<u64> {
        let number = |key: &str| integer::<u64>(&self.analysis, key).unwrap_or(0);
        let listed = list(&self.analysis, "stepWeights").iter().filter_map(Value::as_u64);
        let listed: Vec<u64> = listed.map(|weight| weight.min(100)).collect();
        let step = number("stepWeight");
        if step == 0 {
            return listed;
        }
        let most = listed.last().copied().or(Some(number("maxWeight")).filter(|most| *most > 0)).unwrap_or(100);
        // The last step can exceed the largest weight, after which the canary is promoted.
        (1..=most.div_ceil(step)).map(|at| (at * step).min(100)).collect()
    }

    /// Adds the objects of a stage.
    pub fn write(&self, stage: &Stage, namespace: &str, manifests: &mut Vec<Value>) {
        let port = integer(&self.service, "port").unwrap_or(80);
        for (name, version) in [(self.name.clone(), 0), (self.service_of(0), 0), (self.service_of(1), 1)] {
            let mut selector = self.labels.clone();
            selector[LABEL] = json!(version.to_string());
            manifests.push(service(&name, namespace, &selector, port));
        }
        match self.router {
            Router::Istio => manifests.push(self.virtual_service(stage, namespace)),
            Router::GatewayApi => manifests.push(self.http_route(stage, namespace, port)),
            Router::None => {}
        }
    }

    fn weight(stage: &Stage, version: usize) -> u64 {
        if version == 0 { 100 - stage.weight.min(100) } else { stage.weight }
    }

    fn virtual_service(&self, stage: &Stage, namespace: &str) -> Value {
        let mut hosts = list(&self.service, "hosts").to_vec();
        if !hosts.iter().any(|host| host == "*" || *host == json!(self.name)) {
            hosts.push(json!(self.name));
        }
        let gateways = list(&self.service, "gateways");
        let destination = |version: usize| json!({ "destination": { "host": self.service_of(version) }, "weight": Self::weight(stage, version) });
        let mut rule = json!({ "route": [destination(0), destination(1)] });
        for (key, value) in [
            ("match", &self.service["match"]),
            ("headers", &self.service["headers"]),
            ("rewrite", &self.service["rewrite"]),
        ] {
            if !value.is_null() {
                rule[key] = value.clone();
            }
        }
        let mut rules = vec![rule.clone()];
        let tests = list(&self.analysis, "match");
        if !tests.is_empty() {
            // The rule of the test, and one for all other requests, with the primary alone.
            rules[0]["match"] = json!(merged(tests, list(&self.service, "match"), ["headers", "sourceLabels"]));
            rule["route"] = json!([destination(0)]);
            rules.push(rule);
        }
        if stage.mirrored {
            let percentage = integer::<u64>(&self.analysis, "mirrorWeight").filter(|weight| *weight > 0).unwrap_or(100);
            rules[0]["mirror"] = json!({ "host": self.service_of(1) });
            rules[0]["mirrorPercentage"] = json!({ "value": percentage });
        }
        json!({
            "apiVersion": "networking.istio.io/v1beta1",
            "kind": "VirtualService",
            "metadata": { "name": self.name, "namespace": namespace },
            "spec": { "hosts": hosts, "gateways": if gateways.is_empty() { json!(["mesh"]) } else { json!(gateways) }, "http": rules },
        })
    }

    fn http_route(&self, stage: &Stage, namespace: &str, port: u64) -> Value {
        let backend =
            |version: usize, weight: u64| json!({ "name": self.service_of(version), "port": port, "weight": weight });
        let all = vec![json!({ "path": { "type": "PathPrefix", "value": "/" } })];
        let own: Vec<Value> = list(&self.service, "match").iter().map(gateway_match).collect();
        let matches = if own.is_empty() { all } else { own };
        let mut rule = json!({
            "matches": matches,
            "backendRefs": [backend(0, Self::weight(stage, 0)), backend(1, Self::weight(stage, 1))],
        });
        let mut rules = Vec::new();
        let tests: Vec<Value> = list(&self.analysis, "match").iter().map(gateway_match).collect();
        if !tests.is_empty() {
            let mut test = rule.clone();
            test["matches"] = json!(merged(&tests, &matches, ["headers", "queryParams"]));
            rules.push(test);
            rule["backendRefs"] = json!([backend(0, 100)]);
        }
        if stage.mirrored {
            rule["filters"] = json!([{ "type": "RequestMirror", "requestMirror": { "backendRef": { "name": self.service_of(1), "port": port } } }]);
        }
        rules.push(rule);
        json!({
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": { "name": self.name, "namespace": namespace },
            "spec": { "parentRefs": self.service["gatewayRefs"], "hostnames": list(&self.service, "hosts"), "rules": rules },
        })
    }
}

/// The matches of the service, each with these fields of each match of the test.
fn merged(tests: &[Value], own: &[Value], keys: [&str; 2]) -> Vec<Value> {
    if own.is_empty() {
        return tests.to_vec();
    }
    let mut found = Vec::new();
    for test in tests {
        for condition in own {
            let mut condition = condition.clone();
            for key in keys {
                test.get(key).into_iter().for_each(|value| condition[key] = value.clone());
            }
            found.push(condition);
        }
    }
    found
}

/// A match of Istio as one of the Gateway API.
fn gateway_match(one: &Value) -> Value {
    let mut found = json!({});
    let kind = |value: &Value, prefix: &str| match (text(value, "exact"), text(value, "prefix"), text(value, "regex")) {
        (Some(exact), ..) => ("Exact".to_owned(), exact.to_owned()),
        (None, Some(start), _) => (prefix.to_owned(), start.to_owned()),
        (None, None, regex) => ("RegularExpression".to_owned(), regex.unwrap_or_default().to_owned()),
    };
    if let Some(uri) = one.get("uri") {
        let (kind, value) = kind(uri, "PathPrefix");
        found["path"] = json!({ "type": kind, "value": value });
    }
    if let Some(method) = one.get("method").and_then(|method| text(method, "exact")) {
        found["method"] = json!(method);
    }
    for (theirs, own) in [("headers", "headers"), ("queryParams", "queryParams")] {
        let named = one.get(theirs).and_then(Value::as_object).into_iter().flatten();
        let named = named.map(|(name, value)| {
            let (kind, value) = kind(value, "RegularExpression");
            json!({ "name": name, "type": kind, "value": value })
        });
        let named: Vec<Value> = named.collect();
        if !named.is_empty() {
            found[own] = json!(named);
        }
    }
    found
}
