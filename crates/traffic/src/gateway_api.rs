//! The Gateway API's HTTPRoutes and GRPCRoutes, as Istio serves them: the narrowest match wins, and a prefix is of whole segments.

use std::cmp::Reverse;
use std::sync::Arc;

use serde_json::Value;

use crate::condition::{Condition, Field, Test};
use crate::manifest::{Manifest, integer, list, text, texts};
use crate::model::{Action, Destination, Domain, Forward, Mirror, Model, Route, Table, Weighted, World};
use crate::request::Entry;
use crate::rewrite::{HeaderChanges, PathRewrite};
use crate::services::{fqdn, names};

const GROUP: &str = "gateway.networking.k8s.io";

/// Adds the tables of all routes: those for one host at one entry are tried in one order.
pub fn read(manifests: &[Manifest<'_>], model: &mut Model) {
    let first = model.tables.len();
    // Of routes that are equally old, Istio compares its own names for them: `NAME~0~…`.
    let mut ordered: Vec<&Manifest<'_>> = manifests.iter().collect();
    ordered.sort_by_cached_key(|manifest| {
        let (created, namespace, name) = manifest.order();
        (created, namespace, format!("{name}~"))
    });
    for manifest in ordered {
        let kind = match manifest.kind {
            "HTTPRoute" if manifest.group == GROUP => Kind::Http,
            "GRPCRoute" if manifest.group == GROUP => Kind::Grpc,
            _ => continue,
        };
        let reader = Reader { manifest, kind, manifests, world: model.world };
        let routes: Vec<Arc<Route>> =
            list(manifest.spec(), "rules").iter().enumerate().flat_map(|(at, rule)| reader.rule(rule, at)).collect();
        for parent in list(manifest.spec(), "parentRefs") {
            reader.attach(parent, &routes, first, model);
        }
    }
    for table in &mut model.tables[first..] {
        table.routes.sort_by_cached_key(|route| precedence(route));
    }
}

/// The order in which rules are tried: exact paths before prefixes before expressions, the longer before the shorter, then those with a
/// method, then by the number of headers and of parameters. Of equals, the older route's, and then the first.
fn precedence(route: &Route) -> Reverse<(u8, usize, bool, usize, usize)> {
    let has = |wanted: fn(&Field) -> bool| route.conditions.iter().filter(|one| wanted(&one.field)).count();
    let path = route.conditions.iter().find(|condition| condition.field == Field::Path);
    let (rank, length) = match path.map(|condition| &condition.test) {
        Some(Test::Exact(text)) => (4, text.len()),
        Some(Test::Below(text) | Test::Prefix(text)) => (3, text.len()),
        Some(Test::Regex(pattern, _)) => (2, pattern.len()),
        Some(Test::ExactAnyCase(_) | Test::PrefixAnyCase(_) | Test::Present) => (1, 0),
        // A match without a method of gRPC comes after those with one, and a rule without matches last. In an HTTPRoute, a match without
        // a path is a match of the prefix `/`. Source: Istio, `sortHTTPRoutes` (`pilot/pkg/config/kube/gateway/conversion.go`).
        None if route.object.starts_with("GRPCRoute ") => (u8::from(route.pointer.contains("/matches/")), 0),
        None => (3, 1),
    };
    Reverse((
        rank,
        length,
        has(|field| *field == Field::Method) > 0,
        has(|field| matches!(field, Field::Header(_))),
        has(|field| matches!(field, Field::Query(_))),
    ))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Http,
    Grpc,
}

struct Reader<'m> {
    manifest: &'m Manifest<'m>,
    kind: Kind,
    manifests: &'m [Manifest<'m>],
    world: World,
}

impl Reader<'_> {
    fn attach(&self, parent: &Value, routes: &[Arc<Route>], first: usize, model: &mut Model) {
        let spec = self.manifest.spec();
        let hostnames: Vec<&str> = texts(spec, "hostnames").collect();
        let key = self.manifest.reference(parent);
        if text(parent, "kind") == Some("Service") && text(parent, "group").is_none_or(str::is_empty) {
            let Some((namespace, name)) = key.split_once('/') else { return };
            // In the mesh the Service is the host, and `hostnames` are not read.
            let ports: Vec<u16> = integer(parent, "port").into_iter().collect();
            for name in names(&fqdn(name, namespace)) {
                self.push((&Entry::Mesh, Domain::Exact(name), &ports), routes, first, model);
            }
            return;
        }
        let entry = Entry::Gateway(key.clone());
        for domain in self.domains(&key, text(parent, "sectionName"), &hostnames) {
            self.push((&entry, domain, &[]), routes, first, model);
        }
    }

    /// The route's hosts at a gateway: what its hosts and those of the listeners have in common.
    fn domains(&self, gateway: &str, section: Option<&str>, hostnames: &[&str]) -> Vec<Domain> {
        let own: Vec<&str> = if hostnames.is_empty() { vec!["*"] } else { hostnames.to_vec() };
        let found = self.manifests.iter().find(|manifest| {
            manifest.is(GROUP, "Gateway") && format!("{}/{}", manifest.namespace, manifest.name) == gateway
        });
        let Some(found) = found else { return own.into_iter().map(Domain::parse).collect() };
        let listeners = list(found.spec(), "listeners").iter();
        let listeners = listeners.filter(|listener| section.is_none_or(|name| text(listener, "name") == Some(name)));
        let mut domains = Vec::new();
        for listener in listeners {
            let theirs = text(listener, "hostname").unwrap_or("*");
            domains.extend(own.iter().filter_map(|own| common(own, theirs)).map(Domain::parse));
        }
        domains.sort();
        domains.dedup();
        domains
    }

    fn push(
        &self,
        (entry, domain, ports): (&Entry, Domain, &[u16]),
        routes: &[Arc<Route>],
        first: usize,
        model: &mut Model,
    ) {
        let same = |table: &&mut Table| table.entry == *entry && table.domain == domain && table.ports == ports;
        match model.tables[first..].iter_mut().find(same) {
            Some(table) => {
                table.routes.extend(routes.iter().cloned());
                table.objects.push(self.manifest.title());
            }
            None => model.tables.push(Table {
                entry: entry.clone(),
                domain,
                ports: ports.to_vec(),
                routes: routes.to_vec(),
                objects: vec![self.manifest.title()],
            }),
        }
    }

    fn rule(&self, rule: &Value, at: usize) -> Vec<Arc<Route>> {
        let action = Arc::new(self.action(rule));
        let route = |one: &Value, pointer: String| {
            Arc::new(Route {
                object: self.manifest.title(),
                rule: at,
                pointer,
                name: text(rule, "name").map(str::to_owned),
                conditions: match self.kind {
                    Kind::Http => conditions(one),
                    Kind::Grpc => grpc_conditions(one),
                },
                action: action.clone(),
            })
        };
        let own = format!("/spec/rules/{at}");
        match list(rule, "matches") {
            [] => vec![route(&Value::Null, own)],
            matches => matches.iter().enumerate().map(|(n, one)| route(one, format!("{own}/matches/{n}"))).collect(),
        }
    }

    fn action(&self, rule: &Value) -> Action {
        let mut forward = Forward { missing: 500, ..Forward::default() };
        let mut redirect = None;
        for filter in list(rule, "filters") {
            match text(filter, "type").unwrap_or_default() {
                "RequestHeaderModifier" => {
                    forward.headers = HeaderChanges::gateway_api(&filter["requestHeaderModifier"]);
                    forward.host = forward.host.or_else(|| forward.headers.host.clone());
                }
                "URLRewrite" => {
                    let rewrite = &filter["urlRewrite"];
                    forward.path = path_rewrite(&rewrite["path"]);
                    forward.host = text(rewrite, "hostname").map(str::to_owned).or(forward.host);
                }
                "RequestMirror" => forward.mirrors.extend(self.mirror(&filter["requestMirror"])),
                "RequestRedirect" => redirect = Some(&filter["requestRedirect"]),
                "ResponseHeaderModifier" | "CORS" => {}
                other => return Action::Unknown(format!("the filter `{other}` is not modelled")),
            }
        }
        if let Some(redirect) = redirect {
            let path = ["replaceFullPath", "replacePrefixMatch"].iter().find_map(|key| text(&redirect["path"], key));
            let location = [text(redirect, "hostname"), path].into_iter().flatten().collect();
            return Action::Redirect { code: integer(redirect, "statusCode").unwrap_or(302), location };
        }
        forward.destinations = list(rule, "backendRefs").iter().filter_map(|backend| self.weighted(backend)).collect();
        if forward.destinations.is_empty() {
            return Action::Respond { code: 500, reason: "no backend has weight".to_owned() };
        }
        Action::Forward(Box::new(forward))
    }

    fn weighted(&self, backend: &Value) -> Option<Weighted> {
        let weight = integer(backend, "weight").unwrap_or(1);
        let modifier =
            list(backend, "filters").iter().find(|filter| text(filter, "type") == Some("RequestHeaderModifier"));
        let headers = modifier.map(|filter| HeaderChanges::gateway_api(&filter["requestHeaderModifier"]));
        (weight > 0).then(|| Weighted {
            destination: self.destination(backend),
            weight,
            headers: headers.unwrap_or_default(),
        })
    }

    fn destination(&self, backend: &Value) -> Destination {
        let key = self.manifest.reference(backend);
        let (namespace, name) = key.split_once('/').unwrap_or_default();
        let kind = text(backend, "kind").unwrap_or("Service");
        let group = text(backend, "group").unwrap_or_default();
        let is_pool = kind == "InferencePool" && group.starts_with("inference.networking.");
        // The port of an InferencePool is in the pool.
        let port = integer(backend, "port").or(is_pool.then_some(80));
        let host = match port {
            _ if !is_pool && (kind != "Service" || !group.is_empty()) => {
                Err(format!("a backend of kind {kind} is not modelled"))
            }
            None => Err(format!("the backend `{name}` has no port")),
            _ if namespace != self.manifest.namespace && !self.is_granted(kind, namespace, name) => {
                Err(format!("no ReferenceGrant allows the backend `{name}` in namespace `{namespace}`"))
            }
            Some(_) => Ok(fqdn(name, namespace)),
        };
        Destination { host, port, subset: None, has_endpoints: is_pool }
    }

    /// Returns true if a ReferenceGrant in `namespace` allows its object `name` of this kind. If the manifests are only a part of a
    /// cluster, there may be one.
    fn is_granted(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let from = |one: &Value| {
            text(one, "kind") == Some(self.manifest.kind) && text(one, "namespace") == Some(self.manifest.namespace)
        };
        let to = |one: &Value| text(one, "kind") == Some(kind) && text(one, "name").is_none_or(|only| only == name);
        let grants = |manifest: &Manifest<'_>| {
            manifest.is(GROUP, "ReferenceGrant")
                && manifest.namespace == namespace
                && list(manifest.spec(), "from").iter().any(from)
                && list(manifest.spec(), "to").iter().any(to)
        };
        self.world == World::Open || self.manifests.iter().any(grants)
    }

    fn mirror(&self, mirror: &Value) -> Option<Mirror> {
        let fraction = &mirror["fraction"];
        let parts = fraction["numerator"].as_f64().map(|part| part / fraction["denominator"].as_f64().unwrap_or(100.0));
        let share = parts.or_else(|| mirror["percent"].as_f64().map(|percent| percent / 100.0)).unwrap_or(1.0);
        let destination = self.destination(&mirror["backendRef"]);
        // A mirror that can't be resolved is left out.
        (share > 0.0 && destination.host.is_ok()).then_some(Mirror { destination, share })
    }
}

fn path_rewrite(path: &Value) -> Option<PathRewrite> {
    if let Some(whole) = text(path, "replaceFullPath") {
        return Some(PathRewrite::Whole(whole.to_owned()));
    }
    match text(path, "replacePrefixMatch")?.trim_end_matches('/') {
        "" => Some(PathRewrite::RemovePrefix),
        prefix => Some(PathRewrite::Matched(prefix.to_owned())),
    }
}

fn conditions(one: &Value) -> Vec<Condition> {
    let mut found = Vec::new();
    let path = &one["path"];
    let value = text(path, "value").unwrap_or("/");
    match text(path, "type").unwrap_or("PathPrefix") {
        "Exact" => found.push(Condition::new(Field::Path, Test::Exact(value.to_owned()))),
        "RegularExpression" => found.push(Condition::new(Field::Path, Test::regex(value))),
        _ => {
            let prefix = value.strip_suffix('/').unwrap_or(value);
            found.extend((!prefix.is_empty()).then(|| Condition::new(Field::Path, Test::Below(prefix.to_owned()))));
        }
    }
    let method = text(one, "method").map(|method| Condition::new(Field::Method, Test::Exact(method.to_owned())));
    found.extend(method);
    found.extend(named(one, "headers", |name| Field::Header(name.to_ascii_lowercase())));
    found.extend(named(one, "queryParams", |name| Field::Query(name.to_owned())));
    found
}

/// Comparisons of named values. Of those with one name the last counts, as Istio keeps them by name.
fn named(one: &Value, key: &str, field: impl Fn(&str) -> Field) -> Vec<Condition> {
    let mut found: Vec<Condition> = Vec::new();
    for item in list(one, key) {
        let (Some(name), Some(value)) = (text(item, "name"), text(item, "value")) else { continue };
        let test = match text(item, "type").unwrap_or("Exact") {
            "RegularExpression" if value == "*" => Test::Present,
            "RegularExpression" => Test::regex(value),
            _ => Test::Exact(value.to_owned()),
        };
        let condition = Condition::new(field(name), test);
        found.retain(|earlier| earlier.field != condition.field);
        found.push(condition);
    }
    found
}

fn grpc_conditions(one: &Value) -> Vec<Condition> {
    let mut found = named(one, "headers", |name| Field::Header(name.to_ascii_lowercase()));
    let method = &one["method"];
    let is_regex = text(method, "type") == Some("RegularExpression");
    let test = match (text(method, "service"), text(method, "method"), is_regex) {
        (None, None, _) => return found,
        (Some(service), None, false) => Test::Below(format!("/{service}")),
        (Some(service), Some(name), false) => Test::Exact(format!("/{service}/{name}")),
        (Some(service), None, true) => Test::regex(&format!("/{service}/.+")),
        (Some(service), Some(name), true) => Test::regex(&format!("/{service}/{name}")),
        (None, Some(name), _) => Test::regex(&format!("/[^/]+/{name}")),
    };
    found.push(Condition::new(Field::Path, test));
    found
}

/// The narrower of two host names, where one includes the other.
fn common<'h>(own: &'h str, theirs: &'h str) -> Option<&'h str> {
    let within = |host: &str, pattern: &str| match pattern.strip_prefix('*') {
        Some(suffix) => host.ends_with(suffix),
        None => host == pattern,
    };
    if within(own, theirs) {
        Some(own)
    } else if within(theirs, own) {
        Some(theirs)
    } else {
        None
    }
}
