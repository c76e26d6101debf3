//! Schemas of the language's types. `null` means absent everywhere, so every schema accepts it.

use serde_json::{Map, Value as Json, json};

use super::Defs;
use super::pattern::portable;
use crate::types::{RecordType, StringType, Type};

/// The treatment of required keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// As the type declares.
    Stated,
    /// Not yet: inside a `Partial`.
    Waived,
}

impl Defs {
    /// Returns the schema of the values of `ty`, including `null`.
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
            // A file can't set a version.
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

/// Returns the keyword `type` with these types and `null`.
pub fn nullable(types: &[&str]) -> Vec<Json> {
    types.iter().copied().chain(["null"]).map(Json::from).collect()
}

/// Returns the schema of a number with bounds.
pub fn bounded(ty: &str, min: Option<Json>, max: Option<Json>) -> Json {
    let mut schema = json!({ "type": nullable(&[ty]) });
    let bounds = [("minimum", min), ("maximum", max)];
    for (keyword, bound) in bounds.into_iter().filter_map(|(keyword, bound)| Some((keyword, bound?))) {
        schema[keyword] = bound;
    }
    schema
}

/// Returns the schema of an enum.
pub fn members_of<'m>(members: impl Iterator<Item = &'m str>) -> Json {
    json!({ "enum": members.map(Json::from).chain([Json::Null]).collect::<Vec<_>>() })
}

/// Returns the schema of a string with bounds for its length.
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
