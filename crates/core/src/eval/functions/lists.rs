//! Functions of lists.

use std::collections::HashSet;

use super::Call;
use crate::eval::Evaluator;
use crate::eval::tristate::{self, Tristate};
use crate::value::{Value, ValueKind};

pub(super) fn all(_: &Evaluator<'_>, list: &Value, call: Call) -> Value {
    Value::new(tristate::all(conditions(list)).into_data(), call.span)
}

pub(super) fn any(_: &Evaluator<'_>, list: &Value, call: Call) -> Value {
    Value::new(tristate::any(conditions(list)).into_data(), call.span)
}

fn conditions(list: &Value) -> Vec<Tristate> {
    let elements = list.as_list().unwrap_or_default();
    elements
        .iter()
        .map(|element| {
            let guard = element.guard.as_ref().map(|condition| Tristate::Residual((**condition).clone()));
            tristate::all(guard.into_iter().chain([Tristate::of(&element.value)]))
        })
        .collect()
}

pub(super) fn last(_: &Evaluator<'_>, list: &Value, call: Call) -> Value {
    list.as_list().and_then(<[_]>::last).map_or(Value::null(call.span), |element| element.value.clone())
}

pub(super) fn len(evaluator: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    let length = match &value.data {
        ValueKind::List(elements) => elements.len(),
        ValueKind::Object(object) => object.entries.len(),
        ValueKind::String(text) => text.chars().count(),
        ValueKind::Null => 0,
        _ => return evaluator.unfit_argument(call, "a list, a map or a string", value),
    };
    Value::new(ValueKind::Int(i64::try_from(length).unwrap_or(i64::MAX)), call.span)
}

pub(super) fn repeated(_: &Evaluator<'_>, list: &Value, call: Call) -> Value {
    let mut seen = HashSet::new();
    let strings = list.as_list().unwrap_or_default().iter().map(|element| &element.value);
    let again = strings.filter(|value| value.as_str().is_some_and(|text| !seen.insert(text)));
    Value::list(again.cloned().collect(), call.span)
}
