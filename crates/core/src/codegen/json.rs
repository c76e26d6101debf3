//! JSON of one value, indented by two spaces.
//!
//! In: a finished tree. Out: its JSON, keys in their order.

use super::quote;
use super::yaml::{constant, is_empty_list, is_empty_object, pad, present, present_elements};
use crate::value::{Value, ValueKind};

/// Appends `value` as JSON, without a line break at its end.
pub fn json(value: &Value, out: &mut String) {
    json_at(value, 0, out);
}

/// Returns `value` as a tree of JSON, without what is absent.
pub fn to_json(value: &Value) -> serde_json::Value {
    match &value.data {
        ValueKind::Object(object) => {
            let entries = present(object).map(|entry| (entry.key.to_string(), to_json(&entry.value)));
            serde_json::Value::Object(entries.collect())
        }
        ValueKind::List(list) => present_elements(list).map(|element| to_json(&element.value)).collect(),
        ValueKind::String(text) | ValueKind::Word(text) => serde_json::Value::String(text.to_string()),
        ValueKind::Int(number) => serde_json::Value::from(*number),
        ValueKind::Float(number) => serde_json::Value::from(*number),
        ValueKind::Bool(truth) => serde_json::Value::Bool(*truth),
        ValueKind::Null | ValueKind::Residual(_) | ValueKind::Guarded(_) | ValueKind::Version(_) | ValueKind::Error => {
            serde_json::Value::Null
        }
    }
}

/// Appends `value` as JSON whose first line is already at column `indent`.
pub(super) fn json_at(value: &Value, indent: usize, out: &mut String) {
    match &value.data {
        ValueKind::Object(object) if !is_empty_object(object) => {
            enclosed('{', present(object), '}', indent, out, |entry, out| {
                assert!(entry.guard.is_none(), "only evaluated trees are written as JSON");
                string(&entry.key, out);
                out.push_str(": ");
                json_at(&entry.value, indent + 2, out);
            });
        }
        ValueKind::List(list) if !is_empty_list(list) => {
            enclosed('[', present_elements(list), ']', indent, out, |element, out| {
                assert!(element.guard.is_none(), "only evaluated trees are written as JSON");
                json_at(&element.value, indent + 2, out);
            });
        }
        ValueKind::String(text) | ValueKind::Word(text) => string(text, out),
        ValueKind::Float(number) => quote::float(*number, out),
        _ => constant(value, out),
    }
}

/// Writes items between brackets, one per line.
fn enclosed<T>(
    open: char,
    items: impl Iterator<Item = T>,
    close: char,
    indent: usize,
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    out.push(open);
    for (i, item) in items.enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        pad(indent + 2, out);
        write(item, out);
    }
    out.push('\n');
    pad(indent, out);
    out.push(close);
}

fn string(text: &str, out: &mut String) {
    let quoted = serde_json::to_string(text).expect("a string is always JSON");
    out.push_str(&quoted);
}
