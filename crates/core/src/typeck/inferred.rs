//! The inferred type of an expression, and the stage at which its value is known.

use std::sync::Arc;

use crate::types::written::{self, element_type, field_names};
use crate::types::{ListType, RecordField, RecordType, Type};
use relc_schema::{Node, SchemaRef};

/// The stage at which a value is known. Later stages include earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Known when the release is built.
    Now,
    /// Something in it is known to the controller only; whether it is there is known now.
    Run,
    /// Known when the release is built, except whether it exists, which only the controller knows.
    Guarded,
}

impl Stage {
    /// The stage of what such a value stands in: a guarded entry leaves its object there.
    pub(super) fn inside(self) -> Stage {
        self.min(Stage::Run)
    }
}

/// A type and a stage.
#[derive(Clone, Debug)]
pub(super) struct Inferred {
    pub(super) ty: Type,
    pub(super) stage: Stage,
}

impl Inferred {
    /// A value of `ty` that is known when the release is built.
    pub(super) fn now(ty: Type) -> Inferred {
        Inferred { ty, stage: Stage::Now }
    }

    /// The type of an expression whose error is reported, or that is never reached.
    pub(super) fn error() -> Inferred {
        Inferred::now(Type::Error)
    }

    pub(super) fn is_error(&self) -> bool {
        matches!(self.ty, Type::Error)
    }
}

/// The largest size of a type. Types share their parts, so that a few lets that double each other would have a type too
/// large to traverse.
const MAX_SIZE: usize = 20_000;

impl Inferred {
    /// It, or where too much is known of it, nothing.
    pub(super) fn bounded(self) -> Inferred {
        let mut left = MAX_SIZE;
        if spend(&self.ty, &mut left) { self } else { Inferred { ty: Type::Any, ..self } }
    }
}

fn spend(ty: &Type, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    ty.all_parts(&mut |part| spend(part, left))
}

/// The type of an absent value.
pub(super) fn absent() -> Type {
    Type::Optional(Arc::new(Type::Error))
}

/// The type of what is either of `one` or of `other`.
pub(super) fn join(one: &Type, other: &Type) -> Type {
    match (one, other) {
        (Type::Error, ty) | (ty, Type::Error) => ty.clone(),
        (Type::Any, _) | (_, Type::Any) => keep_optional(one, other, Type::Any),
        (Type::Optional(_), _) | (_, Type::Optional(_)) => join(one.present(), other.present()).optional_of(),
        (Type::Bool, Type::Bool) => Type::Bool,
        (Type::Version, Type::Version) => Type::Version,
        (Type::Manifest, Type::Manifest) => Type::Manifest,
        (Type::Int { min: a, max: b }, Type::Int { min: c, max: d }) => {
            Type::Int { min: a.zip(*c).map(|(a, c)| a.min(c)), max: b.zip(*d).map(|(b, d)| b.max(d)) }
        }
        (Type::Number { .. } | Type::Int { .. }, Type::Number { .. } | Type::Int { .. }) => Type::NUMBER,
        (Type::String(a), Type::String(b)) => match (a, b) {
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) => one.clone(),
            _ => Type::STRING,
        },
        (Type::Enum(a), Type::Enum(b)) => {
            let more = b.iter().filter(|member| !a.contains(member));
            Type::Enum(a.iter().chain(more).cloned().collect())
        }
        (Type::List(a), Type::List(b)) => {
            let least = a.least.zip(b.least).map(|(a, b)| a.min(b));
            Type::List(Arc::new(ListType { element: join(&a.element, &b.element), least }))
        }
        (Type::Map(a), Type::Map(b)) => Type::Map(Arc::new(join(a, b))),
        (Type::Schema(a), Type::Schema(b)) if a == b => one.clone(),
        (Type::Partial(a), Type::Partial(b)) => Type::Partial(Arc::new(join(a, b))),
        (Type::Record(a), Type::Record(b)) if same_fields(a, b) => join_records(a, b),
        (Type::Map(_), Type::Record(_)) | (Type::Record(_), Type::Map(_)) => values_of(one)
            .zip(values_of(other))
            .map_or(Type::Any, |(one, other)| Type::Map(Arc::new(join(&one, &other)))),
        _ => match (plain(one), plain(other)) {
            (None, None) => union(one, other),
            (one_plain, other_plain) => {
                join(&one_plain.unwrap_or_else(|| one.clone()), &other_plain.unwrap_or_else(|| other.clone()))
            }
        },
    }
}

/// A scalar, list or map of a schema as the language has it; none of what is not one.
fn plain(ty: &Type) -> Option<Type> {
    let node = match ty {
        Type::Schema(node) => node,
        Type::Partial(inner) => match &**inner {
            Type::Schema(node) => node,
            _ => return None,
        },
        _ => return None,
    };
    match node.node() {
        Node::Boolean => Some(Type::Bool),
        Node::Integer { .. } => Some(Type::INT),
        Node::Number { .. } => Some(Type::NUMBER),
        Node::String(text) if text.members.is_empty() => Some(Type::STRING),
        Node::String(text) => Some(Type::Enum(text.members.iter().map(|member| member.as_str().into()).collect())),
        Node::List { .. } => element_type(ty).map(Type::list),
        Node::Map { .. } => map_value(ty).map(|value| Type::Map(Arc::new(value))),
        Node::Any | Node::IntOrString { .. } | Node::Quantity | Node::Object(_) => None,
    }
}

/// The type of the values of a map, or of all fields of an object together.
fn values_of(ty: &Type) -> Option<Type> {
    if let Some(value) = map_value(ty) {
        return Some(value);
    }
    let Type::Record(record) = ty else { return None };
    let none = record.rest.is_none();
    none.then(|| record.fields.iter().fold(Type::Error, |all, field| join(&all, field.ty.present())))
}

fn keep_optional(one: &Type, other: &Type, ty: Type) -> Type {
    if one.is_optional() || other.is_optional() { ty.optional_of() } else { ty }
}

fn same_fields(one: &RecordType, other: &RecordType) -> bool {
    let rest = match (&one.rest, &other.rest) {
        (None, None) => true,
        (Some(one), Some(other)) => same_schema(one, other),
        (Some(_), None) | (None, Some(_)) => false,
    };
    let has = |record: &RecordType, name: &Arc<str>| record.fields.iter().any(|field| field.name == *name);
    rest && one.fields.len() == other.fields.len() && one.fields.iter().all(|field| has(other, &field.name))
}

fn same_schema(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Schema(a), Type::Schema(b)) => a == b,
        (Type::Partial(a), Type::Partial(b)) => same_schema(a, b),
        _ => false,
    }
}

fn join_records(one: &RecordType, other: &RecordType) -> Type {
    let fields = one.fields.iter().map(|field| {
        let same = other.fields.iter().find(|other| other.name == field.name);
        let ty = same.map_or_else(|| field.ty.clone(), |other| join(&field.ty, &other.ty));
        RecordField { ty, ..field.clone() }
    });
    Type::Record(Arc::new(RecordType { fields: fields.collect(), rest: one.rest.clone() }))
}

/// The largest number of branches of an inferred union; with more, nothing is known of it.
const MAX_BRANCHES: usize = 24;

fn union(one: &Type, other: &Type) -> Type {
    let mut branches: Vec<Type> = Vec::new();
    for ty in [one, other] {
        match ty {
            Type::Union(more) => branches.extend(more.iter().cloned()),
            ty => branches.push(ty.clone()),
        }
    }
    // Branches of one sort are joined, so that texts of two refinements stay a text.
    let mut kept: Vec<Type> = Vec::new();
    for branch in branches {
        match kept.iter_mut().find(|known| joins_well(known, &branch)) {
            Some(known) => *known = join(known, &branch),
            None => kept.push(branch),
        }
    }
    match kept.len() {
        1 => kept.remove(0),
        2..=MAX_BRANCHES => Type::Union(kept.into()),
        _ => Type::Any,
    }
}

fn joins_well(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Bool, Type::Bool)
        | (Type::Int { .. } | Type::Number { .. }, Type::Int { .. } | Type::Number { .. })
        | (Type::String(_), Type::String(_))
        | (Type::Enum(_), Type::Enum(_))
        | (Type::List(_), Type::List(_))
        | (Type::Map(_), Type::Map(_)) => true,
        (Type::Schema(a), Type::Schema(b)) => a == b,
        (Type::Record(a), Type::Record(b)) => same_fields(a, b),
        (Type::Partial(a), Type::Partial(b)) => same_schema(a, b),
        _ => false,
    }
}

/// `ty`, or absent; unlike [`Type::optional`] also of what is not known.
pub(super) trait OptionalOf {
    fn optional_of(self) -> Type;
}

impl OptionalOf for Type {
    fn optional_of(self) -> Type {
        if self.is_optional() { self } else { Type::Optional(Arc::new(self)) }
    }
}

/// Returns the type of `merge(base, over)`: objects merge deeply, and the later one wins.
pub(super) fn merged(base: &Type, over: &Type) -> Type {
    if over.is_optional() {
        let present = over.present();
        return match base {
            // An absent base and an absent over are both possible.
            Type::Optional(_) => merged(base.present(), present).optional_of(),
            _ if is_object(base) && is_object(present) => {
                merge_objects(base, &Type::Partial(Arc::new(present.clone())))
            }
            _ => join(base, present),
        };
    }
    match base {
        // Each of several kinds stays what it is.
        Type::Union(branches) if is_object(base) && is_object(over) => {
            Type::Union(branches.iter().map(|branch| merged(branch, over)).collect())
        }
        Type::Optional(base) if is_object(base) && is_object(over) => {
            merge_objects(&Type::Partial(Arc::clone(base)), over)
        }
        Type::Optional(base) => join(base, over),
        Type::Error => over.clone(),
        _ if is_object(base) && is_object(over) => merge_objects(base, over),
        _ => over.clone(),
    }
}

fn merge_objects(base: &Type, over: &Type) -> Type {
    if let (Some(a), Some(b)) = (map_value(base), map_value(over)) {
        return Type::Map(Arc::new(join(&a, &b)));
    }
    if map_value(base).is_some() || map_value(over).is_some() {
        return Type::Any;
    }
    let mut fields: Vec<RecordField> = listed(base);
    for field in &mut fields {
        if let Some(over) = field_type(over, &field.name) {
            field.ty = merge_field(&field.ty, &over);
        }
    }
    for field in listed(over) {
        if fields.iter().any(|known| known.name == field.name) {
            continue;
        }
        let ty = field_type(base, &field.name).map_or_else(|| field.ty.clone(), |base| merge_field(&base, &field.ty));
        fields.push(RecordField { ty, ..field });
    }
    let rest = match (rest_of(base), rest_of(over)) {
        (Some(base), Some(over)) if field_names(&over).is_empty() => Some(base),
        (Some(base), Some(over)) => Some(if matches!(base, Type::Partial(_)) { over } else { base }),
        (base, over) => base.or(over),
    };
    Type::Record(Arc::new(RecordType { fields, rest }))
}

fn merge_field(base: &Type, over: &Type) -> Type {
    match (base.is_optional(), over.is_optional()) {
        (_, false) if is_object(base.present()) && is_object(over) => {
            if base.is_optional() {
                merge_objects(&Type::Partial(Arc::new(base.present().clone())), over)
            } else {
                merge_objects(base, over)
            }
        }
        (_, false) => over.clone(),
        (true, true) => merged(base.present(), over).optional_of(),
        (false, true) => merged(base, over),
    }
}

/// The fields that a type lists by itself, none of a schema's.
pub(super) fn listed(ty: &Type) -> Vec<RecordField> {
    match ty {
        Type::Record(record) => record.fields.clone(),
        Type::Partial(inner) => {
            let optional = |field: RecordField| RecordField { ty: field.ty.optional_of(), ..field };
            listed(inner).into_iter().map(optional).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the type of the fields that are not listed.
fn rest_of(ty: &Type) -> Option<Type> {
    match ty {
        Type::Record(record) => record.rest.clone(),
        Type::Partial(inner) => rest_of(inner).map(|rest| match rest {
            Type::Partial(_) => rest,
            rest => Type::Partial(Arc::new(rest)),
        }),
        Type::Schema(_) | Type::Manifest => Some(ty.clone()),
        _ => None,
    }
}

/// Returns true if a value of this type is a manifest of any kind, as it is made of one.
pub(super) fn is_manifest(ty: &Type) -> bool {
    match ty {
        Type::Manifest => true,
        Type::Record(record) => record.rest.as_ref().is_some_and(is_manifest),
        _ => false,
    }
}

/// The type of the field `name` in `ty`, optional where it need not be there. Whatever its schema says, an object that
/// stands by itself has a name: Kubernetes takes none without.
pub(super) fn field_type(ty: &Type, name: &str) -> Option<Type> {
    match ty {
        // Every kind has the same metadata.
        Type::Manifest if name == "metadata" => {
            let (api_version, kind) = relc_schema::builtin_kinds().next()?;
            field_type(&Type::Schema(relc_schema::builtin(api_version, kind)?), name)
        }
        Type::Schema(node) if node.is_root() && name == "metadata" => {
            let (metadata, _) = node.field(name)?;
            let (key, span) = (Arc::from("name"), relc_syntax::source::Span::new(relc_syntax::source::FileId(0), 0, 0));
            let fields = vec![RecordField { name: key, ty: Type::STRING, span }];
            Some(Type::Record(Arc::new(RecordType { fields, rest: Some(Type::Schema(metadata)) })))
        }
        Type::Record(record) => match record.fields.iter().find(|field| &*field.name == name) {
            Some(field) => Some(field.ty.clone()),
            None => field_type(record.rest.as_ref()?, name),
        },
        Type::Partial(inner) => {
            field_type(inner, name).map(|ty| Type::Partial(Arc::new(ty.present().clone())).optional_of())
        }
        Type::Optional(inner) => field_type(inner, name).map(Type::optional),
        other => written::field_type(other, name),
    }
}

/// Returns true if values of the type are objects with declared fields, or maps.
pub(super) fn is_object(ty: &Type) -> bool {
    match ty {
        Type::Record(_) | Type::Map(_) | Type::Manifest => true,
        Type::Partial(inner) => is_object(inner),
        Type::Schema(node) => matches!(node.node(), Node::Object(_) | Node::Map { .. }),
        Type::Union(branches) => branches.iter().all(is_object),
        _ => false,
    }
}

/// The type of a map's values.
pub(super) fn map_value(ty: &Type) -> Option<Type> {
    match ty {
        Type::Map(value) => Some((**value).clone()),
        Type::Partial(inner) => map_value(inner).map(|value| Type::Partial(Arc::new(value))),
        Type::Schema(node) => match node.node() {
            Node::Map { value } => Some(Type::Schema(node.at(*value))),
            _ => None,
        },
        _ => None,
    }
}

/// The kinds that a manifest of this type can be of: one for a literal `Kind { … }`; none where nothing is known.
pub(super) fn kinds(ty: &Type) -> Vec<SchemaRef> {
    match ty {
        Type::Schema(node) if node.is_root() => vec![node.clone()],
        Type::Record(record) if has_header(record) => record.rest.as_ref().and_then(root_of).into_iter().collect(),
        Type::Union(branches) => branches.iter().flat_map(kinds).collect(),
        Type::List(list) => kinds(&list.element),
        Type::Optional(inner) => kinds(inner),
        _ => Vec::new(),
    }
}

fn has_header(record: &RecordType) -> bool {
    ["apiVersion", "kind"].iter().all(|key| record.fields.iter().any(|field| &*field.name == *key))
}

fn root_of(ty: &Type) -> Option<SchemaRef> {
    match ty {
        Type::Schema(node) if node.is_root() => Some(node.clone()),
        Type::Partial(inner) | Type::Optional(inner) => root_of(inner),
        Type::Record(record) => record.rest.as_ref().and_then(root_of),
        _ => None,
    }
}
