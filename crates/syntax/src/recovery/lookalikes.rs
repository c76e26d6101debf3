//! Characters that look like those of ASCII, replaced before the scan.

use super::lex;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::lookalike;
use crate::source::{FileId, Span};

/// Returns `text` with each character outside of strings and comments that looks like one of ASCII replaced by that, and
/// spaces, so that offsets don't change; and the error about them, with a fix for all. `None` if there are none.
pub(crate) fn replaced(file: FileId, text: &str) -> Option<(String, Diagnostic)> {
    if text.is_ascii() {
        return None;
    }
    let mut pass = Pass { file, text, out: text.to_owned(), error: None };
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while let Some(c) = text[at..].chars().next() {
        at = match c {
            '"' if text[at..].starts_with("\"\"\"") => lex::block(text, at).0.max(at + 3),
            '"' => lex::string(text, at).0.max(at + 1),
            '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' => quoted(text, at, c),
            '#' => line_end(text, at),
            '/' if text[at..].starts_with("//") => line_end(text, at),
            '/' if text[at..].starts_with("/*") => text[at..].find("*/").map_or(text.len(), |end| at + end + 2),
            _ => pass.character(at, c),
        }
        .min(text.len());
    }
    let error = pass.error?;
    Some((pass.out, with_count(error)))
}

struct Pass<'t> {
    file: FileId,
    text: &'t str,
    out: String,
    error: Option<Diagnostic>,
}

impl Pass<'_> {
    /// Replaces the word or the character at `at`, if it looks like one of ASCII, and returns its end.
    fn character(&mut self, at: usize, c: char) -> usize {
        let end = at + c.len_utf8();
        if c.is_ascii() && !c.is_ascii_alphanumeric() {
            return end;
        }
        if let Some((word, length)) = lookalike::word(&self.text[at..]).filter(|(word, _)| is_word(word)) {
            let written = &self.text[at..at + length];
            let odd = written.chars().find(|c| !c.is_ascii()).unwrap_or(c);
            let message = match lookalike::of(odd) {
                Some((ascii, name)) => format!("`{written}` contains `{odd}`, {name}, in place of `{ascii}`"),
                None => format!("`{word}` contains a character without width"),
            };
            return self.replace(at, length, &word, message);
        }
        if c.is_ascii() {
            return lex::word(self.text, at);
        }
        match lookalike::of(c) {
            Some((ascii, name)) => {
                self.replace(at, c.len_utf8(), &ascii.to_string(), format!("`{c}` is {name}, not `{ascii}`"))
            }
            None => end,
        }
    }

    /// Replaces the text at `at`, with the characters that follow and look like others, too, so that they stay together.
    fn replace(&mut self, at: usize, length: usize, with: &str, message: String) -> usize {
        let next = self.text[at + length..]
            .chars()
            .map_while(|c| (!c.is_ascii()).then(|| lookalike::of(c))?.map(|(ascii, _)| (c, ascii)));
        let more: Vec<(char, char)> = next.collect();
        let length = length + more.iter().map(|(c, _)| c.len_utf8()).sum::<usize>();
        let with: String = with.chars().chain(more.iter().map(|(_, ascii)| *ascii)).collect();
        let span = Span::new(self.file, at, at + length);
        let edit = Edit { span, text: with.clone() };
        match &mut self.error {
            Some(error) => error.fix.iter_mut().for_each(|fix| fix.edits.push(edit.clone())),
            None => {
                let error = Diagnostic::error(Code::Syntax, span, message).help(format!("write `{with}`"));
                self.error = Some(error.edits(Applicability::Safe, Some(vec![edit])));
            }
        }
        self.out.replace_range(at..at + length, &format!("{with:length$}"));
        at + length
    }
}

fn is_word(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric()) && !word.ends_with('-')
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// Returns the end of a string in another language's quotes, which ends on its line.
fn quoted(text: &str, at: usize, quote: char) -> usize {
    let inside = at + quote.len_utf8();
    let line = line_end(text, at);
    let close = text[inside..line].find(['\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '"']);
    close.map_or(inside, |end| lex::next_char(text, inside + end + 1))
}

/// Adds to the help how many such characters the file has.
fn with_count(mut error: Diagnostic) -> Diagnostic {
    let count = error.fix.as_ref().map_or(0, |fix| fix.edits.len());
    if let Some(help) = error.help.as_mut().filter(|_| count > 1) {
        help.push_str(&format!("; `relc lint --fix` replaces all {count} such characters"));
    }
    error
}
