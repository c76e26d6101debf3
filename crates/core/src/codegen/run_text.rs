//! Strings with parts that only the controller knows.
//!
//! In: pieces of a string, and values with [`Residual`]s and guards. Out: a string, or a [`Residual::Text`] if only the controller knows a
//! part of it.

use super::yaml::constant;
use crate::value::{Condition, Residual, TextPart, Value, ValueKind};
use relc_syntax::source::Span;

/// A string under construction.
#[derive(Debug, Default)]
pub struct RunText {
    /// What comes before the last constant piece.
    parts: Vec<TextPart>,
    /// The last constant piece.
    last: String,
}

impl RunText {
    /// Appends a constant piece.
    pub fn push_str(&mut self, text: &str) {
        self.last.push_str(text);
    }

    /// Appends the text of a value that only the controller knows.
    pub fn push(&mut self, run: &Residual) {
        match run {
            Residual::Weight(version) => self.part(TextPart::Weight(*version)),
            Residual::Text(parts) => parts.iter().for_each(|part| match part {
                TextPart::Known(text) => self.push_str(text),
                part => self.part(part.clone()),
            }),
            Residual::Tristate(condition) => {
                self.when(Some(condition), |text| text.push_str("true"));
                self.when(Some(&Condition::Not(Box::new(condition.clone()))), |text| text.push_str("false"));
            }
        }
    }

    /// Appends what `write` appends, if the condition holds at run time.
    pub fn when(&mut self, guard: Option<&Condition>, write: impl FnOnce(&mut RunText)) {
        let Some(condition) = guard else { return write(self) };
        let mut inner = RunText::default();
        write(&mut inner);
        self.part(TextPart::If(condition.clone(), inner.into_parts()));
    }

    /// Appends the items that exist, with `separator` between them.
    pub fn separated<T>(
        &mut self,
        items: &[(Option<Condition>, T)],
        separator: &str,
        write: &mut dyn FnMut(&T, &mut RunText),
    ) {
        // Whether an earlier item exists: certainly, or under one of these conditions.
        let (mut is_certain, mut earlier): (bool, Vec<Condition>) = (false, Vec::new());
        for (guard, item) in items {
            let any = match earlier.len() {
                1 => earlier.first().cloned(),
                _ => Some(Condition::Any(earlier.as_slice().into())),
            };
            self.when(guard.as_ref(), |text| {
                match (is_certain, any) {
                    (true, _) => text.push_str(separator),
                    (false, Some(any)) if !earlier.is_empty() => text.when(Some(&any), |text| text.push_str(separator)),
                    (false, _) => {}
                }
                write(item, text);
            });
            match guard {
                None => is_certain = true,
                Some(guard) if !earlier.contains(guard) => earlier.push(guard.clone()),
                Some(_) => {}
            }
        }
    }

    /// Appends a value as JSON on one line.
    pub fn json(&mut self, value: &Value) {
        match &value.data {
            ValueKind::Object(object) => {
                let entries = object.entries.iter();
                let items = entries.map(|entry| guarded(entry.guard.as_deref(), &entry.value, &*entry.key));
                let items: Vec<_> = items.filter(|(_, (value, _))| !value.is_null()).collect();
                self.push_str("{");
                self.separated(&items, ",", &mut |(value, key), text| {
                    text.push_str(&format!("{}:", serde_json::Value::from(*key)));
                    text.json(value);
                });
                self.push_str("}");
            }
            ValueKind::List(elements) => {
                let items = elements.iter().map(|element| guarded(element.guard.as_deref(), &element.value, ()));
                let items: Vec<_> = items.filter(|(_, (value, ()))| !value.is_null()).collect();
                self.push_str("[");
                self.separated(&items, ",", &mut |(value, ()), text| text.json(value));
                self.push_str("]");
            }
            ValueKind::Guarded(inner) => {
                let (condition, value) = &**inner;
                self.when(Some(condition), |text| text.json(value));
                self.when(Some(&Condition::Not(Box::new(condition.clone()))), |text| text.push_str("null"));
            }
            ValueKind::String(text) | ValueKind::Word(text) => {
                self.push_str(&serde_json::Value::from(&**text).to_string());
            }
            ValueKind::Residual(run) if matches!(**run, Residual::Text(_)) => self.json_string(run),
            ValueKind::Residual(run) => self.push(run),
            ValueKind::Float(number) => self.push_str(&serde_json::Value::from(*number).to_string()),
            _ => constant(value, &mut self.last),
        }
    }

    fn json_string(&mut self, run: &Residual) {
        let Residual::Text(parts) = run else { return };
        self.push_str("\"");
        parts.iter().for_each(|part| self.part(escaped(part)));
        self.push_str("\"");
    }

    fn part(&mut self, part: TextPart) {
        if !self.last.is_empty() {
            self.parts.push(TextPart::Known(std::mem::take(&mut self.last).into()));
        }
        self.parts.push(part);
    }

    fn into_parts(mut self) -> Vec<TextPart> {
        if !self.last.is_empty() {
            self.parts.push(TextPart::Known(self.last.into()));
        }
        self.parts
    }

    /// Returns the string.
    pub fn finish(self, span: Span) -> Value {
        if self.parts.is_empty() {
            return Value::string(self.last, span);
        }
        Value::new(ValueKind::Residual(std::sync::Arc::new(Residual::Text(self.into_parts()))), span)
    }
}

/// An item with all guards in one condition, including those of its value.
fn guarded<'v, T>(guard: Option<&Condition>, value: &'v Value, with: T) -> (Option<Condition>, (&'v Value, T)) {
    let (mut guard, mut value) = (guard.cloned(), value);
    while let ValueKind::Guarded(inner) = &value.data {
        guard = Some(match guard {
            None => inner.0.clone(),
            Some(outer) => Condition::All([outer, inner.0.clone()].into()),
        });
        value = &inner.1;
    }
    (guard, (value, with))
}

/// A part of a string as it is inside the quotes of JSON.
fn escaped(part: &TextPart) -> TextPart {
    match part {
        TextPart::Known(text) => {
            let quoted = serde_json::Value::from(&**text).to_string();
            TextPart::Known(quoted[1..quoted.len() - 1].into())
        }
        TextPart::If(condition, parts) => TextPart::If(condition.clone(), parts.iter().map(escaped).collect()),
        TextPart::Weight(version) => TextPart::Weight(*version),
    }
}
