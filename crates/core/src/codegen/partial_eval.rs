//! Resolves a residual tree for given weights.
//!
//! In: a tree with guards and run-time scalars, and the weights that the controller computes. Out: the plain tree that
//! the routing template of the same tree yields for these weights.

use std::sync::Arc;

use crate::value::{Condition, Element, Entry, Object, Residual, TextPart, Value, ValueKind};

/// Returns the weights that the controller computes: 0 for a version that is not ready, otherwise its own weight or 1;
/// and if all are 0, 1 for the first version.
pub fn weights(given: &[Option<u64>], ready: &[bool]) -> Vec<u64> {
    let mut weights: Vec<u64> =
        given.iter().zip(ready).map(|(weight, ready)| if *ready { weight.unwrap_or(1) } else { 0 }).collect();
    if weights.iter().all(|weight| *weight == 0)
        && let Some(first) = weights.first_mut()
    {
        *first = 1;
    }
    weights
}

/// Every set of ready versions, of `count` versions.
pub fn every_set(count: usize) -> Vec<Vec<bool>> {
    (0..1_usize << count).map(|mask| (0..count).map(|at| mask & (1 << at) != 0).collect()).collect()
}

/// Largest number of versions of which each is alone in one of the [`few_sets`], and missing in another.
const MAX_EACH: usize = 32;

/// The sets of ready versions that differ most: none, all, each version alone, and each one missing. Of many versions the first and
/// the last are, and of any two versions, one set has the one and not the other.
pub fn few_sets(count: usize) -> Vec<Vec<bool>> {
    let ones: Vec<usize> = (0..count).filter(|at| count <= MAX_EACH || *at == 0 || *at == count - 1).collect();
    let alone = ones.iter().map(|one| (0..count).map(|at| at == *one).collect());
    let missing = ones.iter().map(|one| (0..count).map(|at| at != *one).collect());
    let bits = (0..usize::BITS).take_while(|bit| count > MAX_EACH && count >> bit > 0);
    let halves = bits.flat_map(|bit| [0, 1].map(|side| (0..count).map(|at| (at >> bit) & 1 == side).collect()));
    let whole = [vec![false; count], vec![true; count]];
    whole.into_iter().chain(alone).chain(missing).chain(halves).collect()
}

/// Returns true if `condition` holds for these weights.
pub fn holds(condition: &Condition, weights: &[u64]) -> bool {
    match condition {
        Condition::LiveFields(version) => weight(*version, weights) > 0,
        Condition::Not(inner) => !holds(inner, weights),
        Condition::All(inner) => inner.iter().all(|condition| holds(condition, weights)),
        Condition::Any(inner) => inner.iter().any(|condition| holds(condition, weights)),
    }
}

/// Resolves every guard and run-time scalar for these weights. Absent values are omitted from objects and lists, and
/// null at the root. Subtrees that don't depend on weights are shared, not copied.
pub fn evaluate(value: &Value, weights: &[u64]) -> Value {
    decided(value, weights).unwrap_or_else(|| value.clone())
}

/// Resolves `value`; returns `None` if it doesn't change.
fn decided(value: &Value, weights: &[u64]) -> Option<Value> {
    let data = match &value.data {
        ValueKind::List(list) => ValueKind::List(Arc::new(elements(list, weights)?)),
        ValueKind::Object(object) => ValueKind::Object(Arc::new(entries(object, weights)?)),
        ValueKind::Residual(run) => scalar(run, weights),
        ValueKind::Guarded(guarded) => {
            let (condition, inner) = &**guarded;
            return Some(if holds(condition, weights) { evaluate(inner, weights) } else { Value::null(value.span) });
        }
        ValueKind::Null
        | ValueKind::Bool(_)
        | ValueKind::Int(_)
        | ValueKind::Float(_)
        | ValueKind::String(_)
        | ValueKind::Word(_)
        | ValueKind::Version(_)
        | ValueKind::Error => return None,
    };
    Some(Value { data, span: value.span })
}

/// The result for an entry or element.
enum Decided {
    Stays,
    Becomes(Value),
    Goes,
}

fn decide(guard: Option<&Arc<Condition>>, value: &Value, weights: &[u64]) -> Decided {
    if !guard.is_none_or(|condition| holds(condition, weights)) {
        return Decided::Goes;
    }
    let known = decided(value, weights);
    if known.as_ref().unwrap_or(value).is_null() {
        return Decided::Goes;
    }
    match known {
        Some(value) => Decided::Becomes(value),
        None if guard.is_some() => Decided::Becomes(value.clone()),
        None => Decided::Stays,
    }
}

/// Returns the remaining items with their values; `None` if nothing changes.
fn kept<T: Clone>(items: &[T], decide: impl Fn(&T) -> Decided, with: impl Fn(&T, Value) -> T) -> Option<Vec<T>> {
    let mut copy: Option<Vec<T>> = None;
    for (at, item) in items.iter().enumerate() {
        let next = match decide(item) {
            Decided::Stays if copy.is_none() => continue,
            Decided::Stays => Some(item.clone()),
            Decided::Becomes(value) => Some(with(item, value)),
            Decided::Goes => None,
        };
        copy.get_or_insert_with(|| items[..at].to_vec()).extend(next);
    }
    copy
}

fn weight(version: usize, weights: &[u64]) -> u64 {
    *weights.get(version).expect("there is a weight for each version of the release")
}

fn scalar(run: &Residual, weights: &[u64]) -> ValueKind {
    match run {
        // The weights of a routemap are 32-bit integers.
        Residual::Weight(version) => ValueKind::Int(i64::try_from(weight(*version, weights)).unwrap_or(i64::MAX)),
        Residual::Tristate(condition) => ValueKind::Bool(holds(condition, weights)),
        Residual::Text(parts) => {
            let mut out = String::new();
            text(parts, weights, &mut out);
            ValueKind::String(out.into())
        }
    }
}

fn text(parts: &[TextPart], weights: &[u64], out: &mut String) {
    for part in parts {
        match part {
            TextPart::Known(text) => out.push_str(text),
            TextPart::Weight(version) => out.push_str(&weight(*version, weights).to_string()),
            TextPart::If(condition, parts) if holds(condition, weights) => text(parts, weights, out),
            TextPart::If(..) => {}
        }
    }
}

fn elements(list: &[Element], weights: &[u64]) -> Option<Vec<Element>> {
    let decide = |element: &Element| decide(element.guard.as_ref(), &element.value, weights);
    kept(list, decide, |_, value| Element { guard: None, value })
}

fn entries(object: &Object, weights: &[u64]) -> Option<Object> {
    let decide = |entry: &Entry| decide(entry.guard.as_ref(), &entry.value, weights);
    let entries = kept(&object.entries, decide, |entry, value| Entry { guard: None, value, ..entry.clone() })?;
    Some(Object { entries, kind: object.kind.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_sets_tell_any_two_versions_apart() {
        for count in [0, 1, 2, 9, 32, 33, 64, 100] {
            let sets = few_sets(count);
            let splits = |one: usize, two: usize| sets.iter().any(|set| set[one] && !set[two]);
            assert!((0..count).all(|one| (0..count).all(|two| one == two || splits(one, two))), "{count}");
            assert!(sets.len() <= 2 * MAX_EACH + 2, "{} of {count}", sets.len());
        }
    }

    #[test]
    fn weights_follow_the_controller() {
        assert_eq!(weights(&[Some(80), None], &[true, true]), [80, 1]);
        assert_eq!(weights(&[Some(80), Some(20)], &[false, true]), [0, 20]);
        assert_eq!(weights(&[Some(80), Some(20)], &[false, false]), [1, 0]);
        assert_eq!(weights(&[Some(0), Some(0)], &[true, true]), [1, 0]);
        assert!(weights(&[], &[]).is_empty());
    }
}
