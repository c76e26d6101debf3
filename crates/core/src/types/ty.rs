//! Types: what a field, a let, a parameter or a place in a manifest can hold.

use std::sync::Arc;

use super::Pattern;
use relc_schema::SchemaRef;
use relc_syntax::diagnostic::quoted;
use relc_syntax::source::Span;

/// A type. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Type {
    /// Unifies with anything: the mistake was reported already.
    Error,
    /// Anything, inside of manifests only.
    Any,
    /// An object of any watched or declared kind.
    Manifest,
    /// `true` or `false`.
    Bool,
    /// A whole number, within bounds.
    Int {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// A number, within bounds.
    Number {
        /// Least value.
        min: Option<f64>,
        /// Greatest value.
        max: Option<f64>,
    },
    /// A text.
    String(Option<Arc<StringType>>),
    /// One of a few words.
    Enum(Arc<[Arc<str>]>),
    /// A list.
    List(Arc<ListType>),
    /// Keys of one's own, values of one type.
    Map(Arc<Type>),
    /// Declared keys.
    Record(Arc<RecordType>),
    /// Any of several.
    Union(Arc<[Type]>),
    /// It, or absent.
    Optional(Arc<Type>),
    /// It, with nothing in it required yet.
    Partial(Arc<Type>),
    /// A place in the schema of a kind; at the root, the kind itself.
    Schema(SchemaRef),
    /// A version of the release.
    Version,
}

/// A refined text. It fits where the whole text matches.
#[derive(Debug)]
pub struct StringType {
    /// The name under which it was declared, such as `Image`.
    pub name: Option<Arc<str>>,
    /// What its declaration says of it, in a line.
    pub doc: Option<Arc<str>>,
    /// The pattern as written, and as it is run: anchored at both ends.
    pub pattern: Option<(Arc<str>, Arc<Pattern>)>,
    /// Least length in characters.
    pub min: Option<u64>,
    /// Greatest length in characters.
    pub max: Option<u64>,
}

/// A list's type.
#[derive(Clone, Debug)]
pub struct ListType {
    /// Its elements.
    pub element: Type,
    /// How many elements there are at least, where that can be told from how the list is made; a declared type does not
    /// say.
    pub least: Option<u64>,
}

/// Declared keys, in their order.
#[derive(Clone, Debug, Default)]
pub struct RecordType {
    /// The keys.
    pub fields: Vec<RecordField>,
    /// What says of keys that are not listed. A declared record has none; what is known of an object that was made for
    /// a kind, or merged with a part of one, lists what it surely has.
    pub rest: Option<Type>,
}

/// A declared key.
#[derive(Clone, Debug)]
pub struct RecordField {
    /// Its name.
    pub name: Arc<str>,
    /// Its type; an [`Type::Optional`] one may be left out.
    pub ty: Type,
    /// Where it is declared.
    pub span: Span,
}

impl Type {
    /// A text of any kind.
    pub const STRING: Type = Type::String(None);
    /// A whole number of any size.
    pub const INT: Type = Type::Int { min: None, max: None };

    /// It, or absent; an optional type stays as it is.
    #[must_use]
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) | Type::Error => self,
            Type::Any
            | Type::Manifest
            | Type::Bool
            | Type::Int { .. }
            | Type::Number { .. }
            | Type::String(_)
            | Type::Enum(_)
            | Type::List(_)
            | Type::Map(_)
            | Type::Record(_)
            | Type::Union(_)
            | Type::Partial(_)
            | Type::Schema(_)
            | Type::Version => Type::Optional(Arc::new(self)),
        }
    }

    /// It without the possibility of being absent.
    #[must_use]
    pub fn present(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner.present(),
            other => other,
        }
    }

    /// Whether it may be absent.
    pub fn is_optional(&self) -> bool {
        matches!(self, Type::Optional(_))
    }

    /// A list of `element`, perhaps empty.
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(ListType { element, least: None }))
    }
}

impl Type {
    /// One test of a request: an element of `v.when`'s clauses.
    pub fn test() -> Type {
        static TEST: std::sync::LazyLock<Type> = std::sync::LazyLock::new(|| {
            let op = Type::Enum(["is", "prefix", "matches"].map(Arc::from).into());
            record([("name", Type::STRING.optional()), ("op", op), ("value", Type::STRING)])
        });
        TEST.clone()
    }

    /// The clauses of a version's `when`: any of them sends a request to the version.
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

    /// Other manifests that a run was given: `release.manifests`.
    pub fn manifests() -> Type {
        static MANIFESTS: std::sync::LazyLock<Type> = std::sync::LazyLock::new(|| {
            Type::list(record([
                ("apiVersion", Type::STRING),
                ("kind", Type::STRING),
                ("name", Type::STRING),
                ("namespace", Type::STRING.optional()),
            ]))
            .optional()
        });
        MANIFESTS.clone()
    }
}

/// A record that the language itself declares; its fields have no place in a file, and take the start of the first.
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

/// Several of `ty`, for a sentence.
fn plural(ty: &Type) -> String {
    let one = ty.to_string();
    match one.strip_prefix("a ").or_else(|| one.strip_prefix("an ")) {
        Some(noun) if noun.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') => format!("{noun}s"),
        _ => format!("values, each {one}"),
    }
}
