//! The nodes of a YAML file, from its value.

use super::{Kind, Node, Shape};
use crate::helm_values;
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::diagnostic::Code;
use relc_syntax::source::{FileId, Span};

pub(super) fn root(file: FileId, text: &str) -> Node {
    let whole = Span::new(file, 0, text.len());
    let (value, found) = helm_values::read(file, text);
    // The value of a text that is repaired on the way is not what the file contains: no edit can rely on it.
    match value.filter(|_| !found.iter().any(|found| found.code == Code::YamlSyntax)) {
        Some(value) => Node { kind: Kind::File, span: whole, ..node(Kind::File, &value, text) },
        None => Node::plain(Kind::File, whole, Shape::Other, Vec::new()),
    }
}

/// Creates the node of a value where it is written. The values of an alias and of `<<` are somewhere else.
fn node(kind: Kind, value: &Value, text: &str) -> Node {
    let span = value.span;
    let opener = text.as_bytes().get(span.start as usize).copied();
    let here = |inner: Span| span.contains(inner);
    let (shape, mut children): (Shape, Vec<Node>) = match &value.data {
        ValueKind::Object(_) | ValueKind::List(_) if opener == Some(b'*') => (Shape::Other, Vec::new()),
        ValueKind::Object(object) => {
            let entries = object.entries.iter().filter(|entry| here(entry.key_span));
            let shape = if opener == Some(b'{') { Shape::Map } else { Shape::BlockMap };
            (shape, entries.map(|entry| self::entry(entry, text)).collect())
        }
        ValueKind::List(elements) => {
            let shape = if opener == Some(b'[') { Shape::List } else { Shape::BlockList };
            (shape, elements.iter().map(|element| node(Kind::Element, &element.value, text)).collect())
        }
        _ => (Shape::Other, Vec::new()),
    };
    children.sort_by_key(|child| child.span.start);
    let span = match (shape, children.last()) {
        // If the last colon has no value, the parser's position for it is further on.
        (Shape::BlockMap | Shape::BlockList, Some(last)) if is_empty_at(value, last.span.start) => {
            Span { end: last.span.end, ..span }
        }
        _ => span,
    };
    Node::plain(kind, span, shape, children)
}

fn entry(entry: &Entry, text: &str) -> Node {
    let key = entry.key_span;
    let value = node(Kind::Entry, &entry.value, text);
    if !is_empty(&entry.value) {
        return Node { span: key.to(value.value), key: Some(key), ..value };
    }
    let colon = text[key.end as usize..].find(':').map_or(0, |at| at + 1);
    let end = Span::new(key.file, key.end as usize + colon, key.end as usize + colon);
    Node { span: key.to(end), key: Some(key), value: end, ..value }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() && value.span.start == value.span.end
}

/// Returns true if the part of the collection that starts at `start` ends with an empty value.
fn is_empty_at(collection: &Value, start: u32) -> bool {
    let last = match &collection.data {
        ValueKind::Object(object) => {
            object.entries.iter().find(|entry| entry.key_span.start == start).map(|e| &e.value)
        }
        ValueKind::List(elements) => elements.iter().find(|e| e.value.span.start == start).map(|e| &e.value),
        _ => None,
    };
    last.is_some_and(|last| is_empty(last) || ends_empty(last))
}

fn ends_empty(value: &Value) -> bool {
    match &value.data {
        ValueKind::Object(object) => {
            object.entries.last().is_some_and(|last| is_empty(&last.value) || ends_empty(&last.value))
        }
        ValueKind::List(elements) => {
            elements.last().is_some_and(|last| is_empty(&last.value) || ends_empty(&last.value))
        }
        _ => false,
    }
}
