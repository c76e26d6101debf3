//! Diagnostics of malformed YAML, with help.

use granit_parser::ScanError;

use super::compose::MAX_DEPTH;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic};
use relc_syntax::source::{FileId, Span};

/// Returns the diagnostic for `error`, which the parser found at the byte `at`.
pub fn diagnostic(file: FileId, text: &str, at: usize, error: &ScanError) -> Diagnostic {
    let at = floor(text, at);
    if error.info().contains("recursion limit") {
        let message = format!("this nests more than {MAX_DEPTH} deep");
        return Diagnostic::error(Code::NestingTooDeep, Span::new(file, at, at), message);
    }
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
    if let Some(alias) = text[at..].strip_prefix('*') {
        let name: String = alias.chars().take_while(|c| !c.is_whitespace() && !",[]{}".contains(*c)).collect();
        let span = Span::new(file, at, at + 1 + name.len());
        let error = Diagnostic::error(Code::YamlSyntax, span, format!("`*{name}` refers to no anchor above"));
        return error.help(format!("write `&{name}` where the value stands, or put the text into quotes"));
    }
    if let Some(sign) = text[at..].chars().next().filter(|c| matches!(c, '@' | '`' | '%')) {
        let message = format!("a text cannot begin with `{sign}` in YAML");
        return Diagnostic::error(Code::YamlSyntax, span, message).help("put it into quotes");
    }
    if let Some(bracket) = open_bracket(text, at) {
        let open = char::from(text.as_bytes()[bracket]);
        let message = format!("this `{open}` is never closed");
        let help = format!("close it with `{}`", if open == '{' { '}' } else { ']' });
        return Diagnostic::error(Code::YamlSyntax, Span::new(file, bracket, bracket + 1), message).help(help);
    }
    if let Some((found, levels)) = odd_indentation(text, line.clone()) {
        let span = Span::new(file, line.start, line.start + found);
        let message = format!("this line is indented by {found}, and none that it could belong to is");
        return Diagnostic::error(Code::YamlSyntax, span, message).help(format!("indent it by {levels}"));
    }
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

/// Returns a tab in the indentation of the line at `at` or the one above.
fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let line = line_of(text, at);
    let above = line.start.checked_sub(1).map(|above| line_of(text, above));
    [Some(line), above].into_iter().flatten().find_map(|line| {
        let indent = text[line.clone()].len() - text[line.clone()].trim_start_matches([' ', '\t']).len();
        text[line.start..line.start + indent].find('\t').map(|tab| line.start + tab)
    })
}

/// Returns a quote that starts a value on its line and is not closed there, at or before `at`.
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

/// Returns the innermost bracket that is open at `at`.
fn open_bracket(text: &str, at: usize) -> Option<usize> {
    let mut open = Vec::new();
    let (mut quote, mut before) = (None, b'\n');
    for (offset, byte) in text.bytes().enumerate().take(at) {
        let starts = matches!(before, b' ' | b'\n' | b'\t' | b'[' | b'{' | b',' | b':');
        match (quote, byte) {
            (Some(b'#'), b'\n') => quote = None,
            (Some(mark), byte) if mark == byte && before != b'\\' => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'#') if starts => quote = Some(byte),
            (None, b'{' | b'[') if starts || !open.is_empty() => open.push(offset),
            (None, b'}' | b']') => drop(open.pop()),
            (None, _) => {}
        }
        before = byte;
    }
    open.pop()
}

/// Returns the indentation of the line, and the possible ones, if it matches none of them.
fn odd_indentation(text: &str, line: std::ops::Range<usize>) -> Option<(usize, String)> {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let found = indent(&text[line.clone()]);
    let mut levels: Vec<usize> = Vec::new();
    let above =
        text[..line.start].lines().rev().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    for line in above {
        let level = indent(line);
        if levels.last().is_none_or(|last| level < *last) {
            levels.push(level);
        }
        // The content after a dash is indented like the lines below it.
        let behind = level + 2;
        if line.trim_start().starts_with("- ") && levels.iter().all(|known| *known > behind) {
            levels.insert(levels.len() - 1, behind);
        }
        if level == 0 {
            break;
        }
    }
    if levels.contains(&found) || levels.first().is_none_or(|deepest| found > *deepest) {
        return None;
    }
    let words: Vec<String> = levels.iter().rev().map(ToString::to_string).collect();
    Some((found, words.join(" or ")))
}

/// Returns a colon between a word and its value without a space, as in `port:80`.
fn glued_colon(text: &str, line: std::ops::Range<usize>) -> Option<usize> {
    let body = &text[line.clone()];
    let start = body.len() - body.trim_start_matches([' ', '-']).len();
    let rest = &body[start..];
    let colon = rest.find(':')?;
    let is_key = !rest[..colon].is_empty() && rest[..colon].chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_glued = rest[colon + 1..].chars().next().is_some_and(|c| !c.is_whitespace() && c != '/');
    (is_key && is_glued).then_some(line.start + start + colon)
}
