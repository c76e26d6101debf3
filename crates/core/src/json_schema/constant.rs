//! Defaults that don't depend on the release.

use serde_json::{Map, Value as Json};

use crate::types::Type;
use relc_syntax::ast::{Element, Entry, Expr, ExprKind, Key, StringPart};

/// Returns the `default` of a field of the type `ty` as JSON, if it is constant; a word is a member of the enum.
pub fn constant(default: &Expr, ty: &Type) -> Option<Json> {
    match (&default.kind, ty.present()) {
        (ExprKind::Name(word), Type::Enum(members)) if members.contains(word) => Some((**word).into()),
        _ => literal(default),
    }
}

fn literal(expr: &Expr) -> Option<Json> {
    match &expr.kind {
        ExprKind::String(parts) => text(parts).map(Json::from),
        ExprKind::Int(number) => Some((*number).into()),
        ExprKind::Float(number) => Some((*number).into()),
        ExprKind::Bool(truth) => Some((*truth).into()),
        ExprKind::Object(entries) => entries.iter().map(pair).collect::<Option<Map<_, _>>>().map(Json::Object),
        ExprKind::List(elements) => elements.iter().map(element).collect::<Option<Vec<_>>>().map(Json::Array),
        _ => None,
    }
}

fn text(parts: &[StringPart]) -> Option<String> {
    let text = |part: &StringPart| match part {
        StringPart::Text(text) => Some(text.to_string()),
        StringPart::Hole(_) => None,
    };
    parts.iter().map(text).collect()
}

fn pair(entry: &Entry) -> Option<(String, Json)> {
    match entry {
        Entry::Pair { key: Key::Plain(key), value, .. } => Some((key.text.to_string(), literal(value)?)),
        Entry::Pair { key: Key::Computed(_), .. } | Entry::Shorthand(_) | Entry::Spread(_) | Entry::Guard(_) => None,
    }
}

fn element(element: &Element) -> Option<Json> {
    match element {
        Element::Value(value) => literal(value),
        Element::Spread(_) | Element::Guard(_) => None,
    }
}
