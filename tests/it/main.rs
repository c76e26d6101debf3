//! Integration tests, in one binary: builds, diagnostics, and properties of every input.

// Fixtures are on disk, and a panic fails a test.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

mod adapted;
mod book;
mod broken;
mod canon;
mod cli;
mod compiled;
mod completion;
mod conformance;
mod controller;
mod definition;
mod diff;
mod drawn;
mod environments;
mod expand;
mod fixes;
mod format;
mod fuzzed;
mod guarantees;
mod helm;
mod hostile;
mod imports;
mod invariants;
mod json_schema;
mod kinds;
mod layers;
mod lint;
mod lives;
mod memory;
mod mutations;
mod pictures;
mod place;
mod properties;
mod prose;
mod relaxed;
mod revise;
mod rollouts;
mod rules;
mod server;
mod shell;
mod static_routes;
mod streams;
mod trace;
mod trials;
mod ui;
mod verdicts;
mod yaml;

/// Returns the number of cases of a long test per one that runs: all run if `RELC_ALL_CASES` is set, as in `.ci/run --full`.
fn one_in(cases: usize) -> usize {
    if std::env::var_os("RELC_ALL_CASES").is_some() { 1 } else { cases }
}
