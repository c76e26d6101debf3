//! Values in another form than their type's, as they would be written in it.

use super::Checker;
use crate::types::{Type, synonyms};
use crate::value::{Element, Object, Value, ValueKind};
use relc_schema::Node;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic};

/// The form of a type's values, with the types of what they contain.
enum Form {
    List(Type),
    Map(Type),
    Keys,
    Text,
    Number,
    Other,
}

fn form(ty: &Type) -> Form {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => form(inner),
        Type::List(list) => Form::List(list.element.clone()),
        Type::Map(inner) => Form::Map(Type::clone(inner)),
        Type::Record(_) => Form::Keys,
        Type::String(_) | Type::Enum(_) => Form::Text,
        Type::Int { .. } | Type::Number { .. } => Form::Number,
        Type::Union(branches) => branches.first().map_or(Form::Other, form),
        Type::Schema(node) => match node.node() {
            Node::List { element, .. } => Form::List(Type::Schema(node.at(*element))),
            Node::Map { value } => Form::Map(Type::Schema(node.at(*value))),
            Node::Object(_) => Form::Keys,
            Node::String(_) => Form::Text,
            Node::Integer { .. } | Node::Number { .. } => Form::Number,
            Node::Any | Node::Boolean | Node::IntOrString { .. } | Node::Quantity => Form::Other,
        },
        Type::Any | Type::Bool | Type::Manifest | Type::Version | Type::Error => Form::Other,
    }
}

/// Returns true unless `ty` is an enum without this member.
fn is_member(ty: &Type, text: &str) -> bool {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => is_member(inner, text),
        Type::Enum(members) => members.iter().any(|member| **member == *text),
        _ => true,
    }
}

/// The type of the field `key` of a type's values.
pub(super) fn field(ty: &Type, key: &str) -> Option<Type> {
    match ty {
        Type::Optional(inner) | Type::Partial(inner) => field(inner, key),
        Type::Record(record) => record.fields.iter().find(|field| &*field.name == key).map(|field| field.ty.clone()),
        Type::Schema(node) => node.field(key).map(|(node, _)| Type::Schema(node)),
        _ => None,
    }
}

impl Checker<'_, '_> {
    /// The value in the form of its type, and whether that can replace what is written: a map of names for a list of
    /// `{ name, value }`, a list of one for a scalar, the key of an object that a scalar is meant for.
    pub(super) fn reshaped(&self, value: &Value, ty: &Type) -> Option<(String, bool)> {
        let written = self.cx.sources.text(value.span);
        let inline = !written.contains('\n');
        let text = match (&value.data, form(ty)) {
            (ValueKind::List(elements), Form::Map(inner)) => {
                let entries: Vec<String> =
                    elements.iter().map(|element| self.entry(element, &inner)).collect::<Option<_>>()?;
                (!entries.is_empty()).then(|| format!("{{ {} }}", entries.join(", ")))?
            }
            (ValueKind::List(elements), Form::Text | Form::Number) => match elements.as_slice() {
                [only] => self.as_type(&only.value, ty)?,
                _ => return None,
            },
            (ValueKind::Object(object), Form::Text | Form::Number) => self.only_value(object, ty)?,
            (ValueKind::Object(_) | ValueKind::List(_), _) => return None,
            (ValueKind::String(text), Form::Map(inner)) => format!("{{ {} }}", self.assignment(text, &inner)?),
            (_, Form::Keys) if inline && !written.is_empty() => self.as_type(value, ty)?,
            (ValueKind::String(text), Form::List(inner))
                if inline && text.contains([' ', ',']) && matches!(form(&inner), Form::Text) =>
            {
                let words = text.split([' ', ',']).filter(|word| !word.is_empty());
                let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
                format!("[{}]", words.join(", "))
            }
            (_, Form::List(inner)) if inline && !written.is_empty() => {
                format!("[{}]", self.as_type(value, &inner).unwrap_or_else(|| written.to_owned()))
            }
            _ => return None,
        };
        Some((text, inline))
    }

    /// An element as an entry of a map of `inner`: `{ name, value }`, or `NAME=value`.
    fn entry(&self, element: &Element, inner: &Type) -> Option<String> {
        if let ValueKind::String(text) = &element.value.data {
            return self.assignment(text, inner);
        }
        let name = element.value.get("name")?.as_str()?;
        Some(format!("{name}: {}", self.as_type(element.value.get("value")?, inner)?))
    }

    /// `NAME=value` as an entry of a map of strings.
    fn assignment(&self, text: &str, inner: &Type) -> Option<String> {
        let (name, value) = text.split_once(['=', ':'])?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        (is_name && matches!(form(inner), Form::Text)).then(|| format!("{name}: \"{}\"", value.trim()))
    }

    /// The value of an object with one entry, or the parts of an image, as in the values of other charts.
    fn only_value(&self, object: &Object, ty: &Type) -> Option<String> {
        if let [only] = object.entries.as_slice() {
            return self.as_type(&only.value, ty);
        }
        let text = |key: &str| self.scalar_text(object.get(key)?, false);
        let (path, tag) = (text("repository").or_else(|| text("name"))?, text("tag")?);
        Some(format!("\"{}:{}\"", path.trim_matches('"'), tag.trim_matches('"')))
    }

    /// A scalar as a value of `ty`: in quotes where it is a string, below the key of an object that it is meant for.
    fn as_type(&self, value: &Value, ty: &Type) -> Option<String> {
        match form(ty) {
            Form::Text => self.scalar_text(value, true).filter(|text| is_member(ty, text.trim_matches('"'))),
            Form::Number if matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_)) => {
                self.scalar_text(value, false)
            }
            Form::Number => None,
            Form::Keys => {
                let is_number = matches!(value.data, ValueKind::Int(_));
                let (key, text) = synonyms::keys_of_scalars().find_map(|key| match form(&field(ty, key)?) {
                    Form::Text if !is_number => Some((key, self.scalar_text(value, true)?)),
                    Form::Number if is_number => Some((key, self.scalar_text(value, false)?)),
                    _ => None,
                })?;
                Some(format!("{{ {key}: {text} }}"))
            }
            Form::List(_) | Form::Map(_) | Form::Other => self.scalar_text(value, false),
        }
    }

    /// A scalar as it is written, in quotes where it is wanted as a string.
    fn scalar_text(&self, value: &Value, quoted: bool) -> Option<String> {
        match &value.data {
            ValueKind::List(_) | ValueKind::Object(_) | ValueKind::Residual(_) | ValueKind::Guarded(_) => None,
            ValueKind::Null | ValueKind::Error => None,
            ValueKind::String(text) => Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))),
            _ => {
                let written = self.cx.sources.text(value.span);
                Some(if quoted { format!("\"{written}\"") } else { written.to_owned() })
            }
        }
    }

    /// An object where a list is wanted: a list of `{ name, value }`, where its elements have these, or a list of one.
    pub(super) fn object_for_list(&mut self, value: &Value, object: &Object, has: impl Fn(&str) -> bool) -> Value {
        let message = format!("{} must be a list, but this is an object", self.subject());
        let error = Diagnostic::error(Code::WrongType, value.span, message);
        let written = self.cx.sources.text(value.span);
        let step = self.last_step();
        let named: Option<Vec<String>> = { object.entries.iter() }
            .map(|entry| Some(format!("{{ name: {}, value: {} }}", entry.key, self.scalar_text(&entry.value, true)?)))
            .collect();
        let is_element = object.entries.iter().all(|entry| has(&entry.key));
        let error = match named {
            _ if is_element && written.starts_with('{') && !written.contains('\n') => {
                let list = format!("[{written}]");
                error.help(format!("write `{step}: {list}`")).fix(Applicability::Unsafe, value.span, list)
            }
            _ if is_element => error.help(format!("make it a list: begin the first line under `{step}` with `- `")),
            Some(named) if has("name") && has("value") => {
                let list = format!("[{}]", named.join(", "));
                let error = error.help(format!("write `{step}: {list}`"));
                if written.starts_with('{') { error.fix(Applicability::Unsafe, value.span, list) } else { error }
            }
            Some(_) | None => error.help(format!("make `{step}` a list, each element with its own fields")),
        };
        self.out.push(error);
        Value::new(ValueKind::Error, value.span)
    }
}
