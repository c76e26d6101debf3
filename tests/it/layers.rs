//! The order of the folders, and what each may touch, as ARCHITECTURE.md says it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use relc::env::Catalog;

/// Where the outside world may be touched.
const SHELL: &[&str] = &["cli", "main"];

/// A line of code of `src/`, without its comment.
struct Line {
    place: String,
    /// The folder, or the file at the top.
    layer: String,
    code: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every line of code outside of tests.
fn code() -> Vec<Line> {
    let source = root().join("src");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    paths.sort();
    let test_modules = ["tests.rs", "reader.rs"];
    let mut lines = Vec::new();
    for path in paths.iter().filter(|path| !test_modules.iter().any(|name| path.ends_with(name))) {
        let relative = path.strip_prefix(&source).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
        let layer = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(path).unwrap();
        let outside = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
        for (at, line) in outside.lines().enumerate() {
            let trimmed = line.trim_start();
            if !trimmed.starts_with("//") {
                let code = line.split(" // ").next().unwrap_or("").to_owned();
                lines.push(Line {
                    place: format!("src/{}:{}", relative.display(), at + 1),
                    layer: layer.clone(),
                    code,
                });
            }
        }
    }
    lines
}

/// The rank of each folder in the map.
fn map() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")).filter_map(|row| row.split(" | ").next());
    let names = rows.enumerate().flat_map(|(rank, cell)| {
        let name = |name: &str| name.trim_matches(['`', ' ']).trim_end_matches('/').trim_end_matches(".rs").to_owned();
        cell.split(',').map(move |part| (name(part), rank)).collect::<Vec<_>>()
    });
    names.collect()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

#[test]
fn folders_use_only_those_above_them() {
    let map = map();
    let mut wrong = Vec::new();
    for line in code().iter().filter(|line| !["lib", "main"].contains(&line.layer.as_str())) {
        let Some(own) = map.get(&line.layer) else {
            wrong.push(format!("{}: `{}` is not on the map", line.place, line.layer));
            continue;
        };
        for used in line.code.split("crate::").skip(1).filter_map(|rest| words(rest).next()) {
            if map.get(used).is_some_and(|used| used > own) {
                wrong.push(format!("{}: {} uses {used}, which stands below it", line.place, line.layer));
            }
        }
    }
    assert!(map.len() >= 16 && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_front_end_knows_the_parser() {
    let foreign =
        |line: &&Line| line.layer != "syntax" && words(&line.code).any(|word| word == "pest" || word == "pest_derive");
    let found: Vec<String> = code().iter().filter(foreign).map(|line| line.place.clone()).collect();
    assert!(found.is_empty(), "pest is used in {}", found.join(", "));
}

#[test]
fn the_core_touches_nothing_outside() {
    let outside = ["std::fs", "std::env", "std::process", "std::net", "println!", "print!", "eprintln!", "SystemTime"];
    let touches =
        |line: &&Line| !SHELL.contains(&line.layer.as_str()) && outside.iter().any(|what| line.code.contains(what));
    let found: Vec<String> =
        code().iter().filter(touches).map(|line| format!("{}: {}", line.place, line.code)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The texts between quotes on a line.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    code.split('"').skip(1).step_by(2)
}

#[test]
fn the_library_is_not_known_by_name() {
    let catalog = Catalog::builtin();
    let mut names: BTreeSet<String> = catalog.environment_names().into_iter().map(str::to_owned).collect();
    for name in catalog.environment_names() {
        let environment = &catalog.environment(name).unwrap().environment;
        names.extend(environment.strategy_names().filter(|name| *name != "none").map(str::to_owned));
    }
    names.extend(fields_of_resources());
    // A word of the language, and what Kubernetes has in every object.
    for known in ["startsWith", "apiVersion", "matchLabels", "containerPort", "mirror", "deployment"] {
        names.remove(known);
    }
    let mut found = Vec::new();
    for line in code() {
        for literal in literals(&line.code) {
            let known = |word: &&str| names.contains(*word);
            let words = literal.split(|c: char| !(c.is_alphanumeric() || "-._".contains(c)));
            found.extend(words.filter(known).map(|word| format!("{}: `{word}`", line.place)));
        }
    }
    assert!(names.len() > 30 && found.is_empty(), "{}", found.join("\n"));
}

/// The keys of the library's objects that have a capital inside, as those of Kubernetes have.
fn fields_of_resources() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for entry in fs::read_dir(root().join("stdlib")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let keys = line.split(':').filter_map(|before| words(before).last());
            let inner = |word: &&str| word.starts_with(char::is_lowercase) && word.contains(char::is_uppercase);
            fields.extend(keys.filter(inner).map(str::to_owned));
        }
    }
    fields
}
