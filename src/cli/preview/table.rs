//! The data of a preview: for each group of requests and each set of ready versions, the versions that answer.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::cli::console::Console;
use relc_core::codegen;
use relc_core::compile::{self, Environments, Options, Releases, Routes, Unnamed};
use relc_core::library::Catalog;
use relc_project::driver::{self, ReadFailure};
use relc_project::inputs::{self, InputPaths};
use relc_project::overlay::Overlay;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::Sources;
use relc_traffic::{Answer, Decided, Domain, Entry, Model, Outcome, Reply, Request, Route, Table, World, classes};

/// Up to this many versions, every set of ready versions is previewed anyway.
const MOST_VERSIONS: usize = 3;

/// A release's routes, for any set of ready versions.
pub struct Routing {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its versions.
    pub versions: Vec<String>,
    /// The manifests of the release.
    pub documents: Vec<Json>,
    routes: Routes,
}

/// The sets of ready versions to preview.
#[derive(Clone, Copy)]
pub enum ReadySets<'s> {
    /// This one.
    One(&'s [String]),
    /// Every set.
    All,
    /// All versions, each one missing, each one alone, and none.
    Some,
}

/// The preview of a release.
pub struct Preview {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its versions.
    pub versions: Vec<String>,
    /// The sets of ready versions.
    pub sets: Vec<Vec<bool>>,
    /// The tables, one for all entries with the same rows.
    pub groups: Vec<Group>,
    /// The parts that the model omits, in sentences.
    pub notes: Vec<String>,
}

/// A table for entries that route alike.
#[derive(PartialEq)]
pub struct Group {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The hosts.
    pub hosts: Vec<String>,
    /// Groups of requests.
    pub rows: Vec<Row>,
    /// True if no request is missing.
    pub exact: bool,
}

/// Requests that get the same answers.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The requests in words.
    pub title: String,
    /// One of them.
    pub example: String,
    /// The answer for each set of ready versions.
    pub cells: Vec<Cell>,
}

/// An answer to a group of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The destinations of requests.
    pub parts: Vec<Part>,
    /// The destinations of copies.
    pub copies: Vec<Part>,
}

/// A traffic share.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// From 0 to 1.
    pub share: f64,
    /// Its destination.
    pub to: Target,
}

/// The destination of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A version, by position, and whether it is ready.
    Version(usize, bool),
    /// A host that is no version's.
    Host(String),
    /// A router itself, with this status.
    Status(u16, String),
    /// Nobody knows, and why.
    Unknown(String),
}

/// The answer to one request.
pub struct Explanation {
    /// The release's name.
    pub release: String,
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

/// Reads the routes of all releases in `paths`; none if there are errors, which `console` reports.
///
/// # Errors
/// A path that can't be read.
pub fn routings(
    paths: &InputPaths,
    options: &Options,
    catalog: &Catalog,
    console: &mut Console,
) -> Result<Option<Vec<Routing>>, String> {
    let tasks = inputs::tasks(paths)?;
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..options.clone() };
    let (texts, environments) = (Overlay::default(), Environments::new(catalog));
    let read = driver::in_parallel(&tasks, |task| {
        let read = match inputs::read(task, &options, &texts) {
            Ok(read) => read,
            Err(ReadFailure::NotAnInput) => return Ok(Compiled::default()),
            Err(ReadFailure::Failed(message)) => return Err(message),
            Err(ReadFailure::InvalidText(text)) => {
                let mut sources = Sources::default();
                sources.add(text.file);
                return Ok(Compiled { errors: vec![text.diagnostic], sources, routings: Vec::new() });
            }
        };
        let loaded = compile::load(read.input, &read.options, catalog, &read.loader);
        let mut compiled = Compiled { errors: loaded.diagnostics.clone().into_vec(), ..Compiled::default() };
        for index in 0..loaded.len() {
            let analysis = loaded.analyze(index, &environments);
            let routes = analysis.routed(&loaded);
            let built = analysis.built;
            compiled.errors.extend(built.diagnostics.into_vec());
            compiled.routings.push(Routing {
                name: built.name,
                namespace: built.namespace,
                versions: routes.versions.clone(),
                documents: built.documents.iter().map(codegen::to_json).collect(),
                routes,
            });
        }
        compiled.errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
        compiled.sources = loaded.sources;
        Ok(compiled)
    });
    let mut routings = Vec::new();
    for compiled in read {
        let compiled = compiled?;
        console.errors(&compiled.sources, compiled.errors);
        routings.extend(compiled.routings);
    }
    if console.has_errors() {
        return Ok(None);
    }
    Ok(Some(routings))
}

#[derive(Default)]
struct Compiled {
    sources: Sources,
    errors: Vec<Diagnostic>,
    routings: Vec<Routing>,
}

impl Routing {
    /// Returns the version that the object `name` belongs to, by position.
    pub fn owner(&self, name: &str) -> Option<usize> {
        self.routes.owner(name)
    }

    /// Returns the answers to all groups of requests while all versions are ready.
    pub fn all_ready(&self) -> Vec<Cell> {
        let preview = Preview::new(self, ReadySets::One(&self.versions));
        let groups = preview.map(|preview| preview.groups).unwrap_or_default();
        groups.into_iter().flat_map(|group| group.rows).flat_map(|row| row.cells).collect()
    }

    /// Reads a set of ready versions.
    ///
    /// # Errors
    /// A name that is no version's.
    pub fn ready(&self, names: &[String]) -> Result<Vec<bool>, String> {
        let unknown = names.iter().find(|name| *name != "none" && !self.versions.contains(name));
        match unknown {
            Some(name) => {
                Err(format!("`{}` has no version named `{name}`; it has {}", self.name, self.versions.join(", ")))
            }
            None => Ok(self.versions.iter().map(|version| names.contains(version)).collect()),
        }
    }

    /// The model of traffic while these versions are ready, and the objects of routes in it.
    pub fn model(&self, ready: &[bool]) -> Model {
        let objects: Vec<Json> = self.routes.objects(ready).iter().map(codegen::to_json).collect();
        Model::new(self.documents.iter().chain(&objects), World::Open)
    }

    /// Returns true if the controller changes the routes when versions become ready.
    fn is_dynamic(&self) -> bool {
        self.routes.is_dynamic()
    }

    fn sets(&self, sets: ReadySets<'_>) -> Result<Vec<Vec<bool>>, String> {
        let count = self.versions.len();
        if let ReadySets::One(names) = sets {
            return Ok(vec![self.ready(names)?]);
        }
        if !self.is_dynamic() {
            return Ok(vec![vec![true; count]]);
        }
        let mut found = vec![vec![true; count]];
        if matches!(sets, ReadySets::All) || count <= MOST_VERSIONS {
            if count > 12 {
                return Err(format!("`{}` has {count} versions: name a set with `--ready`", self.name));
            }
            let mut all: Vec<Vec<bool>> =
                (0..1_usize << count).map(|mask| (0..count).map(|at| mask & (1 << at) != 0).collect()).collect();
            all.sort_by_key(|set: &Vec<bool>| set.iter().filter(|ready| !**ready).count());
            return Ok(all);
        }
        found.extend((0..count).map(|one| (0..count).map(|at| at != one).collect()));
        found.extend((0..count).map(|one| (0..count).map(|at| at == one).collect()));
        found.push(vec![false; count]);
        Ok(found)
    }

    /// The request that is asked for by default: to the release's own host, through its first entry.
    fn base(&self, model: &Model) -> Request {
        let own = format!("{}.{}", self.name, self.namespace);
        match own_tables(model).first() {
            Some(table) => base(table, &own),
            None => Request::get(&own, Entry::Mesh),
        }
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
                (None, name) => return Err(format!("`{}` has no route at `{name}`", self.name)),
            };
        }
        let request = Request::parse(request, base)?;
        let answer = model.answer(&request);
        Ok(Explanation {
            release: self.name.clone(),
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
            parts
        };
        Cell { parts: parts(&answer.outcomes), copies: parts(&answer.copies) }
    }

    fn target(&self, reply: &Reply, request: &Request, ready: &[bool]) -> Target {
        let backend = match reply {
            Reply::Backend(backend) => backend,
            Reply::Status { code, reason } => return Target::Status(*code, reason.clone()),
            Reply::Redirect { code, location } => return Target::Status(*code, format!("to {location}")),
            Reply::Unknown(reason) => return Target::Unknown(reason.clone()),
        };
        // A backend is a version's if it is one of its objects. Where several versions share one backend, the route names the version in a header.
        let name = backend.host.split('.').next().unwrap_or(&backend.host);
        let set = backend.seen.headers.iter().filter(|header| !request.headers.contains(header));
        let names = std::iter::once(name).chain(set.map(|(_, value)| value.as_str()));
        let version = names.filter_map(|name| self.routes.owner(name)).next();
        match version {
            Some(at) => Target::Version(at, ready.get(at).copied().unwrap_or(true)),
            None => Target::Host(backend.host.clone()),
        }
    }
}

impl Preview {
    /// Previews a release.
    ///
    /// # Errors
    /// A version that the release doesn't have.
    pub fn new(routing: &Routing, sets: ReadySets<'_>) -> Result<Preview, String> {
        let sets = routing.sets(sets)?;
        let models: Vec<Model> = sets.iter().map(|set| routing.model(set)).collect();
        let own = format!("{}.{}", routing.name, routing.namespace);
        let mut groups: Vec<Group> = Vec::new();
        let mut places: Vec<(Entry, Domain, Request)> = Vec::new();
        for table in models.iter().flat_map(own_tables) {
            if !places.iter().any(|(entry, domain, _)| *entry == table.entry && *domain == table.domain) {
                places.push((table.entry.clone(), table.domain.clone(), base(table, &own)));
            }
        }
        if places.is_empty() {
            places.push((Entry::Mesh, Domain::Exact(own.clone()), Request::get(&own, Entry::Mesh)));
        }
        for (entry, _, base) in places {
            let group = group(routing, &models, &sets, &base);
            match groups.iter_mut().find(|known| known.rows == group.rows) {
                Some(known) => {
                    let add = |list: &mut Vec<String>, item: String| {
                        if !list.contains(&item) {
                            list.push(item);
                        }
                    };
                    add(&mut known.hosts, base.host);
                    if !known.entries.contains(&entry) {
                        known.entries.push(entry);
                    }
                }
                None => groups.push(group),
            }
        }
        let notes = models.first().map(|model| model.notes.clone()).unwrap_or_default();
        let (name, namespace, versions) = (routing.name.clone(), routing.namespace.clone(), routing.versions.clone());
        Ok(Preview { name, namespace, versions, sets, groups, notes })
    }

    /// The heading of a set of ready versions.
    pub fn heading(&self, set: &[bool]) -> String {
        let missing: Vec<&str> =
            self.versions.iter().zip(set).filter(|(_, ready)| !**ready).map(|(name, _)| name.as_str()).collect();
        match missing.len() {
            0 if self.versions.len() == 1 => "ready".to_owned(),
            0 => "all ready".to_owned(),
            count if count == self.versions.len() => "none ready".to_owned(),
            count if count > 3 => format!("{count} not ready"),
            _ => format!("{} not ready", missing.join(", ")),
        }
    }
}

impl Group {
    /// Returns the entry of its requests and their hosts, in words.
    pub fn place(&self) -> String {
        let entries: Vec<String> = self.entries.iter().map(ToString::to_string).collect();
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        let hosts: Vec<&str> = self.hosts.iter().map(String::as_str).collect();
        place(&entries, &hosts)
    }
}

/// Returns entries and hosts in words: `through mesh, host shop.web and 3 other names`.
pub fn place(entries: &[&str], hosts: &[&str]) -> String {
    let host = hosts.first().copied().unwrap_or_default();
    let others = match hosts {
        [] | [_] => String::new(),
        [_, second] => format!(" and {second}"),
        _ => format!(" and {} other names", hosts.len() - 1),
    };
    format!("through {}, host {host}{others}", entries.join(" and "))
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

fn group(routing: &Routing, models: &[Model], sets: &[Vec<bool>], base: &Request) -> Group {
    let entries = [base.via.clone()];
    let lists: Vec<&[Arc<Route>]> = models
        .iter()
        .map(|model| model.table(&entries, &base.host, base.port).map_or(&[][..], |table| table.routes.as_slice()))
        .collect();
    let (classes, decided) = classes(&lists, base);
    let mut rows: Vec<Row> = Vec::new();
    for class in &classes {
        let answers: Vec<Answer> = models.iter().map(|model| model.answer(&class.request)).collect();
        let cells = answers.iter().zip(sets).map(|(answer, set)| routing.cell(answer, &class.request, set)).collect();
        let rule = class.rules.iter().zip(&lists).find_map(|(rule, list)| rule.map(|rule| &list[rule]));
        let title = match rule {
            Some(route) if !route.conditions.is_empty() => route.asks(),
            _ if classes.len() == 1 => "all requests".to_owned(),
            _ => "all other requests".to_owned(),
        };
        add_row(&mut rows, Row { title, example: class.request.to_string(), cells });
    }
    Group { entries: entries.to_vec(), hosts: vec![base.host.clone()], rows, exact: decided == Decided::Exactly }
}

/// Rows with equal answers are one.
fn add_row(rows: &mut Vec<Row>, row: Row) {
    match rows.iter_mut().find(|known| known.cells == row.cells) {
        Some(known) if row.title == "all other requests" => {
            *known = Row { title: row.title, ..known.clone() };
        }
        Some(known) if !known.title.split(" or ").any(|title| title == row.title) => {
            known.title = format!("{} or {}", known.title, row.title);
        }
        Some(_) => {}
        None => rows.push(row),
    }
}

impl Target {
    /// The target in a word or two.
    pub fn name(&self, versions: &[String]) -> String {
        match self {
            Target::Version(at, _) => versions.get(*at).cloned().unwrap_or_default(),
            Target::Host(host) => host.trim_end_matches(".svc.cluster.local").to_owned(),
            Target::Status(code, _) => code.to_string(),
            Target::Unknown(_) => "unknown".to_owned(),
        }
    }
}

impl Cell {
    /// The cell in words: `stable 30%, beta 70%; 20% copied to next`.
    pub fn text(&self, versions: &[String]) -> String {
        let name = |part: &Part| {
            let mark = if matches!(part.to, Target::Version(_, false)) { " (not ready)" } else { "" };
            format!("{}{mark}", part.to.name(versions))
        };
        let share = |part: &Part| match &self.parts[..] {
            [_] => name(part),
            _ => format!("{} {}", name(part), percent(part.share)),
        };
        let mut text = self.parts.iter().map(share).collect::<Vec<_>>().join(", ");
        for copy in &self.copies {
            text.push_str(&format!("; {} copied to {}", percent(copy.share), name(copy)));
        }
        text
    }
}

/// A share as a percentage with at most two decimals.
pub fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}%")
}
