//! What a release leaves to be worked out, shown beside it.

use super::context::{of_release, releases};
use super::hover::shares;
use super::{FILE, Page};
use crate::lint::tree::Syntax;
use crate::syntax;

/// A text that is shown and not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Behind which byte.
    pub offset: usize,
    /// The text.
    pub text: String,
}

/// The percent that a version without a weight gets, behind its label.
pub fn hints(page: &Page<'_>) -> Vec<Hint> {
    if page.syntax == Syntax::Yaml {
        return Vec::new();
    }
    let (file, _) = syntax::parse(FILE, page.text);
    let mut hints = Vec::new();
    for release in releases(&file) {
        let written = of_release(page, release);
        for (version, share) in written.versions.iter().zip(shares(&written)) {
            if let (None, Some(share), Some(label)) = (version.weight, share, &version.label) {
                hints.push(Hint { offset: label.span.end as usize, text: format!(" {share}") });
            }
        }
    }
    hints
}
