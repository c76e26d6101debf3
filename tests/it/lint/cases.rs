//! The recorded cases of the chart: valid ones are accepted, and the documentation's own files have only correct
//! warnings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::place::Place;

/// The number of warnings in the cases of the documentation, by rule; each of them is correct.
const WARNINGS: &[(&str, usize)] = &[
    // `kennethreitz/httpbin`, and `helloworld-go:latest`.
    ("image-latest", 28),
];

/// Returns the folder of the cases, if it exists.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn oracle() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle");
    if !path.is_dir() {
        eprintln!("skipped: there are no recorded cases in ../shared/oracle");
    }
    path.canonicalize().ok()
}

/// Returns the diagnostics in a folder of cases: severity, rule, and `file:line`. Each case is linted by itself.
fn findings(folder: &Path) -> Vec<(String, String, String)> {
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let place = Place::new(&[]);
    let mut found = Vec::new();
    for file in files {
        let named = std::fs::read_to_string(file.with_extension("args")).unwrap();
        let (name, namespace) = named.trim().split_once(' ').unwrap();
        let report =
            place.run(&["lint", "--format", "json", "--name", name, "-n", namespace, file.to_str().unwrap()]).json();
        for item in report["diagnostics"].as_array().unwrap() {
            let text = |key: &str| item[key].as_str().unwrap().to_owned();
            found.push((
                text("severity"),
                text("rule"),
                format!("{}:{}", text("file"), item["range"]["start"]["line"]),
            ));
        }
    }
    found
}

#[test]
fn the_documentation_raises_no_error_and_no_untrue_warning() {
    let Some(oracle) = oracle() else { return };
    let mut warnings: BTreeMap<String, usize> = BTreeMap::new();
    for (severity, rule, place) in findings(&oracle.join("docs-cases")) {
        assert_ne!(severity, "error", "{rule} at {place}");
        if severity == "warning" {
            *warnings.entry(rule).or_default() += 1;
        }
    }
    let expected = WARNINGS.iter().map(|(rule, count)| ((*rule).to_owned(), *count)).collect();
    assert_eq!(warnings, expected);
}

#[test]
fn nothing_valid_is_refused() {
    let Some(oracle) = oracle() else { return };
    for folder in ["generated", "hostile"] {
        for (severity, rule, place) in findings(&oracle.join(folder)) {
            // Some of the hostile strings are invalid regular expressions.
            let excepted = folder == "hostile" && rule == "regex-invalid";
            assert!(severity != "error" || excepted, "{rule} at {place}");
        }
    }
}
