//! Coerces values to types.
//!
//! In: a release's value and its field's type, or a finished manifest and its kind. Out: the value, with bare words
//! resolved to members and mismatches replaced by [`ValueKind::Error`], each mistake reported once.

mod messages;
mod quantity;
mod repair;
mod reshape;
mod schema;
mod text;

use std::sync::Arc;

pub use schema::field_path;

use super::{RecordType, Type, quoted, synonyms};
use crate::value::{Element, Entry, Object, Value, ValueKind};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest};
use relc_syntax::source::{Sources, Span};

/// The context of a coercion.
pub struct Coercion<'a> {
    sources: &'a Sources,
    /// The start of the path: a field's name, or nothing for a manifest.
    root: String,
    /// The names that a bare word could have meant.
    names: &'a [Arc<str>],
    /// The release's name, which may be a part of strings that its environment makes.
    release: Option<&'a Value>,
    /// The kind and name of a finished manifest.
    manifest: Option<(&'a str, &'a str)>,
}

impl<'a> Coercion<'a> {
    /// Creates the context for a release's value of the field `name`.
    pub fn declared(sources: &'a Sources, name: &str) -> Self {
        Coercion { sources, root: name.to_owned(), names: &[], release: None, manifest: None }
    }

    /// Sets the names that a bare word of a release file could have meant.
    #[must_use]
    pub fn names(self, names: &'a [Arc<str>]) -> Self {
        Coercion { names, ..self }
    }

    /// Sets the release's name, at which a string made from it is reported if only the name is wrong.
    #[must_use]
    pub fn of_release(self, name: &'a Value) -> Self {
        Coercion { release: Some(name), ..self }
    }

    /// Creates the context for a finished manifest, in which required keys must exist.
    pub fn finished(sources: &'a Sources, kind: &'a str, name: &'a str) -> Self {
        Coercion { sources, root: String::new(), names: &[], release: None, manifest: Some((kind, name)) }
    }
}

/// Coerces `value` to `ty`.
pub fn coerce(value: &Value, ty: &Type, cx: &Coercion<'_>, out: &mut Diagnostics) -> Value {
    look(value, ty, cx, out).unwrap_or_else(|| value.clone())
}

/// Reports mismatches of `value` and `ty`.
pub fn validate(value: &Value, ty: &Type, cx: &Coercion<'_>, out: &mut Diagnostics) {
    look(value, ty, cx, out);
}

fn look(value: &Value, ty: &Type, cx: &Coercion<'_>, out: &mut Diagnostics) -> Changed {
    let mut checker = Checker { cx, path: vec![Step::Root], partial: false, out };
    checker.check(value, ty)
}

/// The new value, if it changed: nearly all values are unchanged, and not copied.
type Changed = Option<Value>;

/// A step of a path, formatted only for messages.
#[derive(Clone)]
enum Step {
    Root,
    Key(Arc<str>),
    At(usize),
}

/// The result for an entry.
enum Entered {
    Kept,
    Becomes(Value),
    Unknown,
    /// A misspelling of this key, whose value is not known.
    Misspelled(Arc<str>),
}

impl From<Changed> for Entered {
    fn from(changed: Changed) -> Entered {
        changed.map_or(Entered::Kept, Entered::Becomes)
    }
}

struct Checker<'a, 'o> {
    cx: &'a Coercion<'a>,
    /// Steps from the root.
    path: Vec<Step>,
    /// True if no keys are required here.
    partial: bool,
    out: &'o mut Diagnostics,
}

impl Checker<'_, '_> {
    fn check(&mut self, value: &Value, ty: &Type) -> Changed {
        match &value.data {
            // Absent values and reported errors are accepted by every type.
            ValueKind::Null | ValueKind::Error | ValueKind::Residual(_) => return None,
            ValueKind::Guarded(guarded) => {
                let inner = self.check(&guarded.1, ty)?;
                return Some(Value::new(ValueKind::Guarded(Arc::new((guarded.0.clone(), inner))), value.span));
            }
            ValueKind::Word(word) if !takes_words(ty) => return Some(self.unknown_word(word, value, ty)),
            _ => {}
        }
        match ty {
            Type::Error | Type::Any => None,
            Type::Optional(inner) => self.check(value, inner),
            Type::Partial(inner) => {
                let before = std::mem::replace(&mut self.partial, true);
                let checked = self.check(value, inner);
                self.partial = before;
                checked
            }
            Type::Bool => self.expect(value, matches!(value.data, ValueKind::Bool(_)), ty),
            Type::Int { min, max } => self.integer(value, (*min, *max), ty),
            Type::Number { min, max } => self.number(value, (*min, *max), ty),
            Type::String(refined) => match &value.data {
                ValueKind::String(text) => self.string(value, text, refined.as_deref()),
                _ => Some(self.wrong(value, ty)),
            },
            Type::Enum(members) => self.member(value, members, ty),
            Type::List(list) => match &value.data {
                ValueKind::List(elements) => self.list(value, elements, &list.element),
                ValueKind::Object(object) if !self.partial && has_keys(&list.element) => {
                    Some(self.object_for_list(value, object, |key| reshape::field(&list.element, key).is_some()))
                }
                _ => Some(self.wrong(value, ty)),
            },
            Type::Map(inner) => match &value.data {
                ValueKind::Object(object) => self.map(value, object, inner),
                _ => Some(self.wrong(value, ty)),
            },
            Type::Record(record) => match &value.data {
                ValueKind::Object(object) => self.record(value, object, record),
                _ => Some(self.wrong(value, ty)),
            },
            Type::Union(branches) => self.union(value, branches, ty),
            Type::Schema(node) => self.schema(value, node),
            Type::Manifest => self.expect(value, matches!(value.data, ValueKind::Object(_)), ty),
            Type::Version => self.expect(value, matches!(value.data, ValueKind::Version(_)), ty),
        }
    }

    fn expect(&mut self, value: &Value, fits: bool, ty: &Type) -> Changed {
        if fits { None } else { Some(self.wrong(value, ty)) }
    }

    fn integer(&mut self, value: &Value, (min, max): (Option<i64>, Option<i64>), ty: &Type) -> Changed {
        let Some(number) = whole(value) else { return Some(self.wrong(value, ty)) };
        match value.data {
            ValueKind::Int(_) => self.bounds(value, number, (min, max)),
            _ => {
                self.bounds(value, number, (min, max)).or_else(|| Some(Value::new(ValueKind::Int(number), value.span)))
            }
        }
    }

    fn number(&mut self, value: &Value, (min, max): (Option<f64>, Option<f64>), ty: &Type) -> Changed {
        #[expect(clippy::cast_precision_loss, reason = "a bound is compared, no digit is kept")]
        let number = match value.data {
            ValueKind::Int(number) => number as f64,
            ValueKind::Float(number) => number,
            _ => return Some(self.wrong(value, ty)),
        };
        self.bounds(value, number, (min, max))
    }

    /// Returns an error value if `number`, which is that of `value`, is out of bounds.
    fn bounds<T: PartialOrd + ToString>(
        &mut self,
        value: &Value,
        number: T,
        (min, max): (Option<T>, Option<T>),
    ) -> Changed {
        let is_within = min.as_ref().is_none_or(|min| number >= *min) && max.as_ref().is_none_or(|max| number <= *max);
        if is_within {
            return None;
        }
        let text = |bound: Option<T>| bound.map(|bound| bound.to_string());
        Some(self.out_of_bounds(value, &number.to_string(), text(min), text(max)))
    }

    fn member(&mut self, value: &Value, members: &[Arc<str>], ty: &Type) -> Changed {
        let (ValueKind::String(word) | ValueKind::Word(word)) = &value.data else { return Some(self.wrong(value, ty)) };
        if members.contains(word) {
            return known_member(value, word);
        }
        let members: Vec<&str> = members.iter().map(|member| &**member).collect();
        Some(self.not_a_member(value, word, &members))
    }

    fn list(&mut self, value: &Value, elements: &[Element], ty: &Type) -> Changed {
        let mut copy: Option<Vec<Element>> = None;
        for (at, element) in elements.iter().enumerate() {
            if let Some(changed) = self.below(Step::At(at), |this| this.check(&element.value, ty)) {
                copy.get_or_insert_with(|| elements.to_vec())[at].value = changed;
            }
        }
        copy.map(|elements| Value::new(ValueKind::List(Arc::new(elements)), value.span))
    }

    fn map(&mut self, value: &Value, object: &Object, ty: &Type) -> Changed {
        self.entries(value, object, |this, entry| this.check_entry(entry, ty).into())
    }

    fn record(&mut self, value: &Value, object: &Object, record: &RecordType) -> Changed {
        let checked = self.entries(value, object, |this, entry| {
            match record.fields.iter().find(|field| field.name == entry.key) {
                Some(field) => this.check_entry(entry, &field.ty).into(),
                None => {
                    let known: Vec<&str> = record.fields.iter().map(|field| &*field.name).collect();
                    this.unknown_key(entry, object, &known, None)
                }
            }
        });
        let needed = record.fields.iter().filter(|field| !field.ty.is_optional() && !self.partial);
        let missing: Vec<&str> = needed
            .filter(|field| is_missing(checked_or(&checked, object), &field.name))
            .map(|field| &*field.name)
            .collect();
        self.missing_keys(value, &missing);
        checked
    }

    /// Coerces the existing entries; absent and unknown ones are omitted from the result. A misspelled one is an error value
    /// under the key that it misspells, so that this key is not missing.
    fn entries(
        &mut self,
        value: &Value,
        object: &Object,
        mut check: impl FnMut(&mut Self, &Entry) -> Entered,
    ) -> Changed {
        // The entries up to here, if they differ from those of the object.
        let mut copy: Option<Vec<Entry>> = None;
        for (at, entry) in object.entries.iter().enumerate() {
            let entered = match check(self, entry) {
                Entered::Kept if entry.value.is_null() => Entered::Unknown,
                entered => entered,
            };
            let next = match entered {
                Entered::Kept if copy.is_none() => continue,
                Entered::Kept => Some(entry.clone()),
                Entered::Becomes(value) => Some(Entry { value, ..entry.clone() }),
                Entered::Unknown => None,
                Entered::Misspelled(key) if object.entry(&key).is_some() => None,
                Entered::Misspelled(key) => {
                    Some(Entry { key, value: Value::new(ValueKind::Error, entry.key_span), ..entry.clone() })
                }
            };
            copy.get_or_insert_with(|| object.entries[..at].to_vec()).extend(next);
        }
        let entries = copy?;
        Some(Value::new(ValueKind::Object(Arc::new(Object { entries, kind: object.kind.clone() })), value.span))
    }

    fn check_entry(&mut self, entry: &Entry, ty: &Type) -> Changed {
        self.below(Step::Key(Arc::clone(&entry.key)), |this| this.check(&entry.value, ty))
    }

    fn below<T>(&mut self, step: Step, then: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = then(self);
        self.path.pop();
        result
    }

    /// Coerces to the branch that accepts the value; if none does, the most similar one reports the errors.
    fn union(&mut self, value: &Value, branches: &[Type], ty: &Type) -> Changed {
        let mut best: Option<(Diagnostics, Changed)> = None;
        for branch in branches.iter().filter(|branch| has_shape(value, branch)) {
            let mut found = Diagnostics::default();
            let mut attempt = Checker { cx: self.cx, path: self.path.clone(), partial: self.partial, out: &mut found };
            let checked = attempt.check(value, branch);
            if !found.has_errors() {
                return checked;
            }
            if best.as_ref().is_none_or(|(known, _)| found.len() < known.len()) {
                best = Some((found, checked));
            }
        }
        match best {
            Some((found, checked)) => {
                self.out.extend(found);
                checked
            }
            None => Some(self.wrong(value, ty)),
        }
    }

    /// Returns true if a word is the key of its own entry.
    fn is_shorthand(&self, word: &str, value: &Value) -> bool {
        let is_key = match self.path.last() {
            Some(Step::Key(key)) => **key == *word,
            Some(Step::Root) | None => self.cx.root == word,
            Some(Step::At(_)) => false,
        };
        let before = self.cx.sources.file(value.span.file).text().get(..value.span.start as usize).unwrap_or("");
        let begins_entry =
            before.trim_end().ends_with(['{', ',']) || before.trim_end_matches([' ', '\t']).ends_with('\n');
        is_key && begins_entry
    }

    fn unknown_word(&mut self, word: &str, value: &Value, ty: &Type) -> Value {
        let message = format!("`{word}` is not defined");
        let error = Diagnostic::error(Code::UnknownName, value.span, message);
        let takes_text = matches!(ty.present(), Type::String(_) | Type::Any)
            || matches!(ty.present(), Type::Schema(node) if matches!(node.node(), relc_schema::Node::String(_)));
        let takes_bool = matches!(ty.present(), Type::Bool)
            || matches!(ty.present(), Type::Schema(node) if matches!(node.node(), relc_schema::Node::Boolean));
        let takes_number = matches!(ty.present(), Type::Int { .. } | Type::Number { .. });
        let imported = self.cx.names.iter().find(|name| name.rsplit_once('.').is_some_and(|(_, name)| name == word));
        let near = imported.map(|name| &**name).or_else(|| nearest(word, self.cx.names.iter().map(|name| &**name)));
        let replace = |text: &str| (format!("write `{text}`"), Some(text.to_owned()));
        let (help, fix) = match word.to_lowercase().as_str() {
            _ if takes_number && near.is_none() => {
                (format!("write a number, or declare it with `let {word} = …`"), None)
            }
            "yes" | "on" | "true" if takes_bool => replace("true"),
            "no" | "off" | "false" if takes_bool => replace("false"),
            "nil" | "none" | "undefined" if !takes_text => replace("null"),
            _ => match near {
                Some(near) => (format!("did you mean `{near}`?"), Some(near.to_owned())),
                None if takes_text => (format!("for a string, write `\"{word}\"`"), Some(format!("\"{word}\""))),
                None if matches!(word, "yes" | "no" | "on" | "off") => {
                    ("a boolean is written `true` or `false`".to_owned(), None)
                }
                None => (format!("declare it with `let {word} = …` or `param {word}: …`, or import it"), None),
            },
        };
        let error = error.help(help);
        self.out.push(match fix {
            // `{ gateway }` means `{ gateway: gateway }`.
            Some(fix) if self.is_shorthand(word, value) => {
                error.fix(Applicability::Unsafe, value.span, format!("{word}: {fix}"))
            }
            Some(fix) => error.fix(Applicability::Unsafe, value.span, fix),
            None => error,
        });
        Value::new(ValueKind::Error, value.span)
    }

    fn not_a_member(&mut self, value: &Value, word: &str, members: &[&str]) -> Value {
        let list = quoted(members.iter().copied());
        let message = format!("`{word}` is not a valid value for `{}`: expected one of {list}", self.last_step());
        let error = Diagnostic::error(Code::OutOfRange, value.span, message);
        let near = synonyms::of_value(word, members).or_else(|| nearest(word, members.iter().copied()));
        self.out.push(match near {
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(
                Applicability::Unsafe,
                value.span,
                self.requoted(value.span, near),
            ),
            None => error,
        });
        Value::new(ValueKind::Error, value.span)
    }

    /// Returns `text` in the quotes used in the source at `span`.
    fn requoted(&self, span: Span, text: &str) -> String {
        let written = self.cx.sources.text(span);
        match written.chars().next() {
            Some(quote @ ('"' | '\'')) if written.ends_with(quote) => format!("{quote}{text}{quote}"),
            _ => text.to_owned(),
        }
    }
}

/// Returns true if a bare word can be a value of `ty`.
fn takes_words(ty: &Type) -> bool {
    match ty {
        Type::Enum(_) | Type::Error => true,
        Type::Optional(inner) | Type::Partial(inner) => takes_words(inner),
        Type::Union(branches) => branches.iter().any(takes_words),
        Type::Schema(node) => {
            matches!(node.node(), relc_schema::Node::String(string) if !string.members.is_empty())
        }
        _ => false,
    }
}

/// Returns true if the keys of a type are known.
fn has_keys(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => true,
        Type::Optional(inner) | Type::Partial(inner) => has_keys(inner),
        Type::Schema(node) => matches!(node.node(), relc_schema::Node::Object(_)),
        _ => false,
    }
}

/// Returns true if a branch of a union has the value's shape, so that its errors are relevant.
fn has_shape(value: &Value, ty: &Type) -> bool {
    use relc_schema::Node;
    match ty {
        Type::Error | Type::Any => true,
        Type::Optional(inner) | Type::Partial(inner) => has_shape(value, inner),
        Type::Bool => matches!(value.data, ValueKind::Bool(_)),
        Type::Int { .. } | Type::Number { .. } => matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_)),
        Type::String(_) => matches!(value.data, ValueKind::String(_)),
        Type::Enum(_) => matches!(value.data, ValueKind::String(_) | ValueKind::Word(_)),
        Type::List(_) => matches!(value.data, ValueKind::List(_)),
        Type::Map(_) | Type::Record(_) | Type::Manifest => matches!(value.data, ValueKind::Object(_)),
        Type::Union(branches) => branches.iter().any(|branch| has_shape(value, branch)),
        Type::Version => matches!(value.data, ValueKind::Version(_)),
        Type::Schema(node) => match node.node() {
            Node::Any | Node::Quantity | Node::IntOrString { .. } => true,
            Node::Boolean => matches!(value.data, ValueKind::Bool(_)),
            Node::Integer { .. } | Node::Number { .. } => matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_)),
            Node::String(_) => matches!(value.data, ValueKind::String(_) | ValueKind::Word(_)),
            Node::List { .. } => matches!(value.data, ValueKind::List(_)),
            Node::Map { .. } | Node::Object(_) => matches!(value.data, ValueKind::Object(_)),
        },
    }
}

/// Returns the object after its coercion.
fn checked_or<'o>(checked: &'o Changed, object: &'o Object) -> &'o Object {
    checked.as_ref().and_then(Value::as_object).unwrap_or(object)
}

/// Returns true if the key is missing, or only exists under a condition.
fn is_missing(object: &Object, key: &str) -> bool {
    object.entry(key).is_none_or(|entry| entry.value.is_null() || entry.guard.is_some())
}

/// Returns the number, if it is an integer.
fn whole(value: &Value) -> Option<i64> {
    match value.data {
        ValueKind::Int(number) => Some(number),
        #[expect(clippy::cast_possible_truncation, reason = "the number is whole and below 2^53")]
        ValueKind::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(number as i64),
        _ => None,
    }
}

/// Converts a word that is a member to a string.
fn known_member(value: &Value, word: &Arc<str>) -> Changed {
    matches!(value.data, ValueKind::Word(_)).then(|| Value::string(Arc::clone(word), value.span))
}
