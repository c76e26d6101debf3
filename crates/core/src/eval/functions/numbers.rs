//! Functions of numbers, and of strings that write numbers.

use super::Call;
use crate::eval::{Evaluator, numbers};
use crate::value::{Value, ValueKind};

pub(super) fn sum(_: &Evaluator<'_>, list: &Value, call: Call) -> Value {
    let elements = list.as_list().unwrap_or_default().iter().map(|element| &element.value.data);
    let sum = elements.fold((0_i64, 0.0), |(whole, rest), number| match number {
        ValueKind::Int(number) => (whole.saturating_add(*number), rest),
        ValueKind::Float(number) => (whole, rest + number),
        _ => (whole, rest),
    });
    #[expect(clippy::cast_precision_loss, reason = "the sum of fractions is compared, no digit is kept")]
    let data = if sum.1 == 0.0 { ValueKind::Int(sum.0) } else { ValueKind::Float(sum.0 as f64 + sum.1) };
    Value::new(data, call.span)
}

pub(super) fn decimal(_: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    read(string, numbers::decimal, call)
}

pub(super) fn seconds(_: &Evaluator<'_>, string: &Value, call: Call) -> Value {
    read(string, numbers::seconds, call)
}

/// The number that `reader` finds in a string; absent if it finds none.
fn read(string: &Value, reader: fn(&str) -> Option<f64>, call: Call) -> Value {
    let span = if string.is_null() { call.span } else { string.span };
    let Some(number) = string.as_str().and_then(reader) else { return Value::null(span) };
    let is_whole = number.fract() == 0.0 && number.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and below 2^53")]
    let data = if is_whole { ValueKind::Int(number as i64) } else { ValueKind::Float(number) };
    Value::new(data, span)
}
