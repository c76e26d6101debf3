//! The tests of the whole, in one binary: what is built, what is said, and what holds for every input.

// Fixtures are read from the disk, and a test that panics has failed as it should.
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
