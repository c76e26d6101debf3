//! Functions of strings.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as STANDARD;

use super::Call;
use crate::codegen::RunText;
use crate::eval::Evaluator;
use crate::types::Pattern;
use crate::value::{Element, Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic};

pub(super) fn starts_with(_: &Evaluator<'_>, string: &Value, prefix: &Value, call: Call) -> Value {
    compared(string, prefix, call, |string, prefix| string.starts_with(prefix))
}

pub(super) fn ends_with(_: &Evaluator<'_>, string: &Value, suffix: &Value, call: Call) -> Value {
    compared(string, suffix, call, |string, suffix| string.ends_with(suffix))
}

pub(super) fn contains(_: &Evaluator<'_>, string: &Value, part: &Value, call: Call) -> Value {
    compared(string, part, call, |string, part| string.contains(part))
}

/// Whether `holds` is true of two strings; false where one is absent.
fn compared(one: &Value, other: &Value, call: Call, holds: fn(&str, &str) -> bool) -> Value {
    let holds = one.as_str().zip(other.as_str()).is_some_and(|(one, other)| holds(one, other));
    Value::new(ValueKind::Bool(holds), call.span)
}

pub(super) fn lower(evaluator: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    match string.as_str() {
        Some(text) => Value::string(text.to_lowercase(), string.span),
        None => evaluator.unfit_argument(call, "a string", string),
    }
}

pub(super) fn regex(_: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    match string.as_str() {
        Some(text) => Value::new(ValueKind::Bool(Pattern::of_re2(text).is_ok()), call.span),
        None => Value::new(ValueKind::Error, call.span),
    }
}

pub(super) fn matches(evaluator: &Evaluator<'_>, string: &Value, pattern: &Value, call: Call) -> Value {
    let (Some(text), Some(source)) = (string.as_str(), pattern.as_str()) else {
        let wrong = if string.as_str().is_none() { string } else { pattern };
        return evaluator.unfit_argument(call, "a string", wrong);
    };
    // Definitions ask for the same few patterns again and again.
    let matches = if evaluator.is_users(pattern.span) {
        Pattern::of_whole_text(source).map(|pattern| pattern.is_match(text))
    } else {
        let known = Pattern::known_of_whole_text(source);
        known.is_valid().then(|| known.is_match(text))
    };
    match matches {
        Some(matches) => Value::new(ValueKind::Bool(matches), call.span),
        None => {
            let message = format!("`{source}` is not a regular expression");
            let error = Diagnostic::error(Code::InvalidExpression, pattern.span, message);
            Value::new(evaluator.report(error), call.span)
        }
    }
}

pub(super) fn join(evaluator: &Evaluator<'_>, list: &Value, separator: &Value, call: Call) -> Value {
    let (Some(elements), Some(separator)) = (list.as_list(), separator.as_str()) else {
        return Value::new(ValueKind::Error, call.span);
    };
    let is_run = |element: &Element| element.guard.is_some() || matches!(element.value.data, ValueKind::Residual(_));
    if elements.iter().any(is_run) {
        return joined(evaluator, elements, separator, call);
    }
    let strings: Vec<&str> = elements.iter().filter_map(|element| element.value.as_str()).collect();
    let bytes = strings.iter().map(|string| (string.len() + separator.len()) as u64).fold(0, u64::saturating_add);
    if !evaluator.spend_text(bytes, call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    Value::string(strings.join(separator), call.span)
}

/// The strings of a list of which only the controller knows some.
fn joined(evaluator: &Evaluator<'_>, elements: &[Element], separator: &str, call: Call) -> Value {
    if !evaluator.spend(elements.len(), call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    let items: Vec<_> = elements.iter().map(|element| (element.guard.as_deref().cloned(), &element.value)).collect();
    let mut text = RunText::default();
    text.separated(&items, separator, &mut |value, text| match &value.data {
        ValueKind::Residual(run) => text.push(run),
        _ => text.push_str(value.as_str().unwrap_or_default()),
    });
    text.finish(call.span)
}

pub(super) fn json(evaluator: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    if value.holds_error() || !evaluator.spend_written(value, call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    let mut text = RunText::default();
    text.json(value);
    text.finish(call.span)
}

/// The parts of a string; the whole if the separator is empty or not in it.
pub(super) fn split(evaluator: &Evaluator<'_>, string: &Value, separator: &Value, call: Call) -> Value {
    let (Some(whole), Some(separator)) = (string.as_str(), separator.as_str()) else {
        return Value::new(ValueKind::Error, call.span);
    };
    let parts: Vec<&str> = if separator.is_empty() { vec![whole] } else { whole.split(separator).collect() };
    if !evaluator.spend(parts.len(), call.span) || !evaluator.spend_text(whole.len() as u64, call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    Value::list(parts.into_iter().map(|part| Value::string(part, string.span)).collect(), string.span)
}

pub(super) fn upper(evaluator: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    made(evaluator, string, call, |text| text.to_uppercase())
}

pub(super) fn trim(evaluator: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    made(evaluator, string, call, |text| text.trim().to_owned())
}

pub(super) fn base64(evaluator: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    made(evaluator, string, call, |text| STANDARD.encode(text))
}

pub(super) fn hash(evaluator: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    made(evaluator, string, call, |text| {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
    })
}

pub(super) fn replace(evaluator: &Evaluator<'_>, [string, old, new]: [&Value; 3], call: Call) -> Value {
    let (Some(old), Some(new)) = (old.as_str().filter(|old| !old.is_empty()), new.as_str()) else {
        return string.clone();
    };
    let places = string.as_str().map_or(0, |text| text.matches(old).count() as u64);
    if !evaluator.spend_text(places.saturating_mul(new.len() as u64), call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    made(evaluator, string, call, |text| text.replace(old, new))
}

/// The string that `make` makes of another, at its place.
fn made(evaluator: &Evaluator<'_>, string: &Value, call: Call, make: impl FnOnce(&str) -> String) -> Value {
    let Some(text) = string.as_str() else { return evaluator.unfit_argument(call, "a string", string) };
    if !evaluator.spend_text(2 * text.len() as u64, call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    Value::string(make(text), string.span)
}
