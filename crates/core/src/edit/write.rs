//! Writes values on one line, in the syntax of the file into which they are inserted.

use crate::codegen;
use crate::value::{Value, ValueKind};
use relc_syntax::source::Syntax;

/// Writes `value`; returns `None` if a file can't express it.
pub fn value(value: &Value, syntax: Syntax) -> Option<String> {
    Some(match &value.data {
        ValueKind::Null => "null".to_owned(),
        ValueKind::Bool(truth) => truth.to_string(),
        ValueKind::Int(number) => number.to_string(),
        ValueKind::Float(_) => scalar(value),
        ValueKind::String(text) => self::text(value, text, syntax),
        ValueKind::List(elements) => {
            let elements: Option<Vec<String>> = elements.iter().map(|e| self::value(&e.value, syntax)).collect();
            format!("[{}]", elements?.join(", "))
        }
        ValueKind::Object(object) if object.entries.is_empty() => "{}".to_owned(),
        ValueKind::Object(object) => {
            let mut entries = Vec::new();
            for entry in &object.entries {
                entries.push(format!("{}: {}", key(&entry.key, syntax), self::value(&entry.value, syntax)?));
            }
            format!("{{ {} }}", entries.join(", "))
        }
        ValueKind::Word(_)
        | ValueKind::Residual(_)
        | ValueKind::Guarded(_)
        | ValueKind::Version(_)
        | ValueKind::Error => return None,
    })
}

/// Writes a key.
pub fn key(key: &str, syntax: Syntax) -> String {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let whole = Value::string(key, nowhere());
    // The emitter quotes words that YAML 1.1 reads as booleans.
    if is_word && (syntax == Syntax::Rel || !scalar(&whole).starts_with('"')) {
        return key.to_owned();
    }
    text(&whole, key, syntax)
}

fn text(value: &Value, text: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Yaml if text.contains(',') => json(value),
        Syntax::Yaml => scalar(value),
        Syntax::Rel => {
            // A brace before a lower-case letter would start an interpolation.
            let quoted = json(value);
            let mut out = String::with_capacity(quoted.len());
            let mut rest = quoted.chars().peekable();
            while let Some(c) = rest.next() {
                if c == '{' && rest.peek().is_some_and(char::is_ascii_lowercase) {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        }
    }
}

fn scalar(value: &Value) -> String {
    let mut out = String::new();
    codegen::yaml(value, &mut out);
    out.trim_end_matches('\n').to_owned()
}

fn json(value: &Value) -> String {
    let mut out = String::new();
    codegen::json(value, &mut out);
    out.trim_end_matches('\n').to_owned()
}

fn nowhere() -> relc_syntax::source::Span {
    relc_syntax::source::Span::new(relc_syntax::source::FileId(0), 0, 0)
}
