//! Edits of a user's file that keep everything else: comments, formatting, and adjacent code.
//!
//! In: a file's [`Tree`] and the span of a key or value in it. Out: [`Edit`]s, or `None` if the change depends on more
//! than that position: an alias, an anchor, a computed value. Edits are data, and are not applied here.

pub mod assign;
mod block;
mod inline;
pub mod write;

#[cfg(test)]
mod tests;

use crate::nodes::{Kind, Node, Shape, Tree};
use crate::value::Value;
use relc_syntax::diagnostic::Edit;
use relc_syntax::source::{Span, Syntax};

/// Removes the node whose key or value is at `at`: an entry, an element, a weight, a `when`.
pub fn remove(tree: &Tree<'_>, at: Span) -> Option<Vec<Edit>> {
    let path = tree.path(at)?;
    let [.., parent, node] = path.as_slice() else { return None };
    match (node.kind, parent.shape) {
        (Kind::Entry | Kind::Shorthand | Kind::Element, Shape::Map | Shape::List) => inline::remove(tree, parent, node),
        (Kind::Entry, Shape::BlockMap) => block::remove_entry(tree, parent, node),
        (Kind::Element, Shape::BlockList) => block::remove_element(tree, parent, node),
        (Kind::Weight | Kind::When, _) => inline::remove_word(tree, parent, node),
        _ => None,
    }
}

/// Replaces the value that is at `at`, or whose key is, by `value`.
pub fn set(tree: &Tree<'_>, at: Span, value: &Value) -> Option<Vec<Edit>> {
    let node = *tree.path(at)?.last()?;
    let text = write::value(value, tree.syntax)?;
    let edit = match node.kind {
        Kind::Entry | Kind::Element | Kind::Weight | Kind::Headline => {
            if tree.syntax == Syntax::Yaml && !stands_alone(tree, node) {
                return None;
            }
            // After a colon or dash without a value, a space is needed.
            let gap = if node.value.start == node.value.end { " " } else { "" };
            Edit { span: node.value, text: format!("{gap}{text}") }
        }
        Kind::Shorthand => Edit { span: node.span.at_end(), text: format!(": {text}") },
        Kind::File | Kind::Item | Kind::Version | Kind::Fields | Kind::When | Kind::Argument => return None,
    };
    Some(vec![edit])
}

/// Returns true if only a colon or dash belongs to a YAML value: no anchor, no tag, no block scalar header.
fn stands_alone(tree: &Tree<'_>, node: &Node) -> bool {
    let start = node.value.start as usize;
    match node.key {
        Some(key) => tree.text[key.end as usize..start].trim() == ":",
        None => tree.text[..start].trim_end().ends_with(['-', '[', ',']),
    }
}

/// Adds an entry to the map that contains the entry with the key at `beside`, or sets the value of one that is there,
/// such as one without a value.
pub fn insert_beside(tree: &Tree<'_>, beside: Span, key: &str, value: &Value) -> Option<Vec<Edit>> {
    let path = tree.path(beside)?;
    let [.., parent, node] = path.as_slice() else { return None };
    if let Some(entry) = assign::child(tree, parent, key) {
        return set(tree, entry.key?, value);
    }
    let entry = format!("{}: {}", write::key(key, tree.syntax), write::value(value, tree.syntax)?);
    match parent.shape {
        Shape::BlockMap => block::insert(tree, parent, node, &entry),
        Shape::Map => inline::insert(tree, parent, &entry),
        Shape::List | Shape::BlockList | Shape::Other => None,
    }
}

/// Renames the entry with the key at `at` to `name`.
pub fn rename(tree: &Tree<'_>, at: Span, name: &str) -> Option<Vec<Edit>> {
    let node = *tree.path(at)?.last()?;
    let is_key = node.kind == Kind::Entry && node.key == Some(at);
    is_key.then(|| vec![Edit { span: at, text: write::key(name, tree.syntax) }])
}

/// Adds a weight to the version of a `.rel` file that is at `version`, or whose label is.
pub fn insert_weight(tree: &Tree<'_>, version: Span, weight: u32) -> Option<Vec<Edit>> {
    let path = tree.path(version)?;
    let node = path.iter().rev().find(|node| node.kind == Kind::Version)?;
    let edit = match node.key {
        Some(label) => Edit { span: label.at_end(), text: format!(" {weight}") },
        None => Edit { span: node.span.at_start(), text: format!("{weight} ") },
    };
    Some(vec![edit])
}

/// Removes a range of the text.
fn cut(tree: &Tree<'_>, start: usize, end: usize) -> Edit {
    Edit { span: Span::new(tree.file, start, end), text: String::new() }
}

/// Helpers for the text around a node.
impl Tree<'_> {
    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Returns the end of the line of `at`, before its line break.
    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        if self.text[at..end].ends_with('\r') { end - 1 } else { end }
    }

    /// Returns the line break of this file.
    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Returns the position after the line break of the line of `at`.
    fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// Returns true if only white space is before `at` on its line.
    fn begins_line(&self, at: usize) -> bool {
        is_blank(&self.text[self.line_start(at)..at])
    }

    /// Returns the first byte at or after `at` that is neither white space nor in a comment, and whether a comment was
    /// skipped.
    fn skip(&self, mut at: usize) -> (usize, bool) {
        let mut comment = false;
        loop {
            let rest = &self.text[at..];
            at += rest.len() - rest.trim_start().len();
            let rest = &self.text[at..];
            let length = match self.syntax {
                Syntax::Yaml if rest.starts_with('#') => rest.find('\n').unwrap_or(rest.len()),
                Syntax::Rel if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
                Syntax::Rel if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                Syntax::Yaml | Syntax::Rel => return (at, comment),
            };
            comment = true;
            at += length;
        }
    }

    /// Returns the start of the comment after `at` on its line, or the end of the line; `None` if there is anything
    /// else.
    fn comment_or_end(&self, at: usize) -> Option<usize> {
        let end = self.line_end(at);
        let rest = &self.text[at..end];
        let start = at + rest.len() - rest.trim_start().len();
        let (next, _) = self.skip(start);
        (start == end || next >= end).then_some(start)
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

fn range(node: &Node) -> (usize, usize) {
    (node.span.start as usize, node.span.end as usize)
}
