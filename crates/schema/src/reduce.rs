//! Reduces a kind's schema in the API server's OpenAPI v3, in a CustomResourceDefinition, or in a JSON Schema to the
//! text of a [`Schema`](super::Schema).
//!
//! The reduced schema differs from its source in these ways:
//! - Objects are closed, as in the API server's strict validation, unless they preserve unknown fields. Those of a JSON
//!   Schema that declare fields are open only where it sets `additionalProperties`: an API server drops other fields.
//! - `metadata` is `ObjectMeta` wherever a custom resource declares only `object`.
//! - `status` is omitted: the cluster sets it, not the user.
//! - Defaults that are a type's zero value, which the Kubernetes OpenAPI has for every required field, are ignored.
//! - A `oneOf` over `required` becomes groups of keys.
//! - Defaults, list types and CEL rules of custom resources are in the header, as [`Checks`]. The list types of Kubernetes'
//!   own kinds are about server-side apply: its validation accepts equal elements in some of these lists.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::checks::{Checks, DefaultValue, Rule, UniqueElements};
use super::group::{GroupKind, GroupLine};
use super::node::{FieldNode, Node, NodeId, ObjectNode, StringNode};
use super::store::{FirstLine, Header, SchemaRef};

/// Deepest nesting of a schema before it is treated as endless.
const MAX_DEPTH: usize = 64;

/// The context in which a schema is read.
#[derive(Clone, Debug)]
pub struct ReduceContext<'s> {
    /// The definitions that references name: `components.schemas` of an OpenAPI document, `definitions` of a JSON
    /// Schema.
    pub components: &'s Map<String, Json>,
    /// The type of `metadata` where the schema declares only that it is an object.
    pub metadata: Metadata<'s>,
    /// Which objects accept undeclared keys.
    pub records: Records,
}

/// The type of `metadata` where a schema declares only that it is an object.
#[derive(Clone, Debug)]
pub enum Metadata<'s> {
    /// Declared by the schema itself, as in the Kubernetes OpenAPI, whose zero-value defaults are ignored.
    AsDeclared,
    /// Declared by this schema of the Kubernetes OpenAPI.
    OpenApi(&'s Json),
    /// A node of another reduced schema.
    Reduced(SchemaRef),
}

/// Which objects accept undeclared keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// Only those that preserve unknown fields, as in the API server's strict validation.
    Closed,
    /// Those that set `additionalProperties` to something other than `false`, and those that declare no fields.
    AsDeclared,
}

/// The reason why a schema can't be reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReduceError {
    /// A message for the user.
    pub message: String,
    /// The keys and indices from the root of the schema to the error, up to the first reference on the way.
    pub path: Vec<String>,
}

impl std::fmt::Display for ReduceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.message)
    }
}

/// Reduces the schema `root` and returns its text.
///
/// # Errors
/// A reference to a missing definition, an unknown type.
pub fn reduce(header: &Header, root: &Json, context: &ReduceContext<'_>) -> Result<String, ReduceError> {
    let mut reducer = Reducer::new(context);
    let reduced =
        reducer.root(root).and_then(|_| reducer.first_line(|checks| FirstLine { header: header.clone(), checks }));
    let first = reduced.map_err(|message| ReduceError { message, path: std::mem::take(&mut reducer.path) })?;
    Ok(reducer.text(&first))
}

/// Reduces several kinds, which share their nodes, and returns the text of their group. `reference` is the address of
/// their documentation.
///
/// # Errors
/// Those of [`reduce`].
pub fn reduce_group(
    source: &str,
    reference: &str,
    kinds: &[(Header, Json)],
    context: &ReduceContext<'_>,
) -> Result<String, ReduceError> {
    let mut reducer = Reducer::new(context);
    let mut members = Vec::new();
    for (header, root) in kinds {
        let node = reducer.root(root).map_err(|message| ReduceError {
            message: format!("{} {}: {message}", header.api_version, header.kind),
            path: std::mem::take(&mut reducer.path),
        })?;
        let Header { api_version, kind, plural, .. } = header.clone();
        members.push(GroupKind { api_version, kind, plural, node });
    }
    let (source, reference) = (source.to_owned(), reference.to_owned());
    let first = reducer.first_line(|checks| GroupLine { source, reference, kinds: members, checks });
    Ok(reducer.text(&first.map_err(|message| ReduceError { message, path: Vec::new() })?))
}

struct Reducer<'s> {
    context: &'s ReduceContext<'s>,
    lines: Vec<String>,
    /// The nodes so far, by their line and their checks.
    known: HashMap<(String, String), NodeId>,
    checks: Checks,
    /// The nodes of the references followed so far. Many references may name one large schema.
    references: HashMap<(String, bool), NodeId>,
    /// The references from the root to the current schema. One of them that is met again accepts anything: schemas are finite.
    open: Vec<String>,
    /// The current position; after an error, it is the position of the error.
    path: Vec<String>,
    /// True if defaults are those of the Kubernetes OpenAPI, which sets a zero value for every required field.
    in_kubernetes: bool,
}

impl<'s> Reducer<'s> {
    fn new(context: &'s ReduceContext<'s>) -> Self {
        Reducer {
            context,
            lines: Vec::new(),
            known: HashMap::new(),
            checks: Checks::default(),
            references: HashMap::new(),
            open: Vec::new(),
            path: Vec::new(),
            in_kubernetes: matches!(context.metadata, Metadata::AsDeclared),
        }
    }

    /// Returns the text: the first line, and those of the nodes.
    fn text(&self, first: &str) -> String {
        let mut text = first.to_owned();
        for line in &self.lines {
            text.push('\n');
            text.push_str(line);
        }
        text.push('\n');
        text
    }

    fn root(&mut self, root: &Json) -> Result<NodeId, String> {
        let mut root = follow(self.context.components, root)?.clone();
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

    fn first_line<T: Serialize>(&mut self, line: impl FnOnce(Checks) -> T) -> Result<String, String> {
        let checks = std::mem::take(&mut self.checks);
        let checks = if checks.is_empty() { Checks::default() } else { checks };
        serde_json::to_string(&line(checks)).map_err(|error| error.to_string())
    }

    fn add(&mut self, node: &Node, checks_of: impl Fn(NodeId) -> Checks) -> Result<NodeId, String> {
        let line = line(node)?;
        let id = NodeId(u32::try_from(self.lines.len()).map_err(|error| error.to_string())?);
        let text = |checks: &Checks| serde_json::to_string(checks).map_err(|error| error.to_string());
        let key = (line.clone(), text(&checks_of(NodeId(0)))?);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let checks = checks_of(id);
        self.checks.defaults.extend(checks.defaults);
        self.checks.unique.extend(checks.unique);
        self.checks.rules.extend(checks.rules);
        self.known.insert(key, id);
        self.lines.push(line);
        Ok(id)
    }

    fn node(&mut self, schema: &Json, depth: usize) -> Result<NodeId, String> {
        if depth > MAX_DEPTH {
            return Err(format!("the schema nests more than {MAX_DEPTH} deep"));
        }
        let reference = reference(schema).map(|name| (name.to_owned(), self.in_kubernetes));
        if let Some(known) = reference.as_ref().and_then(|reference| self.references.get(reference)) {
            return Ok(*known);
        }
        let target = follow(self.context.components, schema)?;
        let opened = self.open.len();
        if let Some((name, _)) = &reference {
            if self.open.contains(name) {
                return self.add(&Node::Any, |_| Checks::default());
            }
            self.open.push(name.clone());
        }
        let node = self.convert(target, depth)?;
        self.open.truncate(opened);
        let in_kubernetes = self.in_kubernetes;
        let id = self.add(&node, |id| if in_kubernetes { Checks::default() } else { checks_of(target, id) })?;
        if let Some(reference) = reference {
            self.references.insert(reference, id);
        }
        Ok(id)
    }

    /// Reduces the schema at `step` below the current one. On an error the path is kept for the message.
    fn step(&mut self, step: &[&str], schema: &Json, depth: usize) -> Result<NodeId, String> {
        let length = self.path.len();
        self.path.extend(step.iter().map(|step| (*step).to_owned()));
        let id = self.node(schema, depth + 1)?;
        self.path.truncate(length);
        Ok(id)
    }

    /// Copies a node of another schema, with everything that it refers to.
    fn copy(&mut self, from: &SchemaRef) -> Result<NodeId, String> {
        let node = match from.node().clone() {
            Node::List { element, min, max } => Node::List { element: self.copy(&from.at(element))?, min, max },
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
        self.add(&node, |_| Checks::default())
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
            // A JSON Schema's `enum` needs no `type`.
            None if !strings(schema, "enum").is_empty() => Ok(Node::String(string(schema))),
            Some("object") | None => self.object(schema, depth),
            Some(other) => Err(format!("a type `{other}` is not known")),
        }
    }

    fn list(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        let items = schema.get("items").unwrap_or(&Json::Null);
        let element = self.step(&["items"], items, depth)?;
        let count = |key: &str| schema.get(key).and_then(Json::as_u64);
        Ok(Node::List { element, min: count("minItems"), max: count("maxItems") })
    }

    fn object(&mut self, schema: &Json, depth: usize) -> Result<Node, String> {
        let closed = match self.context.records {
            Records::Closed => true,
            Records::AsDeclared => match schema.get("additionalProperties") {
                None => schema.get("properties").is_some(),
                Some(more) => *more == Json::Bool(false),
            },
        };
        let open = is_true(schema, "x-kubernetes-preserve-unknown-fields") || !closed;
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            return match schema.get("additionalProperties") {
                Some(Json::Bool(true)) => Ok(Node::Any),
                Some(Json::Bool(false)) | None if open || ty(schema).is_none() => Ok(Node::Any),
                Some(Json::Bool(false)) => Ok(Node::Object(ObjectNode::default())),
                Some(value) => Ok(Node::Map { value: self.step(&["additionalProperties"], value, depth)? }),
                // An object that declares no fields is meant to be open, so nothing can be checked.
                None => Ok(Node::Any),
            };
        };
        let mut required = strings(schema, "required");
        required.extend(alternatives(schema).flat_map(shared));
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
        let declares_nothing = property.get("properties").is_none() && property.get("additionalProperties").is_none();
        if name != "metadata" || ty(property) != Some("object") || !declares_nothing {
            return self.step(&["properties", name], property, depth);
        }
        match &self.context.metadata {
            Metadata::AsDeclared => self.step(&["properties", name], property, depth),
            Metadata::Reduced(known) => self.copy(known),
            Metadata::OpenApi(meta) => {
                let in_kubernetes = std::mem::replace(&mut self.in_kubernetes, true);
                let node = self.step(&["properties", name], meta, depth);
                self.in_kubernetes = in_kubernetes;
                node
            }
        }
    }

    /// Returns true if the API server sets the field when it is missing.
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

/// Returns the checks of a custom resource's schema, as those of the node `id`.
fn checks_of(schema: &Json, id: NodeId) -> Checks {
    let properties = schema.get("properties").and_then(Json::as_object).into_iter().flatten();
    let default = |(name, property): (&String, &Json)| {
        let value = property.get("default").filter(|value| !value.is_null())?;
        Some(DefaultValue { node: id, field: name.clone(), value: value.to_string() })
    };
    let keys = match text(schema, "x-kubernetes-list-type") {
        Some("map") => Some(strings(schema, "x-kubernetes-list-map-keys")),
        Some("set") => Some(Vec::new()),
        _ => is_true(schema, "uniqueItems").then(Vec::new),
    };
    let rules = schema.get("x-kubernetes-validations").and_then(Json::as_array).into_iter().flatten();
    let rule = |rule: &Json| {
        let message = text(rule, "message").map(|message| message.trim().to_owned());
        Some(Rule { node: id, rule: text(rule, "rule")?.to_owned(), message })
    };
    Checks {
        defaults: properties.filter_map(default).collect(),
        unique: keys.into_iter().map(|keys| UniqueElements { node: id, keys }).collect(),
        rules: rules.filter_map(rule).collect(),
    }
}

/// Follows the reference of `schema`, if it has one.
fn follow<'j>(components: &'j Map<String, Json>, mut schema: &'j Json) -> Result<&'j Json, String> {
    for _ in 0..MAX_DEPTH {
        let Some(reference) = reference(schema) else { return Ok(unwrap_all_of(schema)) };
        let name = reference.rsplit('/').next().unwrap_or(reference);
        schema = components.get(name).ok_or_else(|| format!("`{reference}` refers to nothing"))?;
    }
    Err("a reference leads back to itself".to_owned())
}

/// Returns the reference that a schema consists of.
fn reference(schema: &Json) -> Option<&str> {
    text(unwrap_all_of(schema), "$ref")
}

/// Returns the element of an `allOf` of one, in which the Kubernetes OpenAPI wraps references.
fn unwrap_all_of(schema: &Json) -> &Json {
    let all = schema.get("allOf").and_then(Json::as_array);
    all.filter(|all| all.len() == 1 && schema.get("type").is_none()).map_or(schema, |all| &all[0])
}

/// Returns the type of a schema. In a JSON Schema's list of types, it is the one that is not `null`.
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

/// Returns true if a JSON Schema lists the types of an int-or-string, or has a branch for each.
fn is_int_or_string(schema: &Json) -> bool {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Json::as_array);
    let branches = branches.map(Vec::as_slice).unwrap_or_default().iter().filter_map(ty).map(str::to_owned);
    let types: Vec<String> = strings(schema, "type").into_iter().chain(branches).collect();
    ["integer", "string"].iter().all(|ty| types.iter().any(|known| known == ty))
}

/// Serializes a node as JSON, without default values.
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

/// Returns true for a quantity: a string or number with a format of its own, in the OpenAPI and in CRDs generated from
/// Go.
fn is_quantity(schema: &Json) -> bool {
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Json::as_array);
    let is = |branch: &Json, ty: &str| text(branch, "type") == Some(ty);
    branches.is_some_and(|branches| {
        text(schema, "type").is_none()
            && branches.iter().any(|branch| is(branch, "string"))
            && branches.iter().any(|branch| is(branch, "number"))
    })
}

/// Returns an int-or-string, or a quantity if it has the pattern that Go's generator writes for quantities.
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

/// Returns the branches of each `oneOf` that applies to a schema.
fn alternatives(schema: &Json) -> impl Iterator<Item = &[Json]> {
    let all = schema.get("allOf").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    std::iter::once(schema).chain(all).filter_map(|part| part.get("oneOf")?.as_array().map(Vec::as_slice))
}

/// Returns the keys that every branch of a `oneOf` requires.
fn shared(branches: &[Json]) -> Vec<String> {
    let Some((first, rest)) = branches.split_first() else { return Vec::new() };
    let mut keys = strings(first, "required");
    keys.retain(|key| rest.iter().all(|branch| strings(branch, "required").contains(key)));
    keys
}

/// Returns the groups of keys that a `oneOf` over `required` constrains: at most one of them, and at least one unless a
/// branch requires none. Keys that every branch requires belong to no group.
fn groups(schema: &Json) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let mut at_most = Vec::new();
    let mut at_least = Vec::new();
    for branches in alternatives(schema) {
        let shared = shared(branches);
        let own = |branch| strings(branch, "required").into_iter().filter(|key| !shared.contains(key)).collect();
        let keys: Vec<Vec<String>> = branches.iter().map(own).collect();
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
