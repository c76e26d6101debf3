//! The proof that routes do what their environment guarantees, or a counter-example.
//!
//! In: a release's routes, what it declares, and the guarantees. Every group of requests is answered for every set of ready versions by the
//! model of traffic, and each answer is compared with each guarantee. Out: the first violation of each guarantee, with as many
//! versions ready as possible, and the matches that no request reaches.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::cell::{Cell, Target};
use crate::guarantee::Guarantee;
use crate::routing::{Routing, base, own_tables};
use crate::sets;
use crate::staged;
use crate::stream::title;
use relc_core::codegen;
use relc_core::value::Value;
use relc_traffic::{Answer, Decided, Entry, Model, Request, Route, Step, World, classes};

/// Up to this many versions, every set of ready versions is checked.
const MOST_VERSIONS: usize = 5;

/// The largest difference between a declared share and that of a route, whose weights are whole numbers.
pub(crate) const TOLERANCE: f64 = 0.006;

/// What a release declares about its traffic.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The traffic share of each version, from 0 to 1, if the strategy splits traffic by weight.
    pub shares: Option<Vec<f64>>,
    /// The share of requests that is copied to each version but the primary, from 0 to 1, if the strategy copies them.
    pub copies: Option<Vec<f64>>,
    /// True if a candidate states which requests it gets, which may be all.
    pub has_matches: bool,
}

/// A counter-example of a guarantee.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The guarantee.
    pub guarantee: Guarantee,
    /// A request.
    pub request: Request,
    /// Which versions are ready.
    pub ready: Vec<bool>,
    /// The answer.
    pub cell: Cell,
    /// The rule that decided, with the object that it is in as the controller writes it.
    pub rule: Option<(Arc<Route>, Option<Value>)>,
    /// The step of the rollout at which it happens, and the names of the versions there.
    pub stage: Option<(String, Vec<String>)>,
}

/// A match of a rule, with all versions ready.
#[derive(Clone, Debug)]
pub struct Match {
    /// The rule.
    pub route: Arc<Route>,
    /// The match, or the rule if it has none; `None` in an object that the controller doesn't write.
    pub value: Option<Value>,
    /// A rule that takes requests of it; `None` if some request meets it first, or may do so.
    pub taken_by: Option<Arc<Route>>,
}

/// What was found about the routes of a release.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// The first counter-example of each guarantee.
    pub violations: Vec<Violation>,
    /// The matches of all rules.
    pub matches: Vec<Match>,
    /// The split of traffic by weight for each set of ready versions, all of them first; empty if there is none.
    pub splits: Vec<(Vec<bool>, Vec<f64>)>,
}

/// The routes for one or several sets of ready versions.
struct State {
    objects: Vec<Value>,
    json: Vec<Json>,
    model: Model,
}

/// Requests that get the same answers with all versions ready and in a state.
struct Group {
    request: Request,
    /// The position of the state.
    state: usize,
    complete: Answer,
    answer: Answer,
}

impl Proof {
    /// Checks the guarantees of a release with the given declarations.
    pub fn new(routing: &Routing, declared: &Declared) -> Proof {
        let count = routing.versions.len();
        let all = if count <= MOST_VERSIONS { sets::every(count) } else { sets::few(count) };
        let sets: Vec<Vec<bool>> = all.into_iter().filter(|set| set.contains(&true)).collect();
        let mut states: Vec<State> = Vec::new();
        let of_set: Vec<usize> = sets.iter().map(|set| state(routing, set, &mut states)).collect();
        let mut proof = Proof::default();
        let groups = groups(routing, &states, &mut proof);
        let tables = states.iter().flat_map(|state| state.model.tables()).filter(|table| !table.is_derived());
        let routers = tables.flat_map(|table| table.objects.clone()).collect();
        let check = Check { routing, declared, groups: &groups, routers };
        for (set, state) in sets.iter().zip(&of_set) {
            for (guarantee, group, cell) in check.violations(set, *state) {
                if proof.violations.iter().any(|known| known.guarantee == guarantee) {
                    continue;
                }
                let rule = deciding(&group.answer);
                let rule = rule.map(|route| {
                    let object = object_of(&states[*state].objects, &route);
                    (route, object)
                });
                let (request, ready) = (group.request.clone(), set.clone());
                proof.violations.push(Violation { guarantee, request, ready, cell, rule, stage: None });
            }
        }
        proof.splits = check.splits(&sets, &of_set, &states);
        let is_new = |one: &Violation| !proof.violations.iter().any(|known| known.guarantee == one.guarantee);
        let at_steps: Vec<Violation> = staged::violations(routing, declared).into_iter().filter(is_new).collect();
        proof.violations.extend(at_steps);
        proof.violations.sort_by_key(|violation| violation.guarantee);
        proof
    }
}

/// Returns the position of the state for a set of ready versions; sets with equal objects share one.
fn state(routing: &Routing, set: &[bool], states: &mut Vec<State>) -> usize {
    let objects = routing.objects(set);
    let json: Vec<Json> = objects.iter().map(codegen::to_json).collect();
    if let Some(known) = states.iter().position(|state| state.json == json) {
        return known;
    }
    let model = Model::new(routing.documents.iter().chain(&json), World::Open);
    states.push(State { objects, json, model });
    states.len() - 1
}

/// Partitions the requests to all entries and hosts of the routes.
fn groups(routing: &Routing, states: &[State], proof: &mut Proof) -> Vec<Group> {
    let own = routing.own_host();
    // Hosts of one entry with the same rules in all states are alike.
    let mut places: Vec<(Entry, Vec<Vec<Arc<Route>>>)> = Vec::new();
    let mut groups = Vec::new();
    for table in states.iter().flat_map(|state| own_tables(&state.model)) {
        let base = base(table, &own);
        let lists: Vec<Vec<Arc<Route>>> = states.iter().map(|state| state.model.rules(&base).to_vec()).collect();
        let place = (table.entry.clone(), lists);
        if places.contains(&place) {
            continue;
        }
        let lists = &place.1;
        for (state, list) in lists.iter().enumerate() {
            let compared: &[&[Arc<Route>]] = if state == 0 { &[list] } else { &[&lists[0], list] };
            let (found, decided) = classes(compared, &base);
            if state == 0 {
                let reached: Vec<usize> = found.iter().filter_map(|class| *class.rules.first()?).collect();
                for (at, route) in list.iter().enumerate() {
                    let is_reached = reached.contains(&at);
                    let taken_by = if is_reached { None } else { taken_by(route, &list[..at], decided, &base) };
                    add_match(route, taken_by, &states[0].objects, &mut proof.matches);
                }
            }
            groups.extend(found.into_iter().map(|class| Group {
                state,
                complete: states[0].model.answer(&class.request),
                answer: states[state].model.answer(&class.request),
                request: class.request,
            }));
        }
        places.push(place);
    }
    groups
}

/// Returns the first of `earlier` rules that takes requests of `route`, if they take all of them for certain.
fn taken_by(route: &Route, earlier: &[Arc<Route>], decided: Decided, base: &Request) -> Option<Arc<Route>> {
    let is_general =
        |other: &&Arc<Route>| other.conditions.iter().all(|condition| route.conditions.contains(condition));
    if let Some(general) = earlier.iter().find(is_general) {
        return Some(general.clone());
    }
    let route = [Arc::new(route.clone())];
    let takes = |other: &&Arc<Route>| {
        let lists: [&[Arc<Route>]; 2] = [&route, std::slice::from_ref(other)];
        classes(&lists, base).0.iter().any(|class| class.rules == [Some(0), Some(0)])
    };
    earlier.iter().filter(|_| decided == Decided::Exactly).find(takes).cloned()
}

fn add_match(route: &Arc<Route>, taken_by: Option<Arc<Route>>, objects: &[Value], matches: &mut Vec<Match>) {
    let is_same = |known: &&mut Match| known.route.object == route.object && known.route.pointer == route.pointer;
    match matches.iter_mut().find(is_same) {
        Some(known) => known.taken_by = known.taken_by.take().filter(|_| taken_by.is_some()),
        None => {
            let value = object_of(objects, route).and_then(|object| at_pointer(&object, &route.pointer).cloned());
            matches.push(Match { route: route.clone(), value, taken_by });
        }
    }
}

/// The object of a rule among those that the controller writes.
fn object_of(objects: &[Value], route: &Route) -> Option<Value> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_its = |object: &&Value| {
        let name = object.get("metadata").and_then(|metadata| metadata.get("name"));
        let (kind, name) = (text(object.get("kind")), text(name));
        let mut words = route.object.split([' ', '/']);
        words.next() == Some(kind.as_str()) && words.next_back() == Some(name.as_str())
    };
    objects.iter().find(is_its).cloned()
}

/// The value at a JSON pointer without escapes.
pub fn at_pointer<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    pointer.split('/').skip(1).try_fold(value, |value, step| match value.as_list() {
        Some(list) => Some(&list.get(step.parse::<usize>().ok()?)?.value),
        None => value.get(step),
    })
}

/// The last rule that decided about a request.
fn deciding(answer: &Answer) -> Option<Arc<Route>> {
    let matched =
        |step: &Step| step.tried.last().filter(|tried| tried.mismatch.is_none()).map(|tried| tried.route.clone());
    answer.steps.iter().rev().find_map(matched)
}

struct Check<'p> {
    routing: &'p Routing,
    declared: &'p Declared,
    groups: &'p [Group],
    /// The objects that route.
    routers: Vec<String>,
}

impl<'p> Check<'p> {
    fn violations(&self, set: &[bool], state: usize) -> Vec<(Guarantee, &'p Group, Cell)> {
        let mut found: Vec<(Guarantee, &Group, Cell)> = Vec::new();
        let is_all = !set.contains(&false);
        // The controller of a rollout changes what the manifests have when a version isn't ready: that is checked at its steps.
        if !is_all && self.routing.rollout().is_some() {
            return found;
        }
        for group in self.groups.iter().filter(|group| group.state == state) {
            let cell = self.routing.cell(&group.answer, &group.request, set);
            let full = vec![true; set.len()];
            // The first state is that of all versions.
            let complete = self.routing.cell(&group.complete, &group.request, &full);
            let broken = [
                (Guarantee::Answered, self.is_unanswered(&cell, &complete)),
                (Guarantee::ReadyCandidates, reaches_unready_candidate(&cell)),
                (Guarantee::ReadyPrimary, self.is_primary_unready(&cell, set)),
                (Guarantee::Copies, reaches_itself(&cell)),
            ];
            for (guarantee, is_broken) in broken {
                let is_new = !found.iter().any(|(known, ..)| *known == guarantee);
                if is_broken && is_new && self.routing.guarantees.list.contains(&guarantee) {
                    found.push((guarantee, group, cell.clone()));
                }
            }
        }
        if is_all && self.routing.guarantees.list.contains(&Guarantee::Shares) {
            let wrong = self.wrong_shares(set);
            found.extend(wrong.map(|(group, cell)| (Guarantee::Shares, group, cell)));
        }
        found
    }

    fn is_unanswered(&self, cell: &Cell, complete: &Cell) -> bool {
        let is_missing = |target: &Target| matches!(target, Target::Host(host) if self.is_missing(host));
        cell.errors() > complete.errors() + TOLERANCE || cell.parts.iter().any(|part| is_missing(&part.to))
    }

    /// Returns true for a Service in the release's namespace that neither the release nor a controller of its custom resources
    /// creates. Such controllers create Services whose names begin with that of their object.
    fn is_missing(&self, host: &str) -> bool {
        let Some((name, rest)) = host.split_once('.') else { return false };
        let is_in_namespace = rest == format!("{}.svc.cluster.local", self.routing.namespace);
        let creates = |object: &Json| {
            let text = |path: &str| object.pointer(path).and_then(Json::as_str).unwrap_or_default();
            let is_custom = text("/apiVersion").split('/').next().is_some_and(|group| group.contains('.'));
            let own = text("/metadata/name");
            let is_router = self.routers.contains(&title(object, &self.routing.namespace));
            name == own || is_custom && !is_router && name.starts_with(own)
        };
        is_in_namespace && !self.routing.documents.iter().any(creates)
    }

    fn is_primary_unready(&self, cell: &Cell, set: &[bool]) -> bool {
        let has_weight = |at: usize| self.declared.shares.as_ref().is_none_or(|shares| shares[at] > 0.0);
        let another_answers = set.iter().enumerate().any(|(at, ready)| *ready && has_weight(at));
        another_answers && cell.parts.iter().any(|part| part.to == Target::Version(0, false))
    }

    /// The groups with all versions ready.
    fn complete(&self) -> impl Iterator<Item = &'p Group> {
        self.groups.iter().filter(|group| group.state == 0)
    }

    /// Returns how the requests that are split as declared are split for each set.
    fn splits(&self, sets: &[Vec<bool>], of_set: &[usize], states: &[State]) -> Vec<(Vec<bool>, Vec<f64>)> {
        let Some(declared) = &self.declared.shares else { return Vec::new() };
        let count = self.routing.versions.len();
        let full = vec![true; count];
        let shares = |answer: &Answer, request: &Request, set: &[bool]| -> Vec<f64> {
            let cell = self.routing.cell(answer, request, set);
            (0..count).map(|at| cell.share_of(at)).collect()
        };
        let is_declared = |group: &&Group| equal(&shares(&group.answer, &group.request, &full), declared);
        let Some(Group { request, .. }) = self.complete().find(is_declared) else { return Vec::new() };
        let split = |set: &Vec<bool>, state: usize| shares(&states[state].model.answer(request), request, set);
        sets.iter().zip(of_set).map(|(set, state)| (set.clone(), split(set, *state))).collect()
    }

    /// Returns requests that are not split as declared. Conditions of rules can send a request to one version, such as a client
    /// with a cookie; a split must be the declared one, and some requests must be split so.
    fn wrong_shares(&self, set: &[bool]) -> Option<(&'p Group, Cell)> {
        let cells = self.complete().map(|group| (group, self.routing.cell(&group.answer, &group.request, set)));
        let cells: Vec<(&Group, Cell)> = cells.filter(|(_, cell)| cell.has_version()).collect();
        let count = set.len();
        if let Some(declared) = &self.declared.shares {
            let are = |cell: &Cell, wanted: &[f64]| {
                equal(&(0..count).map(|at| cell.share_of(at)).collect::<Vec<_>>(), wanted)
            };
            let is_one = |cell: &Cell| (0..count).any(|at| cell.share_of(at) > 1.0 - TOLERANCE);
            let wrong = cells.iter().find(|(_, cell)| !are(cell, declared) && !is_one(cell));
            let is_declared = cells.iter().any(|(_, cell)| are(cell, declared));
            return wrong.or(cells.first().filter(|_| !is_declared)).cloned();
        }
        if let Some(declared) = &self.declared.copies {
            let are = |cell: &Cell| equal(&(0..count).map(|at| cell.copied_to(at)).collect::<Vec<_>>(), declared);
            let wrong = cells.iter().find(|(_, cell)| !cell.copies.is_empty() && !are(cell));
            let is_declared = cells.iter().any(|(_, cell)| are(cell));
            return wrong.or(cells.first().filter(|_| !is_declared)).cloned();
        }
        let is_primary_reached = cells.iter().any(|(_, cell)| cell.share_of(0) > 0.0);
        cells.first().filter(|_| !is_primary_reached && !self.declared.has_matches).cloned()
    }
}

fn equal(shares: &[f64], declared: &[f64]) -> bool {
    shares.iter().zip(declared).all(|(share, declared)| (share - declared).abs() < TOLERANCE)
}

pub(crate) fn reaches_unready_candidate(cell: &Cell) -> bool {
    cell.parts.iter().chain(&cell.copies).any(|part| matches!(part.to, Target::Version(at, false) if at > 0))
}

pub(crate) fn reaches_itself(cell: &Cell) -> bool {
    let is_own = |at: usize| at == 0 || cell.share_of(at) > 0.0;
    cell.copies.iter().any(|copy| matches!(copy.to, Target::Version(at, _) if is_own(at)))
}
