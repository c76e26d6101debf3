//! Reads the standard library while relc is built: the program embeds the syntax tree of each file beside its text.
//!
//! Parsing the files at each start would be most of what a short run does. The parser is the program's own, compiled here
//! a second time; what it makes of a file is what the program would make of it, and a test compares the two.

// The build reads the library from the disk, and hands over what it makes there.
#![allow(clippy::disallowed_methods)]
// Of the parser's modules only the way from a text to a tree is used here.
#![allow(dead_code, unused_imports)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/diagnostic.rs"]
mod diagnostic;
#[path = "src/source.rs"]
mod source;
#[path = "src/syntax/mod.rs"]
mod syntax;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for input in ["build.rs", "stdlib", "grammar", "src/diagnostic.rs", "src/source.rs", "src/syntax"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut list = String::new();
    for (index, path) in definition_files(&root.join("stdlib"))?.iter().enumerate() {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a name in stdlib/ is not UTF-8")?;
        let text = fs::read_to_string(path)?;
        let (tree, diagnostics) = syntax::parse(source::FileId(u32::try_from(index)?), &text);
        // A file with mistakes is stored without a tree: the program parses it, and says what is wrong with it.
        let tree_file = out.join(format!("{stem}.tree"));
        fs::write(&tree_file, if diagnostics.is_empty() { syntax::stored::encode(&tree)? } else { Vec::new() })?;
        let environments: Vec<&str> = tree.items.iter().filter_map(environment).collect();
        writeln!(
            list,
            "Embedded {{ name: {stem:?}, text: include_str!({path:?}), tree: include_bytes!({tree_file:?}), \
             environments: &{environments:?} }},"
        )?;
    }
    fs::write(out.join("stdlib.rs"), format!("&[\n{list}]\n"))?;
    Ok(())
}

/// The `.rel` files of a directory, sorted by name.
fn definition_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
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

fn environment(item: &syntax::ast::Item) -> Option<&str> {
    match item {
        syntax::ast::Item::Environment(environment) => Some(&environment.name.text),
        _ => None,
    }
}
