//! Helm's merge of values (`chartutil.MergeTables`, checked against Helm 3.18): maps are merged recursively, everything
//! else is replaced.

use std::sync::Arc;

use crate::value::{Object, Value, ValueKind};

/// Merges `over` into `base`. A `null` in `over` removes the key.
pub fn merge(base: Value, over: Value) -> Value {
    match (base.data, over.data) {
        (ValueKind::Object(low), ValueKind::Object(high)) => {
            let mut entries = Arc::unwrap_or_clone(low).entries;
            for entry in Arc::unwrap_or_clone(high).entries {
                match entries.iter_mut().find(|known| known.key == entry.key) {
                    Some(known) => {
                        let below = std::mem::replace(&mut known.value, Value::null(entry.key_span));
                        known.value = merge(below, entry.value);
                        known.key_span = entry.key_span;
                    }
                    None => entries.push(entry),
                }
            }
            Value::new(ValueKind::Object(Arc::new(Object { entries, kind: None })), base.span)
        }
        // A file of only comments sets nothing.
        (below, ValueKind::Null)
            if base.span.file != over.span.file && over.span.start == over.span.end && over.span.end == 0 =>
        {
            Value::new(below, base.span)
        }
        (_, data) => Value::new(data, over.span),
    }
}
