//! A scan of the text before the grammar parses it: brackets, depth, and doc comments.
//!
//! In: the text. Out: a [`Scan`]. One linear pass that recognizes only strings, blocks and comments. It balances
//! brackets, as only a stack can distinguish a surplus bracket from a missing one; it rejects nesting that would
//! overflow the stack of later phases; and it finds the `///` comments.

mod brackets;
mod comments;
mod depth;
mod docs;
mod lex;
mod lookalikes;

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};
pub use comments::comments;
pub(super) use docs::Docs;
pub(super) use lex::next_char;
pub(super) use lookalikes::replaced as without_lookalikes;

/// Largest nesting of brackets, conditions, loops and operators.
pub(super) const LIMIT: usize = 128;

/// The result of the scan.
pub(super) struct Scan<'t> {
    /// The text, with each surplus bracket replaced by a space. Offsets don't change.
    pub text: Cow<'t, str>,
    /// Ranges of whole declarations that are nested too deeply to be parsed.
    pub skipped: Vec<Range<usize>>,
    /// From unclosed brackets to where they were given up.
    pub unclosed: Vec<Range<usize>>,
    /// Closing brackets without an opening one.
    pub strays: Vec<Stray>,
    /// The documentation comments.
    pub docs: Docs,
    /// Unbalanced brackets, excessive depth, stray characters.
    pub diags: Diagnostics,
}

/// A closing bracket without an opening one.
pub(super) struct Stray {
    /// The bracket.
    pub bracket: Span,
    /// From the start of its declaration to the end of its line.
    pub around: Span,
}

/// Scans `text`.
pub(super) fn scan(file: FileId, text: &str) -> Scan<'_> {
    let mut pass = brackets::Pass::new(file, text);
    pass.run();
    pass.finish()
}

/// Returns the end of the string or block that starts at `at`.
pub(super) fn text_end(text: &str, at: usize) -> usize {
    let (end, _) = if text[at..].starts_with("\"\"\"") { lex::block(text, at) } else { lex::string(text, at) };
    end.min(text.len())
}
