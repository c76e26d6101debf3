//! The tables of rules that manifests come to: for each entry and host, the rules in the order in which they are tried.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::condition::Condition;
use crate::manifest::Manifest;
use crate::request::{Entry, Request};
use crate::rewrite::{HeaderChanges, PathRewrite};
use crate::services::Services;
use crate::{gateway_api, istio, knative};

/// The part of a cluster that the manifests describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// A part: what they don't declare may be there.
    Open,
    /// All of it: a Service that they don't declare does not exist.
    Closed,
}

/// The destination of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    /// The host; why there is none, where the route's reference is invalid.
    pub host: Result<String, String>,
    /// The port; absent where it is that of the Service or the listener.
    pub port: Option<u16>,
    /// A subset of a DestinationRule.
    pub subset: Option<String>,
    /// True if the host has endpoints for certain: a revision of Knative, which can have the name of its Service, and an InferencePool, whose
    /// pods an endpoint picker knows.
    pub has_endpoints: bool,
}

/// One of several destinations.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// The destination.
    pub destination: Destination,
    /// Its weight, relative to those of the others.
    pub weight: u64,
    /// Changes of headers on the way to it.
    pub headers: HeaderChanges,
}

/// Copies of requests, whose answers are dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirror {
    /// The destination of the copies.
    pub destination: Destination,
    /// The share of requests that is copied, from 0 to 1.
    pub share: f64,
}

/// A rule that sends requests to destinations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forward {
    /// Those with weight.
    pub destinations: Vec<Weighted>,
    /// The path that they see.
    pub path: Option<PathRewrite>,
    /// Changes of headers on the way to all of them.
    pub headers: HeaderChanges,
    /// The host that they see; goes before one that is set for a destination.
    pub host: Option<String>,
    /// Copies.
    pub mirrors: Vec<Mirror>,
    /// A status and the share of requests that is answered with it, from 0 to 1.
    pub abort: Option<(u16, f64)>,
    /// The status for a destination that does not exist.
    pub missing: u16,
}

/// The action of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Sends the request on.
    Forward(Box<Forward>),
    /// Answers with a redirection.
    Redirect {
        /// The status.
        code: u16,
        /// The known part of the address.
        location: String,
    },
    /// Answers itself.
    Respond {
        /// The status.
        code: u16,
        /// Why.
        reason: String,
    },
    /// Something that is not modelled.
    Unknown(String),
}

/// A rule for one set of conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The object that it is from: `VirtualService default/shop`.
    pub object: String,
    /// Its position in the object, from 0, as it is written there.
    pub rule: usize,
    /// The JSON pointer of its match in the object, or of the rule if it has no matches: `/spec/http/0/match/1`.
    pub pointer: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// All that a request must meet.
    pub conditions: Vec<Condition>,
    pub(crate) action: Arc<Action>,
}

impl Route {
    /// Returns true if `request` meets it.
    pub fn matches(&self, request: &Request) -> bool {
        self.conditions.iter().all(|condition| condition.meets(request))
    }

    /// The hosts to which it forwards requests, and the headers that it sets for each of them.
    pub fn destinations(&self) -> Vec<(&str, Vec<&str>)> {
        let Action::Forward(forward) = &*self.action else { return Vec::new() };
        let mut found = Vec::new();
        for one in &forward.destinations {
            let Ok(host) = &one.destination.host else { continue };
            found.push((host.as_str(), one.headers.values().chain(forward.headers.values()).collect()));
        }
        found
    }

    /// The position of its match in the rule.
    fn position(&self) -> usize {
        self.pointer.rsplit('/').next().and_then(|last| last.parse().ok()).unwrap_or(0)
    }

    /// The rule by its name, or its position: `rule 2`.
    pub fn title(&self) -> String {
        match &self.name {
            Some(name) => format!("`{name}`"),
            None => format!("rule {}", self.rule + 1),
        }
    }

    /// Returns a short description of its conditions.
    pub fn asks(&self) -> String {
        if self.conditions.is_empty() {
            return "all requests".to_owned();
        }
        let conditions: Vec<String> = self.conditions.iter().map(ToString::to_string).collect();
        conditions.join(", ")
    }
}

/// The hosts that a table is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// One host.
    Exact(String),
    /// Hosts that end in this.
    Suffix(String),
    /// Hosts that start with this.
    Prefix(String),
    /// Every host.
    Any,
}

impl Domain {
    /// Reads `*`, `*.example.com` or a host.
    pub fn parse(host: &str) -> Domain {
        match host.strip_prefix('*') {
            Some("") => Domain::Any,
            Some(suffix) => Domain::Suffix(suffix.to_ascii_lowercase()),
            None => Domain::Exact(host.to_ascii_lowercase()),
        }
    }

    /// Returns how well it fits a host: the greatest wins. `None` if it doesn't fit.
    fn fit(&self, host: &str) -> Option<(u8, usize)> {
        match self {
            Domain::Exact(own) => (own == host).then_some((3, own.len())),
            Domain::Suffix(end) => (host.ends_with(end.as_str()) && host.len() > end.len()).then_some((2, end.len())),
            Domain::Prefix(start) => {
                (host.starts_with(start.as_str()) && host.len() > start.len()).then_some((1, start.len()))
            }
            Domain::Any => Some((0, 0)),
        }
    }
}

/// The rules for a host at an entry, in the order in which they are tried.
#[derive(Clone, Debug)]
pub struct Table {
    /// The entry at which requests arrive.
    pub entry: Entry,
    /// The hosts.
    pub domain: Domain,
    /// The ports; any, where there are none.
    pub ports: Vec<u16>,
    /// The rules.
    pub routes: Vec<Arc<Route>>,
    /// The objects that the rules are from.
    pub objects: Vec<String>,
}

impl Table {
    /// Returns true if Knative or KServe derives it from a Service of theirs; otherwise a route declares it.
    pub fn is_derived(&self) -> bool {
        self.objects.iter().all(|object| object.starts_with("Service ") || object.starts_with("InferenceService "))
    }
}

impl Table {
    /// Adds the rules of another gateway for the same hosts: those of one object in its order, and rules for everything at the end
    /// if there are several objects. Source: Istio, `buildGatewayHTTPRouteConfig` (`pilot/pkg/networking/core/gateway.go`).
    fn join(&mut self, other: &Table) {
        let is_new = |route: &&Arc<Route>| !self.routes.iter().any(|known| Arc::ptr_eq(known, route));
        let added: Vec<Arc<Route>> = other.routes.iter().filter(is_new).cloned().collect();
        self.routes.extend(added);
        for object in &other.objects {
            if !self.objects.contains(object) {
                self.objects.push(object.clone());
            }
        }
        let objects = &self.objects;
        let order = |route: &Arc<Route>| {
            let object = objects.iter().position(|object| *object == route.object);
            (objects.len() > 1 && route.conditions.is_empty(), object, route.rule, route.position())
        };
        self.routes.sort_by_key(order);
    }
}

/// Everything that manifests say of routing.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) tables: Vec<Table>,
    pub(crate) services: Services,
    pub(crate) world: World,
    pub(crate) entries: BTreeSet<Entry>,
    /// The parts that could not be modeled, in sentences.
    pub notes: Vec<String>,
}

impl Model {
    /// Reads manifests; those of other kinds are passed over.
    pub fn new<'m>(manifests: impl IntoIterator<Item = &'m Value>, world: World) -> Model {
        let mut manifests: Vec<Manifest<'_>> = manifests.into_iter().filter_map(Manifest::of).collect();
        manifests.sort_by_key(Manifest::order);
        let mut services = Services::default();
        manifests.iter().for_each(|manifest| services.read(manifest));
        let mut model = Model { tables: Vec::new(), services, world, entries: BTreeSet::new(), notes: Vec::new() };
        for manifest in &manifests {
            istio::read(manifest, &manifests, &mut model);
            knative::read(manifest, &mut model);
        }
        gateway_api::read(&manifests, &mut model);
        model.entries = model.tables.iter().map(|table| table.entry.clone()).collect();
        model
    }

    /// The tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table that a request for `host` meets at `entries`: several are gateways of one proxy and port, which joins their rules.
    pub fn table(&self, entries: &[Entry], host: &str, port: u16) -> Option<Cow<'_, Table>> {
        let tables: Vec<(_, &Table)> = entries.iter().filter_map(|entry| self.table_of(entry, host, port)).collect();
        let best = tables.iter().map(|(fit, _)| *fit).max()?;
        let mut tables = tables.into_iter().filter(|(fit, _)| *fit == best).map(|(_, table)| table);
        let first = tables.next()?;
        let mut joined = Cow::Borrowed(first);
        for table in tables {
            joined.to_mut().join(table);
        }
        Some(joined)
    }

    /// The table that a request for `host` meets at one entry, and how well it fits.
    fn table_of(&self, entry: &Entry, host: &str, port: u16) -> Option<((u8, usize), &Table)> {
        let fits = self.tables.iter().filter(|table| table.entry == *entry);
        let fits = fits.filter(|table| table.ports.is_empty() || table.ports.contains(&port));
        let fits = fits.filter_map(|table| Some((table.domain.fit(host)?, table)));
        // Of equals the first: `max_by_key` gives the last.
        fits.rev().max_by_key(|(fit, _)| *fit)
    }

    /// The rules that a request like `base` meets at its entry, in their order.
    pub fn rules(&self, base: &Request) -> Cow<'_, [Arc<Route>]> {
        match self.table(&self.joined_with(&base.via), &base.host, base.port) {
            None => Cow::Borrowed(&[]),
            Some(Cow::Borrowed(table)) => Cow::Borrowed(&table.routes),
            Some(Cow::Owned(table)) => Cow::Owned(table.routes),
        }
    }

    /// The entry, and the other gateways whose rules its proxy joins with it, where the manifests have them.
    pub(crate) fn joined_with(&self, entry: &Entry) -> Vec<Entry> {
        let others = self.services.gateways_beside(entry);
        std::iter::once(entry.clone()).chain(others).collect()
    }

    /// The table of an entry and a domain, if there is one.
    pub(crate) fn table_mut(&mut self, entry: &Entry, domain: &Domain) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.entry == *entry && table.domain == *domain)
    }
}
