//! The grammar says what relc says, and its queries are well-formed.
//!
//! | module | what holds |
//! |---|---|
//! | `agreement` | what relc's own parser takes has no error here, and what it refuses has one |
//! | `corpus` | `test/corpus/`: the trees of small texts, as `tree-sitter test` has them |
//! | `edits` | an edited tree is the tree of the edited text |
//! | `generated` | `src/parser.c` is what tree-sitter makes of `grammar.js` |
//! | `queries` | `queries/`: each is well-formed, and what it says of a text |

// Texts are read from the disk, and a parse has its time taken.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod agreement;
mod corpus;
mod edits;
mod generated;
mod inputs;
mod queries;

use tree_sitter::{Language, Parser, Tree};

fn language() -> Language {
    Language::new(tree_sitter_relc::LANGUAGE)
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).expect("the versions of generator and library fit");
    parser.parse(text, None).expect("nothing interrupts the parser")
}
