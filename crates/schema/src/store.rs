//! A reduced schema: a header line, then one node a line, each decoded when it is first asked for. A node stands behind
//! the nodes that it refers to; the last one is the kind itself.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::node::{FieldNode, Node, NodeId};

/// The first line of a reduced schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Group and version, or the version alone: `apps/v1`, `v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The resource's plural, as the API server's paths have it.
    pub plural: String,
    /// Where the schema comes from, with its version.
    pub source: String,
}

impl Header {
    /// The header of a schema that a document declares. That the document came without prose is no part of its source.
    pub fn new(api_version: &str, kind: &str, plural: &str, source: &str) -> Header {
        Header {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            source: source.replace(", descriptions left out", ""),
        }
    }
}

/// The schema of one kind.
#[derive(Debug)]
pub struct Schema {
    header: Header,
    written: Written,
    nodes: Vec<OnceLock<Node>>,
}

/// What nodes are decoded from.
#[derive(Debug)]
enum Written {
    /// JSON, and where the line of each node starts and ends.
    Lines(String, Vec<(u32, u32)>),
    /// Bytes as `build.rs` stores them, and where those of each node end.
    Stored(&'static [u8], &'static [u32]),
}

impl std::ops::Deref for Schema {
    type Target = Header;

    fn deref(&self) -> &Header {
        &self.header
    }
}

/// What stands for a line that cannot be read: a test reads every line of the embedded ones.
static ANY: Node = Node::Any;

impl Schema {
    /// Opens the text of a reduced schema; `None` where its header cannot be read or it has no node.
    pub fn open(text: impl Into<String>) -> Option<Arc<Schema>> {
        let text = text.into();
        let (first, _) = text.split_once('\n')?;
        let header = serde_json::from_str(first).ok()?;
        let mut start = u32::try_from(first.len() + 1).ok()?;
        let mut lines = Vec::new();
        for line in text[first.len() + 1..].split_inclusive('\n') {
            let end = start + u32::try_from(line.len()).ok()?;
            lines.push((start, end));
            start = end;
        }
        let nodes = empty_cells(lines.len());
        if nodes.is_empty() {
            None
        } else {
            Some(Arc::new(Schema { header, written: Written::Lines(text, lines), nodes }))
        }
    }

    /// A schema that `build.rs` stored: the bytes of its nodes, and where those of each end.
    pub fn stored(header: Header, bytes: &'static [u8], ends: &'static [u32]) -> Arc<Schema> {
        Arc::new(Schema { header, written: Written::Stored(bytes, ends), nodes: empty_cells(ends.len()) })
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none; an opened schema has one.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn node(&self, id: NodeId) -> &Node {
        let Some(cell) = self.nodes.get(id.0 as usize) else { return &ANY };
        cell.get_or_init(|| self.decode(id).unwrap_or(Node::Any))
    }

    /// The node as it is written.
    ///
    /// # Errors
    /// Where that is not a node.
    pub fn decode(&self, id: NodeId) -> Result<Node, String> {
        let at = id.0 as usize;
        match &self.written {
            Written::Lines(text, lines) => {
                let (start, end) = lines.get(at).copied().unwrap_or((0, 0));
                let line = text.get(start as usize..end as usize).unwrap_or("");
                serde_json::from_str(line.trim_end()).map_err(|error| error.to_string())
            }
            Written::Stored(bytes, ends) => {
                let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
                let end = ends.get(at).copied().unwrap_or(0);
                let node = bytes.get(start as usize..end as usize).unwrap_or(&[]);
                postcard::from_bytes(node).map_err(|error| error.to_string())
            }
        }
    }
}

fn empty_cells(count: usize) -> Vec<OnceLock<Node>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

/// A node of one kind's schema. Cloning is cheap.
#[derive(Clone)]
pub struct SchemaRef {
    schema: Arc<Schema>,
    id: NodeId,
}

impl SchemaRef {
    /// The kind itself.
    pub fn root(schema: Arc<Schema>) -> Self {
        let last = u32::try_from(schema.len().saturating_sub(1)).unwrap_or(0);
        SchemaRef { schema, id: NodeId(last) }
    }

    /// The schema that the node is of.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The node's name in its schema.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Whether the node is the kind itself.
    pub fn is_root(&self) -> bool {
        self.id.0 as usize + 1 == self.schema.len()
    }

    /// What the node says.
    pub fn node(&self) -> &Node {
        self.schema.node(self.id)
    }

    /// Another node of the same schema.
    #[must_use]
    pub fn at(&self, id: NodeId) -> SchemaRef {
        SchemaRef { schema: Arc::clone(&self.schema), id }
    }

    /// The declared key `name`, with its type.
    pub fn field(&self, name: &str) -> Option<(SchemaRef, &FieldNode)> {
        let Node::Object(object) = self.node() else { return None };
        let at = object.fields.binary_search_by(|field| field.name.as_str().cmp(name)).ok()?;
        let field = &object.fields[at];
        Some((self.at(field.node), field))
    }

    /// The type of a list's elements.
    pub fn element(&self) -> Option<SchemaRef> {
        match self.node() {
            Node::List { element, .. } => Some(self.at(*element)),
            _ => None,
        }
    }

    /// What it takes, in words for people.
    pub fn describe(&self) -> String {
        let words = match self.node() {
            Node::Any => "anything",
            Node::Boolean => "a boolean",
            Node::Integer { .. } => "a whole number",
            Node::Number { .. } => "a number",
            Node::String(string) if !string.members.is_empty() => {
                let members: Vec<String> = string.members.iter().map(|member| format!("`{member}`")).collect();
                return format!("one of {}", members.join(", "));
            }
            Node::String(_) => "a string",
            Node::IntOrString { .. } => "a whole number or a string",
            Node::Quantity => "a quantity such as `500m` or `1Gi`",
            Node::List { .. } => "a list",
            Node::Map { .. } => "a map",
            Node::Object(_) if self.is_root() => return format!("a {}", self.schema.kind),
            Node::Object(_) => "an object",
        };
        words.to_owned()
    }
}

impl PartialEq for SchemaRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schema, &other.schema) && self.id == other.id
    }
}

impl std::fmt::Debug for SchemaRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}#{}", self.schema.api_version, self.schema.kind, self.id.0)
    }
}
