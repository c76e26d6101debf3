//! The types of the values of keys.

use super::{RecordField, Type};
use relc_schema::Node;

/// An element of a list, among keys.
pub const ELEMENT: &str = "[]";

/// Returns the type below a key, or of an [`ELEMENT`].
pub fn step(ty: &Type, key: &str) -> Option<Type> {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => step(inner, key),
        Type::Map(value) if key != ELEMENT => Some((**value).clone()),
        Type::List(list) if key == ELEMENT => Some(list.element.clone()),
        Type::Record(record) => record.fields.iter().find(|field| *field.name == *key).map(|field| field.ty.clone()),
        Type::Union(types) => types.iter().find_map(|ty| step(ty, key)),
        Type::Schema(schema) if key == ELEMENT => schema.element().map(Type::Schema),
        Type::Schema(schema) => match schema.node() {
            Node::Map { value } => Some(Type::Schema(schema.at(*value))),
            _ => schema.field(key).map(|(schema, _)| Type::Schema(schema)),
        },
        _ => None,
    }
}

/// Returns the types that a value of `ty` may be of: those in an optional, partial or union type.
pub fn branches(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => branches(inner),
        Type::Union(types) => types.iter().flat_map(branches).collect(),
        one => vec![one],
    }
}

/// Returns the field of a record that `key` is.
pub fn record_field<'t>(ty: &'t Type, key: &str) -> Option<&'t RecordField> {
    branches(ty).into_iter().find_map(|ty| match ty {
        Type::Record(record) => record.fields.iter().find(|field| *field.name == *key),
        _ => None,
    })
}
