//! The syntax of relc as a tree-sitter grammar, and its queries.
//!
//! In: the C code that `tree-sitter generate` makes of `grammar.js`. Out: what a program in Rust gives to tree-sitter.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_relc() -> *const ();
}

/// The language.
// SAFETY: the function is the one of src/parser.c, which takes nothing and gives a pointer to a constant.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_relc) };

/// The query for highlighting.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// Other languages in a file: Markdown in documentation, regular expressions.
pub const INJECTIONS_QUERY: &str = include_str!("../../queries/injections.scm");

/// Which names a file declares, and where they are seen.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");

/// The query for folding.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");

/// Which lines are indented more than those around them.
pub const INDENTS_QUERY: &str = include_str!("../../queries/indents.scm");
