//! The ends of tokens: strings, blocks, comments and words, exactly as in the grammar.

use pest::Parser;

use relc_grammar::{Grammar, Rule};

/// Returns the end of the block that starts at `at`, and whether it is closed.
pub(super) fn block(text: &str, at: usize) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut end = at + 3;
    while end < bytes.len() {
        match bytes[end] {
            b'\\' => end += 2,
            b'"' if text.as_bytes()[end..].starts_with(b"\"\"\"") => return (end + 3, true),
            _ => end += 1,
        }
    }
    // An unclosed block ends before the next declaration.
    let mut from = at;
    while let Some(newline) = text[from..].find('\n') {
        from += newline + 1;
        if head(text, from, Rule::head) {
            return (from - 1, false);
        }
    }
    (text.len(), false)
}

/// Returns the end of the string that starts at `at`, and whether it is closed.
pub(super) fn string(text: &str, at: usize) -> (usize, bool) {
    let bytes = text.as_bytes();
    let (mut end, mut solid) = (at + 1, at + 1);
    while end < bytes.len() {
        match bytes[end] {
            b'"' => return (end + 1, true),
            b'\n' => break,
            b'\\' if bytes.get(end + 1).is_some_and(|next| *next != b'\n') => {
                end += 2;
                solid = end;
                continue;
            }
            b' ' | b'\t' | b'\r' | b',' | b'}' | b']' | b')' | b'>' | b'<' => {}
            _ => solid = end + 1,
        }
        end += 1;
    }
    // Closing brackets at the end of the line are not part of the string.
    (next_char(text, solid), false)
}

/// Returns true if `string`, with its quotes, ends within the parentheses of an interpolation, such as `"{join(["`: a string in an
/// interpolation ends the outer one.
pub(super) fn ends_in_a_call(string: &str) -> bool {
    let content = &string[..string.len() - 1];
    content.rfind('{').is_some_and(|brace| {
        let inside = &content[brace + 1..];
        let path = inside.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        let is_escaped = content[..brace].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        !is_escaped && path.len() < inside.len() && path.starts_with('(') && !path.contains([')', '}'])
    })
}

/// Returns the first character boundary at or after `at`.
pub(crate) fn next_char(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Returns the end of the word that starts at `at`.
pub(super) fn word(text: &str, at: usize) -> usize {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    at + text.as_bytes()[at..].iter().take_while(|byte| inner(byte)).count()
}

/// Returns true if a declaration starts at `at`, as defined by the grammar's `rule`.
pub(super) fn head(text: &str, at: usize, rule: Rule) -> bool {
    let first = text.as_bytes().get(at);
    if !first.is_some_and(|byte| matches!(byte, b'r' | b'e' | b'p' | b't' | b'i' | b'l' | b'f' | b'o')) {
        return false;
    }
    let keyword = &text[at..word(text, at)];
    if !matches!(
        keyword,
        "release" | "environment" | "part" | "type" | "import" | "param" | "let" | "fragment" | "open"
    ) {
        return false;
    }
    let line = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    // A declaration's head is a few words; the text after them is not needed.
    let end = (line.min(at + 512)..text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
    Grammar::parse(rule, &text[at..end.min(text.len())]).is_ok()
}

/// Returns true if the line at `at` begins a version, and can't be an entry of an object.
pub(super) fn is_version(text: &str, at: usize) -> bool {
    let line = text[at..].lines().next().unwrap_or("");
    line.contains('"') && Grammar::parse(Rule::version_line, line).is_ok()
}

/// Returns true if the word at `at` can only be `release`: before a name, `on`, and another name.
pub(super) fn is_release(text: &str, at: usize) -> bool {
    let mut words = text[at..].lines().next().unwrap_or("").split_whitespace();
    let first = words.next().unwrap_or("");
    let (second, third) = (words.next(), words.next());
    first == "release" || third == Some("on") && words.next().is_some() || second == Some("on") && third.is_some()
}
