//! The types of fields, lets, parameters and positions in manifests.

use std::sync::Arc;

use super::KnownPattern;
use relc_schema::SchemaRef;
use relc_syntax::diagnostic::quoted;
use relc_syntax::source::Span;

/// A type. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Type {
    /// The type of an error that is already reported; compatible with every type.
    Error,
    /// Any value; only inside of manifests.
    Any,
    /// An object of any watched or declared kind.
    Manifest,
    /// `true` or `false`.
    Bool,
    /// An integer, with bounds.
    Int {
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// A number, with bounds.
    Number {
        /// Smallest value.
        min: Option<f64>,
        /// Largest value.
        max: Option<f64>,
    },
    /// A string.
    String(Option<Arc<StringType>>),
    /// One of a few words.
    Enum(Arc<[Arc<str>]>),
    /// A list.
    List(Arc<ListType>),
    /// A map with arbitrary keys and values of one type.
    Map(Arc<Type>),
    /// An object with declared keys.
    Record(Arc<RecordType>),
    /// Any of several types.
    Union(Arc<[Type]>),
    /// A type whose value may be absent.
    Optional(Arc<Type>),
    /// A type without its required fields.
    Partial(Arc<Type>),
    /// A node of a kind's schema; at the root, the kind itself.
    Schema(SchemaRef),
    /// A version of the release.
    Version,
}

/// A refined string type, which the whole string must match.
#[derive(Debug)]
pub struct StringType {
    /// The name of its declaration, such as `Image`.
    pub name: Option<Arc<str>>,
    /// The first line of its declaration's documentation.
    pub doc: Option<Arc<str>>,
    /// The pattern as written, and anchored at both ends.
    pub pattern: Option<(Arc<str>, Arc<KnownPattern>)>,
    /// Smallest length in characters.
    pub min: Option<u64>,
    /// Largest length in characters.
    pub max: Option<u64>,
}

/// The type of a list.
#[derive(Clone, Debug)]
pub struct ListType {
    /// The type of its elements.
    pub element: Type,
    /// The smallest number of elements, if known from the list's expression; `None` for a declared type.
    pub least: Option<u64>,
}

/// A record type, with its keys in their order.
#[derive(Clone, Debug, Default)]
pub struct RecordType {
    /// The keys.
    pub fields: Vec<RecordField>,
    /// The type of other keys. A declared record has none; the inferred type of an object that was created for a kind,
    /// or merged with a part of one, lists the keys that certainly exist.
    pub rest: Option<Type>,
}

/// A declared key.
#[derive(Clone, Debug)]
pub struct RecordField {
    /// Its name.
    pub name: Arc<str>,
    /// The key's type; an [`Type::Optional`] key may be omitted.
    pub ty: Type,
    /// The span of its declaration.
    pub span: Span,
}

impl Type {
    /// A string without constraints.
    pub const STRING: Type = Type::String(None);
    /// An integer without bounds.
    pub const INT: Type = Type::Int { min: None, max: None };
    /// A number without bounds.
    pub const NUMBER: Type = Type::Number { min: None, max: None };

    /// Makes the type optional; an optional type is unchanged.
    #[must_use]
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) | Type::Error => self,
            _ => Type::Optional(Arc::new(self)),
        }
    }

    /// Returns the type without [`Type::Optional`].
    #[must_use]
    pub fn present(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner.present(),
            other => other,
        }
    }

    /// Returns true if the value may be absent.
    pub fn is_optional(&self) -> bool {
        matches!(self, Type::Optional(_))
    }

    /// Calls `each` for the types of which this one consists, until it returns false. Returns false if it did.
    pub fn all_parts(&self, each: &mut dyn FnMut(&Type) -> bool) -> bool {
        match self {
            Type::List(list) => each(&list.element),
            Type::Map(inner) | Type::Optional(inner) | Type::Partial(inner) => each(inner),
            Type::Union(branches) => branches.iter().all(each),
            Type::Record(record) => {
                record.fields.iter().all(|field| each(&field.ty)) && record.rest.as_ref().is_none_or(each)
            }
            Type::Error
            | Type::Any
            | Type::Manifest
            | Type::Bool
            | Type::Int { .. }
            | Type::Number { .. }
            | Type::String(_)
            | Type::Enum(_)
            | Type::Schema(_)
            | Type::Version => true,
        }
    }

    /// Creates the type of a list of `element`, which may be empty.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(ListType { element, least: None }))
    }
}

impl Type {
    /// The type of a condition on a request: an element of a conjunction of `v.when`.
    pub fn test() -> Type {
        static TEST: std::sync::LazyLock<Type> = std::sync::LazyLock::new(|| {
            let op = Type::Enum(["is", "prefix", "matches"].map(Arc::from).into());
            record([("name", Type::STRING.optional()), ("op", op), ("value", Type::STRING)])
        });
        TEST.clone()
    }

    /// The type of `v.when`: conjunctions, any of which matches a request.
    pub fn when() -> Type {
        static WHEN: std::sync::LazyLock<Type> = std::sync::LazyLock::new(|| {
            let test = Type::test();
            Type::list(record([
                ("path", test.clone().optional()),
                ("method", test.clone().optional()),
                ("headers", Type::list(test.clone())),
                ("query", Type::list(test)),
            ]))
        });
        WHEN.clone()
    }

    /// The type of `release.manifests`: the other manifests passed to a run.
    pub fn manifests() -> Type {
        static MANIFESTS: std::sync::LazyLock<Type> = std::sync::LazyLock::new(|| {
            Type::list(record([
                ("apiVersion", Type::STRING),
                ("kind", Type::STRING),
                ("name", Type::STRING),
                ("namespace", Type::STRING.optional()),
                ("spec", Type::Any.optional()),
            ]))
            .optional()
        });
        MANIFESTS.clone()
    }
}

/// Creates a record that is built into the language; its fields have no span in a file, and use the start of the first
/// file.
fn record<const N: usize>(fields: [(&str, Type); N]) -> Type {
    let nowhere = Span::new(relc_syntax::source::FileId(0), 0, 0);
    let fields = fields.map(|(name, ty)| RecordField { name: name.into(), ty, span: nowhere }).into();
    Type::Record(Arc::new(RecordType { fields, rest: None }))
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Type::Error => f.write_str("what was reported already"),
            Type::Any => f.write_str("anything"),
            Type::Manifest => f.write_str("a manifest"),
            Type::Bool => f.write_str("a boolean"),
            Type::Int { .. } => f.write_str("a whole number"),
            Type::Number { .. } => f.write_str("a number"),
            Type::String(None) => f.write_str("a string"),
            Type::String(Some(string)) => match &string.name {
                Some(name) => write!(f, "a string (`{name}`)"),
                None => f.write_str("a string"),
            },
            Type::Enum(members) => write!(f, "one of {}", quoted(members.iter().map(|m| &**m))),
            Type::List(list) => write!(f, "a list of {}", plural(&list.element)),
            Type::Map(value) => write!(f, "a map of {}", plural(value)),
            Type::Record(record) => match &record.rest {
                Some(rest) => write!(f, "{rest}"),
                None => f.write_str("an object"),
            },
            Type::Union(branches) => {
                let words: Vec<String> = branches.iter().map(ToString::to_string).collect();
                f.write_str(&words.join(" or "))
            }
            Type::Optional(inner) => write!(f, "{inner}, or nothing"),
            Type::Partial(inner) => write!(f, "{inner}"),
            Type::Schema(node) => f.write_str(&node.describe()),
            Type::Version => f.write_str("a version"),
        }
    }
}

/// Returns the plural of `ty` for messages.
fn plural(ty: &Type) -> String {
    let one = ty.to_string();
    match one.strip_prefix("a ").or_else(|| one.strip_prefix("an ")) {
        Some(noun) if noun.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') => format!("{noun}s"),
        _ => format!("values, each {one}"),
    }
}
