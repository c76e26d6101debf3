//! Differences for people.

use std::fmt::Write as _;

use super::objects::{self, Effect, Field, Replaced};
use super::traffic::{self, Place};
use super::{ReleaseDiff, Side};
use crate::cli::preview::strong;
use crate::cli::report::count_words;
use relc_render::{Color, Look};

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
    let _ = writeln!(out, "{}{only}", strong(&format!("{} in {}", diff.name, diff.namespace), look));
    for group in by_place(&diff.traffic) {
        let _ = writeln!(out, "\n  requests {}", places(&group[0].places));
        let width = group.iter().map(|change| requests(change).chars().count()).max().unwrap_or(0);
        for change in group {
            let mark = if change.is_loss { format!("  {}", red("lost", look)) } else { String::new() };
            let _ = writeln!(out, "    {:width$}  {} → {}{mark}", requests(change), change.old, change.new);
        }
    }
    if !diff.replaced.is_empty() {
        out.push('\n');
    }
    for replaced in &diff.replaced {
        let _ = writeln!(out, "  {}: {}", yellow("warning", look), in_place(replaced));
    }
    if !diff.objects.is_empty() {
        out.push_str("\n  objects\n");
    }
    for change in &diff.objects {
        object(change, look, out);
    }
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

/// Returns entries and hosts in words: `through mesh, host shop.web and 3 other names`.
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
    let others = match hosts.len() {
        0 | 1 => String::new(),
        2 => format!(" and {}", hosts[1]),
        count => format!(" and {} other names", count - 1),
    };
    format!("through {}, host {}{others}", entries.join(" and "), hosts.first().unwrap_or(&""))
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

fn object(change: &objects::Change, look: Look, out: &mut String) {
    let name = &change.object;
    match &change.effect {
        Effect::Created => {
            let _ = writeln!(out, "    {} {name}", green("+", look));
        }
        Effect::Removed => {
            let _ = writeln!(
                out,
                "    {} {name}: stays in the cluster unless you delete it or apply with pruning",
                red("-", look)
            );
        }
        Effect::Changed { fields, replaces_pods, immutable } => {
            let pods = if *replaces_pods { ": its pods are replaced" } else { "" };
            let _ = writeln!(out, "    {} {name}{pods}", yellow("~", look));
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
                    red("error", look)
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

fn red(text: &str, look: Look) -> String {
    colored(text, 31, look)
}

fn green(text: &str, look: Look) -> String {
    colored(text, 32, look)
}

fn yellow(text: &str, look: Look) -> String {
    colored(text, 33, look)
}

fn colored(text: &str, color: u8, look: Look) -> String {
    match look.color {
        Color::Plain => text.to_owned(),
        Color::Ansi => format!("\u{1b}[{color}m{text}\u{1b}[0m"),
    }
}
