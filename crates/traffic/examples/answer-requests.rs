//! Answers requests by the model of traffic: for comparisons with what a real router does.
//!
//! In, on standard input, as JSON: `{"manifests": […], "requests": [{"text", "host", "port", "via"}]}`; the manifests are all that there are.
//! Out: for each request its outcomes, its copies, and the host and path that backends see.

#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::io::Read as _;

use relc_traffic::{Entry, Model, Outcome, Reply, Request, World};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let input: Value = serde_json::from_str(&text)?;
    let list = |key: &str| input[key].as_array().cloned().unwrap_or_default();
    let model = Model::new(&list("manifests"), World::Closed);
    let mut answers = Vec::new();
    for request in list("requests") {
        let via = match request["via"].as_str().unwrap_or("mesh") {
            "mesh" => Entry::Mesh,
            name => Entry::Gateway(name.to_owned()),
        };
        let base = Request::get(request["host"].as_str().unwrap_or_default(), via);
        let port = request["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or(80);
        let request = Request::parse(request["text"].as_str().unwrap_or_default(), Request { port, ..base })?;
        let answer = model.answer(&request);
        let outcomes = |outcomes: &[Outcome]| outcomes.iter().map(outcome).collect::<Vec<_>>();
        answers.push(json!({ "outcomes": outcomes(&answer.outcomes), "copies": outcomes(&answer.copies) }));
    }
    println!("{}", Value::Array(answers));
    Ok(())
}

fn outcome(outcome: &Outcome) -> Value {
    let share = outcome.share;
    match &outcome.reply {
        Reply::Backend(backend) => json!({
            "share": share, "backend": backend.host, "port": backend.port, "host": backend.seen.host, "path": backend.seen.path,
            "headers": backend.seen.headers,
        }),
        Reply::Status { code, reason } => json!({ "share": share, "status": code, "reason": reason }),
        Reply::Redirect { code, .. } => json!({ "share": share, "status": code }),
        Reply::Unknown(reason) => json!({ "share": share, "unknown": reason }),
    }
}
