//! Coerces values to the nodes of a kind's schema.

use super::messages::Takes;
use super::quantity::is_quantity;
use super::text::is_date_time;
use super::{Changed, Checker, Entered, Type, checked_or, is_missing, known_member, whole};
use crate::types::quoted;
use crate::value::{Element, Entry, Object, Value, ValueKind};
use relc_schema::{Node, ObjectNode, SchemaRef};
use relc_syntax::diagnostic::{Code, Diagnostic, same_name};

impl Checker<'_, '_> {
    pub(super) fn schema(&mut self, value: &Value, node: &SchemaRef) -> Changed {
        match node.node() {
            Node::Any => None,
            Node::Boolean => self.scalar(value, matches!(value.data, ValueKind::Bool(_)), node, Takes::Bool),
            Node::Integer { min, max } => match whole(value) {
                Some(_) => self.integer(value, (*min, *max), &Type::INT),
                None => Some(self.wrong_type(value, &node.describe(), Takes::Number, &Type::Schema(node.clone()))),
            },
            Node::Number { min, max } => match value.data {
                ValueKind::Int(_) | ValueKind::Float(_) => self.number(value, (*min, *max), &Type::INT),
                _ => Some(self.wrong_type(value, &node.describe(), Takes::Number, &Type::Schema(node.clone()))),
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
                        return Some(self.invalid(value, text, "a time such as `2026-01-31T12:00:00Z`", &is_date_time));
                    }
                    self.schema_string(value, text, string)
                }
                _ => Some(self.wrong_type(value, &node.describe(), Takes::Text, &Type::Schema(node.clone()))),
            },
            Node::IntOrString { pattern } => self.int_or_string(value, pattern.as_deref(), node),
            Node::Quantity => match &value.data {
                ValueKind::Int(_) | ValueKind::Float(_) => {
                    let sources = self.cx.sources;
                    self.odd_unit(value, sources.text(value.span));
                    None
                }
                ValueKind::String(text) if is_quantity(text) => {
                    self.odd_unit(value, text);
                    None
                }
                ValueKind::String(text) => Some(self.not_a_quantity(value, text)),
                _ => Some(self.wrong_type(value, &node.describe(), Takes::Other, &Type::Schema(node.clone()))),
            },
            Node::List { element, min, max, .. } => match &value.data {
                ValueKind::List(elements) => self.schema_list(value, elements, &node.at(*element), (*min, *max)),
                ValueKind::Object(object) => {
                    let element = node.at(*element);
                    Some(self.object_for_list(value, object, |key| element.field(key).is_some()))
                }
                _ => Some(self.wrong_type(value, "a list", Takes::Other, &Type::Schema(node.clone()))),
            },
            Node::Map { value: inner } => match &value.data {
                ValueKind::Object(object) => self.map(value, object, &Type::Schema(node.at(*inner))),
                _ => Some(self.wrong_type(value, "a map", Takes::Other, &Type::Schema(node.clone()))),
            },
            Node::Object(declared) => match &value.data {
                ValueKind::Object(object) => self.schema_object(value, object, node, declared),
                _ => Some(self.wrong_type(value, "an object", Takes::Other, &Type::Schema(node.clone()))),
            },
        }
    }

    fn scalar(&mut self, value: &Value, fits: bool, node: &SchemaRef, takes: Takes) -> Changed {
        if fits { None } else { Some(self.wrong_type(value, &node.describe(), takes, &Type::Schema(node.clone()))) }
    }

    fn int_or_string(&mut self, value: &Value, pattern: Option<&str>, node: &SchemaRef) -> Changed {
        match &value.data {
            ValueKind::Int(_) => None,
            ValueKind::String(text) => pattern.and_then(|pattern| self.pattern(value, text, pattern)),
            _ => Some(self.wrong_type(value, &node.describe(), Takes::Other, &Type::Schema(node.clone()))),
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
            let message = format!("{} needs at least {min} element{}", self.subject(), plural(min));
            self.out.push(Diagnostic::error(Code::OutOfRange, value.span, message));
        }
        if let Some(max) = max.filter(|max| elements.len() as u64 > *max) {
            let message = format!(
                "{} takes at most {max} element{}, and this has {}",
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
            // The cluster's part of an object that was copied from it.
            None if node.is_root() && &*entry.key == "status" => Entered::Unknown,
            None => {
                let known: Vec<&str> = declared.fields.iter().map(|field| field.name.as_str()).collect();
                let deeper = this.elsewhere(entry, object, node);
                this.unknown_key(entry, object, &known, deeper)
            }
        });
        let whole = checked_or(&checked, object);
        if self.cx.manifest.is_some() && !self.partial {
            let needed = declared.fields.iter().filter(|field| field.required);
            let missing: Vec<&str> =
                needed.filter(|field| is_missing(whole, &field.name)).map(|field| field.name.as_str()).collect();
            self.missing_keys(value, &missing);
        }
        self.groups(value, (object, whole), declared);
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
                "`{found}` is not the `{}` of this object: expected {} of {}",
                entry.key, schema.kind, schema.api_version
            );
            self.out.push(Diagnostic::error(Code::WrongType, entry.value.span, message));
        }
    }

    /// Returns help on where the key of `entry`, which `node` does not declare, could go instead.
    fn elsewhere(&self, entry: &Entry, object: &Object, node: &SchemaRef) -> Option<String> {
        let path = self.path();
        let full = |steps: &str| format!("{path}{steps}").trim_start_matches('.').to_owned();
        // A wrapper around keys that are declared right here.
        if let ValueKind::Object(inner) = &entry.value.data
            && let Some(first) = inner.entries.first()
            && inner.entries.iter().all(|entry| node.field(&entry.key).is_some())
        {
            return Some(format!(
                "remove `{}` and write its fields directly here: `{}`",
                entry.key,
                full(&format!(".{}", first.key))
            ));
        }
        if same_name(&entry.key, "ignoreCase") && node.field("regex").is_some() {
            let compared = ["exact", "prefix"].iter().find_map(|key| object.get(key)?.as_str());
            return Some(format!(
                "to ignore case, use a regular expression: `regex: \"(?i){}\"`",
                compared.unwrap_or("VALUE")
            ));
        }
        if let Some(child) = self.sibling_with(entry, object, node) {
            return Some(format!("move it to `{}`", full(&format!(".{child}.{}", entry.key))));
        }
        let found = field_path(node, &entry.key, 4)?;
        Some(format!("move it to `{}`", full(&found)))
    }

    /// The child of `node` that declares the key: one that is there and empty, or the one that declares most of the keys that are unknown
    /// here, and then the one with most fields.
    fn sibling_with(&self, entry: &Entry, object: &Object, node: &SchemaRef) -> Option<String> {
        let Node::Object(declared) = node.node() else { return None };
        let unknown = || object.entries.iter().filter(|entry| node.field(&entry.key).is_none());
        let children = declared.fields.iter().filter(|field| field.name != "metadata");
        let ranked = children.filter_map(|field| {
            let child = node.at(field.node);
            child.field(&entry.key)?;
            let is_empty = object.entry(&field.name).is_some_and(|entry| entry.value.is_null());
            let shared = unknown().filter(|entry| child.field(&entry.key).is_some()).count();
            let size = match child.node() {
                Node::Object(object) => object.fields.len(),
                _ => 0,
            };
            Some(((is_empty, shared, size), field.name.clone()))
        });
        // Of equals the first is kept, as the schema has them.
        ranked.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, name)| name)
    }

    /// Checks keys that exclude each other, in the `object` as it is set, and those of which one is needed, in the one `after`
    /// its coercion.
    fn groups(&mut self, value: &Value, (object, after): (&Object, &Object), declared: &ObjectNode) {
        for group in &declared.at_most_one {
            let given: Vec<&Entry> =
                group.iter().filter_map(|key| object.entry(key)).filter(|e| !e.value.is_null()).collect();
            if let [first, second, ..] = given.as_slice() {
                let message = format!("{} takes only one of {}", self.subject(), quoted([&*first.key, &*second.key]));
                let error = Diagnostic::error(Code::ConflictingKeys, second.key_span, message);
                self.out.push(
                    error.related(first.key_span, format!("`{}` is set here", first.key)).help("remove one of them"),
                );
            }
        }
        if self.cx.manifest.is_none() || self.partial {
            return;
        }
        for group in &declared.at_least_one {
            if group.iter().all(|key| is_missing(after, key)) {
                let message = format!("{} needs one of {}", self.subject(), quoted(group.iter().map(String::as_str)));
                self.out.push(Diagnostic::error(Code::MissingField, value.span, message));
            }
        }
    }
}

/// The shortest path below `node`, at most `depth` steps, to a field of this name, whatever its case and separators.
pub fn field_path(node: &SchemaRef, key: &str, depth: usize) -> Option<String> {
    let mut level = vec![(String::new(), node.clone())];
    for _ in 0..=depth {
        let mut next = Vec::new();
        for (path, node) in level {
            match node.node() {
                Node::Object(object) => {
                    if let Some(field) = object.fields.iter().find(|field| same_name(&field.name, key)) {
                        return Some(format!("{path}.{}", field.name));
                    }
                    let below = object.fields.iter().filter(|field| !matches!(&*field.name, "metadata" | "status"));
                    next.extend(below.map(|field| (format!("{path}.{}", field.name), node.at(field.node))));
                }
                Node::List { element, .. } => next.push((format!("{path}[]"), node.at(*element))),
                _ => {}
            }
        }
        level = next;
    }
    None
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
