//! Fields of a finished manifest, as checks walk through them.

use crate::value::{Value, ValueKind};
use relc_syntax::source::Span;

use super::quantity::Quantity;

/// What tells the values of a user from those of a library.
#[derive(Clone, Copy, Debug)]
pub struct Users {
    /// The first file that is not of definitions.
    pub first: u32,
    /// The first file that is not of relc's own library, which is tested.
    pub tested: u32,
    /// The name of the release, of which a library makes names: those are its own.
    pub name: Span,
}

impl Users {
    /// Returns true if a user wrote what is at `span`, in a release or in definitions.
    fn wrote(self, span: Span) -> bool {
        span.file.0 >= self.tested && span != self.name
    }
}

/// A value of a manifest, with the name of its field and the nearest place in the user's own files.
#[derive(Clone, Copy)]
pub struct Field<'v> {
    /// The field's name; of an element, that of its list.
    pub name: &'v str,
    /// The value.
    pub value: &'v Value,
    /// The span of its value; for a value of a library, that of the nearest value of the user around it.
    pub span: Span,
    /// The span of its key, likewise.
    pub key: Span,
    users: Users,
}

impl<'v> Field<'v> {
    /// A manifest. `place` is where the user speaks of it, for what a library wrote.
    pub fn root(value: &'v Value, place: Span, users: Users) -> Self {
        let span = nearest(value.span, place, users);
        Field { name: "", value, span, key: span, users }
    }

    /// The field `name`, where it is set.
    pub fn get(&self, name: &str) -> Option<Field<'v>> {
        let entry = self.value.as_object()?.entry(name).filter(|entry| !entry.value.is_null())?;
        Some(self.child(&entry.key, &entry.value, entry.key_span))
    }

    /// The field that `path` leads to, where it is set.
    pub fn find(&self, path: &[&str]) -> Option<Field<'v>> {
        path.iter().try_fold(*self, |field, name| field.get(name))
    }

    /// The elements of a list; none of anything else.
    pub fn items(&self) -> impl Iterator<Item = Field<'v>> + use<'v> {
        let (list, parent) = (self.value.as_list().unwrap_or_default(), *self);
        list.iter().map(move |element| parent.child(parent.name, &element.value, element.value.span))
    }

    /// The elements of the list `name`.
    pub fn list(&self, name: &str) -> impl Iterator<Item = Field<'v>> + use<'v> {
        self.get(name).into_iter().flat_map(|list| list.items())
    }

    /// The entries of an object or map; none of anything else.
    pub fn entries(&self) -> impl Iterator<Item = Field<'v>> + use<'v> {
        let (object, parent) = (self.value.as_object(), *self);
        let entries = object.map(|object| object.entries.as_slice()).unwrap_or_default();
        let set = entries.iter().filter(|entry| !entry.value.is_null());
        set.map(move |entry| parent.child(&entry.key, &entry.value, entry.key_span))
    }

    /// The entries of the map `name`.
    pub fn map(&self, name: &str) -> impl Iterator<Item = Field<'v>> + use<'v> {
        self.get(name).into_iter().flat_map(|map| map.entries())
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&'v str> {
        self.value.as_str()
    }

    /// The text of the field `name`; the empty text where it is not set.
    pub fn text_of(&self, name: &str) -> &'v str {
        self.get(name).and_then(|field| field.text()).unwrap_or("")
    }

    /// The whole number, if it is one.
    pub fn int(&self) -> Option<i64> {
        match self.value.data {
            ValueKind::Int(number) => Some(number),
            #[expect(clippy::cast_possible_truncation, reason = "the number is whole and below 2^53")]
            ValueKind::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(number as i64),
            _ => None,
        }
    }

    /// The whole number of the field `name`.
    pub fn int_of(&self, name: &str) -> Option<i64> {
        self.get(name)?.int()
    }

    /// Returns true if the field `name` is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.is_bool(name, true)
    }

    /// Returns true if the field `name` is set to `truth`.
    pub fn is_bool(&self, name: &str, truth: bool) -> bool {
        self.get(name).is_some_and(|field| field.value.data == ValueKind::Bool(truth))
    }

    /// The amount, if it is a quantity.
    pub fn quantity(&self) -> Option<Quantity> {
        match &self.value.data {
            ValueKind::String(text) => Quantity::parse(text),
            ValueKind::Int(number) => Quantity::parse(&number.to_string()),
            ValueKind::Float(number) => Quantity::parse(&number.to_string()),
            _ => None,
        }
    }

    /// Returns whether it has no element and no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of its elements or entries.
    pub fn len(&self) -> usize {
        match &self.value.data {
            ValueKind::List(list) => list.len(),
            ValueKind::Object(_) => self.entries().count(),
            _ => 0,
        }
    }

    /// The value as a message quotes it: a text in quotes, a number as it is.
    pub fn shown(&self) -> String {
        match &self.value.data {
            ValueKind::String(text) | ValueKind::Word(text) => quoted(text),
            ValueKind::Int(number) => number.to_string(),
            ValueKind::Float(number) => number.to_string(),
            ValueKind::Bool(truth) => truth.to_string(),
            _ => self.value.describe().to_owned(),
        }
    }

    /// The field and its value, as a message quotes them: `` `port: 80` ``.
    pub fn said(&self) -> String {
        match &self.value.data {
            ValueKind::String(text) | ValueKind::Word(text) if text.is_empty() => format!("`{}: \"\"`", self.name),
            ValueKind::String(text) | ValueKind::Word(text) => format!("`{}: {}`", self.name, cut(text)),
            ValueKind::Int(_) | ValueKind::Float(_) | ValueKind::Bool(_) => {
                format!("`{}: {}`", self.name, self.shown())
            }
            _ => format!("`{}`", self.name),
        }
    }

    /// Returns whether any part of the value was written by a user, and not by a library.
    pub fn has_users_value(&self) -> bool {
        is_users(self.value, self.users)
    }

    /// The field, at its own place in a definition file if no part of its value is of a release.
    pub fn at_writer(self) -> Field<'v> {
        let mut is_of_release = false;
        self.value.each(&mut |value| is_of_release |= value.span.file.0 >= self.users.first);
        let is_of_definitions = !is_of_release && self.users.wrote(self.value.span);
        if is_of_definitions { Field { span: self.value.span, key: self.value.span, ..self } } else { self }
    }

    /// Returns true if the user wrote the value itself.
    pub fn is_users(&self) -> bool {
        self.users.wrote(self.value.span)
    }

    /// Returns true if the user wrote one of its keys.
    pub fn has_users_key(&self) -> bool {
        let entries = self.value.as_object().map_or(&[][..], |object| &object.entries);
        entries.iter().any(|entry| self.users.wrote(entry.key_span))
    }

    fn child(&self, name: &'v str, value: &'v Value, key: Span) -> Field<'v> {
        let span = nearest(value.span, self.span, self.users);
        Field { name, value, span, key: nearest(key, span, self.users), users: self.users }
    }
}

fn is_users(value: &Value, users: Users) -> bool {
    let is_below = match &value.data {
        ValueKind::List(list) => list.iter().any(|element| is_users(&element.value, users)),
        ValueKind::Object(object) => object.entries.iter().any(|entry| is_users(&entry.value, users)),
        _ => false,
    };
    is_below || users.wrote(value.span)
}

/// `span` where it is in a user's file; else `around`.
fn nearest(span: Span, around: Span, users: Users) -> Span {
    if span.file.0 >= users.first { span } else { around }
}

/// `text` in quotes, cut where it is long.
pub fn quoted(text: &str) -> String {
    format!("{:?}", cut(text))
}

/// The beginning of a long text.
fn cut(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}
