//! Types of the language as schemas. `null` is absent everywhere, and so every schema takes it.

use serde_json::{Map, Value as Json, json};

use super::Defs;
use super::pattern::portable;
use crate::types::{RecordType, StringType, Type};

/// Whether what a type requires must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// As the type says.
    Stated,
    /// Not yet: in a `Partial`.
    Waived,
}

impl Defs {
    /// The schema of the values that `ty` takes, `null` among them.
    pub fn ty(&mut self, ty: &Type, needs: Needs) -> Json {
        match ty {
            Type::Error | Type::Any => json!({}),
            Type::Optional(inner) => self.ty(inner, needs),
            Type::Partial(inner) => self.ty(inner, Needs::Waived),
            Type::Bool => json!({ "type": nullable(&["boolean"]) }),
            Type::Int { min, max } => bounded("integer", (*min).map(Json::from), (*max).map(Json::from)),
            Type::Number { min, max } => bounded("number", (*min).map(Json::from), (*max).map(Json::from)),
            Type::String(refined) => text(refined.as_deref()),
            Type::Enum(members) => members_of(members.iter().map(|member| &**member)),
            Type::List(list) => json!({ "type": nullable(&["array"]), "items": self.ty(&list.element, needs) }),
            Type::Map(value) => {
                json!({ "type": nullable(&["object"]), "additionalProperties": self.ty(value, needs) })
            }
            Type::Record(record) => self.record(record, needs),
            Type::Union(branches) => {
                let branches: Vec<Json> = branches.iter().map(|branch| self.ty(branch, needs)).collect();
                json!({ "anyOf": branches })
            }
            Type::Schema(node) => self.kind(node),
            Type::Manifest => json!({ "type": nullable(&["object"]) }),
            // A version is nothing that a file can give.
            Type::Version => json!({ "type": "null" }),
        }
    }

    fn record(&mut self, record: &RecordType, needs: Needs) -> Json {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in &record.fields {
            let mut schema = self.ty(&field.ty, needs);
            if needs == Needs::Stated && !field.ty.is_optional() {
                required.push(field.name.to_string());
                schema["not"] = json!({ "type": "null" });
            }
            properties.insert(field.name.to_string(), schema);
        }
        let mut schema =
            json!({ "type": nullable(&["object"]), "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }
}

/// The keyword `type`: these, or `null`.
pub fn nullable(types: &[&str]) -> Vec<Json> {
    types.iter().copied().chain(["null"]).map(Json::from).collect()
}

/// A number between bounds.
pub fn bounded(ty: &str, min: Option<Json>, max: Option<Json>) -> Json {
    let mut schema = json!({ "type": nullable(&[ty]) });
    let bounds = [("minimum", min), ("maximum", max)];
    for (keyword, bound) in bounds.into_iter().filter_map(|(keyword, bound)| Some((keyword, bound?))) {
        schema[keyword] = bound;
    }
    schema
}

/// One of a few texts.
pub fn members_of<'m>(members: impl Iterator<Item = &'m str>) -> Json {
    json!({ "enum": members.map(Json::from).chain([Json::Null]).collect::<Vec<_>>() })
}

/// A text of so many characters.
pub fn lengths(min: Option<u64>, max: Option<u64>) -> Json {
    let mut schema = json!({ "type": nullable(&["string"]) });
    let bounds = [("minLength", min), ("maxLength", max)];
    for (keyword, bound) in bounds.into_iter().filter_map(|(keyword, bound)| Some((keyword, bound?))) {
        schema[keyword] = bound.into();
    }
    schema
}

fn text(refined: Option<&StringType>) -> Json {
    let Some(refined) = refined else { return lengths(None, None) };
    let mut schema = lengths(refined.min, refined.max);
    if let Some((pattern, _)) = &refined.pattern
        && portable(pattern)
    {
        schema["pattern"] = format!("^({pattern})$").into();
    }
    schema
}
