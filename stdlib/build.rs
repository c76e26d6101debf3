//! Parses the standard library while relc is built, and stores each file's syntax tree next to its text.

// The build script reads the library from disk, and writes the trees to `OUT_DIR`.
#![allow(clippy::disallowed_methods)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs, io};

use relc_syntax::ast::Item;
use relc_syntax::serialize;
use relc_syntax::source::FileId;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::new();
    for (index, path) in library_files(&root)?.iter().enumerate() {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a file's name is not UTF-8")?;
        let text = fs::read_to_string(path)?;
        let (tree, diagnostics) = relc_syntax::parse(FileId(u32::try_from(index)?), &text);
        let store = |extension: &str, tree: &relc_syntax::ast::File| -> Result<PathBuf, Failure> {
            let file = out.join(format!("{stem}.{extension}"));
            fs::write(&file, if diagnostics.is_empty() { serialize::encode(tree)? } else { Vec::new() })?;
            Ok(file)
        };
        let (tree_file, lean_file) = (store("tree", &tree)?, store("lean", &serialize::for_builds(&tree))?);
        let environments: Vec<&str> = tree.items.iter().filter_map(environment).collect();
        writeln!(
            list,
            "LibraryFile {{ name: {stem:?}, text: include_str!({path:?}), tree: include_bytes!({tree_file:?}), \
             lean: include_bytes!({lean_file:?}), environments: &{environments:?} }},"
        )?;
    }
    fs::write(out.join("stdlib.rs"), format!("&[\n{list}]\n"))?;
    let texts = serialize::take_texts();
    let end = |end: &mut usize, text: &Arc<str>| {
        *end += text.len();
        Some(*end)
    };
    let ends: Vec<usize> = texts.iter().scan(0, end).collect();
    fs::write(out.join("texts.txt"), texts.concat())?;
    Ok(fs::write(out.join("text_ends.rs"), format!("&{ends:?}"))?)
}

/// Lists the `.rel` files of the library, sorted by name.
fn library_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rel") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn environment(item: &Item) -> Option<&str> {
    match item {
        Item::Environment(environment) => Some(&environment.name.text),
        _ => None,
    }
}
