//! Edits inside brackets, and of the parts of a version.

use super::{cut, is_blank, range};
use crate::nodes::{Kind, Node, Tree};
use relc_syntax::diagnostic::Edit;
use relc_syntax::source::{Span, Syntax};

/// Removes an item of a bracketed collection, with the comma that is no longer needed.
pub(super) fn remove(tree: &Tree<'_>, collection: &Node, part: &Node) -> Option<Vec<Edit>> {
    let (start, end) = range(part);
    let (open, close) = (collection.value.start as usize + 1, (collection.value.end as usize).checked_sub(1)?);
    if open > start || end > close || tree.text[start..end].contains('&') && tree.syntax == Syntax::Yaml {
        return None;
    }
    // A collection that was parsed in spite of an error may end before the comma after its last item.
    let comma = comma_behind(tree, end).filter(|behind| *behind <= close);
    let bare_end = comma.unwrap_or(end);
    if is_blank(&tree.text[open..start]) && is_blank(&tree.text[bare_end..close]) {
        return Some(vec![cut(tree, open, close)]);
    }
    if tree.begins_line(start)
        && let Some(edits) = on_its_lines(tree, start, end, comma)
    {
        return Some(edits);
    }
    Some(among_others(tree, collection, (start, end), comma, close))
}

/// Removes a version's weight or `when`, with the white space before it.
pub(super) fn remove_word(tree: &Tree<'_>, version: &Node, word: &Node) -> Option<Vec<Edit>> {
    let (start, end) = range(word);
    if word.kind == Kind::When {
        let before = tree.text[..start].trim_end().len();
        // The line break after a comment is kept.
        let start = if tree.text[tree.line_start(before)..before].contains("//") { start } else { before };
        return Some(vec![cut(tree, start, end)]);
    }
    let (version_start, version_end) = range(version);
    let (next, comment) = tree.skip(end);
    if comment || next >= version_end {
        // The weight may be the only item after the version's label.
        let before = tree.text[..start].trim_end().len();
        return (before > version_start).then(|| vec![cut(tree, before, end)]);
    }
    Some(vec![cut(tree, start, next)])
}

/// Adds an entry after the last one of a map in braces.
pub(super) fn insert(tree: &Tree<'_>, map: &Node, entry: &str) -> Option<Vec<Edit>> {
    let Some(last) = map.children.last() else {
        let inner = Span::new(tree.file, map.value.start as usize + 1, (map.value.end as usize).checked_sub(1)?);
        return is_blank(&tree.text[inner.range()]).then(|| vec![Edit { span: inner, text: format!(" {entry} ") }]);
    };
    let (start, end) = range(last);
    let after = comma_behind(tree, end).unwrap_or(end);
    let own_line = tree.begins_line(start) && tree.comment_or_end(after).is_some();
    let edit = match tree.syntax {
        Syntax::Rel if own_line => {
            let at = tree.line_end(after);
            let indent = &tree.text[tree.line_start(start)..start];
            Edit { span: Span::new(tree.file, at, at), text: format!("{}{indent}{entry}", tree.newline()) }
        }
        Syntax::Rel | Syntax::Yaml => Edit { span: last.span.at_end(), text: format!(", {entry}") },
    };
    Some(vec![edit])
}

/// Returns the position after the comma that follows `end`, if there is one; comments may be in between.
fn comma_behind(tree: &Tree<'_>, end: usize) -> Option<usize> {
    let (next, _) = tree.skip(end);
    tree.text[next..].starts_with(',').then_some(next + 1)
}

/// Removes an item that has its own lines.
fn on_its_lines(tree: &Tree<'_>, start: usize, end: usize, comma: Option<usize>) -> Option<Vec<Edit>> {
    let line_end = tree.line_end(end);
    let near = comma.filter(|comma| *comma <= line_end && is_blank(&tree.text[end..comma - 1]));
    let behind = near.unwrap_or(end);
    let comment = tree.comment_or_end(behind)?;
    let mut edits = if comment < line_end {
        vec![cut(tree, start, comment)]
    } else {
        vec![cut(tree, tree.line_start(start), tree.next_line(behind))]
    };
    // A comma further on would have nothing before it.
    if let (None, Some(comma)) = (near, comma) {
        edits.push(cut(tree, comma - 1, comma));
    }
    Some(edits)
}

/// Removes an item that shares its line.
fn among_others(
    tree: &Tree<'_>,
    collection: &Node,
    (start, end): (usize, usize),
    comma: Option<usize>,
    close: usize,
) -> Vec<Edit> {
    let before = collection.children.iter().map(|child| child.span.end as usize).filter(|end| *end <= start).max();
    let (next, comment) = tree.skip(comma.unwrap_or(end));
    let clean = !comment && !tree.skip(end).1;
    let stays_on_line = next < close && next <= tree.line_end(end);
    match before {
        Some(before) if !stays_on_line && is_separator(&tree.text[before..start]) => vec![cut(tree, before, end)],
        _ if clean && next < close => vec![cut(tree, start, next)],
        _ => match comma {
            Some(comma) if is_blank(&tree.text[end..comma - 1]) => vec![cut(tree, start, comma)],
            Some(comma) => vec![cut(tree, start, end), cut(tree, comma - 1, comma)],
            None => vec![cut(tree, start, end)],
        },
    }
}

/// Returns true for white space with at most one comma.
fn is_separator(text: &str) -> bool {
    matches!(text.trim(), "" | ",")
}
