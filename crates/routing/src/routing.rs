//! A release's routes, and their answers.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::cell::{Cell, Part, Target};
use crate::guarantee::Guarantees;
use crate::stream::Stream;
use relc_core::codegen;
use relc_core::compile::{Routes, Subject};
use relc_core::value::Value;
use relc_syntax::diagnostic::quoted;
use relc_traffic::{Answer, Domain, Entry, Model, Outcome, Reply, Request, Rollout, Route, Table, World};

/// A release's routes, for any set of ready versions.
#[derive(Clone)]
pub struct Routing {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its versions.
    pub versions: Vec<String>,
    /// The manifests of the release.
    pub documents: Vec<Json>,
    /// What its environment guarantees.
    pub guarantees: Guarantees,
    /// The traffic that a pod can take, as a multiple of the usual.
    pub overload: f64,
    /// Present if it is made of manifests, and not of a release.
    pub(crate) stream: Option<Stream>,
    pub(crate) routes: Routes,
    /// Routes that do what a router of the environment's own does.
    pub(crate) declared: Option<Declared>,
    pub(crate) rollout: Option<Arc<Rollout>>,
    /// The stage of the rollout that it is at; `None` before it begins.
    pub(crate) stage: Option<usize>,
}

/// The let of an environment whose router the model doesn't know: a list of routes that do the same, and that are not emitted.
const TRAFFIC: &str = "traffic";

/// The routes in the let `traffic`.
#[derive(Clone)]
pub(crate) struct Declared {
    /// The list of routes, with values that only the controller knows.
    routes: Value,
    /// True if they follow the set of ready versions.
    is_dynamic: bool,
}

impl Declared {
    fn new(subject: &Subject<'_>, routes: &Routes) -> Option<Declared> {
        let list = subject.evaluator.release_let(TRAFFIC).filter(|list| list.as_list().is_some())?;
        let evaluated = |set: &Vec<bool>| codegen::evaluate(&list, &codegen::weights(routes.weights(), set));
        let sets = codegen::few_sets(routes.versions.len());
        let states: Vec<Json> = sets.iter().map(|set| codegen::to_json(&evaluated(set))).collect();
        let is_dynamic = states.windows(2).any(|pair| pair[0] != pair[1]);
        Some(Declared { routes: list, is_dynamic })
    }

    fn objects(&self, weights: &[u64]) -> Vec<Value> {
        let list = codegen::evaluate(&self.routes, weights);
        list.as_list().into_iter().flatten().map(|element| element.value.clone()).collect()
    }
}

/// The answer to one request.
pub struct Explanation {
    /// The release's name.
    pub release: String,
    /// The stage of its rollout.
    pub stage: Option<String>,
    /// Its versions.
    pub versions: Vec<String>,
    /// Which of them are ready.
    pub ready: Vec<bool>,
    /// The request.
    pub request: Request,
    /// The destinations of requests.
    pub cell: Cell,
    /// The model's answer.
    pub answer: Answer,
}

impl Routing {
    /// The routes of a release.
    pub fn new(subject: &Subject<'_>) -> Routing {
        let routes = subject.routes();
        let declared = Declared::new(subject, &routes);
        let is_dynamic = routes.is_dynamic() || declared.as_ref().is_some_and(|declared| declared.is_dynamic);
        let documents: Vec<Json> = subject.documents.iter().map(codegen::to_json).collect();
        let rollout = Rollout::all(&documents).pop().map(Arc::new);
        Routing {
            name: subject.given.name.as_str().unwrap_or_default().to_owned(),
            namespace: subject.namespace.to_owned(),
            versions: routes.versions.clone(),
            guarantees: Guarantees::new(subject, is_dynamic, rollout.is_some()),
            overload: subject.prepared.cluster.overload,
            stream: None,
            routes,
            declared,
            rollout,
            stage: None,
            documents,
        }
    }

    /// Returns the same routes, in which the versions have other labels.
    #[must_use]
    pub fn with_labels(self, versions: Vec<String>) -> Routing {
        Routing { versions, ..self }
    }

    /// Returns the version that the object `name` belongs to, by position.
    pub fn owner(&self, name: &str) -> Option<usize> {
        match &self.stream {
            Some(stream) => stream.owners.get(name).copied(),
            None => self.routes.owner(name),
        }
    }

    /// The names of a version's objects, in order.
    pub fn object_names(&self, version: usize) -> &[String] {
        self.routes.names(version)
    }

    /// Returns the name with which the names of all objects of a version begin, if it is one of them.
    pub fn common_name(&self, version: usize) -> Option<&str> {
        let names = self.object_names(version);
        let shortest = names.iter().min_by_key(|name| name.len())?;
        names.iter().all(|name| name.starts_with(shortest.as_str())).then_some(shortest)
    }

    /// The objects that the controller writes while these versions are ready, and routes that do what it writes.
    pub fn objects(&self, ready: &[bool]) -> Vec<Value> {
        let weights = codegen::weights(self.routes.weights(), ready);
        let declared = self.declared.iter().flat_map(|declared| declared.objects(&weights));
        self.routes.objects(ready).into_iter().chain(declared).collect()
    }

    /// The model of traffic while these versions are ready, and the objects of routes in it.
    pub fn model(&self, ready: &[bool]) -> Model {
        if let (Some(rollout), Some(stage), [old, new]) = (&self.rollout, self.stage, ready) {
            return rollout.model(stage, [*old, *new]);
        }
        self.model_with(&self.objects(ready))
    }

    /// The model of traffic with these objects, which the controller writes.
    pub fn model_with(&self, objects: &[Value]) -> Model {
        let objects: Vec<Json> = objects.iter().map(codegen::to_json).collect();
        Model::new(self.documents.iter().chain(&objects), World::Open)
    }

    /// Returns true if the controller changes the routes when versions become ready.
    pub fn is_dynamic(&self) -> bool {
        self.routes.is_dynamic() || self.declared.as_ref().is_some_and(|declared| declared.is_dynamic)
    }

    /// The request that is asked for by default: to the release's own host, through its first entry.
    pub(crate) fn base(&self, model: &Model) -> Request {
        match own_tables(model).first() {
            Some(table) => base(table, &self.own_host()),
            None => Request::get(&self.own_host(), Entry::Mesh),
        }
    }

    /// The host name of the release in its cluster.
    pub fn own_host(&self) -> String {
        let host = self.rollout.as_ref().filter(|_| self.stage.is_some()).and_then(|rollout| rollout.hosts.first());
        host.cloned().unwrap_or_else(|| format!("{}.{}", self.name, self.namespace))
    }

    /// Answers one request.
    ///
    /// # Errors
    /// A request or an entry that can't be read.
    pub fn answer(&self, request: &str, via: Option<&str>, ready: &[bool]) -> Result<Explanation, String> {
        let model = self.model(ready);
        let mut base = self.base(&model);
        if let Some(via) = via {
            let entries: Vec<Entry> = own_tables(&model).iter().map(|table| table.entry.clone()).collect();
            let named = entries.iter().find(|entry| {
                let name = entry.to_string();
                name == via || name.rsplit('/').next() == Some(via)
            });
            base.via = match (named, via) {
                (Some(entry), _) => entry.clone(),
                (None, "mesh") => Entry::Mesh,
                (None, name) if name.contains('/') => Entry::Gateway(name.to_owned()),
                (None, name) => {
                    let names: Vec<String> = entries.iter().map(Entry::to_string).collect();
                    let help = match name.strip_prefix("host:") {
                        Some(host) => format!("the host is a part of the request: `--request '/ host:{host}'`"),
                        None => format!("its routes are at {}", quoted(names.iter().map(String::as_str))),
                    };
                    return Err(format!("`{}` has no route at `{name}`; {help}", self.name));
                }
            };
        }
        let request = Request::parse(request, base)?;
        let answer = model.answer(&request);
        Ok(Explanation {
            release: self.name.clone(),
            stage: self.stage_title().map(str::to_owned),
            versions: self.versions.clone(),
            ready: ready.to_vec(),
            cell: self.cell(&answer, &request, ready),
            request,
            answer,
        })
    }

    /// Returns the answer by versions, of which these are ready.
    pub fn cell(&self, answer: &Answer, request: &Request, ready: &[bool]) -> Cell {
        let parts = |outcomes: &[Outcome]| {
            let mut parts: Vec<Part> = Vec::new();
            for outcome in outcomes {
                let to = self.target(&outcome.reply, request, ready);
                match parts.iter_mut().find(|part| part.to == to) {
                    Some(part) => part.share += outcome.share,
                    None => parts.push(Part { share: outcome.share, to }),
                }
            }
            if self.stage.is_some() {
                // Workloads of one Service have the order of their names.
                parts.sort_by_key(|part| if let Target::Version(at, _) = part.to { at } else { usize::MAX });
            }
            parts
        };
        Cell { parts: parts(&answer.outcomes), copies: parts(&answer.copies) }
    }

    /// Returns the version to which a rule forwards all its requests, by position.
    pub fn version_of(&self, route: &Route) -> Option<usize> {
        let destinations = route.destinations();
        let mut versions = destinations.into_iter().map(|(host, headers)| self.owner_of(host, headers.into_iter()));
        let first = versions.next()??;
        versions.all(|version| version == Some(first)).then_some(first)
    }

    /// A backend is a version's if it is one of its objects. Where several versions share one backend, the route names the version in a
    /// header.
    fn owner_of<'n>(&self, host: &'n str, headers: impl Iterator<Item = &'n str>) -> Option<usize> {
        let name = host.split('.').next().unwrap_or(host);
        std::iter::once(name).chain(headers).find_map(|name| self.owner(name))
    }

    fn target(&self, reply: &Reply, request: &Request, ready: &[bool]) -> Target {
        let backend = match reply {
            Reply::Backend(backend) => backend,
            Reply::Status { code, reason } => return Target::Status(*code, reason.clone()),
            Reply::Redirect { code, location } => return Target::Status(*code, format!("to {location}")),
            Reply::Unknown(reason) => return Target::Unknown(reason.clone()),
        };
        let set = backend.seen.headers.iter().filter(|header| !request.headers.contains(header));
        let by_workload = backend.workload.as_deref().and_then(|workload| self.owner(workload));
        match by_workload.or_else(|| self.owner_of(&backend.host, set.map(|(_, value)| value.as_str()))) {
            Some(at) => Target::Version(at, ready.get(at).copied().unwrap_or(true)),
            None => Target::Host(backend.host.clone()),
        }
    }
}

/// The tables of the release's own routes; those that Knative makes count where there are no others.
pub fn own_tables(model: &Model) -> Vec<&Table> {
    let own: Vec<&Table> = model.tables().iter().filter(|table| !table.is_derived()).collect();
    if own.is_empty() { model.tables().iter().collect() } else { own }
}

/// A plain request to a table.
pub fn base(table: &Table, own: &str) -> Request {
    let host = match &table.domain {
        Domain::Exact(host) => host.clone(),
        Domain::Suffix(suffix) => format!("any{suffix}"),
        Domain::Prefix(prefix) => format!("{prefix}example.com"),
        Domain::Any => own.to_owned(),
    };
    let port = table.ports.first().copied().unwrap_or(80);
    Request { port, ..Request::get(&host, table.entry.clone()) }
}
