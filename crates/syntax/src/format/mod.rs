//! The formatter of `.rel` files.
//!
//! In: a text. Out: the formatted text: the same tokens and comments in the same order, with other space between them.
//! A bracket that was written on one line stays on one line if it fits, and otherwise has one element per line; line
//! breaks inside an element are kept. Nothing is sorted or aligned, and text with syntax errors is unchanged.

mod printer;
mod space;

use std::ops::Range;

use crate::layout;

/// The default line width in columns.
pub const WIDTH: usize = 120;

/// Formats `text` in lines of `width` columns, as far as brackets can be broken.
pub fn format(text: &str, width: usize) -> String {
    let (mark, body) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(body) => (BYTE_ORDER_MARK, body),
        None => ("", text),
    };
    let mut out = String::from(mark);
    printer::print(&layout::layout(body), width, &mut out);
    if !is_equivalent(text, &out) {
        debug_assert!(false, "the layout of a file lost a token");
        return text.to_owned();
    }
    // After leading space, a byte order mark is a syntax error, which it would not be at the start of the file.
    if mark.is_empty() && out.starts_with(BYTE_ORDER_MARK) {
        return text.to_owned();
    }
    // A file with Windows line endings keeps them.
    if body.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) { out.replace('\n', "\r\n") } else { out }
}

/// Formats the declarations and comments of `text` on the lines of `range`; returns the range to replace, and its new
/// text.
pub fn format_range(text: &str, range: Range<usize>, width: usize) -> (Range<usize>, String) {
    let units: Vec<Range<usize>> = layout::declarations(text)
        .into_iter()
        .chain(crate::comments(text))
        .map(|unit| lines(text, unit.start, unit.end))
        .collect();
    let mut range = lines(text, range.start, range.end);
    // Declarations that share a line are formatted together.
    while let Some(unit) = units.iter().find(|unit| overlap(unit, &range) && !covers(&range, unit)) {
        range = range.start.min(unit.start)..range.end.max(unit.end);
    }
    // Surrounding blank lines are not replaced.
    let start = range.end - text[range.clone()].trim_start().len();
    let end = range.start + text[range.clone()].trim_end().len();
    if start >= end {
        return (range.start..range.start, String::new());
    }
    let range = lines(text, start, end);
    (range.clone(), format(&text[range], width))
}

/// Returns the range of the whole lines from that of `start` to that of `end`.
fn lines(text: &str, start: usize, end: usize) -> Range<usize> {
    let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let to = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    from..to
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn covers(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start <= other.start && other.end <= one.end
}

/// A byte order mark, which some editors write at the start of a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Returns true if both have the same characters except for space and separators, and the same comments. (Code after
/// `//` would become part of a comment.)
fn is_equivalent(one: &str, other: &str) -> bool {
    let told = |c: &char| !c.is_whitespace() && *c != ',';
    one.chars().filter(told).eq(other.chars().filter(told)) && comments(one).eq(comments(other))
}

/// Returns the comments of `text`, without space.
fn comments(text: &str) -> impl Iterator<Item = String> {
    crate::comments(text).into_iter().map(|range| text[range].split_whitespace().collect())
}
