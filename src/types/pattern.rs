//! Regular expressions of types and schemas, in RE2's syntax.
//!
//! In: a pattern. Out: whether a text matches. A small engine reads nearly all patterns, with `\d` and `\w` of ASCII as RE2
//! has them, and compiles one in a twentieth of the time; those that ask for more, such as a Unicode class, go to the
//! large one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// A compiled pattern.
#[derive(Debug)]
pub enum Pattern {
    /// What the small engine reads.
    Small(regex_lite::Regex),
    /// What only the large one does.
    Large(regex::Regex),
}

/// Patterns of definitions and schemas; there are few, and each is asked for again and again.
static KNOWN: LazyLock<RwLock<HashMap<String, Option<Arc<Pattern>>>>> = LazyLock::new(RwLock::default);

impl Pattern {
    /// A pattern that is found anywhere in a text; `None` where it is not one.
    pub fn new(pattern: &str) -> Option<Pattern> {
        let small = regex_lite::Regex::new(pattern).map(Pattern::Small);
        small.or_else(|_| regex::Regex::new(pattern).map(Pattern::Large)).ok()
    }

    /// A pattern that a text matches from its beginning to its end; `None` where it is not one.
    pub fn of_whole_text(pattern: &str) -> Option<Pattern> {
        Pattern::new(&anchored(pattern))
    }

    /// As [`Pattern::new`], compiled once for the process: for patterns of definitions and schemas, not of releases.
    pub fn known(pattern: &str) -> Option<Arc<Pattern>> {
        if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
            return known.clone();
        }
        let compiled = Pattern::new(pattern).map(Arc::new);
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(pattern.to_owned(), compiled.clone());
        compiled
    }

    /// As [`Pattern::of_whole_text`], compiled once for the process.
    pub fn known_of_whole_text(pattern: &str) -> Option<Arc<Pattern>> {
        Pattern::known(&anchored(pattern))
    }

    /// Whether it is found in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Pattern::Small(regex) => regex.is_match(text),
            Pattern::Large(regex) => regex.is_match(text),
        }
    }
}

fn anchored(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_small_engine_does_not_read_the_large_one_does() {
        let letters = Pattern::of_whole_text(r"\p{Greek}+").expect("a pattern");
        assert!(letters.is_match("λόγος") && !letters.is_match("logos"));
        assert!(Pattern::new(r"(?=look)ahead").is_none());
    }

    #[test]
    fn classes_are_of_ascii_as_in_re2() {
        let digits = Pattern::of_whole_text(r"\d+").expect("a pattern");
        assert!(digits.is_match("07") && !digits.is_match("٠٧"));
    }
}
