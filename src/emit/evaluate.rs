//! A route for given weights: the residual tree, decided as the controller decides it.

use std::sync::Arc;

use crate::value::{Condition, Data, Element, Entry, Object, Run, Value};

/// The weights that the controller computes (iter8 `controllers/routemap.go`): 0 for a version that is not ready, else the
/// given weight or 1; where all are 0 the first gets 1.
pub fn weights(given: &[Option<u64>], ready: &[bool]) -> Vec<u64> {
    let weight = |(weight, ready): (&Option<u64>, &bool)| if *ready { weight.unwrap_or(1) } else { 0 };
    let mut weights: Vec<u64> = given.iter().zip(ready).map(weight).collect();
    if let Some(first) = weights.first().copied()
        && first == 0
        && weights.iter().all(|weight| *weight == 0)
    {
        weights[0] = 1;
    }
    weights
}

/// `value` under `weights`, one for each version: every guard decided, every scalar known.
pub fn evaluate(value: &Value, weights: &[u64]) -> Value {
    let data = match &value.data {
        Data::List(elements) => {
            let there = elements.iter().filter(|element| is_there(element.guard.as_ref(), weights));
            let decided = there.map(|element| Element { guard: None, value: evaluate(&element.value, weights) });
            Data::List(Arc::new(decided.collect()))
        }
        Data::Object(object) => {
            let there = object.entries.iter().filter(|entry| is_there(entry.guard.as_ref(), weights));
            let decided =
                there.map(|entry| Entry { guard: None, value: evaluate(&entry.value, weights), ..entry.clone() });
            Data::Object(Arc::new(Object { entries: decided.collect(), kind: object.kind.clone() }))
        }
        Data::Run(run) => match &**run {
            Run::Weight(at) => Data::Int(i64::try_from(weights.get(*at).copied().unwrap_or(0)).unwrap_or(i64::MAX)),
            Run::Truth(condition) => Data::Bool(holds(condition, weights)),
        },
        Data::Guarded(guarded) if holds(&guarded.0, weights) => return evaluate(&guarded.1, weights),
        Data::Guarded(_) => Data::Null,
        other => other.clone(),
    };
    Value::new(data, value.span)
}

fn is_there(guard: Option<&Arc<Condition>>, weights: &[u64]) -> bool {
    guard.is_none_or(|condition| holds(condition, weights))
}

fn holds(condition: &Condition, weights: &[u64]) -> bool {
    match condition {
        Condition::Live(at) => weights.get(*at).is_some_and(|weight| *weight > 0),
        Condition::Not(inner) => !holds(inner, weights),
        Condition::All(parts) => parts.iter().all(|part| holds(part, weights)),
        Condition::Any(parts) => parts.iter().any(|part| holds(part, weights)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_gets_everything_when_none_is_ready() {
        assert_eq!(weights(&[Some(30), Some(70)], &[false, false]), [1, 0]);
        assert_eq!(weights(&[Some(30), None], &[true, true]), [30, 1]);
        assert_eq!(weights(&[Some(0), Some(0)], &[true, true]), [1, 0]);
    }
}
