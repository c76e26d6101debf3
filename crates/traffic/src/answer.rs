//! The answer to a request: its backends with their shares, its copies, and the rules that decided.

use std::sync::Arc;

use crate::model::{Action, Destination, Forward, Model, Route, Table};
use crate::request::{Entry, Request};
use crate::services::{Resolved, fqdn};

/// The number of routers that a request may pass: more is a loop.
const MOST_HOPS: usize = 8;

/// A backend, and the request that arrives there.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The host that has the endpoints: the DNS name of a Service, or a host outside of the cluster.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The subset of its endpoints, where one is named.
    pub subset: Option<String>,
    /// The workload with these endpoints, where the manifests have it.
    pub workload: Option<String>,
    /// The request as the backend sees it.
    pub seen: Request,
    /// The objects whose rules the request met, in their order.
    pub objects: Vec<String>,
}

/// The reply to a client.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The answer of a backend.
    Backend(Box<Backend>),
    /// A status of a router.
    Status {
        /// The status.
        code: u16,
        /// Why.
        reason: String,
    },
    /// A redirection.
    Redirect {
        /// The status.
        code: u16,
        /// The part of the new address that the rule names.
        location: String,
    },
    /// An answer that the model does not know, with the reason.
    Unknown(String),
}

/// A reply and its share of the requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// From 0 to 1.
    pub share: f64,
    /// The reply; for a copy, what becomes of it.
    pub reply: Reply,
}

/// A rule that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The rule.
    pub route: Arc<Route>,
    /// Why the request does not match it; absent where it does.
    pub mismatch: Option<String>,
}

/// The decision of one router.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The entry of the request.
    pub entry: Entry,
    /// The host by which the table was chosen.
    pub host: String,
    /// The share of the requests that came this way, from 0 to 1.
    pub share: f64,
    /// The rules in the order in which they were tried; the last one matches, unless none does.
    pub tried: Vec<Tried>,
}

/// The answer to a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The replies; their shares sum to 1.
    pub outcomes: Vec<Outcome>,
    /// The answers to its copies; each share is that of the requests that are copied there.
    pub copies: Vec<Outcome>,
    /// The decisions on the way of the request, and of its copies.
    pub steps: Vec<Step>,
}

impl Model {
    /// Says what becomes of `request`.
    pub fn answer(&self, request: &Request) -> Answer {
        let mut answer = Answer::default();
        let mut way = Way { model: self, answer: &mut answer };
        let hop = Hop { entries: self.joined_with(&request.via), objects: Vec::new(), depth: 0, is_copy: false };
        way.route(request.clone(), 1.0, hop);
        answer.outcomes = merged(answer.outcomes);
        answer.copies = merged(answer.copies);
        answer
    }

    /// Returns the workloads with the pods of the Service of `host`.
    pub fn workloads(&self, host: &str) -> Vec<&str> {
        self.services.workloads(host, None).into_iter().map(|(name, _)| name).collect()
    }

    /// The host by which requests to a Service are routed.
    pub fn service_host(name: &str, namespace: &str) -> String {
        fqdn(name, namespace)
    }
}

/// Outcomes with equal replies as one.
fn merged(outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let mut merged: Vec<Outcome> = Vec::new();
    for outcome in outcomes {
        match merged.iter_mut().find(|earlier| earlier.reply == outcome.reply) {
            Some(earlier) => earlier.share += outcome.share,
            None => merged.push(outcome),
        }
    }
    merged
}

/// A step of a request on its way.
#[derive(Clone)]
struct Hop {
    entries: Vec<Entry>,
    objects: Vec<String>,
    depth: usize,
    is_copy: bool,
}

struct Way<'m, 'a> {
    model: &'m Model,
    answer: &'a mut Answer,
}

impl Way<'_, '_> {
    fn end(&mut self, share: f64, reply: Reply, hop: &Hop) {
        let outcomes = if hop.is_copy { &mut self.answer.copies } else { &mut self.answer.outcomes };
        outcomes.push(Outcome { share, reply });
    }

    /// The request meets the router at one of the hop's entries.
    fn route(&mut self, request: Request, share: f64, hop: Hop) {
        if hop.depth >= MOST_HOPS {
            return self.end(share, Reply::Unknown("the routes lead in a circle".to_owned()), &hop);
        }
        let Some(table) = self.model.table(&hop.entries, &request.host, request.port) else {
            return self.without_table(request, share, &hop);
        };
        let step = tried(&table, &request, share);
        let chosen = step.tried.last().filter(|tried| tried.mismatch.is_none()).map(|tried| tried.route.clone());
        self.answer.steps.push(step);
        let Some(route) = chosen else {
            let code = 404;
            return self.end(share, Reply::Status { code, reason: "no rule matches".to_owned() }, &hop);
        };
        let mut hop = hop;
        hop.objects.push(route.object.clone());
        match &*route.action {
            Action::Forward(forward) => self.forward(request, share, &hop, (&route, forward)),
            Action::Redirect { code, location } => {
                self.end(share, Reply::Redirect { code: *code, location: location.clone() }, &hop);
            }
            Action::Respond { code, reason } => {
                self.end(share, Reply::Status { code: *code, reason: reason.clone() }, &hop);
            }
            Action::Unknown(reason) => self.end(share, Reply::Unknown(reason.clone()), &hop),
        }
    }

    /// No route is for the host: a sidecar knows Services all the same.
    fn without_table(&mut self, request: Request, share: f64, hop: &Hop) {
        let host = request.host.clone();
        if hop.entries != [Entry::Mesh] {
            let reason = format!("no route for the host `{host}` at this gateway");
            return self.end(share, Reply::Status { code: 404, reason }, hop);
        }
        match self.model.services.find(&host) {
            Some(service) => {
                let destination = Destination {
                    host: Ok(service.to_owned()),
                    port: Some(request.port),
                    subset: None,
                    has_endpoints: false,
                };
                self.send(request, share, hop, (&destination, 503));
            }
            None => {
                let reason = format!("no Service and no route that relc reads has the host `{host}`");
                self.end(share, Reply::Unknown(reason), hop);
            }
        }
    }

    fn forward(&mut self, request: Request, share: f64, hop: &Hop, (route, forward): (&Route, &Forward)) {
        let mut share = share;
        if let Some((code, aborted)) = forward.abort {
            self.end(share * aborted, Reply::Status { code, reason: "the rule injects a fault".to_owned() }, hop);
            share *= 1.0 - aborted;
            if share <= 0.0 {
                return;
            }
        }
        let total: u64 = forward.destinations.iter().map(|one| one.weight).sum();
        for weighted in &forward.destinations {
            let mut seen = request.clone();
            // Changes for one of several destinations come first, as the nearer ones; of a single one Istio makes one list.
            if forward.destinations.len() == 1 {
                forward.headers.apply(&mut seen);
                weighted.headers.apply(&mut seen);
            } else {
                weighted.headers.apply(&mut seen);
                forward.headers.apply(&mut seen);
            }
            if let Some(path) = &forward.path {
                seen.path = path.apply(&request.path, route);
            }
            if let Some(host) = forward.host.as_ref().or(weighted.headers.host.as_ref()) {
                seen.host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
            }
            let part = share * (weighted.weight as f64) / (total as f64);
            // A router that has no destination for a request copies it nowhere.
            let mirrors = if self.resolves(&weighted.destination, &seen) { forward.mirrors.as_slice() } else { &[] };
            for mirror in mirrors {
                let copy = Hop { is_copy: true, ..hop.clone() };
                self.send(seen.clone(), part * mirror.share, &copy, (&mirror.destination, forward.missing));
            }
            self.send(seen, part, hop, (&weighted.destination, forward.missing));
        }
    }

    fn resolves(&self, to: &Destination, request: &Request) -> bool {
        let Ok(host) = &to.host else { return false };
        let (model, target) = (self.model, (host.as_str(), to.port, to.subset.as_deref()));
        let resolved = model.services.resolve(target, request.port, model.world, &model.entries);
        to.has_endpoints || !matches!(resolved, Resolved::Nowhere(_))
    }

    /// Sends the request to a destination: to its endpoints, or into the next router.
    fn send(&mut self, request: Request, share: f64, hop: &Hop, (to, missing): (&Destination, u16)) {
        let host = match &to.host {
            Ok(host) => host,
            Err(reason) => {
                return self.end(share, Reply::Status { code: missing, reason: reason.clone() }, hop);
            }
        };
        let target = (host.as_str(), to.port, to.subset.as_deref());
        let model = self.model;
        let resolved = match to.port {
            Some(port) if to.has_endpoints => Resolved::Endpoints(host.clone(), port),
            _ => model.services.resolve(target, request.port, model.world, &model.entries),
        };
        match resolved {
            Resolved::Nowhere(reason) => self.end(share, Reply::Status { code: missing, reason }, hop),
            Resolved::Gateways(entries, port) => {
                let next = Hop { entries, depth: hop.depth + 1, ..hop.clone() };
                self.route(Request { port, ..request }, share, next);
            }
            Resolved::Endpoints(host, port) => {
                let workloads = model.services.workloads(&host, to.subset.as_deref());
                let backend = |workload: Option<&str>| {
                    Reply::Backend(Box::new(Backend {
                        host: host.clone(),
                        port,
                        subset: to.subset.clone(),
                        workload: workload.map(str::to_owned),
                        seen: request.clone(),
                        objects: hop.objects.clone(),
                    }))
                };
                if workloads.is_empty() {
                    return self.end(share, backend(None), hop);
                }
                for (workload, part) in workloads {
                    self.end(share * part, backend(Some(workload)), hop);
                }
            }
        }
    }
}

fn tried(table: &Table, request: &Request, share: f64) -> Step {
    let mut tried = Vec::new();
    for route in &table.routes {
        let failed = route.conditions.iter().find(|condition| !condition.meets(request));
        let mismatch = failed.map(|condition| condition.mismatch(request));
        let is_match = mismatch.is_none();
        tried.push(Tried { route: route.clone(), mismatch });
        if is_match {
            break;
        }
    }
    Step { entry: table.entry.clone(), host: request.host.clone(), share, tried }
}
