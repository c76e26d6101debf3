//! Steps of a rollout by a controller that route otherwise after a change.

use relc_preview::{Preview, Row};
use relc_routing::{ReadySets, Routing};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// The changes of the steps for requests of one place, in the order of the steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// The entries and hosts of the requests, in words.
    pub place: String,
    /// The steps that only one side has.
    pub lines: Vec<Line>,
}

/// A step that only one side has, with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// True on the new side.
    pub is_new: bool,
    /// Consecutive steps with the same answer, and the requests.
    pub step: String,
    /// The requests.
    requests: String,
    /// The answer with all versions ready.
    pub answer: String,
}

/// Compares the steps of two rollouts; empty if a side has no rollout, or all steps route alike.
pub fn changes(old: &Routing, new: &Routing) -> Vec<Steps> {
    if old.rollout().is_none() || new.rollout().is_none() {
        return Vec::new();
    }
    let (before, after) = (rows(old), rows(new));
    let mut places: Vec<&String> = Vec::new();
    for (place, _) in before.iter().chain(&after) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let of = |side: &[(String, Vec<Line>)], place: &String| {
        side.iter().find(|(own, _)| own == place).map(|(_, lines)| lines.clone()).unwrap_or_default()
    };
    let compared = places.into_iter().map(|place| {
        let lines = compare(&of(&before, place), &of(&after, place));
        Steps { place: place.clone(), lines }
    });
    compared.filter(|steps| !steps.lines.is_empty()).collect()
}

/// Returns what the steps of `new` do to requests that those of `old` don't do: a version that can't answer, or has few pods.
pub fn warnings(old: &Routing, new: &Routing) -> Vec<String> {
    if old.rollout().is_none() || new.rollout().is_none() {
        return Vec::new();
    }
    let versions = new.at_stage(0).versions;
    let known = old.weaknesses();
    let found = new.weaknesses().into_iter().filter(|weakness| weakness.is_new(&known));
    found.map(|weakness| weakness.text(&versions)).collect()
}

/// The rows of the preview with all versions ready, by place.
fn rows(routing: &Routing) -> Vec<(String, Vec<Line>)> {
    let Some(rollout) = routing.rollout() else { return Vec::new() };
    let versions = routing.at_stage(0).versions;
    let preview = Preview::of_stages(routing, 0..rollout.stages.len(), ReadySets::One(&versions));
    let line = |row: &Row| {
        let answer = row.cells.first().map(|cell| cell.text(&versions)).unwrap_or_default();
        Line { is_new: false, step: row.heading(), requests: row.title.clone(), answer }
    };
    let groups = preview.map(|preview| preview.groups).unwrap_or_default();
    groups.iter().map(|group| (group.place(), group.rows.iter().map(line).collect())).collect()
}

fn compare(old: &[Line], new: &[Line]) -> Vec<Line> {
    // Steps that have another name or position and route alike are the same.
    let key = |line: &Line| (line.requests.clone(), line.answer.clone());
    let (before, after): (Vec<_>, Vec<_>) = (old.iter().map(key).collect(), new.iter().map(key).collect());
    let mut lines = Vec::new();
    for change in capture_diff_slices(Algorithm::Myers, &before, &after) {
        let (tag, was, is) = change.as_tag_tuple();
        if tag != DiffTag::Equal {
            lines.extend(old[was].iter().cloned());
            lines.extend(new[is].iter().map(|line| Line { is_new: true, ..line.clone() }));
        }
    }
    lines
}
