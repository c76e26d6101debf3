//! Questions that an editor asks of a file, without an editor's types.
//!
//! In: a [`Page`], the text that is being written and the environments that it sees, and a place in it. Out: what can stand there,
//! what stands there, where that is declared. Findings are the pipeline's, and not asked here. A text that is being written is
//! broken most of the time: what can stand at a place is found by writing a word there that nobody writes, and looking where the
//! parser puts it.

mod complete;
mod context;
mod definition;
mod fields;
mod hints;
mod hover;
mod outline;
#[cfg(test)]
mod tests;

pub use complete::{Candidate, CandidateKind, complete};
pub use definition::{Occurrence, Target, definition, is_taken, occurrences};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use outline::{Symbol, SymbolKind, folds, symbols};

use crate::env::Catalog;
use crate::lint::tree::{Syntax, Tree};
use crate::source::FileId;

/// A file in an editor.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// What it is written in.
    pub syntax: Syntax,
    /// Its text.
    pub text: &'a str,
    /// The environments that it sees.
    pub catalog: &'a Catalog,
}

impl<'a> Page<'a> {
    /// The same page with another text.
    fn with<'b>(&self, text: &'b str) -> Page<'b>
    where
        'a: 'b,
    {
        Page { text, ..*self }
    }

    /// Its nodes.
    fn tree(&self) -> Tree<'a> {
        Tree::parse(FILE, self.text, self.syntax)
    }
}

/// The page among the files of its tree.
const FILE: FileId = FileId(0);
