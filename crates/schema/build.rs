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
#[path = "src/group.rs"]
mod group;
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
    for input in ["build.rs", "schemas", "groups", "src/node.rs", "src/checks.rs", "src/group.rs"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut list = String::new();
    for path in files(&root.join("schemas"), "schema")? {
        writeln!(list, "{}", encoded(&path, &out)?)?;
    }
    fs::write(out.join("schemas.rs"), format!("&[\n{list}]\n"))?;
    let (mut groups, mut kinds) = (String::new(), Vec::new());
    for (at, path) in files(&root.join("groups"), "group")?.iter().enumerate() {
        let (row, members) = encoded_group(path, &out)?;
        writeln!(groups, "{row}")?;
        kinds.extend(members.into_iter().map(|kind| (kind, at)));
    }
    fs::write(out.join("groups.rs"), format!("&[\n{groups}]\n"))?;
    kinds.sort_by(|(a, _), (b, _)| (&a.api_version, &a.kind).cmp(&(&b.api_version, &b.kind)));
    let mut rows = String::new();
    for (kind, group) in kinds {
        let group::GroupKind { api_version, kind, plural, node: node::NodeId(node) } = kind;
        writeln!(
            rows,
            "Member {{ api_version: {api_version:?}, kind: {kind:?}, plural: {plural:?}, group: {group}, node: {node} }},"
        )?;
    }
    Ok(fs::write(out.join("members.rs"), format!("&[\n{rows}]\n"))?)
}

/// Encodes one schema (a line of JSON for its header and one for each node) and returns its row in the list of schemas.
fn encoded(path: &Path, out: &Path) -> Result<String, ReduceError> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines();
    let first: FirstLine = serde_json::from_str(lines.next().ok_or("a schema without a header")?)?;
    let stored = stored(lines, &first.checks, path, out)?;
    Ok(format!(
        "Embedded {{ api_version: {:?}, kind: {:?}, plural: {:?}, source: {:?}, {stored} }},",
        first.api_version, first.kind, first.plural, first.source
    ))
}

/// Encodes one group, and returns its row in the list of groups and its kinds.
fn encoded_group(path: &Path, out: &Path) -> Result<(String, Vec<group::GroupKind>), ReduceError> {
    let text = fs::read_to_string(path)?;
    let mut lines = text.lines();
    let first: group::GroupLine = serde_json::from_str(lines.next().ok_or("a group without a first line")?)?;
    let stored = stored(lines, &first.checks, path, out)?;
    let row = format!("Group {{ source: {:?}, reference: {:?}, {stored} }},", first.source, first.reference);
    Ok((row, first.kinds))
}

/// Encodes nodes, one per line, and their checks, and returns the fields of a row with them.
fn stored<'t>(
    lines: impl Iterator<Item = &'t str>,
    checks: &checks::Checks,
    path: &Path,
    out: &Path,
) -> Result<String, ReduceError> {
    let (mut nodes, mut ends) = (Vec::new(), Vec::new());
    for line in lines {
        nodes.extend(postcard::to_allocvec(&serde_json::from_str::<node::Node>(line)?)?);
        ends.push(nodes.len());
    }
    let name = path.file_name().and_then(|name| name.to_str()).ok_or("a file's name is not UTF-8")?;
    let nodes_file = out.join(format!("{name}.nodes"));
    fs::write(&nodes_file, nodes)?;
    let checks = if checks.is_empty() { Vec::new() } else { postcard::to_allocvec(checks)? };
    let checks_file = out.join(format!("{name}.checks"));
    fs::write(&checks_file, checks)?;
    Ok(format!("nodes: include_bytes!({nodes_file:?}), ends: &{ends:?}, checks: include_bytes!({checks_file:?})"))
}

/// Lists the files of `directory` with the extension, sorted by name.
fn files(directory: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|known| known == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
