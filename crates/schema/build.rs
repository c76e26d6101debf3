//! Encodes the reduced schemas under `schemas/` while relc is built, so that a run decodes only the nodes that it asks for.

// The build script reads the schemas from disk and writes its output to `OUT_DIR`.
#![allow(clippy::disallowed_methods)]
// The library uses more of a node than this build script does.
#![allow(dead_code)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/checks.rs"]
mod checks;
#[path = "src/node.rs"]
mod node;

/// The first line of a schema's text.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct FirstLine {
    api_version: String,
    kind: String,
    plural: String,
    source: String,
    #[serde(default)]
    checks: checks::Checks,
}

type ReduceError = Box<dyn std::error::Error>;

fn main() -> Result<(), ReduceError> {
    for input in ["build.rs", "schemas", "src/node.rs", "src/checks.rs"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut list = String::new();
    for path in schema_files(&root.join("schemas"))? {
        writeln!(list, "{}", encoded(&path, &out)?)?;
    }
    Ok(fs::write(out.join("schemas.rs"), format!("&[\n{list}]\n"))?)
}

/// Encodes one schema (a line of JSON for its header and one for each node) and returns its row in the list of schemas.
fn encoded(path: &Path, out: &Path) -> Result<String, ReduceError> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines();
    let first: FirstLine = serde_json::from_str(lines.next().ok_or("a schema without a header")?)?;
    let (mut nodes, mut ends) = (Vec::new(), Vec::new());
    for line in lines {
        nodes.extend(postcard::to_allocvec(&serde_json::from_str::<node::Node>(line)?)?);
        ends.push(nodes.len());
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file's name is not UTF-8")?;
    let nodes_file = out.join(format!("{stem}.nodes"));
    fs::write(&nodes_file, nodes)?;
    let checks = if first.checks.is_empty() { Vec::new() } else { postcard::to_allocvec(&first.checks)? };
    let checks_file = out.join(format!("{stem}.checks"));
    fs::write(&checks_file, checks)?;
    Ok(format!(
        "Embedded {{ api_version: {:?}, kind: {:?}, plural: {:?}, source: {:?}, nodes: include_bytes!({nodes_file:?}), \
         ends: &{ends:?}, checks: include_bytes!({checks_file:?}) }},",
        first.api_version, first.kind, first.plural, first.source
    ))
}

/// Lists the reduced schemas, sorted by file name.
fn schema_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "schema") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
