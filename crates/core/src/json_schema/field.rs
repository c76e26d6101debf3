//! The schema of a field's key, and of a version's weight.

use serde_json::{Map, Value as Json, json};

use super::constant::constant;
use super::types::{Needs, nullable};
use super::{Defs, paragraphs};
use crate::helm_values::header::HeaderKey;
use crate::library::{Environment, StrategyDef};
use crate::types::{StringType, Type};
use relc_syntax::ast::{self, WeightMode};

/// A number in quotes: the chart renders it without them, which makes it a number. YAML 1.1 has more notations than
/// JSON.
const NUMBER: &str = "^ *[-+]?_*(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\
                      ([0-9][0-9_]*\\.?[0-9_]*|\\.[0-9_]+)([eE][-+]?[0-9_]+)?) *$";

/// The positions at which a field can be set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Only here.
    Alone,
    /// In the settings, for all versions; also in a version.
    ForAll,
    /// In a version; also in the settings.
    ForOne,
}

impl Stands {
    /// Returns true if the key is required: it has no default, and no other position.
    pub fn is_needed(self, field: &ast::Field, ty: &Type) -> bool {
        self == Stands::Alone && field.default.is_none() && !ty.is_optional() && !matches!(ty, Type::Error)
    }
}

impl Defs {
    /// Returns the schema of the key for `field`.
    pub fn field(&mut self, field: &ast::Field, ty: &Type, stands: Stands) -> Json {
        let mut schema = Map::new();
        if let Some(description) = description(field, ty, stands) {
            schema.insert("description".to_owned(), description.into());
        }
        if field.deprecated.is_some() {
            schema.insert("deprecated".to_owned(), true.into());
        }
        if let Json::Object(takes) = self.pasted(ty) {
            schema.extend(takes);
        }
        if stands.is_needed(field, ty) {
            schema.insert("not".to_owned(), json!({ "type": "null" }));
        }
        let default = field.default.as_ref().and_then(|default| constant(default, ty));
        if let Some(default) = default {
            schema.insert("default".to_owned(), default);
        }
        Json::Object(schema)
    }

    /// Returns the schema of `ty` in a values file: a number may be quoted, and an empty string is treated as absent.
    fn pasted(&mut self, ty: &Type) -> Json {
        let mut schema = self.ty(ty, Needs::Stated);
        match ty.present() {
            Type::Int { .. } | Type::Number { .. } => {
                if let Some(types) = schema.get_mut("type").and_then(Json::as_array_mut) {
                    types.insert(1, "string".into());
                }
                schema["pattern"] = NUMBER.into();
                schema
            }
            Type::String(Some(refined)) => or_empty(schema, refined),
            _ => schema,
        }
    }
}

/// Allows the empty string in addition to a refined string.
fn or_empty(mut schema: Json, refined: &StringType) -> Json {
    if refined.min.is_some_and(|min| min > 1) {
        return json!({ "anyOf": [schema, { "const": "" }] });
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("minLength");
        if let Some(pattern) = schema.get("pattern").and_then(Json::as_str) {
            let pattern = format!("^$|{pattern}");
            schema.insert("pattern".to_owned(), pattern.into());
        }
    }
    schema
}

fn description(field: &ast::Field, ty: &Type, stands: Stands) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(why) = &field.deprecated {
        parts.push(format!("Deprecated: {}.", why.text));
    }
    parts.extend(field.doc.as_deref().map(paragraphs));
    if let Type::String(Some(refined)) = ty.present()
        && let (Some(name), Some(doc)) = (&refined.name, &refined.doc)
    {
        parts.push(format!("`{name}`: {doc}"));
    }
    if stands == Stands::ForAll {
        parts.push("For all versions; a version can override it.".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// Returns the schema of a version's weight.
pub fn weight(environment: &Environment) -> Json {
    let mut weight = json!({
        "description": HeaderKey::Weight.doc(),
        "type": nullable(&["integer", "string"]),
        "minimum": 0,
        "maximum": u32::MAX,
        "pattern": NUMBER,
    });
    if !environment.strategies.iter().any(|strategy: &StrategyDef| strategy.weights == WeightMode::Percent) {
        weight["default"] = crate::check::DEFAULT_WEIGHT.into();
    }
    weight
}
