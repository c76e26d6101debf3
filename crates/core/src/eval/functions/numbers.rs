//! Functions of numbers, and of strings that write numbers.

use super::Call;
use crate::eval::{Evaluator, numbers};
use crate::value::{Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic};

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

pub(super) fn add(evaluator: &Evaluator<'_>, x: &Value, y: &Value, call: Call) -> Value {
    whole(evaluator, [x, y], call, i64::checked_add)
}

pub(super) fn sub(evaluator: &Evaluator<'_>, x: &Value, y: &Value, call: Call) -> Value {
    whole(evaluator, [x, y], call, i64::checked_sub)
}

pub(super) fn mul(evaluator: &Evaluator<'_>, x: &Value, y: &Value, call: Call) -> Value {
    whole(evaluator, [x, y], call, i64::checked_mul)
}

pub(super) fn div(evaluator: &Evaluator<'_>, x: &Value, y: &Value, call: Call) -> Value {
    whole(evaluator, [x, y], call, i64::checked_div)
}

pub(super) fn rem(evaluator: &Evaluator<'_>, x: &Value, y: &Value, call: Call) -> Value {
    whole(evaluator, [x, y], call, i64::checked_rem)
}

/// The result of `operation`; an error where there is none, as for a division by 0.
fn whole(evaluator: &Evaluator<'_>, [x, y]: [&Value; 2], call: Call, operation: fn(i64, i64) -> Option<i64>) -> Value {
    let (ValueKind::Int(left), ValueKind::Int(right)) = (&x.data, &y.data) else {
        let wrong = if matches!(x.data, ValueKind::Int(_)) { y } else { x };
        return evaluator.unfit_argument(call, "whole numbers", wrong);
    };
    if let Some(result) = operation(*left, *right) {
        return Value::new(ValueKind::Int(result), call.span);
    }
    let message = match right {
        0 => format!("`{}({left}, 0)` divides by 0", call.name),
        _ => format!("`{}({left}, {right})` is too large", call.name),
    };
    Value::new(evaluator.report(Diagnostic::error(Code::InvalidExpression, call.span, message)), call.span)
}

pub(super) fn range(evaluator: &Evaluator<'_>, from: &Value, to: &Value, call: Call) -> Value {
    let (ValueKind::Int(from), ValueKind::Int(to)) = (&from.data, &to.data) else {
        return Value::new(ValueKind::Error, call.span);
    };
    let count = usize::try_from(to.saturating_sub(*from)).unwrap_or(0);
    if !evaluator.spend(count, call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    Value::list((*from..*to).map(|number| Value::new(ValueKind::Int(number), call.span)).collect(), call.span)
}
