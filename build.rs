//! Reads the standard library and the schemas while relc is built: the program embeds the syntax tree of each file beside
//! its text, and the nodes of each schema as bytes.
//!
//! Parsing them at each start would be most of what a short run does. The parser is the program's own, compiled here
//! a second time; what it makes of a file is what the program would make of it, and a test compares the two.

// The build reads the library from the disk, and hands over what it makes there.
#![allow(clippy::disallowed_methods)]
// Of the parser's modules only the way from a text to a tree is used here.
#![allow(dead_code, unused_imports)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/diagnostic.rs"]
mod diagnostic;
#[path = "src/source.rs"]
mod source;
#[path = "src/syntax/mod.rs"]
mod syntax;

#[path = "src/schema/node.rs"]
mod node;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let sources = ["src/diagnostic.rs", "src/source.rs", "src/syntax", "src/schema/node.rs"];
    for input in ["build.rs", "stdlib", "grammar", "schemas"].iter().chain(&sources) {
        println!("cargo::rerun-if-changed={input}");
    }
    link_for_a_quick_start()?;
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    store_library(&root.join("stdlib"), &out)?;
    store_schemas(&root.join("schemas"), &out)
}

/// ARCHITECTURE.md gives the reason. Elsewhere the linker's own way is kept.
fn link_for_a_quick_start() -> Result<(), Failure> {
    let target = (env::var("CARGO_CFG_TARGET_OS")?, env::var("CARGO_CFG_TARGET_ENV")?, env::var("PROFILE")?);
    if matches!((&*target.0, &*target.1, &*target.2), ("linux", "gnu", "release")) {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if env::var("HOST")? == env::var("TARGET")? && has_static_unwinder() {
            println!("cargo::rustc-link-lib=gcc_eh");
        }
    }
    Ok(())
}

/// Whether the C compiler that links has the part of its library that unwinds as an archive.
fn has_static_unwinder() -> bool {
    let said = std::process::Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    // Of a file that it does not have it says the bare name.
    said.is_ok_and(|said| Path::new(String::from_utf8_lossy(&said.stdout).trim()).is_absolute())
}

fn store_library(directory: &Path, out: &Path) -> Result<(), Failure> {
    let mut list = String::new();
    for (index, path) in files(directory, "rel")?.iter().enumerate() {
        let stem = stem(path)?;
        let text = fs::read_to_string(path)?;
        let (tree, diagnostics) = syntax::parse(source::FileId(u32::try_from(index)?), &text);
        // A file with mistakes is stored without a tree: the program parses it, and says what is wrong with it.
        let tree_file = out.join(format!("{stem}.tree"));
        fs::write(&tree_file, if diagnostics.is_empty() { syntax::stored::encode(&tree)? } else { Vec::new() })?;
        let lean = syntax::stored::for_builds(&tree);
        let lean_file = out.join(format!("{stem}.lean"));
        fs::write(&lean_file, if diagnostics.is_empty() { syntax::stored::encode(&lean)? } else { Vec::new() })?;
        let environments: Vec<&str> = tree.items.iter().filter_map(environment).collect();
        writeln!(
            list,
            "Embedded {{ name: {stem:?}, text: include_str!({path:?}), tree: include_bytes!({tree_file:?}), \
             lean: include_bytes!({lean_file:?}), environments: &{environments:?} }},"
        )?;
    }
    Ok(fs::write(out.join("stdlib.rs"), format!("&[\n{list}]\n"))?)
}

/// A reduced schema is a line of JSON for its header, and one for each node.
fn store_schemas(directory: &Path, out: &Path) -> Result<(), Failure> {
    let mut list = String::new();
    for path in files(directory, "schema")? {
        let text = fs::read_to_string(&path)?;
        let mut lines = text.lines();
        let header: BTreeMap<String, String> = serde_json::from_str(lines.next().ok_or("a schema without a header")?)?;
        let mut nodes = Vec::new();
        let mut ends = Vec::new();
        for line in lines {
            nodes.extend(postcard::to_allocvec(&serde_json::from_str::<node::Node>(line)?)?);
            ends.push(nodes.len());
        }
        let nodes_file = out.join(format!("{}.nodes", stem(&path)?));
        fs::write(&nodes_file, nodes)?;
        let field = |key: &str| header.get(key).ok_or_else(|| format!("{}: no {key}", path.display()));
        writeln!(
            list,
            "Embedded {{ api_version: {:?}, kind: {:?}, plural: {:?}, source: {:?}, nodes: include_bytes!({nodes_file:?}), \
             ends: &{ends:?} }},",
            field("apiVersion")?,
            field("kind")?,
            field("plural")?,
            field("source")?
        )?;
    }
    Ok(fs::write(out.join("schemas.rs"), format!("&[\n{list}]\n"))?)
}

fn stem(path: &Path) -> Result<&str, Failure> {
    Ok(path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file's name is not UTF-8")?)
}

/// The files of a directory with this extension, sorted by name.
fn files(directory: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn environment(item: &syntax::ast::Item) -> Option<&str> {
    match item {
        syntax::ast::Item::Environment(environment) => Some(&environment.name.text),
        _ => None,
    }
}
