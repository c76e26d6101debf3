//! Edits of YAML blocks.

use super::{cut, is_blank, range};
use crate::nodes::{Kind, Node, Tree};
use relc_syntax::diagnostic::Edit;
use relc_syntax::source::Span;

/// Removes an entry of a block map.
pub(super) fn remove_entry(tree: &Tree<'_>, map: &Node, entry: &Node) -> Option<Vec<Edit>> {
    let (start, end) = range(entry);
    if has_anchor(&tree.text[start..end]) {
        return None;
    }
    if map.value.start == entry.span.start && map.value.end <= entry.span.end {
        return Some(vec![emptied(tree, map, entry.span, "{}")]);
    }
    if tree.begins_line(start) {
        return remove_lines(tree, start, end);
    }
    is_dashes(&tree.text[tree.line_start(start)..start]).then_some(())?;
    behind_dash(tree, map, start, end)
}

/// Removes an element of a block list.
pub(super) fn remove_element(tree: &Tree<'_>, list: &Node, element: &Node) -> Option<Vec<Edit>> {
    let (start, end) = range(element);
    let before = tree.text[..start].trim_end();
    if !before.ends_with('-') || has_anchor(&tree.text[start..end]) {
        return None;
    }
    let dash = before.len() - 1;
    if list.children.len() == 1 {
        let all = Span::new(tree.file, dash, end);
        return Some(vec![emptied(tree, list, all, "[]")]);
    }
    if tree.begins_line(dash) {
        return remove_lines(tree, dash, end);
    }
    is_dashes(&tree.text[tree.line_start(dash)..dash]).then_some(())?;
    behind_dash(tree, list, dash, end)
}

/// Adds an entry to a block map: after its last line, or if that is part of a multi-line string, before the entry
/// `beside`.
pub(super) fn insert(tree: &Tree<'_>, map: &Node, beside: &Node, entry: &str) -> Option<Vec<Edit>> {
    let first = map.children.first()?;
    let column = tree.text[tree.line_start(range(first).0)..range(first).0].chars().count();
    let indent = " ".repeat(column);
    let last = map.children.last()?;
    let end = range(last).1;
    let newline = tree.newline();
    let edit = match tree.comment_or_end(end) {
        Some(_) if !ends_with_block_text(tree, last) && map.value.end <= last.span.end => {
            let at = tree.line_end(end);
            Edit { span: Span::new(tree.file, at, at), text: format!("{newline}{indent}{entry}") }
        }
        _ => Edit { span: beside.span.at_start(), text: format!("{entry}{newline}{indent}") },
    };
    Some(vec![edit])
}

/// Returns true if the last value in `node` is a multi-line string, which ends at the next line with less indentation.
fn ends_with_block_text(tree: &Tree<'_>, node: &Node) -> bool {
    match node.children.last() {
        Some(last) => ends_with_block_text(tree, last),
        None => tree.begins_line(node.value.start as usize) || tree.text[node.value.range()].contains('\n'),
    }
}

/// Returns the edit for a collection whose only item, at `all`, is removed: it becomes an empty collection.
fn emptied(tree: &Tree<'_>, collection: &Node, all: Span, empty: &str) -> Edit {
    let key_end = collection.key.filter(|_| collection.kind == Kind::Entry).map(|key| key.end as usize);
    let colon = key_end.map(|end| (end, tree.text[end..all.start as usize].trim()));
    match colon {
        // On the line of the key, if only the colon is between them.
        Some((end, ":")) => {
            let at = end + tree.text[end..].find(':').map_or(0, |colon| colon + 1);
            Edit { span: Span::new(tree.file, at, all.end as usize), text: format!(" {empty}") }
        }
        _ => Edit { span: all, text: empty.to_owned() },
    }
}

/// Removes the lines from that of `start`, which must be first on its line, to that of `end`, except for a comment at
/// the end.
fn remove_lines(tree: &Tree<'_>, start: usize, end: usize) -> Option<Vec<Edit>> {
    let comment = tree.comment_or_end(end)?;
    if comment < tree.line_end(end) {
        return Some(vec![cut(tree, start, comment)]);
    }
    let next = tree.next_line(end);
    let first = tree.line_start(start);
    // If the last line has no line break, the preceding line break is removed.
    let ends_text = !tree.text[..next].ends_with('\n');
    Some(vec![cut(tree, if ends_text { first.saturating_sub(1) } else { first }, next)])
}

/// Removes the first item of a collection that starts after a dash, so that the next one moves there.
fn behind_dash(tree: &Tree<'_>, collection: &Node, start: usize, end: usize) -> Option<Vec<Edit>> {
    let (next, comment) = tree.skip(end);
    if next >= collection.value.end as usize {
        return None;
    }
    if !comment {
        return Some(vec![cut(tree, start, next)]);
    }
    let comment = tree.comment_or_end(end)?;
    let blank = comment == tree.line_end(end);
    let start = if blank { tree.text[..start].trim_end().len() } else { start };
    Some(vec![cut(tree, start, comment)])
}

/// Returns true if `prefix` contains only the dashes of lists.
fn is_dashes(prefix: &str) -> bool {
    prefix.split(' ').all(|word| word.is_empty() || word == "-") && !is_blank(prefix)
}

/// Returns true if `text` contains an anchor.
fn has_anchor(text: &str) -> bool {
    text.split(char::is_whitespace).any(|word| word.trim_start_matches(['[', '{', ',']).starts_with('&'))
}
