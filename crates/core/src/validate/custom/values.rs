//! Values of manifests as CEL sees them: with the types of the schema, and with defaults set.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use cel::Value as Cel;
use cel::objects::{Key, Map};
use serde_json::Value as Json;

use super::is_set;
use crate::value::{Value, ValueKind};
use relc_schema::{Checks, Node, SchemaRef};

/// The most values in one `self`: a rule may compare each with each.
const MOST: usize = 5_000;

/// Returns `value`, of the type `node`, with defaults. `None`: it is not of that type, or is too large to evaluate rules over it.
pub fn value(value: &Value, node: &SchemaRef, checks: &Checks) -> Option<Cel> {
    let mut budget = MOST;
    typed(&plain(value), node, checks, &mut budget)
}

/// Returns `value` as JSON. What only the controller knows is null.
pub fn plain(value: &Value) -> Json {
    match &value.data {
        ValueKind::Bool(truth) => Json::Bool(*truth),
        ValueKind::Int(number) => Json::from(*number),
        ValueKind::Float(number) => Json::from(*number),
        ValueKind::String(text) | ValueKind::Word(text) => Json::from(&**text),
        ValueKind::List(list) => list.iter().map(|element| plain(&element.value)).collect(),
        ValueKind::Object(object) => {
            let set = object.entries.iter().filter(|entry| is_set(Some(&entry.value)));
            set.map(|entry| (entry.key.to_string(), plain(&entry.value))).collect()
        }
        ValueKind::Null | ValueKind::Residual(_) | ValueKind::Guarded(_) | ValueKind::Version(_) | ValueKind::Error => {
            Json::Null
        }
    }
}

fn typed(value: &Json, node: &SchemaRef, checks: &Checks, budget: &mut usize) -> Option<Cel> {
    *budget = budget.checked_sub(1)?;
    match (node.node(), value) {
        (Node::Number { .. }, Json::Number(number)) => Some(Cel::Float(number.as_f64()?)),
        (Node::String(_) | Node::Quantity | Node::IntOrString { .. }, Json::String(text)) => {
            Some(Cel::String(Arc::new(text.clone())))
        }
        (Node::Integer { .. } | Node::Quantity | Node::IntOrString { .. }, Json::Number(number)) => {
            number.as_i64().map(Cel::Int).or_else(|| number.as_f64().map(Cel::Float))
        }
        (Node::Boolean, Json::Bool(truth)) => Some(Cel::Bool(*truth)),
        (Node::List { element, .. }, Json::Array(list)) => {
            let element = node.at(*element);
            let list: Option<Vec<Cel>> = list.iter().map(|item| typed(item, &element, checks, budget)).collect();
            Some(Cel::List(Arc::new(list?)))
        }
        (Node::Map { value: inner }, Json::Object(map)) => {
            let inner = node.at(*inner);
            let entry = |(key, value): (&String, &Json)| Some((text_key(key), typed(value, &inner, checks, budget)?));
            Some(object(map.iter().map(entry).collect::<Option<_>>()?))
        }
        (Node::Object(_), Json::Object(map)) => {
            let mut fields = HashMap::new();
            for (name, value) in map {
                // A field that the schema doesn't declare can't be in a rule.
                if let Some((child, _)) = node.field(name) {
                    fields.insert(text_key(&escaped(name)), typed(value, &child, checks, budget)?);
                }
            }
            for default in checks.defaults(node.id()).filter(|default| !map.contains_key(&default.field)) {
                let (child, _) = node.field(&default.field)?;
                let value = serde_json::from_str(&default.value).ok()?;
                fields.insert(text_key(&escaped(&default.field)), typed(&value, &child, checks, budget)?);
            }
            Some(object(fields))
        }
        (Node::Any, Json::Null) => Some(Cel::Null),
        (Node::Any, _) => Some(untyped(value, budget)?),
        _ => None,
    }
}

fn untyped(value: &Json, budget: &mut usize) -> Option<Cel> {
    *budget = budget.checked_sub(1)?;
    Some(match value {
        Json::Null => Cel::Null,
        Json::Bool(truth) => Cel::Bool(*truth),
        Json::Number(number) => number.as_i64().map(Cel::Int).or_else(|| number.as_f64().map(Cel::Float))?,
        Json::String(text) => Cel::String(Arc::new(text.clone())),
        Json::Array(list) => Cel::List(Arc::new(list.iter().map(|item| untyped(item, budget)).collect::<Option<_>>()?)),
        Json::Object(map) => {
            let entry = |(key, value): (&String, &Json)| Some((text_key(key), untyped(value, budget)?));
            object(map.iter().map(entry).collect::<Option<_>>()?)
        }
    })
}

fn object(fields: HashMap<Key, Cel>) -> Cel {
    Cel::Map(Map { map: Arc::new(fields) })
}

fn text_key(key: &str) -> Key {
    Key::String(Arc::new(key.to_owned()))
}

/// Words of CEL, which the name of a field cannot be.
const WORDS: &[&str] = &[
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Returns the name by which rules call a field (Kubernetes, `Escape` of `apiserver/pkg/cel`).
pub fn escaped(name: &str) -> Cow<'_, str> {
    if WORDS.contains(&name) {
        return Cow::Owned(format!("__{name}__"));
    }
    if !name.contains(['.', '-', '/', '$']) && !name.contains("__") {
        return Cow::Borrowed(name);
    }
    let escaped = name.replace("__", "__underscores__").replace('.', "__dot__").replace('-', "__dash__");
    Cow::Owned(escaped.replace('/', "__slash__").replace('$', "__dollar__"))
}
