//! The files that a file names.

use std::ops::Range;

use super::FileContext;
use relc_core::hir::Definition;

/// The path of a file, where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The range of the path, without its quotes.
    pub range: Range<usize>,
    /// The path, relative to the file that names it.
    pub path: String,
}

/// Returns the files that a `.rel` file names: those that it imports, and those whose content it has.
pub fn links(page: &FileContext<'_>) -> Vec<Link> {
    let references = page.names().references().iter();
    let mut found: Vec<Link> = references
        .filter_map(|reference| {
            let Definition::File(path) = &reference.definition else { return None };
            let range = reference.range.clone();
            let is_quoted = page.text.get(range.clone())?.starts_with('"') && range.len() > 2;
            is_quoted.then(|| Link { range: range.start + 1..range.end - 1, path: path.to_string() })
        })
        .collect();
    found.dedup();
    found
}
