//! Ranges to select, from the word at a position to the whole file.

use std::ops::Range;

use super::FileContext;
use super::context::touches;

/// Returns the ranges around `offset`, the innermost first; each contains the one before it.
pub fn selections(page: &FileContext<'_>, offset: usize) -> Vec<Range<usize>> {
    let whole = 0..page.text.len();
    let mut found = vec![whole];
    let mut add = |range: Range<usize>| {
        let is_inside =
            found.last().is_some_and(|last| last.start <= range.start && range.end <= last.end && *last != range);
        if is_inside && !range.is_empty() {
            found.push(range);
        }
    };
    let mut node = page.root();
    loop {
        add(node.span.range());
        for inner in [Some(node.value), node.key].into_iter().flatten().filter(|span| touches(*span, offset)) {
            add(inner.range());
        }
        match node.children.iter().rfind(|child| touches(child.span, offset)) {
            Some(inner) => node = inner,
            None => break,
        }
    }
    add(word(page.text, offset));
    found.reverse();
    found
}

fn word(text: &str, offset: usize) -> Range<usize> {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let start = offset - text[..offset].chars().rev().take_while(|c| inner(*c)).map(char::len_utf8).sum::<usize>();
    let end = offset + text[offset..].chars().take_while(|c| inner(*c)).map(char::len_utf8).sum::<usize>();
    start..end
}
