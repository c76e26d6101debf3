//! The one style of `.rel` files.
//!
//! In: a text. Out: the same text, laid out: the same tokens and comments in the same order, other space between them. A bracket that was
//! written on one line stays on one where it fits, and has an element on each line otherwise; inside an element, lines are broken
//! where they were. Nothing is sorted, nothing is aligned, and what has syntax errors stays as it is.

mod printer;
mod space;

use std::ops::Range;

use crate::layout;

/// How many columns a line has where nobody says otherwise.
pub const WIDTH: usize = 120;

/// `text`, laid out in lines of `width` columns as far as brackets can be broken.
pub fn format(text: &str, width: usize) -> String {
    let (mark, body) = match text.strip_prefix(MARK) {
        Some(body) => (MARK, body),
        None => ("", text),
    };
    let mut out = String::from(mark);
    printer::print(&layout::layout(body), width, &mut out);
    if !same(text, &out) {
        debug_assert!(false, "the layout of a file lost a token");
        return text.to_owned();
    }
    // A mark behind space is a mistake, which it would not be at the head of the file.
    if mark.is_empty() && out.starts_with(MARK) {
        return text.to_owned();
    }
    // A file that ends its lines as Windows does goes on doing so.
    if body.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) { out.replace('\n', "\r\n") } else { out }
}

/// The declarations and comments of `text` on whose lines `range` lies, laid out: what is to be replaced, and by what.
pub fn format_range(text: &str, range: Range<usize>, width: usize) -> (Range<usize>, String) {
    let units: Vec<Range<usize>> = layout::declarations(text)
        .into_iter()
        .chain(crate::comments(text))
        .map(|unit| lines(text, unit.start, unit.end))
        .collect();
    let mut stretch = lines(text, range.start, range.end);
    // What shares a line with another is laid out with it.
    while let Some(unit) = units.iter().find(|unit| meet(unit, &stretch) && !covers(&stretch, unit)) {
        stretch = stretch.start.min(unit.start)..stretch.end.max(unit.end);
    }
    // Blank lines around it are not of it.
    let start = stretch.end - text[stretch.clone()].trim_start().len();
    let end = stretch.start + text[stretch.clone()].trim_end().len();
    if start >= end {
        return (range.start..range.start, String::new());
    }
    let stretch = lines(text, start, end);
    (stretch.clone(), format(&text[stretch], width))
}

/// The whole lines from the one of `start` to the one of `end`.
fn lines(text: &str, start: usize, end: usize) -> Range<usize> {
    let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let to = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    from..to
}

fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn covers(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start <= other.start && other.end <= one.end
}

/// A byte order mark, which some editors put at the head of a file.
const MARK: &str = "\u{feff}";

/// Whether both have the same characters but for space and separators, and the same comments: what stands behind `//` is in it.
fn same(one: &str, other: &str) -> bool {
    let told = |c: &char| !c.is_whitespace() && *c != ',';
    one.chars().filter(told).eq(other.chars().filter(told)) && comments(one).eq(comments(other))
}

/// The comments of `text`, without space.
fn comments(text: &str) -> impl Iterator<Item = String> {
    crate::comments(text).into_iter().map(|range| text[range].split_whitespace().collect())
}
