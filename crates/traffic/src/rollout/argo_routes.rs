//! The routes that Argo Rollouts writes at a stage: weights, and the routes of `setHeaderRoute` and `setMirrorRoute`.
//!
//! Source: Argo Rollouts, `rollout/trafficrouting/istio/istio.go`; Argo's plugin for the Gateway API, `pkg/plugin/httproute.go`.

use serde_json::{Value, json};

use super::Stage;
use super::argo::Plan;
use crate::manifest::{list, text};

/// A route as applied.
#[derive(Clone, Debug)]
pub struct Target {
    /// The object.
    pub object: Value,
    /// The names of the rules that get weights; empty for the only one, or the first without a name.
    pub routes: Vec<String>,
}

impl Target {
    /// The host of its first destination, without a namespace.
    pub fn host(&self) -> Option<String> {
        let rules = list(&self.object["spec"], "http");
        let host =
            rules.iter().flat_map(|rule| list(rule, "route")).find_map(|one| text(&one["destination"], "host"))?;
        Some(host.split('.').next().unwrap_or(host).to_owned())
    }

    /// The route at a stage.
    pub fn at(&self, stage: &Stage, plan: &Plan) -> Value {
        let mut object = self.object.clone();
        let key = if object["kind"] == "VirtualService" { "http" } else { "rules" };
        let Some(rules) = object["spec"][key].as_array_mut() else { return object };
        let added =
            if key == "http" { self.virtual_service(rules, stage, plan) } else { rules_of_gateway(rules, stage, plan) };
        let order =
            |rule: &Value| plan.order.iter().position(|name| text(rule, "name") == Some(name)).unwrap_or(usize::MAX);
        if key == "http" {
            // Rules that steps added come first, in the order of `managedRoutes`.
            let mut ordered = added;
            ordered.sort_by_key(order);
            ordered.append(rules);
            *rules = ordered;
        } else {
            rules.extend(added);
        }
        object
    }

    /// Writes the weights, and returns the rules that steps added.
    fn virtual_service(&self, rules: &mut [Value], stage: &Stage, plan: &Plan) -> Vec<Value> {
        let is_named = |rule: &Value| text(rule, "name").is_some_and(|name| self.routes.iter().any(|own| own == name));
        let weighted: Vec<usize> = match (self.routes.is_empty(), rules.len()) {
            (true, 1) => vec![0],
            (true, _) => rules.iter().position(|rule| text(rule, "name").is_none()).into_iter().collect(),
            (false, _) => (0..rules.len()).filter(|at| is_named(&rules[*at])).collect(),
        };
        for at in &weighted {
            let Some(destinations) = rules[*at]["route"].as_array_mut() else { continue };
            for one in destinations {
                let weight = version(&one["destination"], plan).map(|version| weight(version, stage));
                weight.into_iter().for_each(|weight| one["weight"] = json!(weight));
            }
        }
        let Some(first) = weighted.first().map(|at| rules[*at]["route"].clone()) else { return Vec::new() };
        let new = destination(&first, plan);
        stage.managed.iter().map(|(field, route)| added(field, route, &first, &new)).collect()
    }
}

/// The version that a destination is of.
fn version(destination: &Value, plan: &Plan) -> Option<usize> {
    let host = text(destination, "host").map(|host| host.split('.').next().unwrap_or(host));
    let subset = text(destination, "subset").filter(|subset| !subset.is_empty());
    let by_subset = subset.and_then(|own| plan.subsets.as_ref()?.iter().position(|name| name == own));
    by_subset.or_else(|| plan.names().iter().position(|name| Some(*name) == host))
}

/// The weight of a version: routers of requests have weights of 100.
fn weight(version: usize, stage: &Stage) -> u64 {
    if version == 0 { 100_u64.saturating_sub(stage.weight) } else { stage.weight }
}

/// The destination of the new version: one of the weighted ones.
fn destination(route: &Value, plan: &Plan) -> Value {
    let all = route.as_array().map(Vec::as_slice).unwrap_or_default();
    let new = all.iter().map(|one| &one["destination"]).find(|one| version(one, plan) == Some(1));
    new.cloned().unwrap_or_else(|| json!({ "host": plan.names().get(1) }))
}

/// The rule of a step in a VirtualService.
fn added(field: &str, step: &Value, weighted: &Value, new: &Value) -> Value {
    let matches = list(step, "match");
    if field == "setMirrorRoute" {
        let condition = |one: &Value| {
            let mut condition = json!({});
            for (theirs, own) in [("method", "method"), ("path", "uri"), ("headers", "headers")] {
                one.get(theirs).into_iter().for_each(|value| condition[own] = value.clone());
            }
            condition
        };
        let percentage = step.get("percentage").cloned().unwrap_or(json!(100));
        return json!({
            "name": step["name"],
            "match": matches.iter().map(condition).collect::<Vec<_>>(),
            "route": weighted,
            "mirror": new,
            "mirrorPercentage": { "value": percentage },
        });
    }
    let condition =
        |one: &Value| json!({ "headers": { text(one, "headerName").unwrap_or_default(): one["headerValue"] } });
    json!({
        "name": step["name"],
        "match": matches.iter().map(condition).collect::<Vec<_>>(),
        "route": [{ "destination": new, "weight": 100 }],
    })
}

/// Writes the weights of an HTTPRoute or GRPCRoute, and returns the rules that steps added.
fn rules_of_gateway(rules: &mut [Value], stage: &Stage, plan: &Plan) -> Vec<Value> {
    let names: Vec<String> = plan.names().iter().map(|name| (*name).to_owned()).collect();
    let of = |backend: &Value| names.iter().position(|name| text(backend, "name") == Some(name));
    let mut sources = Vec::new();
    for rule in rules {
        let Some(backends) = rule["backendRefs"].as_array_mut() else { continue };
        let versions: Vec<Option<usize>> = backends.iter().map(of).collect();
        // A rule with the new version alone is of a match, which has no weight.
        if versions == [Some(1)] {
            continue;
        }
        for (backend, version) in backends.iter_mut().zip(&versions) {
            version.iter().for_each(|version| backend["weight"] = json!(weight(*version, stage)));
        }
        if versions.contains(&Some(0)) && versions.contains(&Some(1)) {
            sources.push(rule.clone());
        }
    }
    let headers = stage.managed.iter().filter(|(field, _)| *field == "setHeaderRoute");
    headers.flat_map(|(_, step)| sources.iter().map(|source| gateway_rule(source, step, &names))).collect()
}

/// A copy of a rule for requests with the headers of a step, with the new version alone.
fn gateway_rule(source: &Value, step: &Value, names: &[String]) -> Value {
    let wanted: Vec<Value> = list(step, "match").iter().map(header).collect();
    let mut rule = source.clone();
    let matches = list(source, "matches");
    let with_headers = |one: &Value| {
        let mut one = one.clone();
        let own = list(&one, "headers").to_vec();
        one["headers"] = json!(own.into_iter().chain(wanted.clone()).collect::<Vec<_>>());
        one
    };
    let matches = if matches.is_empty() { vec![json!({})] } else { matches.to_vec() };
    rule["matches"] = json!(matches.iter().map(with_headers).collect::<Vec<_>>());
    rule["name"] = step["name"].clone();
    let mut backends = list(source, "backendRefs").to_vec();
    backends.retain(|backend| text(backend, "name") == names.get(1).map(String::as_str));
    backends.iter_mut().for_each(|backend| backend["weight"] = json!(1));
    rule["backendRefs"] = json!(backends);
    rule
}

/// A header as the Gateway API compares it: a prefix is a regular expression.
fn header(one: &Value) -> Value {
    let value = &one["headerValue"];
    let (kind, text) = match (text(value, "exact"), text(value, "prefix"), text(value, "regex")) {
        (Some(exact), ..) => ("Exact", exact.to_owned()),
        (None, Some(prefix), _) => ("RegularExpression", format!("{prefix}.*")),
        (None, None, regex) => ("RegularExpression", regex.unwrap_or_default().to_owned()),
    };
    json!({ "name": one["headerName"], "type": kind, "value": text })
}
