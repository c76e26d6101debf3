//! The grammar of `.rel` files (`relc.pest`), and the parser that pest derives from it. Only `relc-syntax` uses it.

// The rules are documented where they are defined, in the grammar.
#![allow(missing_docs)]

use pest_derive::Parser;

/// The parser generated from the grammar.
#[derive(Parser)]
#[grammar = "relc.pest"]
pub struct Grammar;

/// A pair of a rule.
pub type Pair<'t> = pest::iterators::Pair<'t, Rule>;
