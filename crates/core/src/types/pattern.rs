//! Regular expressions of types and schemas, in RE2 syntax.
//!
//! In: a pattern. Out: whether a string matches. A small engine handles nearly all patterns, with ASCII `\d` and `\w`
//! as in RE2, and compiles one in a twentieth of the time; the others, for example with Unicode classes, use the large
//! engine.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;

/// A compiled pattern.
#[derive(Debug)]
pub enum Pattern {
    /// A pattern for the small engine.
    Small(regex_lite::Regex),
    /// A pattern for the large engine.
    Large(regex::Regex),
}

/// A pattern of a definition or schema. It is compiled on first use: a run tests few of the patterns that its types
/// have. One that a run tests against many strings moves to the large engine, which takes a tenth of the time.
#[derive(Debug)]
pub struct KnownPattern {
    source: String,
    /// Contains `None` if the pattern is invalid.
    compiled: OnceLock<Option<Pattern>>,
    asked: AtomicU32,
    /// Contains `None` if the pattern has another meaning in the large engine.
    large: OnceLock<Option<regex::Regex>>,
}

/// Number of matches from which compiling a pattern for the large engine pays off.
const OFTEN: u32 = 200;

impl KnownPattern {
    fn compiled(&self) -> Option<&Pattern> {
        self.compiled.get_or_init(|| Pattern::new(&self.source)).as_ref()
    }

    /// Returns true if it is a regular expression.
    pub fn is_valid(&self) -> bool {
        self.compiled().is_some()
    }

    /// Returns true if it matches `text`; an invalid pattern matches everything.
    pub fn is_match(&self, text: &str) -> bool {
        match self.compiled() {
            None => true,
            Some(Pattern::Small(small)) => {
                self.often().map_or_else(|| small.is_match(text), |large| large.is_match(text))
            }
            Some(Pattern::Large(large)) => large.is_match(text),
        }
    }

    /// Returns the pattern for the large engine, from the number of matches at which it pays off.
    fn often(&self) -> Option<&regex::Regex> {
        if self.large.get().is_none() && self.asked.fetch_add(1, Ordering::Relaxed) < OFTEN {
            return None;
        }
        let compile = || is_read_alike(&self.source).then(|| regex::Regex::new(&self.source).ok()).flatten();
        self.large.get_or_init(compile).as_ref()
    }
}

/// Returns true if `pattern` certainly has the same meaning in both engines: in the large one, flags and letter classes
/// use Unicode, and classes have operators.
fn is_read_alike(pattern: &str) -> bool {
    let letters = pattern.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && pair[1].is_ascii_alphanumeric());
    let flags = pattern.replace("(?:", "(").contains("(?");
    !letters && !flags && !["&&", "--", "~~"].iter().any(|operator| pattern.contains(operator))
}

/// Patterns of definitions and schemas; there are few, and each is used many times.
type Known = LazyLock<RwLock<FxHashMap<String, Arc<KnownPattern>>>>;

/// Patterns that match anywhere in a string.
static KNOWN: Known = LazyLock::new(RwLock::default);

/// Patterns that match a whole string.
static KNOWN_OF_WHOLE_TEXT: Known = LazyLock::new(RwLock::default);

impl Pattern {
    /// Compiles a pattern that matches anywhere in a string; returns `None` if it is invalid.
    pub fn new(pattern: &str) -> Option<Pattern> {
        let small = regex_lite::Regex::new(pattern).map(Pattern::Small);
        small.or_else(|_| regex::Regex::new(pattern).map(Pattern::Large)).ok()
    }

    /// Compiles a pattern that matches a whole string; returns `None` if it is invalid.
    pub fn of_whole_text(pattern: &str) -> Option<Pattern> {
        Pattern::new(&anchored(pattern))
    }

    /// Compiles a pattern in RE2's dialect, which takes some characters literally that the engines here reject or
    /// interpret.
    ///
    /// # Errors
    /// The pattern is invalid.
    pub fn of_re2(pattern: &str) -> Result<Pattern, regex::Error> {
        let pattern = as_re2_reads(pattern);
        match regex_lite::Regex::new(&pattern) {
            Ok(small) => Ok(Pattern::Small(small)),
            Err(_) => regex::Regex::new(&pattern).map(Pattern::Large),
        }
    }

    /// Returns a pattern that matches anywhere in a string, and is compiled once per process: for patterns of
    /// definitions and schemas, not of releases.
    pub fn known(pattern: &str) -> Arc<KnownPattern> {
        once(&KNOWN, pattern, str::to_owned)
    }

    /// Like [`Pattern::known`], but the pattern matches a whole string.
    pub fn known_of_whole_text(pattern: &str) -> Arc<KnownPattern> {
        once(&KNOWN_OF_WHOLE_TEXT, pattern, anchored)
    }

    /// Returns true if it matches `text`.
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Pattern::Small(regex) => regex.is_match(text),
            Pattern::Large(regex) => regex.is_match(text),
        }
    }
}

fn once(known: &Known, pattern: &str, source: fn(&str) -> String) -> Arc<KnownPattern> {
    if let Some(known) = known.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
        return Arc::clone(known);
    }
    let new = KnownPattern {
        source: source(pattern),
        compiled: OnceLock::new(),
        asked: AtomicU32::new(0),
        large: OnceLock::new(),
    };
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(known.entry(pattern.to_owned()).or_insert_with(|| Arc::new(new)))
}

fn anchored(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// Rewrites RE2's dialect: a brace that starts no repetition is literal, and so is a bracket in a class; `\Q…\E`
/// quotes.
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
                // A bracket that is first in a class is a member of it.
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

/// Returns true if `text` starts with `{2}`, `{2,}` or `{2,3}`.
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
            let known = Pattern::known_of_whole_text(pattern);
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
