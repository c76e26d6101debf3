//! Schemas of kinds: each object type used occurs once in `$defs`, everything else inline.
//!
//! Keys that a kind requires are not required here: relc checks them on the finished object, of which a file may set
//! only a part.

use std::collections::VecDeque;

use serde_json::{Map, Value as Json, json};

use super::pattern::portable;
use super::types::{bounded, lengths, members_of, nullable};
use super::{Defs, reference};
use crate::types::Pattern;
use relc_schema::{Node, ObjectNode, SchemaRef, StringNode};

/// A quantity: a decimal number and a suffix.
const QUANTITY: &str = "^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]+)?$";

/// An RFC 3339 time, by its format. The keyword `format` would be stricter than relc.
const TIME: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(.*[Zz]|.{6,})$";

impl Defs {
    /// Returns the schema of a node of a kind.
    pub fn kind(&mut self, node: &SchemaRef) -> Json {
        match node.node() {
            Node::Any => json!({}),
            Node::Boolean => json!({ "type": nullable(&["boolean"]) }),
            Node::Integer { min, max } => bounded("integer", (*min).map(Json::from), (*max).map(Json::from)),
            Node::Number { min, max } => bounded("number", (*min).map(Json::from), (*max).map(Json::from)),
            Node::String(string) => text(string),
            Node::IntOrString { pattern } => {
                matching(json!({ "type": nullable(&["integer", "string"]) }), pattern.as_deref())
            }
            Node::Quantity => json!({ "type": nullable(&["number", "string"]), "pattern": QUANTITY }),
            Node::List { element, max, .. } => {
                let mut schema = json!({ "type": nullable(&["array"]), "items": self.kind(&node.at(*element)) });
                if let Some(max) = max {
                    schema["maxItems"] = (*max).into();
                }
                schema
            }
            Node::Map { value } => {
                json!({ "type": nullable(&["object"]), "additionalProperties": self.kind(&node.at(*value)) })
            }
            Node::Object(object) => {
                let name = self.name(node);
                if !self.known.contains_key(&name) {
                    let schema = self.object(node, object);
                    self.known.insert(name.clone(), schema);
                }
                reference(&name)
            }
        }
    }

    fn object(&mut self, node: &SchemaRef, object: &ObjectNode) -> Json {
        let mut properties = Map::new();
        for field in &object.fields {
            let said = match field.name.as_str() {
                "apiVersion" if node.is_root() => Some(&node.schema().api_version),
                "kind" if node.is_root() => Some(&node.schema().kind),
                _ => None,
            };
            let schema = match said {
                Some(said) => members_of([said.as_str()].into_iter()),
                None => self.kind(&node.at(field.node)),
            };
            properties.insert(field.name.clone(), schema);
        }
        let mut schema = json!({ "type": nullable(&["object"]), "properties": properties });
        if !object.open {
            schema["additionalProperties"] = false.into();
        }
        let exclusive: Vec<Json> = object.at_most_one.iter().flat_map(|group| pairs(group)).collect();
        if !exclusive.is_empty() {
            schema["allOf"] = exclusive.into();
        }
        schema
    }

    /// Returns the name of an object type of a kind: the shortest path to it, so that it is the same in every schema.
    fn name(&mut self, node: &SchemaRef) -> String {
        let schema = node.schema();
        let kind = format!("{}.{}", schema.api_version.replace('/', "."), schema.kind);
        let root = node.at(schema.root());
        let names = self.names.entry(kind).or_insert_with_key(|kind| names(&root, kind));
        names.get(node.id().0 as usize).cloned().unwrap_or_default()
    }
}

/// Returns the name of each node: `kind`, and the keys on the path.
fn names(root: &SchemaRef, kind: &str) -> Vec<String> {
    let mut names = vec![String::new(); root.schema().len()];
    let mut open = VecDeque::from([(root.clone(), kind.to_owned())]);
    while let Some((node, name)) = open.pop_front() {
        let Some(known) = names.get_mut(node.id().0 as usize).filter(|known| known.is_empty()) else { continue };
        known.clone_from(&name);
        match node.node() {
            Node::List { element: below, .. } | Node::Map { value: below } => open.push_back((node.at(*below), name)),
            Node::Object(object) => {
                let below = object.fields.iter().map(|field| (node.at(field.node), format!("{name}.{}", field.name)));
                open.extend(below);
            }
            _ => {}
        }
    }
    names
}

fn text(string: &StringNode) -> Json {
    if !string.members.is_empty() {
        return members_of(string.members.iter().map(String::as_str));
    }
    let schema = matching(lengths(string.min, string.max), string.pattern.as_deref());
    if string.format.as_deref() != Some("date-time") {
        return schema;
    }
    match schema.get("pattern") {
        Some(_) => json!({ "allOf": [schema, { "pattern": TIME }] }),
        None => matching(schema, Some(TIME)),
    }
}

/// Adds a pattern, if relc and validators interpret it in the same way. A pattern that relc can't compile accepts
/// everything there.
fn matching(mut schema: Json, pattern: Option<&str>) -> Json {
    if let Some(pattern) = pattern.filter(|pattern| portable(pattern) && Pattern::known(pattern).is_valid()) {
        schema["pattern"] = pattern.into();
    }
    schema
}

/// Returns the schemas that together reject two keys of a group.
fn pairs(group: &[String]) -> Vec<Json> {
    let given = json!({ "not": { "type": "null" } });
    let both = |first: &String, second: &String| {
        let keys: Map<String, Json> = [first, second].map(|key| (key.clone(), given.clone())).into_iter().collect();
        json!({ "not": { "type": "object", "required": [first, second], "properties": keys } })
    };
    let pairs =
        group.iter().enumerate().flat_map(|(at, first)| group[at + 1..].iter().map(move |second| (first, second)));
    pairs.map(|(first, second)| both(first, second)).collect()
}
