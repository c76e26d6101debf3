//! Conditions: folded where they are known, kept where only the controller knows.

use std::sync::Arc;

use crate::value::{Condition, Residual, Value, ValueKind};

/// The value of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Tristate {
    /// Known now.
    Known(bool),
    /// Known to the controller.
    Residual(Condition),
    /// Reported already.
    Error,
}

impl Tristate {
    /// Returns the truth of `value` as a condition: a boolean itself, otherwise whether it exists.
    pub fn of(value: &Value) -> Tristate {
        match &value.data {
            ValueKind::Bool(known) => Tristate::Known(*known),
            ValueKind::Null => Tristate::Known(false),
            ValueKind::Error => Tristate::Error,
            ValueKind::Residual(run) => match &**run {
                Residual::Tristate(condition) => Tristate::Residual(condition.clone()),
                Residual::Weight(_) | Residual::Text(_) => Tristate::Known(true),
            },
            ValueKind::Guarded(guarded) => Tristate::Residual(guarded.0.clone()),
            ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Word(_)
            | ValueKind::List(_)
            | ValueKind::Object(_)
            | ValueKind::Version(_) => Tristate::Known(true),
        }
    }

    /// As a value.
    pub fn into_data(self) -> ValueKind {
        match self {
            Tristate::Known(known) => ValueKind::Bool(known),
            Tristate::Residual(condition) => ValueKind::Residual(Arc::new(Residual::Tristate(condition))),
            Tristate::Error => ValueKind::Error,
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Tristate {
        match self {
            Tristate::Known(known) => Tristate::Known(!known),
            Tristate::Residual(Condition::Not(inner)) => Tristate::Residual(*inner),
            Tristate::Residual(condition) => Tristate::Residual(Condition::Not(Box::new(condition))),
            Tristate::Error => Tristate::Error,
        }
    }
}

/// Returns true if all hold; known parts are folded.
pub fn all(parts: impl IntoIterator<Item = Tristate>) -> Tristate {
    combine(parts, true, Condition::All)
}

/// Returns true if at least one holds; known parts are folded.
pub fn any(parts: impl IntoIterator<Item = Tristate>) -> Tristate {
    combine(parts, false, Condition::Any)
}

fn combine(
    parts: impl IntoIterator<Item = Tristate>,
    neutral: bool,
    join: fn(Arc<[Condition]>) -> Condition,
) -> Tristate {
    let mut open: Vec<Condition> = Vec::new();
    for part in parts {
        match part {
            Tristate::Known(known) if known == neutral => {}
            Tristate::Known(decided) => return Tristate::Known(decided),
            Tristate::Residual(condition) if open.contains(&condition) => {}
            Tristate::Residual(condition) => open.push(condition),
            Tristate::Error => return Tristate::Error,
        }
    }
    match open.len() {
        0 => Tristate::Known(neutral),
        1 => Tristate::Residual(open.remove(0)),
        _ => Tristate::Residual(join(open.into())),
    }
}

/// Both guards together.
pub fn both(outer: Option<&Arc<Condition>>, inner: Option<&Arc<Condition>>) -> Option<Arc<Condition>> {
    match (outer, inner) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(Arc::clone(one)),
        (Some(outer), Some(inner)) => {
            let parts = [outer, inner].map(|condition| Tristate::Residual((**condition).clone()));
            match all(parts) {
                Tristate::Residual(condition) => Some(Arc::new(condition)),
                Tristate::Known(_) | Tristate::Error => None,
            }
        }
    }
}
