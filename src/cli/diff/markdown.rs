//! Differences in Markdown: short, with the objects folded.

use std::fmt::Write as _;

use super::human::{by_place, field, places, requests, summary};
use super::objects::{self, Effect};
use super::{ReleaseDiff, Side};
use crate::cli::preview::escaped;
use crate::cli::report::count_words;

/// Returns the differences of all releases; `count` is the number of releases that were compared.
pub fn report(diffs: &[ReleaseDiff], count: usize) -> String {
    let mut out = String::new();
    for diff in diffs {
        release(diff, &mut out);
        out.push('\n');
    }
    let _ = writeln!(out, "{}", escaped(&summary(diffs.len(), count)));
    out
}

fn release(diff: &ReleaseDiff, out: &mut String) {
    let only = match diff.only {
        None => "",
        Some(Side::Old) => ": removed",
        Some(Side::New) => ": new",
    };
    let _ = writeln!(out, "### {} in {}{only}", escaped(&diff.name), escaped(&diff.namespace));
    for group in by_place(&diff.traffic) {
        let _ = writeln!(out, "\nRequests {}:\n", escaped(&places(&group[0].places)));
        out.push_str("| requests | before | after |\n|---|---|---|\n");
        for change in group {
            let mark = if change.is_loss { " **lost**" } else { "" };
            let (asked, old, new) = (escaped(&requests(change)), escaped(&change.old), escaped(&change.new));
            let _ = writeln!(out, "| {asked} | {old} | {new}{mark} |");
        }
    }
    for steps in &diff.steps {
        let _ = writeln!(out, "\nSteps of the rollout, {}:\n\n```diff", escaped(&steps.place));
        for line in &steps.lines {
            let _ = writeln!(out, "{} {}: {}", if line.is_new { '+' } else { '-' }, line.step, line.answer);
        }
        out.push_str("```\n");
    }
    for warning in super::disturbances(diff) {
        let _ = writeln!(out, "\n**Warning:** {}", escaped(&warning));
    }
    if diff.objects.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n<details><summary>{}</summary>\n", count_words(diff.objects.len(), "object"));
    diff.objects.iter().for_each(|change| object(change, out));
    out.push_str("\n</details>\n");
}

fn object(change: &objects::Change, out: &mut String) {
    let name = escaped(&change.object);
    match &change.effect {
        Effect::Created => {
            let _ = writeln!(out, "- {name}: created");
        }
        Effect::Removed => {
            let _ = writeln!(out, "- {name}: stays in the cluster unless you delete it or apply with pruning");
        }
        Effect::Changed { fields, replaces_pods, immutable } => {
            let pods = if *replaces_pods { ", and its pods are replaced" } else { "" };
            let _ = writeln!(out, "- {name}: changed{pods}");
            for one in fields {
                let _ = writeln!(out, "  - {}", escaped(&field(one)));
            }
            for path in immutable {
                let _ = writeln!(
                    out,
                    "  - **Error:** the API server doesn't let {} change: delete the object first",
                    escaped(path)
                );
            }
        }
    }
}
