//! The states between two revisions of a release: requests that are lost on the way.
//!
//! In: the routes before and after a change. The objects of a version that is new become ready at any time after they are applied,
//! and the route is written at any time; what ran before keeps running. Out: the shortest order of these steps in which requests are lost
//! that are answered before and after the change.

use std::collections::{BTreeSet, VecDeque};

use crate::cell::Cell;
use crate::routing::{Routing, base, own_tables};
use relc_traffic::{Model, Request, classes};

/// Largest number of new versions whose orders are searched.
const MOST_NEW: usize = 6;

/// Requests that are lost during a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Interruption {
    /// The requests in words.
    pub requests: String,
    /// The steps up to the loss.
    pub timeline: Vec<String>,
    /// The answer then.
    pub answer: String,
    /// The versions whose objects have to be ready before the route is written; empty if no order avoids the loss.
    pub first: Vec<String>,
}

/// A state on the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    /// True if the new route is written.
    is_routed: bool,
    /// Which of the new release's versions are ready.
    ready: Vec<bool>,
    /// Those that were ready one step before: the controller may not have noticed the last change.
    noticed: Vec<bool>,
}

/// Searches the states between `old` and `new`, and returns the first in which requests are lost.
pub fn interruption(old: &Routing, new: &Routing) -> Option<Interruption> {
    let running: BTreeSet<&str> = (0..old.versions.len()).filter_map(|at| old.common_name(at)).collect();
    // Of a version without objects of its own nothing is known.
    let is_new = |at: usize| new.common_name(at).is_some_and(|name| !running.contains(name));
    let created: Vec<usize> = (0..new.versions.len()).filter(|at| is_new(*at)).collect();
    if created.is_empty() || created.len() > MOST_NEW || old.is_stream() || new.is_stream() {
        return None;
    }
    let before: Vec<bool> = (0..new.versions.len()).map(|at| !is_new(at)).collect();
    let start = State { is_routed: false, ready: before.clone(), noticed: before };
    let (mut queue, mut seen) = (VecDeque::from([(start.clone(), Vec::new())]), BTreeSet::from([start]));
    let comparison = Comparison::new(old, new);
    let mut losses: Vec<(State, Vec<String>, (String, Cell))> = Vec::new();
    while let Some((state, timeline)) = queue.pop_front() {
        if let Some(lost) = comparison.lost(&state) {
            losses.push((state, timeline, lost));
            continue;
        }
        for (next, step) in steps(&state, &created, &new.versions) {
            if seen.insert(next.clone()) {
                queue.push_back((next, timeline.iter().cloned().chain([step]).collect()));
            }
        }
    }
    let (_, timeline, (requests, cell)) = losses.first()?.clone();
    // The route can be written as soon as all versions without which requests are lost are ready.
    let is_needed = |at: &usize| losses.iter().all(|(state, ..)| !state.ready[*at]);
    let needed: Vec<String> = created.iter().filter(|at| is_needed(at)).map(|at| new.versions[*at].clone()).collect();
    Some(Interruption { requests, timeline, answer: cell.text(&new.versions), first: needed })
}

/// The states after one step, with the step in words.
fn steps(state: &State, created: &[usize], versions: &[String]) -> Vec<(State, String)> {
    let mut found = Vec::new();
    if !state.is_routed {
        found.push((State { is_routed: true, ..state.clone() }, "the new route is written".to_owned()));
    }
    for at in created.iter().filter(|at| !state.ready[**at]) {
        let mut next = State { noticed: state.ready.clone(), ..state.clone() };
        next.ready[*at] = true;
        found.push((next, format!("{} becomes ready", versions[*at])));
    }
    found
}

struct Comparison<'r> {
    old: &'r Routing,
    new: &'r Routing,
    before: Model,
    after: Model,
}

impl<'r> Comparison<'r> {
    fn new(old: &'r Routing, new: &'r Routing) -> Self {
        let all = |routing: &Routing| vec![true; routing.versions.len()];
        Comparison { old, new, before: old.model(&all(old)), after: new.model(&all(new)) }
    }

    /// Returns requests that are lost in a state and answered before and after the change, with their answer.
    fn lost(&self, state: &State) -> Option<(String, Cell)> {
        if !state.is_routed {
            return None;
        }
        let sets = [Some(&state.ready), Some(&state.noticed).filter(|set| **set != state.ready)];
        sets.into_iter().flatten().find_map(|routed| self.lost_with(&self.new.model(routed), &state.ready))
    }

    /// Compares with a model of the new route, while these versions are ready.
    fn lost_with(&self, model: &Model, ready: &[bool]) -> Option<(String, Cell)> {
        let own = self.new.own_host();
        let all_old = vec![true; self.old.versions.len()];
        let all_new = vec![true; self.new.versions.len()];
        for table in own_tables(&self.after) {
            let base = base(table, &own);
            let lists = [model, &self.after, &self.before].map(|model| model.rules(&base));
            for class in classes(&[&*lists[0], &*lists[1], &*lists[2]], &base).0 {
                let request: &Request = &class.request;
                let cell = self.new.cell(&model.answer(request), request, ready);
                let is_answered = self.old.cell(&self.before.answer(request), request, &all_old).lost() == 0.0
                    && self.new.cell(&self.after.answer(request), request, &all_new).lost() == 0.0;
                if cell.lost() > 0.0 && is_answered {
                    return Some((request.to_string(), cell));
                }
            }
        }
        None
    }
}
