//! A look over the text before the grammar reads it: brackets, depth, and documentation comments.
//!
//! In: the text. Out: a [`Scan`]. One linear pass that knows strings, blocks and comments and nothing else of the
//! language. It balances brackets here, as only a stack can tell a bracket that is too much from one that is missing; it
//! refuses what would nest deeper than the stack of the phases behind; and it finds the `///` comments.

mod brackets;
mod comments;
mod depth;
mod docs;
mod lex;

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};
pub use comments::comments;
pub(super) use docs::Docs;
pub(super) use lex::next_char;

/// How deep brackets, conditions, loops and operators may stand in each other.
pub(super) const LIMIT: usize = 128;

/// What the pass found.
pub(super) struct Scan<'t> {
    /// The text, with each bracket that is too much replaced by a space. No offset changes.
    pub text: Cow<'t, str>,
    /// Stretches of whole declarations that are too deep to be read.
    pub skipped: Vec<Range<usize>>,
    /// From brackets that are never closed to where they were given up.
    pub unclosed: Vec<Range<usize>>,
    /// Closing brackets that close nothing.
    pub strays: Vec<Stray>,
    /// The documentation comments.
    pub docs: Docs,
    /// Unbalanced brackets, depth, stray characters.
    pub diags: Diagnostics,
}

/// A closing bracket that closes nothing.
pub(super) struct Stray {
    /// Where it is.
    pub bracket: Span,
    /// From the beginning of its declaration to the end of its line.
    pub around: Span,
}

/// Looks over `text`.
pub(super) fn scan(file: FileId, text: &str) -> Scan<'_> {
    let mut pass = brackets::Pass::new(file, text);
    pass.run();
    pass.finish()
}

/// The end of the string or block that begins at `at`.
pub(super) fn text_end(text: &str, at: usize) -> usize {
    let (end, _) = if text[at..].starts_with("\"\"\"") { lex::block(text, at) } else { lex::string(text, at) };
    end.min(text.len())
}
