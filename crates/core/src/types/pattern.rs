//! Regular expressions of types and schemas, in RE2's syntax.
//!
//! In: a pattern. Out: whether a text matches. A small engine reads nearly all patterns, with `\d` and `\w` of ASCII as RE2
//! has them, and compiles one in a twentieth of the time; those that ask for more, such as a Unicode class, go to the
//! large one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;

/// A compiled pattern.
#[derive(Debug)]
pub enum Pattern {
    /// What the small engine reads.
    Small(regex_lite::Regex),
    /// What only the large one does.
    Large(regex::Regex),
    /// What the small engine reads and the large one takes over, if it is asked often.
    Known(KnownPattern),
}

/// A pattern that a run may ask of thousands of texts: the large engine answers in a tenth of the time.
#[derive(Debug)]
pub struct KnownPattern {
    small: regex_lite::Regex,
    asked: AtomicU32,
    /// None inside: this pattern means something else to the large engine.
    large: OnceLock<Option<regex::Regex>>,
}

/// From the how many-th text on it pays to compile a pattern for the large engine.
const OFTEN: u32 = 200;

impl KnownPattern {
    fn is_match(&self, text: &str) -> bool {
        if self.large.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < OFTEN {
            return self.small.is_match(text);
        }
        let pattern = self.small.as_str();
        let large =
            self.large.get_or_init(|| is_read_alike(pattern).then(|| regex::Regex::new(pattern).ok()).flatten());
        large.as_ref().map_or_else(|| self.small.is_match(text), |large| large.is_match(text))
    }
}

/// Whether both engines read `pattern` alike for certain: flags and classes by letter are of Unicode in the large one, and it
/// has operators in classes.
fn is_read_alike(pattern: &str) -> bool {
    let letters = pattern.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && pair[1].is_ascii_alphanumeric());
    let flags = pattern.replace("(?:", "(").contains("(?");
    !letters && !flags && !["&&", "--", "~~"].iter().any(|operator| pattern.contains(operator))
}

/// Patterns of definitions and schemas; there are few, and each is asked for again and again.
type Known = LazyLock<RwLock<FxHashMap<String, Option<Arc<Pattern>>>>>;

/// Those that are found anywhere in a text.
static KNOWN: Known = LazyLock::new(RwLock::default);

/// Those that a text matches from its beginning to its end.
static KNOWN_OF_WHOLE_TEXT: Known = LazyLock::new(RwLock::default);

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

    /// A pattern as RE2 reads it, which takes for itself what the engines here take for a mistake or an operator of their own.
    ///
    /// # Errors
    /// Why it is none.
    pub fn of_re2(pattern: &str) -> Result<Pattern, regex::Error> {
        let pattern = as_re2_reads(pattern);
        match regex_lite::Regex::new(&pattern) {
            Ok(small) => Ok(Pattern::Small(small)),
            Err(_) => regex::Regex::new(&pattern).map(Pattern::Large),
        }
    }

    /// As [`Pattern::new`], compiled once for the process: for patterns of definitions and schemas, not of releases.
    pub fn known(pattern: &str) -> Option<Arc<Pattern>> {
        once(&KNOWN, pattern, Pattern::new)
    }

    /// As [`Pattern::of_whole_text`], compiled once for the process.
    pub fn known_of_whole_text(pattern: &str) -> Option<Arc<Pattern>> {
        once(&KNOWN_OF_WHOLE_TEXT, pattern, Pattern::of_whole_text)
    }

    /// Whether it is found in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Pattern::Small(regex) => regex.is_match(text),
            Pattern::Large(regex) => regex.is_match(text),
            Pattern::Known(known) => known.is_match(text),
        }
    }
}

fn once(known: &Known, pattern: &str, compile: fn(&str) -> Option<Pattern>) -> Option<Arc<Pattern>> {
    if let Some(known) = known.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return known.clone();
    }
    let compiled = compile(pattern).map(|compiled| match compiled {
        Pattern::Small(small) => {
            Arc::new(Pattern::Known(KnownPattern { small, asked: AtomicU32::new(0), large: OnceLock::new() }))
        }
        Pattern::Large(_) | Pattern::Known(_) => Arc::new(compiled),
    });
    known.write().unwrap_or_else(PoisonError::into_inner).insert(pattern.to_owned(), compiled.clone());
    compiled
}

fn anchored(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// RE2 reads a brace that begins no repetition as itself, and so a bracket in a class; `\Q…\E` quotes.
fn as_re2_reads(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    let mut class = false;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\\' if rest.starts_with("\\Q") => {
                let quoted = rest[2..].split("\\E").next().unwrap_or_default();
                out.push_str(&regex::escape(quoted));
                length = (2 + quoted.len() + 2).min(rest.len());
            }
            '\\' => {
                length += rest[1..].chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..length]);
            }
            '[' if class && rest.starts_with("[:") => {
                length = rest.find(":]").map_or(1, |end| end + 2);
                out.push_str(&rest[..length]);
            }
            '[' | '&' | '~' if class => out.extend(['\\', c]),
            '[' => {
                class = true;
                // A bracket that comes first in a class is one of its members.
                length += usize::from(rest[length..].starts_with('^'));
                out.push_str(&rest[..length]);
                if rest[length..].starts_with(']') {
                    out.push_str("\\]");
                    length += 1;
                }
            }
            ']' => {
                class = false;
                out.push(c);
            }
            '{' if !class && !begins_repetition(rest) => out.push_str("\\{"),
            _ => out.push(c),
        }
        rest = &rest[length..];
    }
    out
}

/// Whether `text` begins with `{2}`, `{2,}` or `{2,3}`.
fn begins_repetition(text: &str) -> bool {
    let Some((inner, _)) = text[1..].split_once('}') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    match inner.split_once(',') {
        None => digits(inner),
        Some((least, most)) => digits(least) && (most.is_empty() || digits(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn re2_takes_lone_braces_and_brackets_for_themselves() {
        for (pattern, text) in [
            ("^\\$?{HOME}$", "{HOME}"),
            ("^{{ end }}$", "{{ end }}"),
            ("^a{2}$", "aa"),
            ("^[[]x[]]$", "[x]"),
            ("^[]a]+[^]a]$", "]ab"),
            ("^[[:alpha:]&&]+$", "a&"),
            (r"^\Qa.b\E+$", "a.bb"),
        ] {
            let read = Pattern::of_re2(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert!(read.is_match(text), "{pattern} {text}");
        }
        for wrong in ["?", "(", "[a", "(?=a)", r"(a)\1", "{2}"] {
            assert!(Pattern::of_re2(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_the_small_engine_does_not_read_the_large_one_does() {
        let letters = Pattern::of_whole_text(r"\p{Greek}+").expect("a pattern");
        assert!(letters.is_match("λόγος") && !letters.is_match("logos"));
        assert!(Pattern::new(r"(?=look)ahead").is_none());
    }

    #[test]
    fn a_pattern_that_is_asked_often_answers_as_before() {
        let texts = ["", "a", "A", "é", "٠", "7", "a.b", "a\n", "-", "[x]"];
        for (pattern, alike) in [("[^a]*", true), (r"(?:a|\.|b)+", true), (r"\d", false), ("(?i)a", false), (".", true)]
        {
            assert_eq!(is_read_alike(pattern), alike, "{pattern}");
            let known = Pattern::known_of_whole_text(pattern).expect("a pattern");
            let first: Vec<bool> = texts.iter().map(|text| known.is_match(text)).collect();
            (0..=OFTEN).for_each(|_| assert!(known.is_match("a") == first[1], "{pattern}"));
            let then: Vec<bool> = texts.iter().map(|text| known.is_match(text)).collect();
            assert_eq!(first, then, "{pattern}");
        }
    }

    #[test]
    fn classes_are_of_ascii_as_in_re2() {
        let digits = Pattern::of_whole_text(r"\d+").expect("a pattern");
        assert!(digits.is_match("07") && !digits.is_match("٠٧"));
    }
}
