//! Formatting, as few edits as possible: what isn't replaced keeps its cursors, folds and breakpoints.

use std::ops::Range;

use lsp_types::{DocumentOnTypeFormattingParams, TextEdit};

use crate::document::Document;
use relc_ide::typed;
use relc_syntax::format::{self, WIDTH, format_range};
use relc_syntax::source::Syntax;

/// Returns the edits that format a document. Returns `None` for YAML, which relc doesn't format.
pub fn document(document: &Document) -> Option<Vec<TextEdit>> {
    (document.syntax() == Syntax::Rel).then(|| {
        let formatted = format::format(&document.text, WIDTH);
        edits(document, 0..document.text.len(), &formatted)
    })
}

/// Returns the edits that format the declarations in a range.
pub fn range(document: &Document, range: lsp_types::Range) -> Option<Vec<TextEdit>> {
    (document.syntax() == Syntax::Rel).then(|| {
        let (place, formatted) = format_range(&document.text, document.bytes(range), WIDTH);
        edits(document, place, &formatted)
    })
}

/// Returns the edits that follow from a character that was typed before a position.
pub fn on_type(document: &Document, params: &DocumentOnTypeFormattingParams) -> Option<Vec<TextEdit>> {
    let offset = document.lines.offset(&document.text, params.text_document_position.position);
    let edit = |(range, new_text)| TextEdit { range: document.range(range), new_text };
    (document.syntax() == Syntax::Rel)
        .then(|| typed(&document.text, offset, &params.ch).into_iter().map(edit).collect())
}

/// Returns the edits that turn the text at `place` into `formatted`: one for each run of lines that differ, without the beginning and
/// the end that are the same.
fn edits(document: &Document, place: Range<usize>, formatted: &str) -> Vec<TextEdit> {
    let old: Vec<&str> = document.text[place.clone()].split_inclusive('\n').collect();
    let new: Vec<&str> = formatted.split_inclusive('\n').collect();
    let mut found = Vec::new();
    for (old_lines, new_lines) in changed_runs(&old, &new) {
        let bytes = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
        let start = place.start + bytes(&old[..old_lines.start]);
        let before = &document.text[start..start + bytes(&old[old_lines])];
        let after = new[new_lines].concat();
        let head = common(before.chars(), after.chars());
        let tail = common(before[head..].chars().rev(), after[head..].chars().rev());
        let range = start + head..start + before.len() - tail;
        found.push(TextEdit { range: document.range(range), new_text: after[head..after.len() - tail].to_owned() });
    }
    found
}

/// Returns the number of bytes that two texts have in common at their beginnings.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum()
}

/// Returns the runs of lines that differ, as ranges of both texts, in their order. Formatting changes space only, so lines are
/// matched by their text without space.
fn changed_runs(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let (mut from_old, mut from_new) = (0, 0);
    while from_old < old.len() || from_new < new.len() {
        if from_old < old.len() && from_new < new.len() && old[from_old] == new[from_new] {
            (from_old, from_new) = (from_old + 1, from_new + 1);
            continue;
        }
        let (to_old, to_new) = next_common(&old[from_old..], &new[from_new..]);
        found.push((from_old..from_old + to_old, from_new..from_new + to_new));
        (from_old, from_new) = (from_old + to_old, from_new + to_new);
    }
    found
}

/// Returns how many lines of both texts are before the next point at which the same tokens were read: both have the same text up to
/// there, without space.
fn next_common(old: &[&str], new: &[&str]) -> (usize, usize) {
    let dense = |line: &str| line.chars().filter(|c| !c.is_whitespace()).count();
    let (mut at_old, mut at_new, mut read_old, mut read_new) = (0, 0, 0, 0);
    loop {
        let is_ahead = read_old > read_new;
        match (at_old < old.len(), at_new < new.len()) {
            (true, false) => at_old += 1,
            (false, true) => at_new += 1,
            (false, false) => return (at_old, at_new),
            (true, true) if is_ahead => {
                read_new += dense(new[at_new]);
                at_new += 1;
            }
            (true, true) => {
                read_old += dense(old[at_old]);
                at_old += 1;
            }
        }
        let has_read = at_old > 0 && at_new > 0;
        let is_even = read_old == read_new && has_read;
        if is_even && at_old < old.len() && at_new < new.len() && old[at_old] == new[at_new] {
            return (at_old, at_new);
        }
    }
}
