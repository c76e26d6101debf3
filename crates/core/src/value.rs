//! Values: those set in release files and values.yaml, and the results of evaluation.
//!
//! Every value has the span of its origin, through merge, spread, `file()` and values.yaml, so that an error about a
//! finished manifest can point to the line that a user wrote. The same tree contains what only the controller knows:
//! [`ValueKind::Residual`] scalars and the [`Condition`]s that guard entries (the residual of partial evaluation).

use std::sync::Arc;

use relc_schema::SchemaRef;
use relc_syntax::source::Span;

/// A value and its origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The kind.
    pub data: ValueKind,
    /// The span where it was written.
    pub span: Span,
}

/// The kind of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// Absent.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number; finite.
    Float(f64),
    /// A string.
    String(Arc<str>),
    /// A bare word of a release file that names nothing: it can only be a member of the expected enum.
    Word(Arc<str>),
    /// A list.
    List(Arc<Vec<Element>>),
    /// An object.
    Object(Arc<Object>),
    /// A number, boolean or string that only the controller knows.
    Residual(Arc<Residual>),
    /// A value that exists only while the condition holds, before it is put into an entry or element.
    Guarded(Arc<(Condition, Value)>),
    /// A version of the current release, by index.
    Version(usize),
    /// An error that is already reported; accepted by every type.
    Error,
}

/// Number of bytes of a string that are counted like one value.
pub const TEXT: u64 = 64;

/// An element of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The condition under which it exists; `None`: always.
    pub guard: Option<Arc<Condition>>,
    /// The value.
    pub value: Value,
}

/// An object: entries in the order written, with unique keys at any one time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The entries. A key can have several values, under conditions of which one holds at a time.
    pub entries: Vec<Entry>,
    /// The Kubernetes kind, if it was written as a literal of one.
    pub kind: Option<SchemaRef>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// The key's span.
    pub key_span: Span,
    /// The condition under which the entry exists; `None`: always.
    pub guard: Option<Arc<Condition>>,
    /// The value.
    pub value: Value,
}

/// A scalar that only the controller knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Residual {
    /// The weight of the version at this index.
    Weight(usize),
    /// A boolean.
    Tristate(Condition),
    /// A string with such values in it.
    Text(Vec<TextPart>),
}

/// A part of a string that only the controller knows.
#[derive(Clone, Debug, PartialEq)]
pub enum TextPart {
    /// Constant text.
    Known(Arc<str>),
    /// The weight of the version at this index.
    Weight(usize),
    /// Text that is there only while the condition holds.
    If(Condition, Vec<TextPart>),
}

/// A boolean that only the controller knows. Copies share its parts: a condition about every version is a part of the manifests of
/// each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// True if the version at this index is ready and has weight.
    LiveFields(usize),
    /// The negation.
    Not(Box<Condition>),
    /// A conjunction of two or more.
    All(Arc<[Condition]>),
    /// A disjunction of two or more.
    Any(Arc<[Condition]>),
}

impl Value {
    /// Creates a value at `span`.
    pub fn new(data: ValueKind, span: Span) -> Self {
        Value { data, span }
    }

    /// Creates a string at `span`.
    pub fn string(text: impl Into<Arc<str>>, span: Span) -> Self {
        Value::new(ValueKind::String(text.into()), span)
    }

    /// Creates an absent value at `span`.
    pub fn null(span: Span) -> Self {
        Value::new(ValueKind::Null, span)
    }

    /// Creates a list whose elements always exist.
    pub fn list(values: Vec<Value>, span: Span) -> Self {
        let elements = values.into_iter().map(|value| Element { guard: None, value }).collect();
        Value::new(ValueKind::List(Arc::new(elements)), span)
    }

    /// Creates an object of `entries`, without a kind.
    pub fn object(entries: Vec<Entry>, span: Span) -> Self {
        Value::new(ValueKind::Object(Arc::new(Object { entries, kind: None })), span)
    }

    /// Returns true if the value is absent.
    pub fn is_null(&self) -> bool {
        matches!(self.data, ValueKind::Null)
    }

    /// Returns the string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.data {
            ValueKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the elements, if it is a list.
    pub fn as_list(&self) -> Option<&[Element]> {
        match &self.data {
            ValueKind::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the value of `key`, if this is an object that has it and it is not absent.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key).filter(|value| !value.is_null())
    }

    /// Calls `each` for the value and all values inside it.
    pub fn each(&self, each: &mut dyn FnMut(&Value)) {
        each(self);
        match &self.data {
            ValueKind::List(elements) => elements.iter().for_each(|element| element.value.each(each)),
            ValueKind::Object(object) => object.entries.iter().for_each(|entry| entry.value.each(each)),
            ValueKind::Guarded(guarded) => guarded.1.each(each),
            ValueKind::Null
            | ValueKind::Bool(_)
            | ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Word(_) => {}
            ValueKind::Residual(_) | ValueKind::Version(_) | ValueKind::Error => {}
        }
    }

    /// Returns true if the value contains an error.
    pub fn holds_error(&self) -> bool {
        match &self.data {
            ValueKind::Error => true,
            ValueKind::List(elements) => elements.iter().any(|element| element.value.holds_error()),
            ValueKind::Object(object) => object.entries.iter().any(|entry| entry.value.holds_error()),
            ValueKind::Guarded(guarded) => guarded.1.holds_error(),
            ValueKind::Null
            | ValueKind::Bool(_)
            | ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::Word(_) => false,
            ValueKind::Residual(_) | ValueKind::Version(_) => false,
        }
    }

    /// Returns the number of values in it, including itself, or `most` if there are as many or more. A shared value is
    /// counted each time it occurs, as traversals visit it each time; a long string counts once per [`TEXT`] bytes.
    pub fn size(&self, most: u64) -> u64 {
        let mut left = most;
        self.take(&mut left);
        most - left
    }

    fn take(&self, left: &mut u64) {
        *left = left.saturating_sub(1);
        match &self.data {
            ValueKind::List(elements) if *left > 0 => elements.iter().for_each(|element| element.value.take(left)),
            ValueKind::Object(object) if *left > 0 => object.entries.iter().for_each(|entry| entry.value.take(left)),
            ValueKind::Guarded(guarded) if *left > 0 => guarded.1.take(left),
            ValueKind::List(_) | ValueKind::Object(_) | ValueKind::Guarded(_) => {}
            ValueKind::String(text) => *left = left.saturating_sub(text.len() as u64 / TEXT),
            ValueKind::Null | ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_) | ValueKind::Word(_) => {}
            ValueKind::Residual(_) | ValueKind::Version(_) | ValueKind::Error => {}
        }
    }

    /// Describes the value in messages: `a string`, `a list`.
    pub fn describe(&self) -> &'static str {
        match &self.data {
            ValueKind::Null => "null",
            ValueKind::Bool(_) => "a boolean",
            ValueKind::Int(_) => "a whole number",
            ValueKind::Float(_) => "a number",
            ValueKind::String(_) => "a string",
            ValueKind::Word(_) => "a bare word",
            ValueKind::List(_) => "a list",
            ValueKind::Object(_) => "an object",
            ValueKind::Residual(_) => "a value that only the controller knows",
            ValueKind::Guarded(_) => "a value that is there only at times",
            ValueKind::Version(_) => "a version",
            ValueKind::Error => "an error",
        }
    }
}

impl Object {
    /// Returns the value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }
}

impl Entry {
    /// Creates an entry that always exists.
    pub fn new(key: impl Into<Arc<str>>, key_span: Span, value: Value) -> Self {
        Entry { key: key.into(), key_span, guard: None, value }
    }
}
