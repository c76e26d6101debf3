//! Differences for people.

use std::fmt::Write as _;

use super::objects::{self, Effect, Field, Renamed, Replaced};
use super::steps::Steps;
use super::traffic::{self, Place};
use super::{ReleaseDiff, Side};
use crate::cli::report::count_words;
use relc_preview::place;
use relc_render::Look;
use relc_routing::Interruption;

/// The colors of what is lost, new and changed, as styles of ANSI.
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";

/// Number of fields of an object that are shown.
const MOST_FIELDS: usize = 6;

/// Returns the differences of all releases; `count` is the number of releases that were compared.
pub fn report(diffs: &[ReleaseDiff], count: usize, look: Look) -> String {
    let mut out = String::new();
    for diff in diffs {
        release(diff, look, &mut out);
        out.push('\n');
    }
    let _ = writeln!(out, "{}", summary(diffs.len(), count));
    out
}

/// Returns the number of releases with differences, in words.
pub fn summary(different: usize, count: usize) -> String {
    match different {
        0 => format!("no differences in {}", count_words(count, "release")),
        1 => format!("1 of {} differs", count_words(count, "release")),
        _ => format!("{different} of {} differ", count_words(count, "release")),
    }
}

fn release(diff: &ReleaseDiff, look: Look, out: &mut String) {
    let only = match diff.only {
        None => "",
        Some(Side::Old) => ": removed",
        Some(Side::New) => ": new",
    };
    let _ = writeln!(out, "{}{only}", look.paint("1", &format!("{} in {}", diff.name, diff.namespace)));
    traffic(&diff.traffic, look, out);
    steps(&diff.steps, look, out);
    warnings(diff, look, out);
    if !diff.objects.is_empty() {
        out.push_str("\n  objects\n");
    }
    for change in &diff.objects {
        object(change, look, out);
    }
}

fn traffic(changes: &[traffic::Change], look: Look, out: &mut String) {
    for group in by_place(changes) {
        let _ = writeln!(out, "\n  requests {}", places(&group[0].places));
        let width = group.iter().map(|change| requests(change).chars().count()).max().unwrap_or(0);
        for change in group {
            let mark = if change.is_loss { format!("  {}", look.paint(RED, "lost")) } else { String::new() };
            let _ = writeln!(out, "    {:width$}  {} → {}{mark}", requests(change), change.old, change.new);
        }
    }
}

fn steps(changes: &[Steps], look: Look, out: &mut String) {
    for Steps { place, lines } in changes {
        let _ = writeln!(out, "\n  steps of the rollout, {place}");
        for line in lines {
            let sign = if line.is_new { look.paint(GREEN, "+") } else { look.paint(RED, "-") };
            let _ = writeln!(out, "    {sign} {}: {}", line.step, line.answer);
        }
    }
}

fn warnings(diff: &ReleaseDiff, look: Look, out: &mut String) {
    for (at, text) in super::disturbances(diff).iter().enumerate() {
        let gap = if at == 0 { "\n" } else { "" };
        let _ = writeln!(out, "{gap}  {}: {text}", look.paint(YELLOW, "warning"));
    }
}

/// Returns the warnings, and the requests that another version answers with all versions ready.
pub fn effects(diffs: &[ReleaseDiff], look: Look) -> String {
    let mut out = String::new();
    for diff in diffs {
        let changes: Vec<traffic::Change> =
            diff.traffic.iter().filter(|change| change.missing.is_empty()).cloned().collect();
        traffic(&changes, look, &mut out);
        steps(&diff.steps, look, &mut out);
        warnings(diff, look, &mut out);
    }
    out
}

/// Returns the changes in groups of one place, in their order.
pub fn by_place(changes: &[traffic::Change]) -> Vec<Vec<&traffic::Change>> {
    let mut groups: Vec<Vec<&traffic::Change>> = Vec::new();
    for change in changes {
        match groups.iter_mut().find(|group| group[0].places == change.places) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// Returns the entries and hosts of `places` in words, each once.
pub fn places(places: &[Place]) -> String {
    let mut entries: Vec<&str> = Vec::new();
    let mut hosts: Vec<&str> = Vec::new();
    for place in places {
        if !entries.contains(&place.entry.as_str()) {
            entries.push(&place.entry);
        }
        if !hosts.contains(&place.host.as_str()) {
            hosts.push(&place.host);
        }
    }
    place(&entries, &hosts)
}

/// Returns the requests of a change in words, with the versions that aren't ready.
pub fn requests(change: &traffic::Change) -> String {
    match change.missing.as_slice() {
        [] => change.requests.clone(),
        missing => format!("{}, while {} isn't ready", change.requests, missing.join(" and ")),
    }
}

/// Returns the sentence about a version whose pods are replaced while requests reach it.
pub fn in_place(replaced: &Replaced) -> String {
    let Replaced { version, object, old, new, share } = replaced;
    format!("{version} ({object}) changes from {old} to {new} while {share} of requests reach it")
}

/// Returns the sentence about a version whose objects get other names while requests reach it.
pub fn renamed(renamed: &Renamed) -> String {
    let Renamed { version, old, new, share } = renamed;
    format!(
        "the objects of {version} get another name, {old} → {new}, while {share} of requests reach it: the new ones aren't ready at first"
    )
}

/// Returns the sentence about requests that are lost on the way, with the order that avoids it.
pub fn interrupted(interruption: &Interruption) -> String {
    let Interruption { requests, timeline, answer, first } = interruption;
    let steps: Vec<String> = timeline.iter().enumerate().map(|(at, step)| format!("{}. {step}", at + 1)).collect();
    let advice = match first.as_slice() {
        [] => "no order of applying avoids it".to_owned(),
        first => format!(
            "apply the route when {} {} ready",
            first.join(" and "),
            if first.len() == 1 { "is" } else { "are" }
        ),
    };
    format!("`{requests}` can be lost during the change ({}): it gets {answer}; {advice}", steps.join(", "))
}

fn object(change: &objects::Change, look: Look, out: &mut String) {
    let name = &change.object;
    match &change.effect {
        Effect::Created => {
            let _ = writeln!(out, "    {} {name}", look.paint(GREEN, "+"));
        }
        Effect::Removed => {
            let _ = writeln!(
                out,
                "    {} {name}: stays in the cluster unless you delete it or apply with pruning",
                look.paint(RED, "-")
            );
        }
        Effect::Changed { fields, replaces_pods, immutable } => {
            let pods = if *replaces_pods { ": its pods are replaced" } else { "" };
            let _ = writeln!(out, "    {} {name}{pods}", look.paint(YELLOW, "~"));
            for field in fields.iter().take(MOST_FIELDS) {
                let _ = writeln!(out, "        {}", self::field(field));
            }
            if fields.len() > MOST_FIELDS {
                let _ = writeln!(out, "        and {}", count_words(fields.len() - MOST_FIELDS, "other field"));
            }
            for path in immutable {
                let _ = writeln!(
                    out,
                    "        {}: the API server doesn't let `{path}` change: delete the object first",
                    look.paint(RED, "error")
                );
            }
        }
    }
}

/// Returns a field with its values: `spec.replicas: 1 → 2`.
pub fn field(field: &Field) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(not set)".to_owned());
    format!("{}: {} → {}", field.path, value(&field.old), value(&field.new))
}
