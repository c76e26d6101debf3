//! Manifests have the recorded meaning: `tests/conformance/NAME.yaml` are values files, `NAME.json` the canonical JSON
//! of their manifests, and `NAME.rel` is the same release in the language.
//!
//! The expected files are recorded by `RELC_BLESS=1 cargo test conformance` from values files, and were compared with
//! the output of Helm and the corrected chart. A first line `# flags: --name hello --namespace shop` names the release.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use relc_core::compile::{Input, Options};
use serde_json::Value as Json;

use crate::canon::{canonical, normal};
use crate::compiled::{Compiled, Memory, compile, named, text};
use crate::relaxed::relaxed;

/// Largest number of recorded sets of ready versions.
const MOST: usize = 64;

/// A case: a file, its text, the name and namespace of its release.
pub struct Case {
    pub path: PathBuf,
    pub text: String,
    pub options: Options,
    pub namespace: String,
}

impl Case {
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    pub fn input(&self, text: &str) -> Input {
        let text = crate::compiled::text(&self.name(), text);
        if self.path.extension().is_some_and(|extension| extension == "rel") {
            Input::Rel(text)
        } else {
            Input::Values(vec![text])
        }
    }
}

/// Returns the project's own cases, sorted by name.
pub fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "rel"));
    paths.sort();
    paths.into_iter().map(case).collect()
}

fn case(path: PathBuf) -> Case {
    let text = fs::read_to_string(&path).unwrap();
    let first = text.lines().next().unwrap_or("").trim_start_matches(['#', '/', ' ']);
    let flag = |name: &str| {
        let words: Vec<&str> = first.strip_prefix("flags:")?.split_whitespace().collect();
        words.iter().position(|word| *word == name).map(|at| words[at + 1].to_owned())
    };
    let namespace = flag("--namespace").unwrap_or_else(|| "default".to_owned());
    let options = Options { name: flag("--name"), namespace: Some(namespace.clone()), ..Options::default() };
    Case { path, text, options, namespace }
}

fn built(compiled: &Compiled, namespace: &str, most: usize) -> Result<Json, String> {
    if compiled.documents.is_empty() {
        return Err(compiled.brief().join("\n"));
    }
    canonical(&compiled.yaml(), namespace, most)
}

#[test]
fn cases_mean_what_is_recorded() {
    let bless = std::env::var_os("RELC_BLESS").is_some();
    let cases = cases();
    let pairs = cases.iter().filter(|case| case.path.extension().is_some_and(|extension| extension == "rel")).count();
    assert!(cases.len() - pairs >= 55 && pairs >= 20, "{} cases, {pairs} of them releases", cases.len());
    // A values file is recorded before the release in the language is compared with it.
    let (releases, values): (Vec<Case>, Vec<Case>) =
        cases.into_iter().partition(|case| case.path.extension().is_some_and(|extension| extension == "rel"));
    let mut failures: Vec<String> = values.par_iter().filter_map(|case| differs(case, bless)).collect();
    failures.par_extend(releases.par_iter().filter_map(|case| differs(case, bless)));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn differs(case: &Case, bless: bool) -> Option<String> {
    let compiled = compile(case.input(&case.text), &case.options, &Memory::default());
    let found = match built(&compiled, &case.namespace, MOST) {
        Ok(found) => found,
        Err(why) => return Some(format!("{}: {why}", case.name())),
    };
    let expected = case.path.with_extension("json");
    // A release in the language means the same as the values file next to it.
    if bless && case.path.extension().is_some_and(|extension| extension == "yaml") {
        fs::write(&expected, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
    }
    let recorded = fs::read_to_string(&expected).ok()?;
    let recorded = normal(serde_json::from_str(&recorded).unwrap());
    (recorded != found).then(|| format!("{}: {}", case.name(), difference(&recorded, &found)))
}

fn difference(expected: &Json, found: &Json) -> String {
    let lines = |value: &Json| serde_json::to_string_pretty(value).unwrap();
    similar::TextDiff::from_lines(lines(expected), lines(found)).unified_diff().to_string()
}

#[test]
fn every_values_file_has_its_meaning_recorded() {
    for case in cases() {
        assert!(case.path.with_extension("json").exists(), "{} has no expected meaning", case.name());
    }
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.with_extension("yaml").exists(), "{} is of no values file", path.display());
    }
}

/// Compares with a collection of values files and canonical JSON made by Helm, if it exists next to the repository.
#[test]
fn values_of_helm_mean_what_helm_makes_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle");
    if !folder.exists() {
        return; // Only the project's own cases are compared then.
    }
    let mut files = Vec::new();
    for part in ["docs-cases", "generated", "hostile"] {
        let entries = fs::read_dir(folder.join(part)).unwrap().map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")));
    }
    let failures: Vec<String> = files.par_iter().filter_map(|path| helm_differs(path)).collect();
    assert!(
        files.len() >= 195 && failures.is_empty(),
        "{}\n{} of {}",
        failures.join("\n"),
        failures.len(),
        files.len()
    );
}

fn helm_differs(path: &Path) -> Option<String> {
    let arguments = fs::read_to_string(path.with_extension("args")).unwrap();
    let mut arguments = arguments.split_whitespace();
    let (name, namespace) = (arguments.next().unwrap(), arguments.next().unwrap());
    let values = Input::Values(vec![text("values.yaml", &fs::read_to_string(path).unwrap())]);
    let compiled = compile(values, &named(name, namespace), &Memory::default());
    let expected: Json = serde_json::from_str(&fs::read_to_string(path.with_extension("json")).unwrap()).unwrap();
    let expected = relaxed(normal(expected));
    match built(&compiled, namespace, MOST).map(relaxed) {
        Ok(found) if found == expected => None,
        Ok(found) => Some(format!("{}: {}", path.display(), difference(&expected, &found))),
        Err(why) => Some(format!("{}: {why}", path.display())),
    }
}
