//! Integration tests, in one binary: builds, diagnostics, and properties of every input.

// Fixtures are on disk, and a panic fails a test.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

mod book;
mod broken;
mod canon;
mod cli;
mod compiled;
mod conformance;
mod controller;
mod definition;
mod environments;
mod format;
mod helm;
mod hostile;
mod imports;
mod invariants;
mod json_schema;
mod layers;
mod lint;
mod lives;
mod memory;
mod mutations;
mod place;
mod properties;
mod prose;
mod relaxed;
mod rules;
mod shell;
mod trace;
mod trials;
mod ui;
mod yaml;
