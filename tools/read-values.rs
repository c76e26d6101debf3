//! Reads and parses every YAML file of a directory, in parallel: the least that a linter has to do.
//! `benches/side-by-side.py` runs it next to `relc lint`.
//!
//!     cargo run --release --example read-values -- DIR

// A tool reads files and prints.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

use std::path::PathBuf;

use rayon::prelude::*;
use relc_core::helm_values;
use relc_syntax::source::FileId;

fn main() {
    let directory = std::env::args().nth(1).expect("a directory is named");
    let walk = ignore::WalkBuilder::new(directory).require_git(false).sort_by_file_path(std::path::Path::cmp).build();
    let paths: Vec<PathBuf> = { walk.flatten().map(ignore::DirEntry::into_path) }
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a file that was found can be read");
        helm_values::read(FileId(0), &text).0.is_some()
    };
    println!("{} files", paths.par_iter().filter(|path| read(path)).count());
}
