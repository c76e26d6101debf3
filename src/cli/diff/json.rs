//! Differences as JSON.

use serde_json::{Value, json};

use super::objects::{self, Effect};
use super::steps::{Line, Steps};
use super::traffic;
use super::{ReleaseDiff, Side};

/// Returns the document of all differences.
pub fn document(diffs: &[ReleaseDiff]) -> String {
    let releases: Vec<Value> = diffs.iter().map(release).collect();
    format!("{:#}\n", json!({ "releases": releases }))
}

fn release(diff: &ReleaseDiff) -> Value {
    let state = match diff.only {
        None => "changed",
        Some(Side::Old) => "removed",
        Some(Side::New) => "created",
    };
    let replaced = diff.replaced.iter().map(|one| {
        json!({ "version": one.version, "object": one.object, "old": one.old, "new": one.new, "share": one.share })
    });
    let renamed = diff
        .renamed
        .iter()
        .map(|one| json!({ "version": one.version, "old": one.old, "new": one.new, "share": one.share }));
    json!({
        "name": diff.name,
        "namespace": diff.namespace,
        "state": state,
        "traffic": diff.traffic.iter().map(change).collect::<Vec<_>>(),
        "steps": diff.steps.iter().map(steps).collect::<Vec<_>>(),
        "weaknesses": diff.weaknesses,
        "replaced": replaced.collect::<Vec<_>>(),
        "interruption": diff.interruption.as_ref().map(|one| {
            json!({ "requests": one.requests, "timeline": one.timeline, "answer": one.answer, "readyFirst": one.first })
        }),
        "renamed": renamed.collect::<Vec<_>>(),
        "objects": diff.objects.iter().map(object).collect::<Vec<_>>(),
    })
}

fn steps(steps: &Steps) -> Value {
    let line = |line: &Line| json!({ "side": if line.is_new { "new" } else { "old" }, "step": line.step, "answer": line.answer });
    json!({ "place": steps.place, "changes": steps.lines.iter().map(line).collect::<Vec<_>>() })
}

fn change(change: &traffic::Change) -> Value {
    let places = change.places.iter().map(|place| json!({ "through": place.entry, "host": place.host }));
    json!({
        "places": places.collect::<Vec<_>>(),
        "requests": change.requests,
        "example": change.example,
        "notReady": change.missing,
        "old": change.old,
        "new": change.new,
        "lost": change.is_loss,
    })
}

fn object(change: &objects::Change) -> Value {
    match &change.effect {
        Effect::Created => json!({ "object": change.object, "effect": "created" }),
        Effect::Removed => json!({ "object": change.object, "effect": "removed" }),
        Effect::Changed { fields, replaces_pods, immutable } => {
            let fields = fields.iter().map(|field| json!({ "path": field.path, "old": field.old, "new": field.new }));
            json!({
                "object": change.object,
                "effect": "changed",
                "replacesPods": replaces_pods,
                "immutable": immutable,
                "fields": fields.collect::<Vec<_>>(),
            })
        }
    }
}
