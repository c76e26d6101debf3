//! The text of a routing template: block YAML with `{{ if }}` around whole lines.
//!
//! An action trims the white space before it (`{{-`), so its own line leaves nothing behind, and a line that it guards
//! brings its own line break. A user's text is always in double quotes, with `{` and `<` escaped.

use std::fmt::Write as _;

use super::scalar;
use super::yaml::spaces;
use crate::value::{Condition, Data, Element, Entry, Run, Value};

/// Writes the template of `value`, an object with an entry that is always there, with a newline at its end.
pub fn template(value: &Value, out: &mut String) {
    match &value.data {
        Data::Object(object) => entries(&object.entries, 0, out),
        _ => item("", value, 0, out),
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn entries(entries: &[Entry], indent: usize, out: &mut String) {
    for entry in entries.iter().filter(|entry| !entry.value.is_null()) {
        let mut key = String::new();
        if scalar::is_plain(&entry.key) {
            key.push_str(&entry.key);
        } else {
            scalar::quote_for_template(&entry.key, &mut key);
        }
        key.push(':');
        guarded(entry.guard.as_deref(), indent, out, |out| item(&key, &entry.value, indent, out));
    }
}

fn elements(elements: &[Element], indent: usize, out: &mut String) {
    for element in elements.iter().filter(|element| !element.value.is_null()) {
        guarded(element.guard.as_deref(), indent, out, |out| item("-", &element.value, indent, out));
    }
}

fn guarded(guard: Option<&Condition>, indent: usize, out: &mut String, body: impl FnOnce(&mut String)) {
    let Some(condition) = guard else { return body(out) };
    action(indent, &format!("if {}", expression(condition)), out);
    body(out);
    action(indent, "end", out);
}

/// An action on a line of its own.
fn action(indent: usize, text: &str, out: &mut String) {
    spaces(indent, out);
    out.push_str("{{- ");
    out.push_str(text);
    out.push_str(" }}\n");
}

/// One entry or element: its marker (`key:` or `-`) and its value.
fn item(marker: &str, value: &Value, indent: usize, out: &mut String) {
    let (guards, empty) = match &value.data {
        Data::Object(object) => (object.entries.iter().map(|entry| entry.guard.as_deref()).collect::<Vec<_>>(), "{}"),
        Data::List(elements) => (elements.iter().map(|element| element.guard.as_deref()).collect(), "[]"),
        _ => return scalar_line(marker, value, indent, out),
    };
    if guards.is_empty() {
        return line(marker, empty, indent, out);
    }
    let all: Option<Vec<Condition>> = guards.into_iter().map(Option::<&Condition>::cloned).collect();
    match all {
        None => nested(marker, value, indent, out),
        // Every part may be missing: then it is empty, not absent.
        Some(conditions) => {
            let any = if conditions.len() == 1 { conditions[0].clone() } else { Condition::Any(conditions) };
            action(indent, &format!("if {}", expression(&any)), out);
            nested(marker, value, indent, out);
            action(indent, "else", out);
            line(marker, empty, indent, out);
            action(indent, "end", out);
        }
    }
}

fn line(marker: &str, text: &str, indent: usize, out: &mut String) {
    spaces(indent, out);
    out.push_str(marker);
    out.push(' ');
    out.push_str(text);
    out.push('\n');
}

/// A block under its marker. Behind `-` its first line goes on, unless that is guarded.
fn nested(marker: &str, value: &Value, indent: usize, out: &mut String) {
    let mut body = String::new();
    let is_element = marker == "-";
    let deeper = match &value.data {
        Data::List(_) if !is_element => indent,
        _ => indent + 2,
    };
    match &value.data {
        Data::Object(object) => entries(&object.entries, deeper, &mut body),
        Data::List(list) => elements(list, deeper, &mut body),
        _ => {}
    }
    spaces(indent, out);
    out.push_str(marker);
    if is_element && !body[deeper..].starts_with("{{-") {
        out.push(' ');
        out.push_str(&body[deeper..]);
    } else {
        out.push('\n');
        out.push_str(&body);
    }
}

fn scalar_line(marker: &str, value: &Value, indent: usize, out: &mut String) {
    let mut text = String::new();
    match &value.data {
        Data::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Data::Int(number) => text.push_str(&number.to_string()),
        Data::Float(number) => scalar::float(*number, &mut text),
        Data::String(string) | Data::Word(string) => scalar::quote_for_template(string, &mut text),
        Data::Run(run) => match &**run {
            // Writing to a string does not fail.
            Run::Weight(at) => drop(write!(text, "{{{{ index .Weights {at} }}}}")),
            Run::Truth(condition) => {
                drop(write!(text, "{{{{ if {} }}}}true{{{{ else }}}}false{{{{ end }}}}", expression(condition)));
            }
        },
        Data::Guarded(guarded) => {
            return self::guarded(Some(&guarded.0), indent, out, |out| item(marker, &guarded.1, indent, out));
        }
        // Nothing else stands in a route; objects and lists are not scalars.
        Data::Null | Data::List(_) | Data::Object(_) | Data::Version(_) | Data::Error => text.push_str("null"),
    }
    line(marker, &text, indent, out);
}

/// A condition in the words of Go's templates.
fn expression(condition: &Condition) -> String {
    let join = |word: &str, parts: &[Condition]| {
        let parts: Vec<String> = parts.iter().map(|part| format!("({})", expression(part))).collect();
        format!("{word} {}", parts.join(" "))
    };
    match condition {
        Condition::Live(at) => format!("gt (index .Weights {at}) 0"),
        Condition::Not(inner) => format!("not ({})", expression(inner)),
        Condition::All(parts) => join("and", parts),
        Condition::Any(parts) => join("or", parts),
    }
}
