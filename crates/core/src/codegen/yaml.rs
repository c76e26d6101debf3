//! Block YAML of one document.
//!
//! In: a finished tree. Out: text in which keys keep their order, lists are at the column of their key, and a string
//! with line breaks is a block literal if that represents it exactly.

use super::quote::{self, Inside, push};
use crate::value::{Element, Entry, Object, Value, ValueKind};
use relc_syntax::source::Span;

/// Longest key written as `key: value`: parsers search the colon within 1,024 characters, some within 128.
const LONGEST_KEY: usize = 100;

/// Appends `value` as one YAML document, with its final line break.
pub fn yaml(value: &Value, out: &mut String) {
    annotated(value, &mut |_, _| {}, out);
}

/// A line of YAML, described by what starts on it.
pub(super) struct Line<'v> {
    /// The span of the field's key; for an element of a list, of its value.
    pub field: Span,
    /// The value, with its origin.
    pub value: &'v Value,
}

/// Appends the document, and calls `margin` at the end of each line on which a field or an element starts.
pub(super) fn annotated(value: &Value, margin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    match &value.data {
        ValueKind::Object(object) if !is_empty_object(object) => entries(object, 0, margin, out),
        ValueKind::List(list) if !is_empty_list(list) => elements(list, 0, margin, out),
        _ => {
            scalar(value, None, |_| {}, out);
            out.push('\n');
        }
    }
}

/// Returns the entries that are not absent.
pub(super) fn present(object: &Object) -> impl Iterator<Item = &Entry> {
    object.entries.iter().filter(|entry| !entry.value.is_null())
}

/// Returns the elements that are not absent.
pub(super) fn present_elements(list: &[Element]) -> impl Iterator<Item = &Element> {
    list.iter().filter(|element| !element.value.is_null())
}

pub(super) fn is_empty_object(object: &Object) -> bool {
    present(object).next().is_none()
}

pub(super) fn is_empty_list(list: &[Element]) -> bool {
    present_elements(list).next().is_none()
}

/// Writes the entries of `object` at column `indent`, where the cursor already is.
fn entries(object: &Object, indent: usize, margin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    for (i, entry) in present(object).enumerate() {
        assert!(entry.guard.is_none(), "only evaluated trees are written as YAML");
        if i > 0 {
            pad(indent, out);
        }
        key(&entry.key, indent, Inside::Manifest, out);
        behind_key(entry, indent, margin, out);
    }
}

/// Writes the elements of `list` with their dashes at column `indent`, where the cursor already is.
fn elements(list: &[Element], indent: usize, margin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    for (i, element) in present_elements(list).enumerate() {
        assert!(element.guard.is_none(), "only evaluated trees are written as YAML");
        if i > 0 {
            pad(indent, out);
        }
        out.push_str("- ");
        behind_dash(&element.value, indent, margin, out);
    }
}

/// Writes `key:`, or a long key as `? key` with the colon on the next line.
pub(super) fn key(key: &str, indent: usize, inside: Inside, out: &mut String) {
    let start = out.len();
    if quote::is_plain(key) {
        out.push_str(key);
    } else {
        quote::quoted(key, inside, out);
    }
    if out.len() - start > LONGEST_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        pad(indent, out);
    }
    out.push(':');
}

/// Writes the rest of the line after `key:`, where the key is at column `indent`.
fn behind_key(entry: &Entry, indent: usize, margin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    let line = Line { field: entry.key_span, value: &entry.value };
    match &entry.value.data {
        ValueKind::Object(object) if !is_empty_object(object) => {
            margin(line, out);
            out.push('\n');
            pad(indent + 2, out);
            entries(object, indent + 2, margin, out);
        }
        ValueKind::List(list) if !is_empty_list(list) => {
            margin(line, out);
            out.push('\n');
            pad(indent, out);
            elements(list, indent, margin, out);
        }
        _ => {
            out.push(' ');
            scalar(&entry.value, Some(indent + 2), |out| margin(line, out), out);
            out.push('\n');
        }
    }
}

/// Writes the rest of the line after `- `, where the dash is at column `indent`.
fn behind_dash(value: &Value, indent: usize, margin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    match &value.data {
        ValueKind::Object(object) if !is_empty_object(object) => entries(object, indent + 2, margin, out),
        ValueKind::List(list) if !is_empty_list(list) => elements(list, indent + 2, margin, out),
        _ => {
            let line = Line { field: value.span, value };
            scalar(value, Some(indent + 2), |out| margin(line, out), out);
            out.push('\n');
        }
    }
}

/// Writes a value of one line, or a block literal with its lines at column `block`; `end` ends its first line.
fn scalar(value: &Value, block: Option<usize>, end: impl FnOnce(&mut String), out: &mut String) {
    match (&value.data, block) {
        (ValueKind::String(string) | ValueKind::Word(string), Some(indent)) if is_block(string) => {
            literal(string, indent, end, out);
            return;
        }
        (ValueKind::String(string) | ValueKind::Word(string), _) => text(string, out),
        _ => constant(value, out),
    }
    end(out);
}

/// Writes a scalar that is not a string, or an empty container.
pub(super) fn constant(value: &Value, out: &mut String) {
    match &value.data {
        ValueKind::Null => out.push_str("null"),
        ValueKind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        ValueKind::Int(number) => push(format_args!("{number}"), out),
        ValueKind::Float(number) => quote::float(*number, out),
        ValueKind::Object(_) => out.push_str("{}"),
        ValueKind::List(_) => out.push_str("[]"),
        ValueKind::String(_) | ValueKind::Word(_) => unreachable!("strings are written by their own functions"),
        ValueKind::Residual(_) | ValueKind::Guarded(_) => unreachable!("only evaluated trees are written as YAML"),
        ValueKind::Version(_) | ValueKind::Error => unreachable!("only values without errors reach the output"),
    }
}

fn text(text: &str, out: &mut String) {
    if quote::is_plain(text) {
        out.push_str(text);
    } else {
        quote::quoted(text, Inside::Manifest, out);
    }
}

/// Returns true if a block literal represents `text` exactly: every line is printable and has no trailing space, and
/// the first non-empty line is not indented, as it determines the block's column.
pub(super) fn is_block(text: &str) -> bool {
    text.contains('\n')
        && text.trim_start_matches('\n').starts_with(|c| c != ' ' && c != '\t')
        && !text.ends_with(['\t', ' '])
        && !text.contains(" \n")
        && !text.contains("\t\n")
        && text.chars().all(|c| c == '\n' || c == '\t' || quote::is_printable(c))
}

/// Writes a block literal; `end` ends its first line, and the caller its last one.
fn literal(text: &str, indent: usize, end: impl FnOnce(&mut String), out: &mut String) {
    let body = text.strip_suffix('\n').unwrap_or(text);
    out.push_str(match text.strip_suffix('\n') {
        None => "|-",
        Some(rest) if rest.ends_with('\n') => "|+",
        Some(_) => "|",
    });
    end(out);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
    }
}

pub(super) fn pad(indent: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    let mut left = indent;
    while left > SPACES.len() {
        out.push_str(SPACES);
        left -= SPACES.len();
    }
    out.push_str(&SPACES[..left]);
}
