//! Mistakes in an environment file: each gets one precise error in that file, without any release.
//!
//! In: fixtures of `tests/ui/definition`, one per kind of mistake, as files of a user. They are checked by `relc env
//! check`; the position is that in the fixture's expected text.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::place::Place;
use crate::ui::{entries, out_of};

/// The kind of mistake, its fixture, and the code of its error.
const WAYS: &[(&str, &str, &str)] = &[
    // Names.
    ("an unknown field of a kind", "unknown-field-of-kind", "unknown-key"),
    ("an unknown field of a record", "unknown-record-field", "unknown-key"),
    ("an unknown field of a version", "unknown-version-field", "unknown-name"),
    ("an unknown setting", "unknown-setting", "unknown-name"),
    ("an unknown let", "unknown-let", "unknown-name"),
    ("an unknown function", "unknown-function", "unknown-name"),
    ("an unknown type", "unknown-type", "unknown-name"),
    ("an unknown path into a type", "unknown-type-path", "unknown-name"),
    ("an unknown part", "unknown-part", "unknown-name"),
    ("an unknown library", "unknown-library", "invalid-import"),
    ("an unknown kind", "unknown-kind", "unknown-kind"),
    ("a field declared twice", "declared-twice", "duplicate-name"),
    ("a field of two parts", "declared-by-two-parts", "duplicate-name"),
    ("a strategy twice", "strategy-twice", "duplicate-name"),
    ("a parameter twice", "parameter-twice", "duplicate-name"),
    ("a key twice", "key-twice", "duplicate-key"),
    // Types.
    ("a wrong type against a schema of Kubernetes", "wrong-type-of-kind", "wrong-type"),
    ("a wrong type against a CRD of one's own", "crd-wrong-type", "wrong-type"),
    ("a field that a CRD of one's own has not", "crd-unknown-field", "unknown-key"),
    ("a field left out that a CRD of one's own needs", "crd-missing-field", "missing-field"),
    ("a CRD that is not there", "crd-not-there", "unreadable-file"),
    ("a list in place of an object", "list-where-object", "wrong-type"),
    ("a default of another type", "wrong-default", "wrong-type"),
    ("a default out of bounds", "literal-below-bound", "out-of-range"),
    ("a text against its pattern", "literal-against-pattern", "out-of-range"),
    ("bounds that nothing meets", "empty-bounds", "invalid-declaration"),
    ("a pattern that is none", "invalid-pattern", "invalid-declaration"),
    ("an argument of another type", "argument-of-wrong-type", "wrong-type"),
    ("an argument too many", "too-many-arguments", "invalid-expression"),
    ("a condition that is no truth", "condition-of-text", "wrong-type"),
    ("a case that misses a member", "case-misses-member", "invalid-expression"),
    ("a spread of a text", "spread-of-text", "wrong-type"),
    ("what may be absent where it is needed", "absent-in-required", "maybe-absent"),
    ("a manifest without a name", "kind-without-name", "missing-field"),
    // Run-time values.
    ("a run-time value in a function", "run-time-interpolated", "run-time-value"),
    ("a run-time value as a key", "run-time-key", "run-time-value"),
    ("a run-time value compared", "run-time-compared", "run-time-value"),
    ("a run-time value written at once", "run-time-emitted", "run-time-value"),
    ("a run-time value in a field of a release", "run-in-field", "misplaced"),
    ("a template that can be empty", "template-may-be-empty", "invalid-expression"),
    // Endless evaluation.
    ("recursion of a fragment", "recursion", "cycle"),
    ("recursion through another fragment", "recursion-through-another", "cycle"),
    ("lets in a circle: unbounded data", "cycle-of-lets", "cycle"),
    ("a type that holds itself: unbounded data", "cycle-of-types", "cycle"),
    ("parts in a circle", "cycle-of-parts", "cycle"),
    ("a default that needs itself", "default-cycle", "cycle"),
    ("a hole that is filled with itself", "cycle-through-hole", "cycle"),
    ("two files that import each other", "import-circle-of-two", "cycle"),
    ("two environments that extend each other", "environment-circle", "cycle"),
    // Parts, abstract fields, objects.
    ("an abstract field that is not defined", "unfilled-hole", "undefined-abstract-field"),
    ("a definition of a misspelled abstract field", "fill-misspelt", "undefined-abstract-field"),
    ("a filling of another type", "fill-of-wrong-type", "wrong-type"),
    ("a hole without a type", "hole-without-type", "invalid-declaration"),
    ("a replace of nothing", "replace-of-nothing", "invalid-declaration"),
    ("a replace of no strategy", "replace-of-strategy-nothing", "invalid-declaration"),
    ("an object emitted but never tracked", "emitted-not-tracked", "untracked"),
    ("an object tracked but never watched", "tracked-not-watched", "untracked"),
    ("a kind watched twice", "two-watches", "duplicate-name"),
    ("an object that is no manifest", "emit-of-no-manifest", "wrong-type"),
    ("two headlines", "two-headlines", "invalid-declaration"),
    ("two fields at one place of values.yaml", "one-place-for-two", "invalid-declaration"),
    ("a lint rule about nothing", "lint-condition", "unknown-name"),
];

#[test]
fn every_way_to_break_a_file_gets_one_error_there() {
    let distinct = |of: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        WAYS.iter().map(of).collect::<BTreeSet<_>>().len()
    };
    assert_eq!((distinct(|way| way.0), distinct(|way| way.1)), (WAYS.len(), WAYS.len()));
    assert!(WAYS.len() >= 40);
    let wrong: Vec<String> = WAYS.par_iter().filter_map(|way| check(way).err()).collect();
    assert!(wrong.is_empty(), "{}\n{} of {} ways", wrong.join("\n"), wrong.len(), WAYS.len());
}

fn check((way, fixture, code): &(&str, &str, &str)) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/definition");
    let directory = root.join(fixture);
    let path = if directory.is_dir() { directory } else { root.join(format!("{fixture}.rel")) };
    let files = if path.is_dir() { entries(&path) } else { vec![path.clone()] };
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let place = Place::new(&[("relc.toml", "environments = [\"envs/\"]\n")]);
    files.iter().for_each(|file| place.write(&format!("envs/{}", name(file)), fs::read(file).unwrap()));
    let asked = if path.is_dir() { "envs/main.rel".to_owned() } else { format!("envs/{}", name(&path)) };
    let out = place.run(&["env", "check", &asked, "--format", "json"]);
    let expected = format!("envs/{} {code}", expected_place(&out_of(&path)));
    let report = out.json();
    let severities: Vec<&str> = { report["diagnostics"].as_array().unwrap().iter() }
        .map(|found| found["severity"].as_str().unwrap_or_default())
        .collect();
    if out.brief() == [expected.clone()] && severities == ["error"] && out.code == Some(1) && out.err.is_empty() {
        return Ok(());
    }
    Err(format!("{way} ({fixture}): {:?} {severities:?}, expected {expected}", out.brief()))
}

/// Returns `FILE:LINE:COLUMN` of the error in an expected text.
fn expected_place(out: &Path) -> String {
    let text = fs::read_to_string(out).unwrap();
    let place = text.lines().find_map(|line| line.trim_start().strip_prefix("╭─[")).unwrap();
    place.trim_end_matches(']').trim_start_matches("<stdlib>/").to_owned()
}
