//! Requests that get another answer after a change.

use std::borrow::Cow;

use relc_routing::{Cell, Routing, base, own_tables};
use relc_traffic::{Domain, Entry, Model, Request, classes};

/// A group of requests with another answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The entry and host of the requests, in words; hosts and entries with the same change are one.
    pub places: Vec<Place>,
    /// The requests in words.
    pub requests: String,
    /// One of them.
    pub example: String,
    /// The versions that aren't ready; empty if all are.
    pub missing: Vec<String>,
    /// The answer before.
    pub old: String,
    /// The answer after.
    pub new: String,
    /// True if requests that were answered aren't any more.
    pub is_loss: bool,
}

/// An entry of requests, and their host.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The mesh, or a gateway.
    pub entry: String,
    /// The host.
    pub host: String,
}

/// Returns the requests that `new` answers otherwise than `old`: with all versions ready, and while each version that both have isn't.
pub fn changes(old: &Routing, new: &Routing) -> Vec<Change> {
    let old = &*relabeled(old, new);
    let mut found = Vec::new();
    // Manifests show one state.
    let is_known = |name: &&String| new.versions.contains(name) && !old.is_stream() && !new.is_stream();
    let shared = old.versions.iter().filter(is_known);
    let sets = std::iter::once(Vec::new()).chain(shared.map(|name| vec![name.clone()]));
    for missing in sets {
        for change in with(old, new, &missing) {
            // A change with all versions ready is reported once.
            let is_known = |known: &Change| known.missing.is_empty() && equal(known, &change);
            if !missing.is_empty() && found.iter().any(is_known) {
                continue;
            }
            add(&mut found, change);
        }
    }
    found
}

/// The old routes, in which a version that keeps its objects and gets another label has the new one.
fn relabeled<'r>(old: &'r Routing, new: &Routing) -> Cow<'r, Routing> {
    let label = |at: usize| {
        let name = old.common_name(at)?;
        let same = (0..new.versions.len()).find(|after| new.common_name(*after) == Some(name))?;
        // A label that another version had is no new one.
        new.versions.get(same).filter(|label| !old.versions.contains(label)).cloned()
    };
    let versions = old.versions.iter().enumerate().map(|(at, name)| label(at).unwrap_or_else(|| name.clone()));
    let versions: Vec<String> = versions.collect();
    if versions == old.versions { Cow::Borrowed(old) } else { Cow::Owned(old.clone().with_labels(versions)) }
}

fn equal(one: &Change, other: &Change) -> bool {
    one.requests == other.requests && one.old == other.old && one.new == other.new
}

/// Changes that are equal except for their place are one.
fn add(found: &mut Vec<Change>, change: Change) {
    let same = |known: &&mut Change| known.missing == change.missing && equal(known, &change);
    match found.iter_mut().find(same) {
        Some(known) => known.places.extend(change.places),
        None => found.push(change),
    }
}

/// A side with some versions ready.
struct State<'r> {
    routing: &'r Routing,
    ready: Vec<bool>,
    model: Model,
}

impl<'r> State<'r> {
    fn new(routing: &'r Routing, missing: &[String]) -> Self {
        let ready: Vec<bool> = routing.versions.iter().map(|name| !missing.contains(name)).collect();
        State { routing, model: routing.model(&ready), ready }
    }

    fn cell(&self, request: &Request) -> Cell {
        self.routing.cell(&self.model.answer(request), request, &self.ready)
    }
}

fn with(old: &Routing, new: &Routing, missing: &[String]) -> Vec<Change> {
    let (old, new) = (State::new(old, missing), State::new(new, missing));
    let own = new.routing.own_host();
    let mut places: Vec<(Entry, Domain)> = Vec::new();
    let mut found = Vec::new();
    for table in own_tables(&old.model).into_iter().chain(own_tables(&new.model)) {
        let place = (table.entry.clone(), table.domain.clone());
        if places.contains(&place) {
            continue;
        }
        places.push(place);
        let base = base(table, &own);
        let lists = [old.model.rules(&base), new.model.rules(&base)];
        let (classes, _) = classes(&[&*lists[0], &*lists[1]], &base);
        for class in &classes {
            let (before, after) = (old.cell(&class.request), new.cell(&class.request));
            let (was, is) = (before.text(&old.routing.versions), after.text(&new.routing.versions));
            if was == is {
                continue;
            }
            let rule = |side: usize| class.rules[side].map(|rule| &lists[side][rule]);
            let asked = [rule(1), rule(0)].into_iter().flatten().find(|route| !route.conditions.is_empty());
            let requests = match asked {
                Some(route) => route.asks(),
                None if classes.len() == 1 => "all requests".to_owned(),
                None => "all other requests".to_owned(),
            };
            found.push(Change {
                places: vec![Place { entry: base.via.to_string(), host: base.host.clone() }],
                requests,
                example: class.request.to_string(),
                missing: missing.to_vec(),
                old: was,
                new: is,
                is_loss: lost(&after) > lost(&before),
            });
        }
    }
    found
}

/// Returns the traffic share that nobody answers, in thousandths.
fn lost(cell: &Cell) -> u32 {
    // Shares are from 0 to 1.
    (cell.lost() * 1000.0).round().clamp(0.0, 1000.0) as u32
}
