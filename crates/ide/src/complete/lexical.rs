//! Strings, comments and brackets before the cursor, where the text is broken.

use std::ops::Range;

/// What the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lexical {
    /// Code.
    Code,
    /// A comment.
    Comment,
    /// A string, from its opening quote to its closing one or the end of its line.
    String(Range<usize>),
    /// The name in an interpolation.
    Interpolation,
}

/// Finds what `offset` is in; `start` is in code.
pub(crate) fn lexical(text: &str, start: usize, offset: usize) -> Lexical {
    let mut at = start;
    while at < offset {
        let rest = &text[at..];
        let end = match () {
            () if rest.starts_with("//") => {
                Some((rest.find('\n').map_or(text.len(), |end| at + end + 1), Lexical::Comment))
            }
            () if rest.starts_with("/*") => {
                Some((rest.find("*/").map_or(text.len(), |end| at + end + 2), Lexical::Comment))
            }
            () if rest.starts_with("\"\"\"") => {
                let end = rest[3..].find("\"\"\"").map_or(text.len(), |end| at + end + 6);
                Some((end, Lexical::String(at..end)))
            }
            () if rest.starts_with('"') => {
                let end = at + string(rest);
                Some((end, Lexical::String(at..end)))
            }
            () => None,
        };
        match end {
            // The line of a comment ends before its newline.
            Some((end, Lexical::Comment)) if offset < end || end == text.len() && !rest.contains("*/") => {
                return Lexical::Comment;
            }
            Some((end, Lexical::String(range))) if offset < end || !is_closed(&text[range.clone()]) => {
                return if is_interpolated(&text[at..offset]) {
                    Lexical::Interpolation
                } else {
                    Lexical::String(range)
                };
            }
            Some((end, _)) => at = end,
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    Lexical::Code
}

/// Returns the length of the string at the start of `text`, which its line ends.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

fn is_closed(string: &str) -> bool {
    string.len() > 1 && string.ends_with('"')
}

/// Returns true if a name is written after the last open brace of a string.
fn is_interpolated(before: &str) -> bool {
    before.rsplit_once('{').is_some_and(|(head, name)| {
        !head.ends_with('\\') && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
    })
}

/// Returns the closing brackets of those that are open at the end of `text`, in its last declaration.
pub(super) fn closers(text: &str) -> String {
    open_brackets(text).into_iter().rev().map(|(closer, _)| closer).collect()
}

/// Returns the brackets that are open at the end of `text`, in its last declaration: what closes each, and its position.
pub(crate) fn open_brackets(text: &str) -> Vec<(char, usize)> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            open.clear();
        }
        let mut quoted = false;
        let code = line.split("//").next().unwrap_or("");
        for (at, c) in code.char_indices() {
            let closer = match c {
                '"' => {
                    quoted = !quoted;
                    continue;
                }
                _ if quoted => continue,
                '{' => '}',
                '[' => ']',
                '(' => ')',
                // Versions begin after the last word of a header, and a comparison continues.
                '<' if code[at + 1..].trim().is_empty() || code.starts_with("release ") => '>',
                '}' | ']' | ')' | '>' => {
                    open.pop_if(|(closer, _)| *closer == c);
                    continue;
                }
                _ => continue,
            };
            open.push((closer, start + at));
        }
        start += line.len();
    }
    open
}
