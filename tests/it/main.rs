//! The tests of the whole, in one binary: what is built, what is said, and what holds for every input.

mod book;
mod compiled;
mod rules;
mod ui;
