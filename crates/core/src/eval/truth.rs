//! Conditions: folded where they are known, kept where only the controller knows.

use std::sync::Arc;

use crate::value::{Condition, Data, Run, Value};

/// What a condition comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// Known now.
    Known(bool),
    /// Known to the controller.
    Run(Condition),
    /// Reported already.
    Error,
}

impl Truth {
    /// What `value` says as a condition: a boolean itself, anything else whether it is there.
    pub fn of(value: &Value) -> Truth {
        match &value.data {
            Data::Bool(known) => Truth::Known(*known),
            Data::Null => Truth::Known(false),
            Data::Error => Truth::Error,
            Data::Run(run) => match &**run {
                Run::Truth(condition) => Truth::Run(condition.clone()),
                Run::Weight(_) => Truth::Known(true),
            },
            Data::Guarded(guarded) => Truth::Run(guarded.0.clone()),
            Data::Int(_)
            | Data::Float(_)
            | Data::String(_)
            | Data::Word(_)
            | Data::List(_)
            | Data::Object(_)
            | Data::Version(_) => Truth::Known(true),
        }
    }

    /// As a value.
    pub fn into_data(self) -> Data {
        match self {
            Truth::Known(known) => Data::Bool(known),
            Truth::Run(condition) => Data::Run(Arc::new(Run::Truth(condition))),
            Truth::Error => Data::Error,
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Truth {
        match self {
            Truth::Known(known) => Truth::Known(!known),
            Truth::Run(Condition::Not(inner)) => Truth::Run(*inner),
            Truth::Run(condition) => Truth::Run(Condition::Not(Box::new(condition))),
            Truth::Error => Truth::Error,
        }
    }
}

/// Whether all hold: what is known is folded.
pub fn all(parts: impl IntoIterator<Item = Truth>) -> Truth {
    combine(parts, true, Condition::All)
}

/// Whether one holds at least: what is known is folded.
pub fn any(parts: impl IntoIterator<Item = Truth>) -> Truth {
    combine(parts, false, Condition::Any)
}

fn combine(parts: impl IntoIterator<Item = Truth>, neutral: bool, join: fn(Vec<Condition>) -> Condition) -> Truth {
    let mut open: Vec<Condition> = Vec::new();
    for part in parts {
        match part {
            Truth::Known(known) if known == neutral => {}
            Truth::Known(decided) => return Truth::Known(decided),
            Truth::Run(condition) if open.contains(&condition) => {}
            Truth::Run(condition) => open.push(condition),
            Truth::Error => return Truth::Error,
        }
    }
    match open.len() {
        0 => Truth::Known(neutral),
        1 => Truth::Run(open.remove(0)),
        _ => Truth::Run(join(open)),
    }
}

/// Both guards together.
pub fn both(outer: Option<&Arc<Condition>>, inner: Option<&Arc<Condition>>) -> Option<Arc<Condition>> {
    match (outer, inner) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(Arc::clone(one)),
        (Some(outer), Some(inner)) => {
            let parts = [outer, inner].map(|condition| Truth::Run((**condition).clone()));
            match all(parts) {
                Truth::Run(condition) => Some(Arc::new(condition)),
                Truth::Known(_) | Truth::Error => None,
            }
        }
    }
}
