//! Functions of objects, and of values of any type.

use std::sync::Arc;

use super::Call;
use crate::eval::expr::same;
use crate::eval::tristate::{Tristate, any, both};
use crate::eval::{BUDGET, Evaluator};
use crate::value::{Condition, Element, Entry, Object, Value, ValueKind};
use relc_syntax::source::Span;

pub(super) fn given(evaluator: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    Value::new(ValueKind::Bool(!value.is_null() && evaluator.is_users(value.span)), call.span)
}

pub(super) fn text(_: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    only(value.as_str().is_some(), value, call)
}

pub(super) fn number(_: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    only(matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_)), value, call)
}

pub(super) fn object(_: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    only(value.as_object().is_some(), value, call)
}

/// The value if it is of the type that was asked for, or absent.
fn only(is_asked_for: bool, value: &Value, call: Call) -> Value {
    if is_asked_for { value.clone() } else { Value::null(call.span) }
}

pub(super) fn includes(evaluator: &Evaluator<'_>, whole: &Value, part: &Value, call: Call) -> Value {
    let parts = usize::try_from(part.size(BUDGET)).unwrap_or(usize::MAX);
    match evaluator.spend_compared(whole, parts, call.span) {
        true => Value::new(ValueKind::Bool(contains(whole, part)), call.span),
        false => Value::new(ValueKind::Error, call.span),
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (&whole.data, &part.data) {
        (ValueKind::Object(whole), ValueKind::Object(part)) => {
            part.entries.iter().all(|entry| whole.get(&entry.key).is_some_and(|value| contains(value, &entry.value)))
        }
        (ValueKind::List(whole), ValueKind::List(part)) => {
            part.iter().all(|element| whole.iter().any(|other| contains(&other.value, &element.value)))
        }
        _ => same(whole, part),
    }
}

/// Objects merge deeply and the later wins; anything else replaces; what is absent is skipped.
pub(super) fn merge(evaluator: &Evaluator<'_>, values: &[Value], call: Call) -> Value {
    values.iter().fold(Value::null(call.span), |base, over| evaluator.merge(base, over, call.span))
}

impl Evaluator<'_> {
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
                // The later object is the user's where there is one: an error in the whole is reported there.
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
}

/// The value, or absent where it is empty: where only the controller knows, guarded by that.
pub(super) fn nonempty(_: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    filled(value, call.span)
}

fn filled(value: &Value, span: Span) -> Value {
    let guards: Vec<Option<Arc<Condition>>> = match &value.data {
        ValueKind::List(elements) => elements.iter().map(|element: &Element| element.guard.clone()).collect(),
        ValueKind::Object(object) => object.entries.iter().map(|entry| entry.guard.clone()).collect(),
        ValueKind::Guarded(guarded) => {
            let inner = filled(&guarded.1, span);
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
