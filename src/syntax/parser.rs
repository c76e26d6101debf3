//! The parser that pest makes of `grammar/relc.pest`. Used by this folder alone.

// The rules are documented where they are defined, in the grammar.
#![allow(missing_docs)]

use pest_derive::Parser;

/// Runs the grammar.
#[derive(Parser)]
#[grammar = "../grammar/relc.pest"]
pub struct Grammar;

/// The pairs of a rule.
pub type Pair<'t> = pest::iterators::Pair<'t, Rule>;
