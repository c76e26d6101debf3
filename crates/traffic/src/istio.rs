//! Istio's VirtualServices: the first rule that matches wins, and a prefix is compared as text.

use std::sync::Arc;

use serde_json::Value;

use crate::condition::{Condition, Field, Test};
use crate::delegate;
use crate::manifest::{Manifest, entries, integer, list, port_number, string_match, text, texts};
use crate::model::{Action, Destination, Domain, Forward, Mirror, Model, Route, Table, Weighted, World};
use crate::request::Entry;
use crate::rewrite::{HeaderChanges, PathRewrite};
use crate::services::{absolute, names};

/// Adds the tables of a VirtualService; those that it delegates to are among `manifests`.
pub fn read(manifest: &Manifest<'_>, manifests: &[Manifest<'_>], model: &mut Model) {
    if !manifest.is("networking.istio.io", "VirtualService") {
        return;
    }
    let spec = manifest.spec();
    let mut gateways: Vec<Entry> = texts(spec, "gateways").map(|name| entry(name, manifest.namespace)).collect();
    if gateways.is_empty() {
        gateways.push(Entry::Mesh);
    }
    let delegated = |rule: &Value| rule.get("delegate").and_then(|_| delegate::rules(rule, manifest, manifests));
    let mut rules: Vec<Rule> = Vec::new();
    for (at, rule) in list(spec, "http").iter().enumerate() {
        match delegated(rule) {
            Some((origin, list)) => rules.extend(list.iter().map(|rule| Rule::read(rule, at, manifest, Some(&origin)))),
            // Without its delegate, Istio drops the rule; manifests can be a part of a cluster.
            None if rule.get("delegate").is_some() && model.world == World::Closed => {}
            None => rules.push(Rule::read(rule, at, manifest, None)),
        }
    }
    for key in ["tcp", "tls"] {
        if !list(spec, key).is_empty() {
            model.notes.push(format!("{}: `{key}` is not modelled", manifest.title()));
        }
    }
    for gateway in &gateways {
        let routes: Vec<Arc<Route>> = rules.iter().flat_map(|rule| rule.at(gateway)).collect();
        // A sidecar has no table where none of the rules is for it; then it knows the Services alone.
        if routes.is_empty() {
            continue;
        }
        for host in texts(spec, "hosts") {
            add(gateway, &absolute(host, manifest.namespace), &routes, manifest, model);
        }
    }
}

fn add(entry: &Entry, host: &str, routes: &[Arc<Route>], manifest: &Manifest<'_>, model: &mut Model) {
    let service = model.services.get(host);
    let ports = service.filter(|_| *entry == Entry::Mesh).map(|service| service.ports.clone()).unwrap_or_default();
    // In the mesh, a host that is a Service is reached by all names of it.
    let hosts = match (entry, service) {
        (Entry::Mesh, Some(service)) if !service.ports.is_empty() => names(host),
        _ => vec![host.to_owned()],
    };
    for host in hosts {
        let domain = Domain::parse(&host);
        match (model.table_mut(entry, &domain), entry) {
            // A sidecar takes the first VirtualService of a host, a gateway joins them, with rules for everything at the end.
            (Some(_), Entry::Mesh) => {}
            (Some(table), Entry::Gateway(_)) => {
                table.routes.extend(routes.iter().cloned());
                table.routes.sort_by_key(|route| route.conditions.is_empty());
                table.objects.push(manifest.title());
            }
            (None, _) => model.tables.push(Table {
                entry: entry.clone(),
                domain,
                ports: ports.clone(),
                routes: routes.to_vec(),
                objects: vec![manifest.title()],
            }),
        }
    }
}

/// `mesh`, `NAME` or `NAMESPACE/NAME`.
fn entry(name: &str, namespace: &str) -> Entry {
    match name {
        "mesh" => Entry::Mesh,
        name if name.contains('/') => Entry::Gateway(name.to_owned()),
        name => Entry::Gateway(format!("{namespace}/{name}")),
    }
}

/// A rule, with the entries that each of its matches is for.
struct Rule {
    routes: Vec<(Vec<Entry>, Arc<Route>)>,
}

impl Rule {
    /// Reads a rule of `manifest`, or one that it delegates to, which is in `origin`.
    fn read(rule: &Value, at: usize, manifest: &Manifest<'_>, origin: Option<&Manifest<'_>>) -> Rule {
        let action = Arc::new(action(rule, origin.unwrap_or(manifest)));
        let name = text(rule, "name").filter(|name| !name.is_empty());
        let route = |one: &Value, pointer: String| {
            let for_entries = texts(one, "gateways").map(|name| entry(name, manifest.namespace)).collect();
            let route = Route {
                object: manifest.title(),
                rule: at,
                pointer,
                name: name.map(str::to_owned),
                conditions: conditions(one),
                action: action.clone(),
            };
            (for_entries, Arc::new(route))
        };
        let matches = list(rule, "match");
        let own = format!("/spec/http/{at}");
        let routes = match matches {
            [] => vec![route(&Value::Null, own)],
            _ if origin.is_some() => matches.iter().map(|one| route(one, own.clone())).collect(),
            _ => matches.iter().enumerate().map(|(n, one)| route(one, format!("{own}/match/{n}"))).collect(),
        };
        Rule { routes }
    }

    fn at(&self, entry: &Entry) -> impl Iterator<Item = Arc<Route>> {
        let is_for = move |entries: &[Entry]| entries.is_empty() || entries.contains(entry);
        self.routes.iter().filter(move |(entries, _)| is_for(entries)).map(|(_, route)| route.clone())
    }
}

fn conditions(one: &Value) -> Vec<Condition> {
    let mut found = Vec::new();
    if let Some(uri) = one.get("uri") {
        let any_case = one["ignoreUriCase"].as_bool() == Some(true);
        let test = match string_match(uri) {
            Test::Exact(text) if any_case => Test::ExactAnyCase(text),
            Test::Prefix(text) if any_case => Test::PrefixAnyCase(text),
            test => test,
        };
        // Every path passes these.
        let always = matches!(&test, Test::Prefix(text) if text == "/") || test == Test::Present;
        found.extend((!always).then(|| Condition::new(Field::Path, test)));
    }
    for (key, field) in [("method", Field::Method), ("authority", Field::Host), ("scheme", Field::Scheme)] {
        found.extend(one.get(key).map(|value| Condition::new(field, string_match(value))));
    }
    let header = |name: &String| Field::Header(name.to_ascii_lowercase());
    found.extend(entries(one, "headers").map(|(name, value)| Condition::new(header(name), string_match(value))));
    found.extend(
        entries(one, "withoutHeaders")
            .map(|(name, value)| Condition { negated: true, ..Condition::new(header(name), string_match(value)) }),
    );
    let parameter = |(name, value): (&String, &Value)| Condition::new(Field::Query(name.clone()), string_match(value));
    found.extend(entries(one, "queryParams").map(parameter));
    if let Some(port) = integer::<u16>(one, "port").filter(|port| *port != 0) {
        found.push(Condition::new(Field::Port, Test::Exact(port.to_string())));
    }
    // Beside gateways, Istio does not compare the client.
    if list(one, "gateways").is_empty() {
        let labels =
            entries(one, "sourceLabels").filter_map(|(name, value)| Some(format!("{name}={}", value.as_str()?)));
        let namespace = text(one, "sourceNamespace").map(|namespace| format!("in namespace {namespace}"));
        found.extend(labels.chain(namespace).map(|client| Condition::new(Field::Client, Test::Exact(client))));
    }
    found
}

fn action(rule: &Value, manifest: &Manifest<'_>) -> Action {
    if let Some(redirect) = rule.get("redirect") {
        let location = ["authority", "uri"].iter().filter_map(|key| text(redirect, key)).collect();
        return Action::Redirect { code: integer(redirect, "redirectCode").unwrap_or(301), location };
    }
    if let Some(response) = rule.get("directResponse") {
        let code = integer(response, "status").unwrap_or(200);
        return Action::Respond { code, reason: "the rule answers by itself".to_owned() };
    }
    if rule.get("delegate").is_some() {
        return Action::Unknown("it delegates to a VirtualService that isn't among the manifests".to_owned());
    }
    let listed = list(rule, "route");
    let weighted = |one: &Value| Weighted {
        destination: destination(&one["destination"], manifest),
        // A single destination gets everything, whatever its weight.
        weight: if listed.len() == 1 { 1 } else { integer(one, "weight").unwrap_or(0) },
        headers: HeaderChanges::istio(&one["headers"]),
    };
    let destinations: Vec<Weighted> = listed.iter().map(weighted).filter(|one| one.weight > 0).collect();
    if destinations.is_empty() {
        return Action::Unknown("Istio refuses it: no destination has weight".to_owned());
    }
    let headers = HeaderChanges::istio(&rule["headers"]);
    let rewrite = &rule["rewrite"];
    let regex = &rewrite["uriRegexRewrite"];
    let path = match (text(regex, "match"), text(rewrite, "uri").filter(|uri| !uri.is_empty())) {
        (Some(pattern), _) => Some(PathRewrite::regex(pattern, text(regex, "rewrite").unwrap_or_default())),
        (None, uri) => uri.map(|uri| PathRewrite::Matched(uri.to_owned())),
    };
    let host = text(rewrite, "authority").filter(|host| !host.is_empty()).map(str::to_owned);
    let host = host.or_else(|| headers.host.clone());
    Action::Forward(Box::new(Forward {
        destinations,
        path,
        headers,
        host,
        mirrors: mirrors(rule, manifest),
        abort: abort(&rule["fault"]["abort"]),
        missing: 503,
    }))
}

fn destination(value: &Value, manifest: &Manifest<'_>) -> Destination {
    Destination {
        host: text(value, "host").map(|host| absolute(host, manifest.namespace)).ok_or_else(|| "no host".to_owned()),
        port: port_number(value),
        subset: text(value, "subset").filter(|subset| !subset.is_empty()).map(str::to_owned),
        has_endpoints: false,
    }
}

fn mirrors(rule: &Value, manifest: &Manifest<'_>) -> Vec<Mirror> {
    let percent = |value: &Value| value.get("value").map_or(Some(0.0), Value::as_f64);
    let one = rule.get("mirror").map(|mirror| {
        let exact = rule.get("mirrorPercentage").and_then(percent);
        let share = exact.or_else(|| rule.get("mirrorPercent").and_then(Value::as_f64)).unwrap_or(100.0);
        Mirror { destination: destination(mirror, manifest), share: share / 100.0 }
    });
    let several = list(rule, "mirrors").iter().map(|mirror| {
        let share = mirror.get("percentage").and_then(percent).unwrap_or(100.0);
        Mirror { destination: destination(&mirror["destination"], manifest), share: share / 100.0 }
    });
    one.into_iter().chain(several).filter(|mirror| mirror.share > 0.0).collect()
}

fn abort(abort: &Value) -> Option<(u16, f64)> {
    let code = integer(abort, "httpStatus")?;
    // Without a percentage Envoy aborts none.
    let share = abort["percentage"]["value"].as_f64().unwrap_or(0.0) / 100.0;
    (share > 0.0).then_some((code, share))
}
