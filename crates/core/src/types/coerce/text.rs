//! Strings: patterns, lengths and formats.

use super::{Changed, Checker};
use crate::types::{Pattern, StringType};
use crate::value::{Value, ValueKind};
use relc_schema::StringNode;
use relc_syntax::diagnostic::{Code, Diagnostic};

impl Checker<'_, '_> {
    /// Checks a string against a refined type, which it must match as a whole.
    pub(super) fn string(&mut self, value: &Value, text: &str, refined: Option<&StringType>) -> Changed {
        let refined = refined?;
        if let Some(value) = self.length(value, text, refined.min, refined.max) {
            return Some(value);
        }
        match &refined.pattern {
            Some((pattern, regex)) if !regex.is_match(text) => Some(match (&refined.name, &refined.doc) {
                (Some(name), Some(doc)) => self.unnamed(value, text, name, doc),
                (Some(name), None) => self.unfit(value, &format!("a text that matches `{pattern}` (`{name}`)"), text),
                (None, _) => self.unfit(value, &format!("a text that matches `{pattern}`"), text),
            }),
            _ => None,
        }
    }

    /// Reports a string that doesn't match a refined type with a documented declaration.
    fn unnamed(&mut self, value: &Value, text: &str, name: &str, doc: &str) -> Value {
        let shown = if text.is_empty() { "the empty text".to_owned() } else { format!("`{text}`") };
        let message = format!("{} takes a text of the type `{name}`, and {shown} is none", self.subject());
        let error = Diagnostic::error(Code::OutOfRange, value.span, message).help(format!("`{name}`: {doc}"));
        self.out.push(self.made_of(value, text, error));
        Value::new(ValueKind::Error, value.span)
    }

    /// Returns the string that a user wrote, if the value was derived from it.
    fn written(&self, value: &Value, text: &str) -> Option<&str> {
        let written = self.cx.sources.text(value.span).trim_matches(['"', '\'']);
        (written != text && !written.is_empty() && text.contains(written)).then_some(written)
    }

    fn made_of(&self, value: &Value, text: &str, error: Diagnostic) -> Diagnostic {
        match self.written(value, text) {
            Some(_) => error.label(format!("makes `{text}`")),
            None => error,
        }
    }

    /// Checks a string against a schema, whose pattern may match anywhere.
    pub(super) fn schema_string(&mut self, value: &Value, text: &str, node: &StringNode) -> Changed {
        if let Some(value) = self.length(value, text, node.min, node.max) {
            return Some(value);
        }
        node.pattern.as_ref().and_then(|pattern| self.pattern(value, text, pattern))
    }

    /// Checks a string against a schema's pattern. A pattern that neither engine supports accepts everything; the API
    /// server checks it.
    pub(super) fn pattern(&mut self, value: &Value, text: &str, pattern: &str) -> Changed {
        if Pattern::known(pattern).is_none_or(|pattern| pattern.is_match(text)) {
            return None;
        }
        Some(self.unfit(value, &format!("a text that matches `{pattern}`"), text))
    }

    /// Reports a string that is too short or too long; returns `None` if it is neither.
    fn length(&mut self, value: &Value, text: &str, min: Option<u64>, max: Option<u64>) -> Changed {
        if min.is_none() && max.is_none() {
            return None;
        }
        let length = text.chars().count() as u64;
        let (code, bound) = match (min, max) {
            (_, Some(max)) if length > max => (Code::NameTooLong, format!("at most {max}")),
            (Some(min), _) if length < min => (Code::OutOfRange, format!("at least {min}")),
            _ => return None,
        };
        let shown = if text.chars().count() > 80 {
            format!("{}…", text.chars().take(60).collect::<String>())
        } else {
            text.to_owned()
        };
        let message = format!("{} takes {bound} characters, and `{shown}` has {length}", self.subject());
        let error = Diagnostic::error(code, value.span, message);
        let over = max.map_or(0, |max| length.saturating_sub(max));
        self.out.push(match self.written(value, text).map(|written| written.chars().count() as u64) {
            _ if over == 0 => error,
            None => error.help(format!("shorten it by {over}")),
            Some(own) if own <= over => {
                error.help(format!("this has {own} characters, and {} are added", length - own))
            }
            Some(own) => {
                let help =
                    format!("this has {own} characters, and {} are added: shorten it to {}", length - own, own - over);
                error.help(help)
            }
        });
        Some(Value::new(ValueKind::Error, value.span))
    }

    /// Reports a string that doesn't match what is expected.
    pub(super) fn unfit(&mut self, value: &Value, wanted: &str, text: &str) -> Value {
        let message = format!("{} takes {wanted}, and this is `{text}`", self.subject());
        let error = Diagnostic::error(Code::OutOfRange, value.span, message);
        self.out.push(self.made_of(value, text, error));
        Value::new(ValueKind::Error, value.span)
    }
}

/// Returns true if `text` is a quantity (apimachinery, `pkg/api/resource`): a decimal number and a suffix.
pub(super) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let points = number.len() - digits;
    let exponent = suffix.strip_prefix(['e', 'E']).is_some_and(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit())
    });
    let known = matches!(
        suffix,
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" | "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei"
    );
    digits > 0 && points <= 1 && (known || exponent)
}

/// Returns true if `text` has the format of an RFC 3339 time.
pub(super) fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mark = |at: usize, marks: &[u8]| bytes.get(at).is_some_and(|c| marks.contains(c));
    let digits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    let shape = digits.into_iter().all(digit)
        && mark(4, b"-")
        && mark(7, b"-")
        && mark(10, b"Tt ")
        && mark(13, b":")
        && mark(16, b":");
    shape && (text.ends_with(['Z', 'z']) || text.len() >= 25)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        for text in ["500m", "1Gi", "0.5", "1e3", "-1", "+.5k", "12E6", "3E"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "m", "1GB", "1 Gi", "1.2.3", "1e", "0x10"] {
            assert!(!is_quantity(text), "{text}");
        }
    }
}
