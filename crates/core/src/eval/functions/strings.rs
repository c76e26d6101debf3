//! Functions of strings.

use super::Call;
use crate::eval::Evaluator;
use crate::types::Pattern;
use crate::value::{Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic};

pub(super) fn starts_with(_: &Evaluator<'_>, string: &Value, prefix: &Value, call: Call) -> Value {
    let starts = string.as_str().zip(prefix.as_str()).is_some_and(|(string, prefix)| string.starts_with(prefix));
    Value::new(ValueKind::Bool(starts), call.span)
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
    let strings: Vec<&str> = elements.iter().filter_map(|element| element.value.as_str()).collect();
    let bytes = strings.iter().map(|string| (string.len() + separator.len()) as u64).fold(0, u64::saturating_add);
    if !evaluator.spend_text(bytes, call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    Value::string(strings.join(separator), call.span)
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
