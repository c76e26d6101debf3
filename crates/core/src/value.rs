//! Values: what release files and values.yaml give, and what evaluation makes of them.
//!
//! Every value carries the place it comes from, through merge, spread, `file()` and values.yaml, so that an error about a
//! finished manifest can point at the line that a person wrote. The same tree carries what only the controller knows:
//! [`ValueKind::Residual`] scalars and the [`Condition`]s that guard entries (the residual of the first stage).

use std::sync::Arc;

use relc_schema::SchemaRef;
use relc_syntax::source::Span;

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub data: ValueKind,
    /// Where it was written.
    pub span: Span,
}

/// The forms of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// Absent.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number; finite.
    Float(f64),
    /// Text.
    String(Arc<str>),
    /// A bare word of a release file that names nothing: it can only be a member of the enum expected there.
    Word(Arc<str>),
    /// A list.
    List(Arc<Vec<Element>>),
    /// An object.
    Object(Arc<Object>),
    /// A number or truth that only the controller knows.
    Residual(Arc<Residual>),
    /// A value that is there only while the condition holds, on its way into an entry or element.
    Guarded(Arc<(Condition, Value)>),
    /// One version of the release at hand, by position.
    Version(usize),
    /// What was reported already; fits everything.
    Error,
}

/// How many bytes of text are as much as another value.
pub const TEXT: u64 = 64;

/// An element of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// When it is there; `None`: always.
    pub guard: Option<Arc<Condition>>,
    /// The value.
    pub value: Value,
}

/// An object: entries in the order written, each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// The entries.
    pub entries: Vec<Entry>,
    /// The Kubernetes kind, where it was written as a literal of one.
    pub kind: Option<SchemaRef>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// Where the key was written.
    pub key_span: Span,
    /// When the entry is there; `None`: always.
    pub guard: Option<Arc<Condition>>,
    /// The value.
    pub value: Value,
}

/// A scalar that only the controller knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Residual {
    /// The weight of the version at this position.
    Weight(usize),
    /// A truth.
    Tristate(Condition),
}

/// A truth that only the controller knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The version at this position is ready and has weight.
    LiveFields(usize),
    /// The opposite.
    Not(Box<Condition>),
    /// All hold; two or more.
    All(Vec<Condition>),
    /// One holds at least; two or more.
    Any(Vec<Condition>),
}

impl Value {
    /// A value at `span`.
    pub fn new(data: ValueKind, span: Span) -> Self {
        Value { data, span }
    }

    /// A text at `span`.
    pub fn string(text: impl Into<Arc<str>>, span: Span) -> Self {
        Value::new(ValueKind::String(text.into()), span)
    }

    /// An absent value at `span`.
    pub fn null(span: Span) -> Self {
        Value::new(ValueKind::Null, span)
    }

    /// A list whose elements are always there.
    pub fn list(values: Vec<Value>, span: Span) -> Self {
        let elements = values.into_iter().map(|value| Element { guard: None, value }).collect();
        Value::new(ValueKind::List(Arc::new(elements)), span)
    }

    /// An object of `entries`, of no kind.
    pub fn object(entries: Vec<Entry>, span: Span) -> Self {
        Value::new(ValueKind::Object(Arc::new(Object { entries, kind: None })), span)
    }

    /// Whether it is absent.
    pub fn is_null(&self) -> bool {
        matches!(self.data, ValueKind::Null)
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.data {
            ValueKind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_list(&self) -> Option<&[Element]> {
        match &self.data {
            ValueKind::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The value under `key`, if this is an object that has it; an absent one counts as not there.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key).filter(|value| !value.is_null())
    }

    /// Calls `each` for it and for every value in it.
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

    /// Whether something in it was reported as wrong.
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

    /// How many values it holds, itself included; `most` where there are as many or more. What stands in several places counts in
    /// each, as whoever goes through the value goes through all of them; of a long text, so does every [`TEXT`] bytes.
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

    /// What it is, in words for people: `a string`, `a list`.
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
    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key == key)
    }
}

impl Entry {
    /// An entry that is always there.
    pub fn new(key: impl Into<Arc<str>>, key_span: Span, value: Value) -> Self {
        Entry { key: key.into(), key_span, guard: None, value }
    }
}
