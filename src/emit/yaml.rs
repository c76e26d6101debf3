//! Block YAML, as `kubectl` and Helm write it.

use super::scalar;
use crate::value::{Data, Value};

/// Writes `value` as one document, with a newline at its end.
pub fn yaml(value: &Value, out: &mut String) {
    match &value.data {
        Data::Object(object) if !object.entries.is_empty() => block(value, 0, out),
        Data::List(elements) if !elements.is_empty() => block(value, 0, out),
        _ => {
            inline(value, 0, out);
            out.push('\n');
        }
    }
}

fn block(value: &Value, indent: usize, out: &mut String) {
    match &value.data {
        Data::Object(object) => {
            for entry in object.entries.iter().filter(|entry| !entry.value.is_null()) {
                spaces(indent, out);
                key(&entry.key, out);
                after_marker(&entry.value, indent, out);
            }
        }
        Data::List(elements) => {
            for element in elements.iter().filter(|element| !element.value.is_null()) {
                spaces(indent, out);
                out.push('-');
                element_value(&element.value, indent, out);
            }
        }
        _ => {}
    }
}

/// What stands behind `key:`; a list stands as deep as its key.
fn after_marker(value: &Value, indent: usize, out: &mut String) {
    match &value.data {
        Data::Object(object) if !object.entries.is_empty() => {
            out.push('\n');
            block(value, indent + 2, out);
        }
        Data::List(elements) if !elements.is_empty() => {
            out.push('\n');
            block(value, indent, out);
        }
        _ => {
            out.push(' ');
            inline(value, indent, out);
            out.push('\n');
        }
    }
}

/// What stands behind `-`: the first line of a block on the same line.
fn element_value(value: &Value, indent: usize, out: &mut String) {
    let is_block = match &value.data {
        Data::Object(object) => !object.entries.is_empty(),
        Data::List(elements) => !elements.is_empty(),
        _ => false,
    };
    out.push(' ');
    if is_block {
        let start = out.len();
        block(value, indent + 2, out);
        out.replace_range(start..start + indent + 2, "");
    } else {
        inline(value, indent, out);
        out.push('\n');
    }
}

pub(super) fn key(text: &str, out: &mut String) {
    if scalar::is_plain(text) {
        out.push_str(text)
    } else {
        scalar::quote(text, out)
    }
    out.push(':');
}

fn inline(value: &Value, indent: usize, out: &mut String) {
    match &value.data {
        Data::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Data::Int(number) => out.push_str(&number.to_string()),
        Data::Float(number) => scalar::float(*number, out),
        Data::String(text) | Data::Word(text) => string(text, indent, out),
        Data::List(_) => out.push_str("[]"),
        Data::Object(_) => out.push_str("{}"),
        // None of these reaches a finished document; `null` is what YAML has for nothing.
        Data::Null | Data::Run(_) | Data::Guarded(_) | Data::Version(_) | Data::Error => out.push_str("null"),
    }
}

fn string(text: &str, indent: usize, out: &mut String) {
    if scalar::is_plain(text) {
        out.push_str(text);
    } else if is_literal(text) {
        literal(text, indent, out);
    } else {
        scalar::quote(text, out);
    }
}

/// Whether `text` can stand as a literal block: lines of printable characters, the first neither empty nor indented, none
/// of spaces alone, no tabs.
fn is_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && text.chars().all(|c| c == '\n' || scalar::is_printable(c))
        && text.split('\n').all(|line| line.is_empty() || !line.trim_matches(' ').is_empty())
}

fn literal(text: &str, indent: usize, out: &mut String) {
    let body = text.trim_end_matches('\n');
    out.push('|');
    match text.len() - body.len() {
        0 => out.push('-'),
        1 => {}
        _ => out.push('+'),
    }
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            spaces(indent + 2, out);
            out.push_str(line);
        }
    }
    // The line break of the last line is the caller's; those that are kept stand behind it.
    for _ in 1..text.len() - body.len() {
        out.push('\n');
    }
}

pub(super) fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}
