//! Routing templates: a residual tree as text that the Iter8 controller executes.
//!
//! In: a tree with guards and run-time scalars. Out: block YAML with Go template actions around whole lines.
//!
//! The controller uses html/template. Outside of tags it changes only `<`, so a text without `<` and `{{` is unchanged:
//! every string is quoted, with both escaped. Every action trims the line break before it and keeps the one after it
//! (`{{- if … }}`), so that the action's own line leaves no trace. Strings end with a quote, so a trimmed line break is
//! never part of one.

use std::borrow::Cow;

use super::quote::{self, Inside, push};
use super::yaml::{Line, constant, key, pad};
use crate::value::{Condition, Element, Entry, Residual, TextPart, Value, ValueKind};
use relc_syntax::source::Span;

/// Appends the template of `value`.
pub fn template(value: &Value, out: &mut String) {
    annotated(value, &mut |_, _| {}, out);
}

/// Appends the template, and calls `begin` before each line on which a field or an element starts.
pub(super) fn annotated(value: &Value, begin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    node(&Head { text: "", field: value.span }, 0, 0, value, &[], begin, out);
}

/// The start of a line, which is empty for the root, and the span of what starts there.
struct Head<'h> {
    text: &'h str,
    field: Span,
}

impl Head<'_> {
    fn write(&self, value: &Value, begin: &mut impl FnMut(Line, &mut String), out: &mut String) {
        if !self.text.is_empty() {
            begin(Line { field: self.field, value }, out);
            out.push_str(self.text);
        }
    }
}

/// An entry or element, with all of its guards.
struct Item<'a> {
    guard: Option<Cow<'a, Condition>>,
    /// The key, for an object.
    key: Option<&'a str>,
    /// The span of the key; in a list, of the value.
    field: Span,
    value: &'a Value,
}

impl Item<'_> {
    /// Removes from the item's guard what the conditions around it imply.
    fn inside(mut self, known: &[Condition]) -> Self {
        let guard = self.guard.take();
        self.guard = guard.and_then(|guard| match holds(&guard, known) {
            true => None,
            false => Some(rest(guard, known)),
        });
        self
    }
}

/// Returns true if a condition holds when all of `known` do.
fn holds(condition: &Condition, known: &[Condition]) -> bool {
    known.contains(condition)
        || match condition {
            Condition::All(parts) => parts.iter().all(|part| holds(part, known)),
            Condition::Any(parts) => parts.iter().any(|part| holds(part, known)) || is_certain(parts),
            Condition::LiveFields(_) | Condition::Not(_) => false,
        }
}

/// Returns true if one of the conditions always holds, as one is the opposite of another.
fn is_certain(parts: &[Condition]) -> bool {
    parts.iter().any(|part| matches!(part, Condition::Not(opposite) if parts.contains(opposite)))
}

/// Returns the part of a condition that does not follow from `known`.
fn rest<'a>(guard: Cow<'a, Condition>, known: &[Condition]) -> Cow<'a, Condition> {
    let Condition::All(parts) = &*guard else { return guard };
    let mut left: Vec<Condition> = parts.iter().filter(|part| !holds(part, known)).cloned().collect();
    match left.pop() {
        Some(only) if left.is_empty() => Cow::Owned(only),
        Some(last) => {
            left.push(last);
            Cow::Owned(Condition::All(left.into()))
        }
        None => guard,
    }
}

/// `known`, and what holds inside of `guard`.
fn with(known: &[Condition], guard: &Condition) -> Vec<Condition> {
    let mut all = known.to_vec();
    match guard {
        Condition::All(parts) => all.extend(parts.iter().cloned()),
        Condition::LiveFields(_) | Condition::Not(_) | Condition::Any(_) => {}
    }
    all.push(guard.clone());
    all
}

/// The items of a container: objects and lists differ only in what precedes each item.
struct Items<'a> {
    list: Vec<Item<'a>>,
    empty: &'static str,
    indent: usize,
}

/// Writes `head` and the value after it: entries at column `indent`, dashes at column `dashes`. What is guarded by one of `known`, the
/// conditions of the guards around it, has no guard of its own.
fn node(
    head: &Head,
    indent: usize,
    dashes: usize,
    value: &Value,
    known: &[Condition],
    begin: &mut impl FnMut(Line, &mut String),
    out: &mut String,
) {
    match items(value, indent, dashes, known) {
        None => {
            head.write(value, begin, out);
            out.push_str(if head.text.is_empty() { "" } else { " " });
            scalar(value, out);
            out.push('\n');
        }
        Some(items) if items.list.is_empty() => nothing(head, value, items.empty, begin, out),
        Some(items) => match any_guard(&items.list) {
            None => content(head, value, &items, known, begin, out),
            Some(guard) => {
                action("if", Some(&guard), out);
                content(head, value, &items, &with(known, &guard), begin, out);
                action("else", None, out);
                nothing(head, value, items.empty, begin, out);
                action("end", None, out);
            }
        },
    }
}

fn nothing(head: &Head, value: &Value, empty: &str, begin: &mut impl FnMut(Line, &mut String), out: &mut String) {
    head.write(value, begin, out);
    out.push_str(if head.text.is_empty() { "" } else { " " });
    out.push_str(empty);
    out.push('\n');
}

/// Writes the `head` of the container `value`, and its items, of which there is at least one.
fn content(
    head: &Head,
    value: &Value,
    items: &Items,
    known: &[Condition],
    begin: &mut impl FnMut(Line, &mut String),
    out: &mut String,
) {
    let mut first = String::new();
    if head.text.ends_with('-') && items.list[0].guard.is_none() {
        // The first item follows the dash on its line.
        first.push_str(head.text);
        first.push(' ');
    } else if !head.text.is_empty() {
        head.write(value, begin, out);
        out.push('\n');
    }
    // If all items have the same guard, it is already around the head.
    let shared = items.list.iter().all(|item| item.guard == items.list[0].guard);
    for (i, group) in items.list.chunk_by(|a, b| a.guard == b.guard).enumerate() {
        let guard = group[0].guard.as_deref().filter(|_| !shared);
        if guard.is_some() {
            action("if", guard, out);
        }
        let inside = guard.map_or_else(|| known.to_vec(), |guard| with(known, guard));
        for (j, item) in group.iter().enumerate() {
            let mut start = if i == 0 && j == 0 { std::mem::take(&mut first) } else { String::new() };
            if start.is_empty() {
                pad(items.indent, &mut start);
            }
            one(start, item, items.indent, &inside, begin, out);
        }
        if guard.is_some() {
            action("end", None, out);
        }
    }
}

/// Writes one item; `start` is the line up to it.
fn one(
    mut start: String,
    item: &Item,
    indent: usize,
    known: &[Condition],
    begin: &mut impl FnMut(Line, &mut String),
    out: &mut String,
) {
    let dashes = match item.key {
        Some(name) => {
            key(name, indent, Inside::Template, &mut start);
            indent
        }
        None => {
            start.push('-');
            indent + 2
        }
    };
    node(&Head { text: &start, field: item.field }, indent + 2, dashes, item.value, known, begin, out);
}

/// Returns the items of a container, without absent ones; `None` for a scalar.
fn items<'a>(value: &'a Value, indent: usize, dashes: usize, known: &[Condition]) -> Option<Items<'a>> {
    let there = |item: &Item| !item.value.is_null();
    let item = |guard, key, field, value| item(guard, key, field, value).inside(known);
    match &value.data {
        ValueKind::Object(object) => {
            let entry = |e: &'a Entry| item(e.guard.as_deref(), Some(&*e.key), e.key_span, &e.value);
            let list = object.entries.iter().map(entry).filter(there).collect();
            Some(Items { list, empty: "{}", indent })
        }
        ValueKind::List(elements) => {
            let element = |e: &'a Element| item(e.guard.as_deref(), None, e.value.span, &e.value);
            let list = elements.iter().map(element).filter(there).collect();
            Some(Items { list, empty: "[]", indent: dashes })
        }
        _ => None,
    }
}

/// Returns an item with all guards in one condition, including those of its value.
fn item<'a>(guard: Option<&'a Condition>, key: Option<&'a str>, field: Span, value: &'a Value) -> Item<'a> {
    let mut item = Item { guard: guard.map(Cow::Borrowed), key, field, value };
    while let ValueKind::Guarded(guarded) = &item.value.data {
        let (condition, inner) = &**guarded;
        item.guard = Some(match item.guard {
            None => Cow::Borrowed(condition),
            Some(outer) => Cow::Owned(Condition::All([outer.into_owned(), condition.clone()].into())),
        });
        item.value = inner;
    }
    item
}

/// Returns the condition under which at least one of `items` exists; `None`: always.
fn any_guard(items: &[Item]) -> Option<Condition> {
    let mut all: Vec<Condition> = Vec::new();
    for item in items {
        let guard = item.guard.as_deref()?;
        if !all.contains(guard) {
            all.push(guard.clone());
        }
    }
    match all.len() {
        1 => all.pop(),
        _ if is_certain(&all) => None,
        _ => Some(Condition::Any(all.into())),
    }
}

fn scalar(value: &Value, out: &mut String) {
    match &value.data {
        ValueKind::String(text) | ValueKind::Word(text) => quote::quoted(text, Inside::Template, out),
        ValueKind::Residual(run) => match &**run {
            Residual::Weight(version) => push(format_args!("{{{{ index .Weights {version} }}}}"), out),
            Residual::Tristate(condition) => {
                out.push_str("{{ if ");
                test(condition, out);
                out.push_str(" }}true{{ else }}false{{ end }}");
            }
            Residual::Text(parts) => {
                out.push('"');
                text(parts, out);
                out.push('"');
            }
        },
        _ => constant(value, out),
    }
}

/// Writes the parts of a string as they are between double quotes.
fn text(parts: &[TextPart], out: &mut String) {
    for part in parts {
        match part {
            TextPart::Known(text) => quote::escaped(text, Inside::Template, out),
            TextPart::Weight(version) => push(format_args!("{{{{ index .Weights {version} }}}}"), out),
            TextPart::If(condition, parts) => {
                out.push_str("{{ if ");
                test(condition, out);
                out.push_str(" }}");
                text(parts, out);
                out.push_str("{{ end }}");
            }
        }
    }
}

/// Writes an action on a line of its own.
fn action(word: &str, condition: Option<&Condition>, out: &mut String) {
    out.push_str("{{- ");
    out.push_str(word);
    if let Some(condition) = condition {
        out.push(' ');
        test(condition, out);
    }
    out.push_str(" }}\n");
}

/// Writes a condition as a Go template expression.
fn test(condition: &Condition, out: &mut String) {
    match condition {
        Condition::LiveFields(version) => push(format_args!("gt (index .Weights {version}) 0"), out),
        Condition::Not(inner) => joined("not", std::slice::from_ref(&**inner), out),
        Condition::All(inner) => joined("and", inner, out),
        Condition::Any(inner) => joined("or", inner, out),
    }
}

fn joined(function: &str, operands: &[Condition], out: &mut String) {
    out.push_str(function);
    for operand in operands {
        out.push_str(" (");
        test(operand, out);
        out.push(')');
    }
}
