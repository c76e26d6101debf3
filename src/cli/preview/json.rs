//! A preview as JSON.

use serde_json::{Value, json};

use relc_preview::{Group, Preview};
use relc_routing::{Cell, Explanation, Part, Target};
use relc_traffic::Step;

/// Returns the document of all previews.
pub fn document(previews: &[Preview]) -> String {
    let releases: Vec<Value> = previews.iter().map(preview).collect();
    format!("{:#}\n", json!({ "releases": releases }))
}

fn preview(preview: &Preview) -> Value {
    let groups: Vec<Value> = preview.groups.iter().map(|one| group(preview, one)).collect();
    json!({
        "name": preview.name,
        "namespace": preview.namespace,
        "versions": preview.versions,
        "routes": groups,
        "notes": preview.notes,
    })
}

fn group(preview: &Preview, group: &Group) -> Value {
    let through: Vec<String> = group.entries.iter().map(ToString::to_string).collect();
    let rows = group.rows.iter().map(|row| {
        let answers: Vec<Value> =
            row.cells.iter().zip(&preview.sets).map(|(cell, set)| answer(cell, preview, set)).collect();
        let mut value = json!({ "requests": row.title, "example": row.example, "answers": answers });
        if !row.stages.is_empty() {
            value["steps"] = json!(row.stages);
        }
        value
    });
    json!({ "through": through, "hosts": group.hosts, "complete": group.exact, "requests": rows.collect::<Vec<_>>() })
}

fn answer(cell: &Cell, preview: &Preview, set: &[bool]) -> Value {
    let mut answer = json!({ "ready": names(&preview.versions, set), "to": parts(&cell.parts, &preview.versions) });
    if !cell.copies.is_empty() {
        answer["copies"] = parts(&cell.copies, &preview.versions);
    }
    answer
}

fn names<'v>(versions: &'v [String], set: &[bool]) -> Vec<&'v str> {
    versions.iter().zip(set).filter(|(_, ready)| **ready).map(|(name, _)| name.as_str()).collect()
}

fn parts(parts: &[Part], versions: &[String]) -> Value {
    let part = |part: &Part| {
        let mut value = match &part.to {
            Target::Version(_, ready) => json!({ "version": part.to.name(versions), "ready": ready }),
            Target::Host(host) => json!({ "host": host }),
            Target::Status(code, reason) => json!({ "status": code, "reason": reason }),
            Target::Unknown(reason) => json!({ "unknown": reason }),
        };
        value["share"] = json!(part.share);
        value
    };
    parts.iter().map(part).collect()
}

/// Returns the document of answers to one request.
pub fn explanations(explanations: &[Explanation]) -> String {
    let one = |explanation: &Explanation| {
        let request = &explanation.request;
        let mut value = json!({
            "release": explanation.release,
            "request": request.to_string(),
            "host": request.host,
            "through": request.via.to_string(),
            "ready": names(&explanation.versions, &explanation.ready),
            "to": parts(&explanation.cell.parts, &explanation.versions),
            "steps": explanation.answer.steps.iter().map(step).collect::<Vec<_>>(),
        });
        if !explanation.cell.copies.is_empty() {
            value["copies"] = parts(&explanation.cell.copies, &explanation.versions);
        }
        if let Some(stage) = &explanation.stage {
            value["step"] = json!(stage);
        }
        value
    };
    format!("{:#}\n", json!({ "answers": explanations.iter().map(one).collect::<Vec<_>>() }))
}

fn step(step: &Step) -> Value {
    let rules = step.tried.iter().map(|tried| {
        let route = &tried.route;
        json!({ "object": route.object, "rule": route.rule, "name": route.name, "requests": route.asks(), "mismatch": tried.mismatch })
    });
    json!({ "at": step.entry.to_string(), "host": step.host, "share": step.share, "rules": rules.collect::<Vec<_>>() })
}
