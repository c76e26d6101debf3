//! Malformed YAML, in words that say what to do.

use granit_parser::ScanError;

use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::source::{FileId, Span};

/// What to say of `error`, which the parser found at the byte `at`.
pub fn diagnostic(file: FileId, text: &str, at: usize, error: &ScanError) -> Diagnostic {
    let at = floor(text, at);
    if let Some(tab) = indenting_tab(text, at) {
        let span = Span::new(file, tab, tab + 1);
        let message = "a tab cannot indent YAML";
        return Diagnostic::error(Code::YamlSyntax, span, message).help("use spaces").fix(
            Applicability::Safe,
            span,
            "  ",
        );
    }
    if let Some(quote) = open_quote(text, at) {
        let message = "this quote is never closed";
        return Diagnostic::error(Code::YamlSyntax, Span::new(file, quote, quote + 1), message)
            .help("close it on the same line");
    }
    let line = line_of(text, at);
    if let Some(colon) = glued_colon(text, line.clone()) {
        let span = Span::new(file, colon, colon + 1);
        let message = "a space is missing behind the colon";
        return Diagnostic::error(Code::YamlSyntax, span, message).help("write `key: value`").fix(
            Applicability::Safe,
            span,
            ": ",
        );
    }
    let span = Span::new(file, at, text[at..].chars().next().map_or(at, |c| at + c.len_utf8()));
    let found = Diagnostic::error(Code::YamlSyntax, span, format!("this is not YAML: {}", error.info()));
    found.help("look at the indentation and the quotes of this line and the one above")
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn line_of(text: &str, at: usize) -> std::ops::Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    start..end
}

/// A tab among the white space that begins the line at `at` or the one above.
fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let line = line_of(text, at);
    let above = line.start.checked_sub(1).map(|above| line_of(text, above));
    [Some(line), above].into_iter().flatten().find_map(|line| {
        let indent = text[line.clone()].len() - text[line.clone()].trim_start_matches([' ', '\t']).len();
        text[line.start..line.start + indent].find('\t').map(|tab| line.start + tab)
    })
}

/// A quote that opens a value on its line and is not closed there, at or before `at`.
fn open_quote(text: &str, at: usize) -> Option<usize> {
    let mut end = at;
    for _ in 0..50 {
        let line = line_of(text, end);
        let body = &text[line.clone()];
        let value = body.find(": ").map(|colon| colon + 2).or_else(|| body.find("- ").map(|dash| dash + 2));
        if let Some(value) = value {
            let rest = body[value..].trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(quote) = quote {
                let offset = line.start + body.len() - rest.len();
                let unescaped = rest.replace("\\\"", "").replace("''", "");
                if unescaped.matches(quote).count() % 2 == 1 {
                    return Some(offset);
                }
            }
        }
        end = line.start.checked_sub(1)?;
    }
    None
}

/// A colon between a word and its value without a space, as in `port:80`.
fn glued_colon(text: &str, line: std::ops::Range<usize>) -> Option<usize> {
    let body = &text[line.clone()];
    let start = body.len() - body.trim_start_matches([' ', '-']).len();
    let rest = &body[start..];
    let colon = rest.find(':')?;
    let is_key = !rest[..colon].is_empty() && rest[..colon].chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_glued = rest[colon + 1..].chars().next().is_some_and(|c| !c.is_whitespace() && c != '/');
    (is_key && is_glued).then_some(line.start + start + colon)
}
