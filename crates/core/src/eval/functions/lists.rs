//! Functions of lists.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Call;
use crate::eval::Evaluator;
use crate::eval::expr::number;
use crate::eval::tristate::{self, Tristate};
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic};

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

/// The elements in their order; of equal ones, the first comes first.
pub(super) fn sort(evaluator: &Evaluator<'_>, list: &Value, call: Call) -> Value {
    let elements = list.as_list().unwrap_or_default();
    if !evaluator.spend(elements.len(), call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    let mut values: Vec<Value> = elements.iter().map(|element| element.value.clone()).collect();
    values.sort_by(|one, other| match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => one.cmp(other),
        _ => number(one).total_cmp(&number(other)),
    });
    Value::list(values, list.span)
}

/// The objects by the string at `key`, in the order of the list.
pub(super) fn group(evaluator: &Evaluator<'_>, list: &Value, key: &Value, call: Call) -> Value {
    let (Some(elements), Some(key)) = (list.as_list(), key.as_str()) else {
        return Value::new(ValueKind::Error, call.span);
    };
    if !evaluator.spend(elements.len(), call.span) {
        return Value::new(ValueKind::Error, call.span);
    }
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for element in elements {
        let named = element.value.as_object().and_then(|object| object.get(key));
        let Some((text, value)) = named.and_then(|value| Some((value.as_str()?, value))) else {
            let message = format!("an object of this list has no string `{key}`");
            let error = Diagnostic::error(Code::WrongType, element.value.span, message);
            return Value::new(evaluator.report(error), call.span);
        };
        let at = *places.entry(text).or_insert(groups.len());
        if at == groups.len() {
            groups.push((value.clone(), Vec::new()));
        }
        groups[at].1.push(element.value.clone());
    }
    let entries = groups.into_iter().filter_map(|(key, group)| {
        let text: Arc<str> = key.as_str()?.into();
        Some(Entry { key: text, key_span: key.span, value: Value::list(group, list.span), guard: None })
    });
    Value::object(entries.collect(), list.span)
}
