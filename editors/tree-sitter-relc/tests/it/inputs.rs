//! Every text of the language that the project has: fixtures, cases, the library, examples, templates, and the book's blocks.

use std::fs;
use std::path::{Path, PathBuf};

/// A text, and where it is from.
pub struct Input {
    pub name: String,
    pub text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn inputs() -> Vec<Input> {
    let mut paths = Vec::new();
    for folder in ["stdlib", "examples", "templates", "tests", "editors/vscode/test", "docs", "README.md"] {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    let mut inputs = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root()).expect("it was found there").display().to_string();
        let text = fs::read_to_string(&path).expect("a readable text");
        if name.ends_with(".md") {
            let blocks = blocks(&text).into_iter();
            inputs.extend(blocks.map(|(line, text)| Input { name: format!("{name}:{line}"), text }));
        } else {
            inputs.push(Input { name, text });
        }
    }
    inputs
}

fn walk(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a readable folder") {
            walk(&entry.expect("a readable entry").path(), found);
        }
    } else if path.extension().is_some_and(|extension| extension == "rel" || extension == "md") {
        found.push(path.to_owned());
    }
}

/// The blocks of a page that are of the language, with the lines of their fences.
fn blocks(page: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if !line.starts_with("```") {
            continue;
        }
        let body: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        if line == "```rel" || line.starts_with("```rel,") {
            blocks.push((at + 1, body.join("\n") + "\n"));
        }
    }
    blocks
}
