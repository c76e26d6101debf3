//! Reduces what an API server says of a kind (OpenAPI v3) or a CustomResourceDefinition to the text of a
//! [`Schema`](super::Schema).
//!
//! What changes on the way, and why:
//! - Records are closed, as the API server's strict validation closes them, unless unknown fields are preserved.
//! - `metadata` is `ObjectMeta` wherever a custom resource says no more than `object`.
//! - `status` is the cluster's, not the user's, and left out.
//! - The keys of a list map are required, unless the schema defaults them. Defaults that are a type's zero value, as
//!   the Kubernetes OpenAPI writes them for every required field, do not count.
//! - A `oneOf` over `required` becomes groups of keys. CEL rules (`x-kubernetes-validations`) are left out: they are for
//!   the API server to evaluate.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::node::{FieldNode, Node, NodeId, ObjectNode, StringNode};
use super::store::Header;

/// How deep a schema may nest before it counts as endless.
const MAX_DEPTH: usize = 64;

/// The schema of `root`; references are looked up in `components` (an OpenAPI document's `components.schemas`), and
/// `object_meta` is the schema of `metadata` where a custom resource does not say it.
///
/// # Errors
/// A sentence for people: a reference to nothing, an endless schema.
pub fn reduce(
    header: &Header,
    root: &Json,
    components: &Map<String, Json>,
    object_meta: Option<&Json>,
) -> Result<String, String> {
    let mut reducer = Reducer {
        components,
        object_meta,
        lines: Vec::new(),
        known: HashMap::new(),
        in_kubernetes: object_meta.is_none(),
    };
    let root = reducer.root(root)?;
    debug_assert_eq!(root.0 as usize + 1, reducer.lines.len());
    let mut text = serde_json::to_string(header).map_err(|error| error.to_string())?;
    for line in &reducer.lines {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    Ok(text)
}

struct Reducer<'s> {
    components: &'s Map<String, Json>,
    object_meta: Option<&'s Json>,
    lines: Vec<String>,
    known: HashMap<String, NodeId>,
    /// Whether defaults are those of the Kubernetes OpenAPI, which gives a zero value to every required field.
    in_kubernetes: bool,
}

impl Reducer<'_> {
    fn root(&mut self, root: &Json) -> Result<NodeId, String> {
        let mut root = self.follow(root)?;
        let properties = root.as_object_mut().and_then(|root| root.get_mut("properties")).and_then(Json::as_object_mut);
        if let Some(properties) = properties {
            properties.remove("status");
            for key in ["apiVersion", "kind"] {
                properties.entry(key).or_insert_with(|| serde_json::json!({"type": "string"}));
            }
            properties.entry("metadata").or_insert_with(|| serde_json::json!({"type": "object"}));
        }
        self.node(&root, 0)
    }

    /// `schema` with its reference followed: the Kubernetes OpenAPI wraps references in an `allOf` of one.
    fn follow(&self, schema: &Json) -> Result<Json, String> {
        let mut schema = schema;
        for _ in 0..MAX_DEPTH {
            let wrapped = schema
                .get("allOf")
                .and_then(Json::as_array)
                .filter(|all| all.len() == 1 && schema.get("type").is_none());
            let inner = wrapped.map_or(schema, |all| &all[0]);
            let Some(reference) = inner.get("$ref").and_then(Json::as_str) else { return Ok(inner.clone()) };
            let name = reference.rsplit('/').next().unwrap_or(reference);
            schema = self.components.get(name).ok_or_else(|| format!("`{reference}` refers to nothing"))?;
        }
        Err("a reference leads back to itself".to_owned())
    }

    fn add(&mut self, node: &Node) -> Result<NodeId, String> {
        let line = line(node)?;
        if let Some(known) = self.known.get(&line) {
            return Ok(*known);
        }
        let id = NodeId(u32::try_from(self.lines.len()).map_err(|error| error.to_string())?);
        self.known.insert(line.clone(), id);
        self.lines.push(line);
        Ok(id)
    }

    fn node(&mut self, schema: &Json, depth: usize) -> Result<NodeId, String> {
        if depth > MAX_DEPTH {
            return Err(format!("the schema nests more than {MAX_DEPTH} deep"));
        }
        let schema = self.follow(schema)?;
        let node = self.convert(&schema, depth)?;
        self.add(&node)
    }

    fn convert(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        if is_true(schema, "x-kubernetes-int-or-string") || text(schema, "format") == Some("int-or-string") {
            return Ok(int_or_string(schema));
        }
        if is_quantity(schema) {
            return Ok(Node::Quantity);
        }
        match text(schema, "type") {
            Some("boolean") => Ok(Node::Boolean),
            Some("integer") => Ok(integer(schema)),
            Some("number") => Ok(Node::Number { min: number(schema, "minimum"), max: number(schema, "maximum") }),
            Some("string") => Ok(Node::String(string(schema))),
            Some("array") => self.list(schema, depth),
            Some("object") | None => self.object(schema, depth),
            Some(other) => Err(format!("a type `{other}` is not known")),
        }
    }

    fn list(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        let keys = strings(schema, "x-kubernetes-list-map-keys");
        let mut items = self.follow(schema.get("items").unwrap_or(&Json::Null))?;
        require_keys(&mut items, &keys);
        let element = self.node(&items, depth + 1)?;
        let count = |key: &str| schema.get(key).and_then(Json::as_u64);
        Ok(Node::List { element, min: count("minItems"), max: count("maxItems"), keys })
    }

    fn object(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        let open = is_true(schema, "x-kubernetes-preserve-unknown-fields");
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            return match schema.get("additionalProperties") {
                Some(Json::Bool(true)) => Ok(Node::Any),
                Some(Json::Bool(false)) | None if open || text(schema, "type").is_none() => Ok(Node::Any),
                Some(Json::Bool(false)) => Ok(Node::Object(ObjectNode::default())),
                Some(value) => Ok(Node::Map { value: self.node(value, depth + 1)? }),
                // An object that says nothing of its fields is not pruned by people's intent; nothing can be checked.
                None => Ok(Node::Any),
            };
        };
        let required = strings(schema, "required");
        let mut fields = Vec::new();
        for (name, property) in properties {
            let node = self.property(name, property, depth)?;
            let required = required.contains(name) && !self.is_defaulted(property);
            fields.push(FieldNode { name: name.clone(), node, required });
        }
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let (at_most_one, at_least_one) = groups(schema);
        Ok(Node::Object(ObjectNode { fields, open, at_most_one, at_least_one }))
    }

    fn property(&mut self, name: &str, property: &Json, depth: usize) -> Result<NodeId, String> {
        let says_nothing = property.get("properties").is_none() && property.get("additionalProperties").is_none();
        match self.object_meta {
            Some(meta) if name == "metadata" && text(property, "type") == Some("object") && says_nothing => {
                let meta = meta.clone();
                let in_kubernetes = std::mem::replace(&mut self.in_kubernetes, true);
                let node = self.node(&meta, depth + 1);
                self.in_kubernetes = in_kubernetes;
                node
            }
            _ => self.node(property, depth + 1),
        }
    }

    /// Whether the API server fills the field in.
    fn is_defaulted(&self, property: &Json) -> bool {
        let Some(default) = property.get("default") else { return false };
        let is_zero = match default {
            Json::Null => true,
            Json::Bool(truth) => !truth,
            Json::Number(number) => number.as_f64() == Some(0.0),
            Json::String(text) => text.is_empty(),
            Json::Array(list) => list.is_empty(),
            Json::Object(map) => map.is_empty(),
        };
        !(self.in_kubernetes && is_zero)
    }
}

/// A node as JSON, without what is there by default.
fn line(node: &Node) -> Result<String, String> {
    let mut json = serde_json::to_value(node).map_err(|error| error.to_string())?;
    drop_defaults(&mut json);
    Ok(json.to_string())
}

fn drop_defaults(json: &mut Json) {
    match json {
        Json::Object(object) => {
            object.retain(|_, value| {
                !matches!(value, Json::Null | Json::Bool(false)) && *value != Json::Array(Vec::new())
            });
            object.values_mut().for_each(drop_defaults);
        }
        Json::Array(list) => list.iter_mut().for_each(drop_defaults),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// The keys of a list map tell its elements apart: they are required, unless the schema defaults them.
fn require_keys(items: &mut Json, keys: &[String]) {
    let Some(object) = items.as_object_mut() else { return };
    let defaulted = |key: &String| {
        let property = object.get("properties").and_then(|properties| properties.get(key));
        property.is_none_or(|property| property.get("default").is_some_and(|default| default.as_str() != Some("")))
    };
    let needed: Vec<Json> = keys.iter().filter(|key| !defaulted(key)).map(|key| Json::String(key.clone())).collect();
    if needed.is_empty() {
        return;
    }
    if let Some(required) = object.entry("required").or_insert_with(|| Json::Array(Vec::new())).as_array_mut() {
        for key in needed {
            if !required.contains(&key) {
                required.push(key);
            }
        }
    }
}

fn text<'s>(schema: &'s Json, key: &str) -> Option<&'s str> {
    schema.get(key).and_then(Json::as_str)
}

fn is_true(schema: &Json, key: &str) -> bool {
    schema.get(key).and_then(Json::as_bool) == Some(true)
}

fn number(schema: &Json, key: &str) -> Option<f64> {
    schema.get(key).and_then(Json::as_f64)
}

fn strings(schema: &Json, key: &str) -> Vec<String> {
    let list = schema.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// A quantity is a text or a number of its own format, in the OpenAPI and in CRDs that are generated from Go.
fn is_quantity(schema: &Json) -> bool {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Json::as_array);
    let is = |branch: &Json, ty: &str| text(branch, "type") == Some(ty);
    branches.is_some_and(|branches| {
        text(schema, "type").is_none()
            && branches.iter().any(|branch| is(branch, "string"))
            && branches.iter().any(|branch| is(branch, "number"))
    })
}

/// An int-or-string; with the pattern of Go's generated quantities it is one.
fn int_or_string(schema: &Json) -> Node {
    match text(schema, "pattern") {
        Some(pattern) if pattern.contains("numkMGTPE") || pattern.contains("KMGTPE]i") => Node::Quantity,
        pattern => Node::IntOrString { pattern: pattern.map(str::to_owned) },
    }
}

fn integer(schema: &Json) -> Node {
    let bound = |key: &str| schema.get(key).and_then(Json::as_i64);
    let (min, max) = match text(schema, "format") {
        Some("int32") => (Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
        _ => (None, None),
    };
    let lower = bound("minimum").map(|min| min + i64::from(is_true(schema, "exclusiveMinimum")));
    let upper = bound("maximum").map(|max| max - i64::from(is_true(schema, "exclusiveMaximum")));
    Node::Integer { min: lower.or(min), max: upper.or(max) }
}

fn string(schema: &Json) -> StringNode {
    let count = |key: &str| schema.get(key).and_then(Json::as_u64);
    StringNode {
        pattern: text(schema, "pattern").map(str::to_owned),
        min: count("minLength"),
        max: count("maxLength"),
        members: strings(schema, "enum"),
        format: text(schema, "format").map(str::to_owned),
    }
}

/// Groups of keys that a `oneOf` over `required` makes: at most one of them, and at least one unless a branch asks for none.
fn groups(schema: &Json) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut at_most = Vec::new();
    let mut at_least = Vec::new();
    let all = schema.get("allOf").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    for part in std::iter::once(schema).chain(all) {
        let Some(branches) = part.get("oneOf").and_then(Json::as_array) else { continue };
        let keys: Vec<Vec<String>> = branches.iter().map(|branch| strings(branch, "required")).collect();
        let singles: Vec<String> = keys.iter().filter(|keys| keys.len() == 1).map(|keys| keys[0].clone()).collect();
        let others = keys.iter().filter(|keys| keys.len() != 1).count();
        let only_not = branches.iter().filter(|branch| branch.get("not").is_some()).count();
        if singles.len() > 1 && others == only_not {
            if others == 0 {
                at_least.push(singles.clone());
            }
            at_most.push(singles);
        }
    }
    (at_most, at_least)
}
