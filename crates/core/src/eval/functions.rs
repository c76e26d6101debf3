//! The functions of the language.

use std::collections::HashSet;
use std::sync::Arc;

use super::expr::same;
use super::numbers;
use super::tristate::{Tristate, all, any, both};
use super::{BUDGET, Evaluator, Scope};
use crate::codegen::{Form, Rendered};
use crate::library::Watched;
use crate::types::{Pattern, quoted};
use crate::value::{Condition, Element, Entry, Object, Residual, Value, ValueKind};
use relc_schema::SchemaRef;
use relc_syntax::ast::Arg;
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::source::Span;

/// The names of the functions, sorted.
pub const FUNCTIONS: &[&str] = &[
    "all",
    "any",
    "decimal",
    "given",
    "includes",
    "join",
    "last",
    "len",
    "live",
    "lower",
    "matches",
    "merge",
    "nonempty",
    "number",
    "object",
    "regex",
    "repeated",
    "seconds",
    "short",
    "split",
    "startsWith",
    "sum",
    "template",
    "text",
    "watch",
    "weight",
    "yaml",
];

impl Evaluator<'_> {
    pub(super) fn function(&self, name: &str, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        let values: Vec<Value> = args.iter().map(|arg| self.eval(&arg.value, scope)).collect();
        if FUNCTIONS.binary_search(&name).is_err() {
            let message = format!("fragment or function `{name}` not found");
            let error = Diagnostic::error(Code::UnknownName, span, message);
            let error = match nearest(name, FUNCTIONS.iter().copied()) {
                _ if scope.module.items.contains_key(name) => error.help(format!("`{name}` takes no arguments here")),
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("the functions are {}", quoted(FUNCTIONS.iter().copied()))),
            };
            return Value::new(self.report(error), span);
        }
        if values.iter().any(|value| matches!(value.data, ValueKind::Error)) {
            return Value::new(ValueKind::Error, span);
        }
        match (name, values.as_slice()) {
            ("merge", values) => values.iter().fold(Value::null(span), |base, over| self.merge(base, over, span)),
            ("nonempty", [value]) => nonempty(value, span),
            ("all", [list]) => Value::new(all(truths(list)).into_data(), span),
            ("any", [list]) => Value::new(any(truths(list)).into_data(), span),
            ("len", [value]) => match length(value) {
                Some(length) => Value::new(ValueKind::Int(length), span),
                None => self.unfit_argument(name, "a list, a map or a string", value),
            },
            ("last", [list]) => list.as_list().and_then(<[_]>::last).map_or(Value::null(span), |e| e.value.clone()),
            ("startsWith", [text, prefix]) => {
                let starts = text.as_str().zip(prefix.as_str()).is_some_and(|(text, prefix)| text.starts_with(prefix));
                Value::new(ValueKind::Bool(starts), span)
            }
            ("matches", [text, pattern]) => self.matches(text, pattern, span),
            ("lower", [text]) => match text.as_str() {
                Some(lower) => Value::string(lower.to_lowercase(), text.span),
                None => self.unfit_argument(name, "a string", text),
            },
            ("yaml" | "template", [value]) if value.holds_error() => Value::new(ValueKind::Error, span),
            ("yaml", [value]) => self.make(value, Form::Yaml, span),
            ("template", [value]) => self.make(value, Form::Template, span),
            ("text", [value]) => only(value.as_str().is_some(), value, span),
            ("number", [value]) => only(matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_)), value, span),
            ("object", [value]) => only(value.as_object().is_some(), value, span),
            ("regex", [text]) => match text.as_str() {
                Some(text) => Value::new(ValueKind::Bool(Pattern::of_re2(text).is_ok()), span),
                None => Value::new(ValueKind::Error, span),
            },
            ("sum", [list]) => sum(list, span),
            ("decimal", [text]) => written(text, numbers::decimal, span),
            ("seconds", [text]) => written(text, numbers::seconds, span),
            ("join", [list, between]) => self.join(list, between, span),
            ("split", [text, between]) => self.split(text, between, span),
            ("includes", [whole, part]) => {
                let parts = usize::try_from(part.size(BUDGET)).unwrap_or(usize::MAX);
                match self.spend_compared(whole, parts, span) {
                    true => Value::new(ValueKind::Bool(includes(whole, part)), span),
                    false => Value::new(ValueKind::Error, span),
                }
            }
            ("repeated", [list]) => repeated(list, span),
            ("given", [value]) => Value::new(ValueKind::Bool(!value.is_null() && self.is_users(value.span)), span),
            ("watch", [value]) => self.watch(value, span),
            ("short", [value]) => self.short(value, span),
            ("weight", [value]) => self.run(name, value, span, Residual::Weight),
            ("live", [value]) => self.run(name, value, span, |at| Residual::Tristate(Condition::LiveFields(at))),
            (name, values) => {
                let wanted =
                    if matches!(name, "startsWith" | "matches" | "split") { "two arguments" } else { "one argument" };
                let message = format!("`{name}` takes {wanted}, and this gives it {}", values.len());
                Value::new(self.report(Diagnostic::error(Code::InvalidExpression, span, message)), span)
            }
        }
    }

    /// A value of a sort that the function does not take; a bare word refers to nothing.
    fn unfit_argument(&self, name: &str, wanted: &str, value: &Value) -> Value {
        let error = match &value.data {
            ValueKind::Word(word) => {
                Diagnostic::error(Code::UnknownName, value.span, format!("`{word}` refers to nothing"))
            }
            _ => {
                let message = format!("`{name}` takes {wanted}, and this is {}", value.describe());
                Diagnostic::error(Code::WrongType, value.span, message)
            }
        };
        Value::new(self.report(error), value.span)
    }

    /// What only the controller knows of a version, at the place where its weight is given.
    fn run(&self, name: &str, version: &Value, span: Span, make: impl FnOnce(usize) -> Residual) -> Value {
        let ValueKind::Version(at) = version.data else { return self.unfit_argument(name, "a version", version) };
        let weight = self.instance.and_then(|instance| instance.given.versions.get(at)).map(|version| &version.weight);
        Value::new(ValueKind::Residual(Arc::new(make(at))), weight.map_or(span, |weight| weight.span))
    }

    /// Objects merge deeply and the later wins; anything else replaces; what is absent is skipped.
    fn merge(&self, base: Value, over: &Value, span: Span) -> Value {
        match (&base.data, &over.data) {
            (_, ValueKind::Null) => base,
            (ValueKind::Object(low), ValueKind::Object(high)) => {
                if !self.spend(high.entries.len(), span) {
                    return Value::new(ValueKind::Error, span);
                }
                let mut entries = low.entries.clone();
                for entry in &high.entries {
                    self.merge_entry(&mut entries, entry, span);
                }
                let kind = high.kind.clone().or_else(|| low.kind.clone());
                // The later object is the user's where there is one: what is wrong in the whole is said there.
                Value::new(ValueKind::Object(Arc::new(Object { entries, kind })), over.span)
            }
            _ => over.clone(),
        }
    }

    fn merge_entry(&self, entries: &mut Vec<Entry>, over: &Entry, span: Span) {
        match entries.iter_mut().find(|entry| entry.key == over.key) {
            Some(known) => {
                let low = std::mem::replace(&mut known.value, Value::null(over.key_span));
                known.value = self.merge(low, &over.value, span);
                known.key_span = over.key_span;
                known.guard = both(known.guard.as_ref(), over.guard.as_ref());
            }
            None => entries.push(over.clone()),
        }
    }

    fn matches(&self, text: &Value, pattern: &Value, span: Span) -> Value {
        let (Some(text), Some(source)) = (text.as_str(), pattern.as_str()) else {
            let wrong = if text.as_str().is_none() { text } else { pattern };
            return self.unfit_argument("matches", "a string", wrong);
        };
        // Definitions ask for the same few patterns again and again.
        let compiled = if self.is_users(pattern.span) {
            Pattern::of_whole_text(source).map(Arc::new)
        } else {
            Pattern::known_of_whole_text(source)
        };
        match compiled {
            Some(compiled) => Value::new(ValueKind::Bool(compiled.is_match(text)), span),
            None => {
                let message = format!("`{source}` is not a regular expression");
                Value::new(self.report(Diagnostic::error(Code::InvalidExpression, pattern.span, message)), span)
            }
        }
    }

    fn join(&self, list: &Value, between: &Value, span: Span) -> Value {
        let (Some(elements), Some(between)) = (list.as_list(), between.as_str()) else {
            return Value::new(ValueKind::Error, span);
        };
        let texts: Vec<&str> = elements.iter().filter_map(|element| element.value.as_str()).collect();
        let bytes = texts.iter().map(|text| (text.len() + between.len()) as u64).fold(0, u64::saturating_add);
        if !self.spend_text(bytes, span) {
            return Value::new(ValueKind::Error, span);
        }
        Value::string(texts.join(between), span)
    }

    /// The parts of a text, without what is `between` them; the whole where that is nowhere in it, or empty.
    fn split(&self, text: &Value, between: &Value, span: Span) -> Value {
        let (Some(whole), Some(between)) = (text.as_str(), between.as_str()) else {
            return Value::new(ValueKind::Error, span);
        };
        let parts: Vec<&str> = if between.is_empty() { vec![whole] } else { whole.split(between).collect() };
        if !self.spend(parts.len(), span) || !self.spend_text(whole.len() as u64, span) {
            return Value::new(ValueKind::Error, span);
        }
        Value::list(parts.into_iter().map(|part| Value::string(part, text.span)).collect(), text.span)
    }

    /// A text made of `tree`, of which it is kept what it was made of.
    fn make(&self, tree: &Value, form: Form, span: Span) -> Value {
        if !self.spend_written(tree, span) {
            return Value::new(ValueKind::Error, span);
        }
        let made = Rendered::new(tree.clone(), form);
        let text = Arc::clone(&made.text);
        self.state.made.borrow_mut().push(made);
        Value::string(text, span)
    }

    fn short(&self, value: &Value, span: Span) -> Value {
        match self.watched(value) {
            Some((_, short)) => Value::string(Arc::clone(short), span),
            None => self.not_watched(span),
        }
    }

    /// How the object's kind is watched: what the controller's settings say of it.
    fn watch(&self, value: &Value, span: Span) -> Value {
        let Some((kind, short)) = self.watched(value) else { return self.not_watched(span) };
        let watches = self.instance.map_or(&[][..], |instance| &instance.plan.environment.watches);
        let Some(watch) = watches.iter().find(|watch| watch.item.short.text == *short) else {
            return self.not_watched(span);
        };
        let watched = Watched::new(&watch.item, kind);
        let text = |text: String| Value::string(text, span);
        let conditions = watched.conditions.into_iter().map(text).collect();
        let entries = [
            ("short", text(watched.short)),
            ("group", text(watched.group)),
            ("version", text(watched.version)),
            ("resource", text(watched.resource)),
            ("conditions", Value::list(conditions, span)),
        ];
        Value::object(entries.map(|(key, value)| Entry::new(key, span, value)).into(), span)
    }

    fn watched(&self, value: &Value) -> Option<&(SchemaRef, Arc<str>)> {
        let kind = value.as_object()?.kind.as_ref()?;
        self.instance?.watches.iter().find(|(watched, _)| watched == kind)
    }

    fn not_watched(&self, span: Span) -> Value {
        let message = "this object's kind has no short name";
        let help = "say `watch NAME TYPE` in the environment";
        Value::new(self.report(Diagnostic::error(Code::InvalidExpression, span, message).help(help)), span)
    }
}

/// The sum of the numbers of a list.
fn sum(list: &Value, span: Span) -> Value {
    let elements = list.as_list().unwrap_or_default().iter().map(|element| &element.value.data);
    let sum = elements.fold((0_i64, 0.0), |(whole, rest), number| match number {
        ValueKind::Int(number) => (whole.saturating_add(*number), rest),
        ValueKind::Float(number) => (whole, rest + number),
        _ => (whole, rest),
    });
    #[expect(clippy::cast_precision_loss, reason = "the sum of fractions is compared, no digit is kept")]
    let data = if sum.1 == 0.0 { ValueKind::Int(sum.0) } else { ValueKind::Float(sum.0 as f64 + sum.1) };
    Value::new(data, span)
}

/// The number that a text writes, as `read` reads it; absent where it writes none.
fn written(text: &Value, read: fn(&str) -> Option<f64>, span: Span) -> Value {
    let place = if text.is_null() { span } else { text.span };
    let Some(number) = text.as_str().and_then(read) else { return Value::null(place) };
    let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and below 2^53")]
    let data = if is_whole { ValueKind::Int(number as i64) } else { ValueKind::Float(number) };
    Value::new(data, place)
}

/// The value if it is what is asked for, else absent.
fn only(is_asked_for: bool, value: &Value, span: Span) -> Value {
    if is_asked_for { value.clone() } else { Value::null(span) }
}

/// The texts of a list, `between` each two.
/// Whether `whole` says all that `part` says, and maybe more: of an object each entry, of a list each element somewhere.
fn includes(whole: &Value, part: &Value) -> bool {
    match (&whole.data, &part.data) {
        (ValueKind::Object(whole), ValueKind::Object(part)) => {
            part.entries.iter().all(|entry| whole.get(&entry.key).is_some_and(|value| includes(value, &entry.value)))
        }
        (ValueKind::List(whole), ValueKind::List(part)) => {
            part.iter().all(|element| whole.iter().any(|other| includes(&other.value, &element.value)))
        }
        _ => same(whole, part),
    }
}

/// The texts of a list that stand in it before already.
fn repeated(list: &Value, span: Span) -> Value {
    let mut seen = HashSet::new();
    let texts = list.as_list().unwrap_or_default().iter().map(|element| &element.value);
    let again = texts.filter(|value| value.as_str().is_some_and(|text| !seen.insert(text)));
    Value::list(again.cloned().collect(), span)
}

/// The value, or absent where it is empty: where only the controller knows, guarded by that.
fn nonempty(value: &Value, span: Span) -> Value {
    let guards: Vec<Option<Arc<Condition>>> = match &value.data {
        ValueKind::List(elements) => elements.iter().map(|element: &Element| element.guard.clone()).collect(),
        ValueKind::Object(object) => object.entries.iter().map(|entry| entry.guard.clone()).collect(),
        ValueKind::Guarded(guarded) => {
            let inner = nonempty(&guarded.1, span);
            let Some(outer) = both(Some(&Arc::new(guarded.0.clone())), guard_of(&inner).as_ref()) else {
                return Value::null(span);
            };
            return guard_with((*outer).clone(), unguarded(inner), span);
        }
        ValueKind::String(text) if text.is_empty() => return Value::null(span),
        _ => return value.clone(),
    };
    let presence = guards.into_iter().map(|guard| match guard {
        Some(condition) => Tristate::Residual((*condition).clone()),
        None => Tristate::Known(true),
    });
    match any(presence) {
        Tristate::Known(true) | Tristate::Error => value.clone(),
        Tristate::Known(false) => Value::null(span),
        Tristate::Residual(condition) => guard_with(condition, value.clone(), span),
    }
}

fn guard_with(condition: Condition, value: Value, span: Span) -> Value {
    if value.is_null() { value } else { Value::new(ValueKind::Guarded(Arc::new((condition, value))), span) }
}

fn guard_of(value: &Value) -> Option<Arc<Condition>> {
    match &value.data {
        ValueKind::Guarded(guarded) => Some(Arc::new(guarded.0.clone())),
        _ => None,
    }
}

fn unguarded(value: Value) -> Value {
    match &value.data {
        ValueKind::Guarded(guarded) => guarded.1.clone(),
        _ => value,
    }
}

fn truths(list: &Value) -> Vec<Tristate> {
    let elements = list.as_list().unwrap_or_default();
    elements
        .iter()
        .map(|element| {
            let guard = element.guard.as_ref().map(|condition| Tristate::Residual((**condition).clone()));
            all(guard.into_iter().chain([Tristate::of(&element.value)]))
        })
        .collect()
}

/// How many there are; nothing in what is absent.
fn length(value: &Value) -> Option<i64> {
    let count = match &value.data {
        ValueKind::List(elements) => elements.len(),
        ValueKind::Object(object) => object.entries.len(),
        ValueKind::String(text) => text.chars().count(),
        ValueKind::Null => 0,
        _ => return None,
    };
    i64::try_from(count).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_their_order() {
        assert!(FUNCTIONS.is_sorted());
    }
}
