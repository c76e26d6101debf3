//! Reduces what an API server says of a kind (OpenAPI v3), a CustomResourceDefinition or a JSON Schema to the text of a
//! [`Schema`](super::Schema).
//!
//! What changes on the way, and why:
//! - Records are closed, as the API server's strict validation closes them, unless unknown fields are preserved; those of
//!   a JSON Schema only where it says so.
//! - `metadata` is `ObjectMeta` wherever a custom resource says no more than `object`.
//! - `status` is the cluster's, not the user's, and left out.
//! - The keys of a list map are required, unless the schema defaults them. Defaults that are a type's zero value, as
//!   the Kubernetes OpenAPI writes them for every required field, do not count.
//! - A `oneOf` over `required` becomes groups of keys. CEL rules (`x-kubernetes-validations`) are left out: they are for
//!   the API server to evaluate.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::node::{FieldNode, Node, NodeId, ObjectNode, StringNode};
use super::store::{Header, SchemaRef};

/// How deep a schema may nest before it counts as endless.
const MAX_DEPTH: usize = 64;

/// What a schema is read with.
#[derive(Clone, Debug)]
pub struct Around<'s> {
    /// What references are looked up in: an OpenAPI document's `components.schemas`, a JSON Schema's `definitions`.
    pub components: &'s Map<String, Json>,
    /// What `metadata` is where the schema says no more than that it is an object.
    pub metadata: Metadata<'s>,
    /// Which records take keys that they do not declare.
    pub records: Records,
}

/// What `metadata` is where a schema says no more than that it is an object.
#[derive(Clone, Debug)]
pub enum Metadata<'s> {
    /// The schema says it: the Kubernetes OpenAPI. Its defaults of zero values do not count.
    Said,
    /// What the Kubernetes OpenAPI says of it.
    OpenApi(&'s Json),
    /// A node of a schema that is reduced already.
    Reduced(SchemaRef),
}

/// Which records take keys that they do not declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// Those that preserve unknown fields only, as the API server validates strictly.
    Closed,
    /// All but those that say `additionalProperties: false`, as JSON Schema has it.
    AsSaid,
}

/// Why a schema cannot be reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A sentence for people.
    pub message: String,
    /// The keys and positions that lead to the place from the root of the schema; where a reference was followed, as far as
    /// it.
    pub path: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.message)
    }
}

/// The text of the schema of `root`.
///
/// # Errors
/// A reference to nothing, an endless schema, a type that does not exist.
pub fn reduce(header: &Header, root: &Json, around: &Around<'_>) -> Result<String, Failure> {
    let mut reducer = Reducer {
        around,
        lines: Vec::new(),
        known: HashMap::new(),
        referred: HashMap::new(),
        path: Vec::new(),
        in_kubernetes: matches!(around.metadata, Metadata::Said),
    };
    let reduced = reducer.root(root).and_then(|_| serde_json::to_string(header).map_err(|error| error.to_string()));
    let mut text = reduced.map_err(|message| Failure { message, path: std::mem::take(&mut reducer.path) })?;
    for line in &reducer.lines {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    Ok(text)
}

struct Reducer<'s> {
    around: &'s Around<'s>,
    lines: Vec<String>,
    known: HashMap<String, NodeId>,
    /// What references lead to, by the reference: they may be many, and lead to the same large schema.
    referred: HashMap<(String, bool), NodeId>,
    /// Where we are; it stays where something is wrong.
    path: Vec<String>,
    /// Whether defaults are those of the Kubernetes OpenAPI, which gives a zero value to every required field.
    in_kubernetes: bool,
}

impl Reducer<'_> {
    fn root(&mut self, root: &Json) -> Result<NodeId, String> {
        let mut root = follow(self.around.components, root)?.clone();
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
        let reference = reference(schema).map(|name| (name.to_owned(), self.in_kubernetes));
        if let Some(known) = reference.as_ref().and_then(|reference| self.referred.get(reference)) {
            return Ok(*known);
        }
        let node = self.convert(follow(self.around.components, schema)?, depth)?;
        let id = self.add(&node)?;
        if let Some(reference) = reference {
            self.referred.insert(reference, id);
        }
        Ok(id)
    }

    /// The node of what `step` leads to. Where that cannot be read, the path stays for the message.
    fn step(&mut self, step: &[&str], schema: &Json, depth: usize) -> Result<NodeId, String> {
        let length = self.path.len();
        self.path.extend(step.iter().map(|step| (*step).to_owned()));
        let id = self.node(schema, depth + 1)?;
        self.path.truncate(length);
        Ok(id)
    }

    /// A copy of a node of another schema, with all that it refers to.
    fn copy(&mut self, from: &SchemaRef) -> Result<NodeId, String> {
        let node = match from.node().clone() {
            Node::List { element, min, max, keys } => {
                Node::List { element: self.copy(&from.at(element))?, min, max, keys }
            }
            Node::Map { value } => Node::Map { value: self.copy(&from.at(value))? },
            Node::Object(mut object) => {
                for field in &mut object.fields {
                    field.node = self.copy(&from.at(field.node))?;
                }
                Node::Object(object)
            }
            plain @ (Node::Any
            | Node::Boolean
            | Node::Integer { .. }
            | Node::Number { .. }
            | Node::String(_)
            | Node::IntOrString { .. }
            | Node::Quantity) => plain,
        };
        self.add(&node)
    }

    fn convert(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        if is_true(schema, "x-kubernetes-int-or-string")
            || is_int_or_string(schema)
            || text(schema, "format") == Some("int-or-string")
        {
            return Ok(int_or_string(schema));
        }
        if is_quantity(schema) {
            return Ok(Node::Quantity);
        }
        match ty(schema) {
            Some("boolean") => Ok(Node::Boolean),
            Some("integer") => Ok(integer(schema)),
            Some("number") => Ok(Node::Number { min: number(schema, "minimum"), max: number(schema, "maximum") }),
            Some("string") => Ok(Node::String(string(schema))),
            Some("array") => self.list(schema, depth),
            // As JSON Schemas list members.
            None if !strings(schema, "enum").is_empty() => Ok(Node::String(string(schema))),
            Some("object") | None => self.object(schema, depth),
            Some(other) => Err(format!("a type `{other}` is not known")),
        }
    }

    fn list(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        let keys = strings(schema, "x-kubernetes-list-map-keys");
        let items = schema.get("items").unwrap_or(&Json::Null);
        let element = if keys.is_empty() {
            self.step(&["items"], items, depth)?
        } else {
            let mut items = follow(self.around.components, items)?.clone();
            require_keys(&mut items, &keys);
            self.step(&["items"], &items, depth)?
        };
        let count = |key: &str| schema.get(key).and_then(Json::as_u64);
        Ok(Node::List { element, min: count("minItems"), max: count("maxItems"), keys })
    }

    fn object(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        let closed = match self.around.records {
            Records::Closed => true,
            Records::AsSaid => schema.get("additionalProperties") == Some(&Json::Bool(false)),
        };
        let open = is_true(schema, "x-kubernetes-preserve-unknown-fields") || !closed;
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            return match schema.get("additionalProperties") {
                Some(Json::Bool(true)) => Ok(Node::Any),
                Some(Json::Bool(false)) | None if open || ty(schema).is_none() => Ok(Node::Any),
                Some(Json::Bool(false)) => Ok(Node::Object(ObjectNode::default())),
                Some(value) => Ok(Node::Map { value: self.step(&["additionalProperties"], value, depth)? }),
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
        if name != "metadata" || ty(property) != Some("object") || !says_nothing {
            return self.step(&["properties", name], property, depth);
        }
        match &self.around.metadata {
            Metadata::Said => self.step(&["properties", name], property, depth),
            Metadata::Reduced(known) => self.copy(known),
            Metadata::OpenApi(meta) => {
                let in_kubernetes = std::mem::replace(&mut self.in_kubernetes, true);
                let node = self.step(&["properties", name], meta, depth);
                self.in_kubernetes = in_kubernetes;
                node
            }
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

/// `schema` with its reference followed.
fn follow<'j>(components: &'j Map<String, Json>, mut schema: &'j Json) -> Result<&'j Json, String> {
    for _ in 0..MAX_DEPTH {
        let Some(reference) = reference(schema) else { return Ok(unwrapped(schema)) };
        let name = reference.rsplit('/').next().unwrap_or(reference);
        schema = components.get(name).ok_or_else(|| format!("`{reference}` refers to nothing"))?;
    }
    Err("a reference leads back to itself".to_owned())
}

/// What a schema refers to.
fn reference(schema: &Json) -> Option<&str> {
    text(unwrapped(schema), "$ref")
}

/// The Kubernetes OpenAPI wraps references in an `allOf` of one.
fn unwrapped(schema: &Json) -> &Json {
    let all = schema.get("allOf").and_then(Json::as_array);
    all.filter(|all| all.len() == 1 && schema.get("type").is_none()).map_or(schema, |all| &all[0])
}

/// The type of a schema; of a JSON Schema's list of types the one that is not `null`.
fn ty(schema: &Json) -> Option<&str> {
    match schema.get("type")? {
        Json::String(ty) => Some(ty),
        Json::Array(types) => {
            let mut present = types.iter().filter_map(Json::as_str).filter(|ty| *ty != "null");
            present.next().filter(|_| present.next().is_none())
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => None,
    }
}

/// Whether a JSON Schema lists the types of an int-or-string, or has a branch for each.
fn is_int_or_string(schema: &Json) -> bool {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Json::as_array);
    let branches = branches.map(Vec::as_slice).unwrap_or_default().iter().filter_map(ty).map(str::to_owned);
    let types: Vec<String> = strings(schema, "type").into_iter().chain(branches).collect();
    ["integer", "string"].iter().all(|ty| types.iter().any(|known| known == ty))
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
    let lower = bound("minimum").map(|min| min.saturating_add(i64::from(is_true(schema, "exclusiveMinimum"))));
    let upper = bound("maximum").map(|max| max.saturating_sub(i64::from(is_true(schema, "exclusiveMaximum"))));
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
