//! The fields of an environment at a place, and the types below them.

use std::ops::Range;

use super::context::{CursorScope, FieldPath};
use relc_core::check::TypedPlan;
use relc_core::compile::reach;
use relc_core::helm_values::header::{APPLICATION, HeaderKey, HeaderScope, NextKey, SETTINGS, next_keys};
use relc_core::library::{Definition, Item};
use relc_core::types::{ELEMENT, Type, branches, step};
use relc_schema::{Node, SchemaRef};
use relc_syntax::ast::{self, TypeExprKind};
use relc_syntax::source::{Span, Syntax};

/// Something that can be given.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// The key.
    pub name: String,
    /// The type of its value; `None` if it only contains others.
    pub ty: Option<Type>,
    /// True if it is required.
    pub required: bool,
    /// The documentation.
    pub documentation: Option<String>,
    /// Its default, as it is written.
    pub default: Option<Span>,
    /// The span of its declaration.
    pub declared: Option<Span>,
    /// The part or environment that declares it.
    pub part: Option<String>,
}

/// Returns the keys that can be set at the path `way`.
pub fn keys(prepared: &TypedPlan, way: &FieldPath, syntax: Syntax) -> Vec<FieldInfo> {
    let mut found: Vec<FieldInfo> = Vec::new();
    for (field, ty, place) in fields(prepared, way.scope, syntax) {
        let Some(rest) = below(&place, &way.keys) else { continue };
        match rest {
            Rest::Above(next) if !found.iter().any(|known| known.name == next) => {
                let leaf = place.len() == way.keys.len() + 1;
                found.push(if leaf { of_field(field, ty, next) } else { leading(next) });
            }
            Rest::Above(_) => {}
            Rest::Below(keys) => found.extend(descend(ty, &way.keys[keys]).iter().flat_map(keys_of)),
        }
    }
    if syntax == Syntax::Yaml {
        for own in header_keys(way) {
            match found.iter_mut().find(|known| known.name == own.name) {
                Some(known) => known.required |= own.required,
                None => found.push(own),
            }
        }
    }
    let undocumented = found.iter_mut().filter(|known| known.ty.is_none() && known.documentation.is_none());
    undocumented.for_each(|known| {
        known.documentation = contents(Some(prepared), &way.clone().with(known.name.clone()), syntax)
    });
    found
}

/// Describes a key that only contains others.
fn contents(prepared: Option<&TypedPlan>, way: &FieldPath, syntax: Syntax) -> Option<String> {
    let known = prepared.map_or_else(|| header_keys(way), |prepared| keys(prepared, way, syntax));
    let names: Vec<String> = known.iter().map(|known| format!("`{}`", known.name)).collect();
    (!names.is_empty()).then(|| format!("Contains {}.", names.join(", ")))
}

/// Returns the field at the path `way`.
pub fn value(prepared: &TypedPlan, way: &FieldPath, syntax: Syntax) -> Option<FieldInfo> {
    let (last, above) = way.keys.split_last()?;
    let parent = FieldPath { keys: above.to_vec(), ..way.clone() };
    if last == ELEMENT {
        let ty = value(prepared, &parent, syntax)?.ty?;
        return Some(of_type(ELEMENT.to_owned(), step(&ty, ELEMENT)?, false));
    }
    let known = keys(prepared, &parent, syntax).into_iter().find(|known| known.name == *last);
    // Keys of the user's own are of the map's type.
    known.or_else(|| Some(of_type(last.clone(), step(&value(prepared, &parent, syntax)?.ty?, last)?, false)))
}

/// The fields of a scope, each with its type and its place.
fn fields(
    prepared: &TypedPlan,
    scope: CursorScope,
    syntax: Syntax,
) -> Vec<(&Definition<ast::Field>, &Type, Vec<String>)> {
    let plan = &prepared.plan;
    let settings = plan.settings.fields.iter().zip(&prepared.settings);
    let version = plan.version.fields.iter().zip(&prepared.version);
    let place = |field: &ast::Field, root: &str| -> Option<Vec<String>> {
        match syntax {
            Syntax::Rel => Some(vec![field.name.text.to_string()]),
            Syntax::Yaml => Some(field.place(root)?.split('.').map(str::to_owned).collect()),
        }
    };
    let mut found = Vec::new();
    if scope == CursorScope::Settings {
        found.extend(settings.filter_map(|(field, ty)| Some((field, ty, place(&field.item, SETTINGS)?))));
    }
    for (field, ty) in version {
        // What all versions share stands beside the settings, too.
        if scope == CursorScope::Version || field.item.shared {
            let Some(mut path) = place(&field.item, "") else { continue };
            if scope == CursorScope::Settings && syntax == Syntax::Yaml {
                path.insert(0, APPLICATION.to_owned());
            }
            found.push((field, ty, path));
        }
    }
    found
}

enum Rest {
    /// The way ends above the field: the next key to it.
    Above(String),
    /// The way leads into the field: its keys from there on.
    Below(Range<usize>),
}

fn below(place: &[String], keys: &[String]) -> Option<Rest> {
    let common = place.len().min(keys.len());
    if place[..common] != keys[..common] {
        return None;
    }
    Some(match place.get(keys.len()) {
        Some(next) => Rest::Above(next.clone()),
        None => Rest::Below(place.len()..keys.len()),
    })
}

fn of_field(field: &Definition<ast::Field>, ty: &Type, name: String) -> FieldInfo {
    let item = &field.item;
    FieldInfo {
        name,
        ty: Some(ty.clone()),
        required: item.default.is_none() && !ty.is_optional(),
        documentation: item.doc.clone(),
        default: item.default.as_ref().map(|default| default.span),
        declared: Some(item.name.span),
        part: Some(field.part.to_string()),
    }
}

fn leading(name: String) -> FieldInfo {
    FieldInfo { name, ty: None, required: false, documentation: None, default: None, declared: None, part: None }
}

fn of_type(name: String, ty: Type, required: bool) -> FieldInfo {
    FieldInfo { ty: Some(ty), required, ..leading(name) }
}

/// Returns the keys of a values file that the compiler itself reads.
pub fn header_keys(way: &FieldPath) -> Vec<FieldInfo> {
    let scope = match way.scope {
        CursorScope::Settings => HeaderScope::Release,
        CursorScope::Version => HeaderScope::Version,
    };
    let keys: Vec<&str> = way.keys.iter().map(String::as_str).collect();
    let info = |key: NextKey| FieldInfo {
        required: key.is_required,
        documentation: key.header.map(|header| header.doc().to_owned()),
        ..leading(key.name.to_owned())
    };
    let mut found: Vec<FieldInfo> = next_keys(HeaderKey::of(scope), &keys).into_iter().map(info).collect();
    let undocumented = found.iter_mut().filter(|known| known.documentation.is_none());
    undocumented
        .for_each(|known| known.documentation = contents(None, &way.clone().with(known.name.clone()), Syntax::Yaml));
    found
}

/// The type that `keys` lead to from `ty`.
fn descend(ty: &Type, keys: &[String]) -> Option<Type> {
    keys.iter().try_fold(ty.clone(), |ty, key| step(&ty, key))
}

/// Returns the library's documentation of the kind that a type is part of.
pub fn reference(prepared: &TypedPlan, ty: &Type) -> Option<String> {
    let schema = schema(ty)?.schema();
    let mut modules = Vec::new();
    reach(&prepared.plan.environment.declaration.module, &mut modules);
    modules.iter().flat_map(|module| module.items.values()).find_map(|item| match item {
        Item::Type(item) => match &item.ty.kind {
            TypeExprKind::Kind { api_version, kind, .. }
                if *api_version.text == *schema.api_version && *kind.text == *schema.kind =>
            {
                item.doc.clone()
            }
            _ => None,
        },
        _ => None,
    })
}

fn schema(ty: &Type) -> Option<&SchemaRef> {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) | Type::Map(inner) => schema(inner),
        Type::List(list) => schema(&list.element),
        Type::Union(types) => types.iter().find_map(schema),
        Type::Schema(schema) => Some(schema),
        _ => None,
    }
}

/// Returns true if users choose the keys of a type.
pub fn is_map(ty: &Type) -> bool {
    branches(ty).into_iter().any(|ty| match ty {
        Type::Map(_) => true,
        Type::Schema(schema) => matches!(schema.node(), Node::Map { .. }),
        _ => false,
    })
}

/// Returns the declared keys of a type.
pub fn keys_of(ty: &Type) -> Vec<FieldInfo> {
    match ty {
        Type::Optional(inner) => keys_of(inner),
        Type::Partial(inner) => {
            keys_of(inner).into_iter().map(|known| FieldInfo { required: false, ..known }).collect()
        }
        Type::Union(types) => types.iter().flat_map(keys_of).collect(),
        Type::Record(record) => {
            let known = record.fields.iter().map(|field| FieldInfo {
                declared: Some(field.span),
                ..of_type(field.name.to_string(), field.ty.clone(), !field.ty.is_optional())
            });
            known.collect()
        }
        Type::Schema(schema) => match schema.node() {
            Node::Object(object) => {
                let fields = object.fields.iter();
                fields
                    .map(|field| of_type(field.name.clone(), Type::Schema(schema.at(field.node)), field.required))
                    .collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The words that a type takes, as they are written.
pub fn members(ty: &Type, syntax: Syntax) -> Vec<String> {
    let quoted = |member: &String| if syntax == Syntax::Rel { format!("\"{member}\"") } else { member.clone() };
    let truths = || vec!["true".to_owned(), "false".to_owned()];
    let of_one = |ty: &Type| match ty {
        Type::Enum(members) => members.iter().map(|member| member.to_string()).collect(),
        Type::Bool => truths(),
        Type::Schema(schema) => match schema.node() {
            Node::Boolean => truths(),
            Node::String(string) => string.members.iter().map(quoted).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    branches(ty).into_iter().flat_map(of_one).collect()
}

/// Returns a type with its bounds, in words.
pub fn shown(ty: &Type) -> String {
    let text = |number: Option<i64>| number.map(|number| number.to_string());
    let real = |number: Option<f64>| number.map(|number| number.to_string());
    let count = |number: Option<u64>| number.map(|number| number.to_string());
    let length = |min, max| bounds(count(min), count(max)).map(|length| format!("of {length} characters"));
    let (words, bounds) = match ty {
        Type::Optional(inner) => return shown(inner),
        Type::Int { min, max } => (ty.to_string(), bounds(text(*min), text(*max))),
        Type::Number { min, max } => (ty.to_string(), bounds(real(*min), real(*max))),
        Type::String(Some(refined)) => (ty.to_string(), length(refined.min, refined.max)),
        Type::Schema(schema) => match schema.node() {
            Node::Integer { min, max } => (schema.describe(), bounds(text(*min), text(*max))),
            Node::Number { min, max } => (schema.describe(), bounds(real(*min), real(*max))),
            Node::String(string) => {
                let pattern = string.pattern.as_ref().map(|pattern| format!("matching `{pattern}`"));
                (schema.describe(), length(string.min, string.max).or(pattern))
            }
            _ => (schema.describe(), None),
        },
        _ => (ty.to_string(), None),
    };
    match bounds {
        Some(bounds) => format!("{words}, {bounds}"),
        None => words,
    }
}

fn bounds(min: Option<String>, max: Option<String>) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("{min} or more")),
        (None, Some(max)) => Some(format!("{max} or less")),
        (None, None) => None,
    }
}
