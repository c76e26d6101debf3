//! Coerces values to the nodes of a kind's schema.

use super::messages::Takes;
use super::text::{is_date_time, is_quantity};
use super::{Changed, Checker, Entered, Type, is_missing, known_member, whole};
use crate::types::quoted;
use crate::value::{Element, Entry, Object, Value, ValueKind};
use relc_schema::{Node, ObjectNode, SchemaRef};
use relc_syntax::diagnostic::{Code, Diagnostic};

impl Checker<'_, '_> {
    pub(super) fn schema(&mut self, value: &Value, node: &SchemaRef) -> Changed {
        match node.node() {
            Node::Any => None,
            Node::Boolean => self.scalar(value, matches!(value.data, ValueKind::Bool(_)), node, Takes::Bool),
            Node::Integer { min, max } => match whole(value) {
                Some(_) => self.integer(value, (*min, *max), &Type::INT),
                None => Some(self.wrong_type(value, &node.describe(), Takes::Number)),
            },
            Node::Number { min, max } => match value.data {
                ValueKind::Int(_) | ValueKind::Float(_) => self.number(value, (*min, *max), &Type::INT),
                _ => Some(self.wrong_type(value, &node.describe(), Takes::Number)),
            },
            Node::String(string) => match &value.data {
                ValueKind::String(text) | ValueKind::Word(text) if !string.members.is_empty() => {
                    if string.members.iter().any(|member| **member == **text) {
                        return known_member(value, text);
                    }
                    let members: Vec<&str> = string.members.iter().map(String::as_str).collect();
                    Some(self.not_a_member(value, text, &members))
                }
                ValueKind::String(text) => {
                    if string.format.as_deref() == Some("date-time") && !is_date_time(text) {
                        return Some(self.unfit(value, "a time such as `2026-01-31T12:00:00Z`", text));
                    }
                    self.schema_string(value, text, string)
                }
                _ => Some(self.wrong_type(value, &node.describe(), Takes::Text)),
            },
            Node::IntOrString { pattern } => self.int_or_string(value, pattern.as_deref(), node),
            Node::Quantity => match &value.data {
                ValueKind::Int(_) | ValueKind::Float(_) => None,
                ValueKind::String(text) if is_quantity(text) => None,
                ValueKind::String(text) => Some(self.unfit(value, "a quantity such as `500m` or `1Gi`", text)),
                _ => Some(self.wrong_type(value, &node.describe(), Takes::Other)),
            },
            Node::List { element, min, max, .. } => match &value.data {
                ValueKind::List(elements) => self.schema_list(value, elements, &node.at(*element), (*min, *max)),
                _ => Some(self.wrong_type(value, "a list", Takes::Other)),
            },
            Node::Map { value: inner } => match &value.data {
                ValueKind::Object(object) => self.map(value, object, &Type::Schema(node.at(*inner))),
                _ => Some(self.wrong_type(value, "a map", Takes::Other)),
            },
            Node::Object(declared) => match &value.data {
                ValueKind::Object(object) => self.schema_object(value, object, node, declared),
                _ => Some(self.wrong_type(value, "an object", Takes::Other)),
            },
        }
    }

    fn scalar(&mut self, value: &Value, fits: bool, node: &SchemaRef, takes: Takes) -> Changed {
        if fits { None } else { Some(self.wrong_type(value, &node.describe(), takes)) }
    }

    fn int_or_string(&mut self, value: &Value, pattern: Option<&str>, node: &SchemaRef) -> Changed {
        match &value.data {
            ValueKind::Int(_) => None,
            ValueKind::String(text) => pattern.and_then(|pattern| self.pattern(value, text, pattern)),
            _ => Some(self.wrong_type(value, &node.describe(), Takes::Other)),
        }
    }

    fn schema_list(
        &mut self,
        value: &Value,
        elements: &[Element],
        node: &SchemaRef,
        (min, max): (Option<u64>, Option<u64>),
    ) -> Changed {
        let always = elements.iter().filter(|element| element.guard.is_none()).count() as u64;
        let finished = self.cx.manifest.is_some();
        if let Some(min) = min.filter(|min| finished && always < *min) {
            let message = format!("{} needs {min} element{} at least", self.subject(), plural(min));
            self.out.push(Diagnostic::error(Code::OutOfRange, value.span, message));
        }
        if let Some(max) = max.filter(|max| elements.len() as u64 > *max) {
            let message = format!(
                "{} takes {max} element{} at most, and this has {}",
                self.subject(),
                plural(max),
                elements.len()
            );
            self.out.push(Diagnostic::error(Code::OutOfRange, value.span, message));
        }
        self.list(value, elements, &Type::Schema(node.clone()))
    }

    fn schema_object(&mut self, value: &Value, object: &Object, node: &SchemaRef, declared: &ObjectNode) -> Changed {
        let checked = self.entries(value, object, |this, entry| match node.field(&entry.key) {
            Some(_) if node.is_root() && matches!(&*entry.key, "apiVersion" | "kind") => {
                this.header(entry, object, node);
                Entered::Kept
            }
            Some((child, _)) => this.check_entry(entry, &Type::Schema(child)).into(),
            None if declared.open => Entered::Kept,
            None => {
                let known: Vec<&str> = declared.fields.iter().map(|field| field.name.as_str()).collect();
                let deeper = this.declared_below(&entry.key, node, 0);
                let path = this.path();
                let deeper = deeper.map(|deeper| format!("{path}{deeper}").trim_start_matches('.').to_owned());
                this.unknown_key(entry, &known, deeper);
                Entered::Unknown
            }
        });
        if self.cx.manifest.is_some() && !self.partial {
            let needed = declared.fields.iter().filter(|field| field.required);
            let missing: Vec<&str> =
                needed.filter(|field| is_missing(object, &field.name)).map(|field| field.name.as_str()).collect();
            self.missing_keys(value, &missing);
        }
        self.groups(value, object, declared);
        checked
    }

    /// Checks `apiVersion` and `kind` of a user's object: they must be those of the expected kind.
    fn header(&mut self, entry: &Entry, object: &Object, node: &SchemaRef) {
        let schema = node.schema();
        let is_kind = &*entry.key == "kind";
        let wanted = if is_kind { &schema.kind } else { &schema.api_version };
        let other_kind = !is_kind && object.get("kind").and_then(Value::as_str).is_some_and(|kind| kind != schema.kind);
        if entry.value.as_str() != Some(wanted) && !matches!(entry.value.data, ValueKind::Error) && !other_kind {
            let found = entry.value.as_str().unwrap_or("something else");
            let message = format!(
                "this takes the kind {} of {}, and says `{}: {found}`",
                schema.kind, schema.api_version, entry.key
            );
            self.out.push(Diagnostic::error(Code::WrongType, entry.value.span, message));
        }
    }

    /// Returns the relative path at which a key of this name is declared, up to a few levels below.
    fn declared_below(&self, key: &str, node: &SchemaRef, depth: usize) -> Option<String> {
        if depth > 3 {
            return None;
        }
        let below = |child: SchemaRef, path: String| {
            if child.field(key).is_some() {
                return Some(format!("{path}.{key}"));
            }
            self.declared_below(key, &child, depth + 1).map(|rest| format!("{path}{rest}"))
        };
        match node.node() {
            Node::Object(object) => {
                let children = object.fields.iter().filter(|field| field.name != "metadata");
                { children }.find_map(|field| below(node.at(field.node), format!(".{}", field.name)))
            }
            Node::List { element, .. } => below(node.at(*element), "[]".to_owned()),
            _ => None,
        }
    }

    fn groups(&mut self, value: &Value, object: &Object, declared: &ObjectNode) {
        for group in &declared.at_most_one {
            let given: Vec<&Entry> =
                group.iter().filter_map(|key| object.entry(key)).filter(|e| !e.value.is_null()).collect();
            if let [first, second, ..] = given.as_slice() {
                let message =
                    format!("{} takes one of {}, not both", self.subject(), quoted([&*first.key, &*second.key]));
                let error = Diagnostic::error(Code::ConflictingKeys, second.key_span, message);
                self.out.push(error.related(first.key_span, "the other one").help("take one of them away"));
            }
        }
        if self.cx.manifest.is_none() || self.partial {
            return;
        }
        for group in &declared.at_least_one {
            if group.iter().all(|key| is_missing(object, key)) {
                let message = format!("{} needs one of {}", self.subject(), quoted(group.iter().map(String::as_str)));
                self.out.push(Diagnostic::error(Code::MissingField, value.span, message));
            }
        }
    }
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
