//! A reduced schema: a header line, with the schema's checks, then one node per line, each decoded on first use. A node
//! comes after the nodes that it refers to; the last one is the kind itself. The kinds of a group share their nodes.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::checks::Checks;
use super::node::{FieldNode, Node, NodeId};

/// The kind that a reduced schema is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Group and version, or only the version: `apps/v1`, `v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
    /// The plural name of the resource, as in the API server's paths.
    pub plural: String,
    /// The origin of the schema, with its version.
    pub source: String,
}

impl Header {
    /// Returns the header of a schema that a document declares. A note in `source` that descriptions were removed is
    /// dropped.
    pub fn new(api_version: &str, kind: &str, plural: &str, source: &str) -> Header {
        Header {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            source: source.replace(", descriptions omitted", ""),
        }
    }
}

/// The first line of a reduced schema.
#[derive(Serialize, Deserialize)]
pub(crate) struct FirstLine {
    #[serde(flatten)]
    pub header: Header,
    #[serde(default, skip_serializing_if = "Checks::is_empty")]
    pub checks: Checks,
}

/// The schema of one kind.
#[derive(Debug)]
pub struct Schema {
    header: Header,
    root: NodeId,
    nodes: Arc<Nodes>,
}

/// The nodes of one kind, or of all kinds of a group, and their checks. Each is decoded on first use.
#[derive(Debug)]
pub struct Nodes {
    encoded: Encoded,
    decoded: Vec<OnceLock<Node>>,
    /// Checks stored by `build.rs`; empty if there are none, or if they were parsed.
    stored_checks: &'static [u8],
    checks: OnceLock<Checks>,
}

/// The encoded nodes.
#[derive(Debug)]
enum Encoded {
    /// JSON, and the start and end of each node's line.
    Lines(String, Vec<(u32, u32)>),
    /// Bytes stored by `build.rs`, and the end of each node.
    Stored(&'static [u8], &'static [u32]),
}

impl std::ops::Deref for Schema {
    type Target = Header;

    fn deref(&self) -> &Header {
        &self.header
    }
}

/// Replaces a line that can't be decoded. A test decodes every line of the embedded schemas.
static ANY: Node = Node::Any;

impl Schema {
    /// Parses the text of a reduced schema. Returns `None` if its header is invalid or it has no nodes.
    pub fn parse(text: impl Into<String>) -> Option<Arc<Schema>> {
        let text = text.into();
        let (first, _) = text.split_once('\n')?;
        let FirstLine { header, checks } = serde_json::from_str(first).ok()?;
        let mut start = u32::try_from(first.len() + 1).ok()?;
        let mut lines = Vec::new();
        for line in text[first.len() + 1..].split_inclusive('\n') {
            let end = start + u32::try_from(line.len()).ok()?;
            lines.push((start, end));
            start = end;
        }
        let last = lines.len().checked_sub(1)?;
        let nodes = Nodes {
            decoded: empty_cells(lines.len()),
            encoded: Encoded::Lines(text, lines),
            stored_checks: &[],
            checks: OnceLock::from(checks),
        };
        Some(Schema::of(header, NodeId(u32::try_from(last).ok()?), Arc::new(nodes)))
    }

    /// Creates the schema of the kind whose node is `root`.
    pub fn of(header: Header, root: NodeId, nodes: Arc<Nodes>) -> Arc<Schema> {
        Arc::new(Schema { header, root, nodes })
    }

    /// Returns the node of the kind itself.
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// Returns the checks of the schema, decoding them on first use.
    pub fn checks(&self) -> &Checks {
        self.nodes.checks()
    }

    /// Returns the number of nodes, including those of other kinds of its group.
    pub fn len(&self) -> usize {
        self.nodes.decoded.len()
    }

    /// Returns true if there are no nodes; a parsed schema has at least one.
    pub fn is_empty(&self) -> bool {
        self.nodes.decoded.is_empty()
    }

    /// Decodes the node `id`.
    ///
    /// # Errors
    /// The text is not a valid node.
    pub fn decode(&self, id: NodeId) -> Result<Node, String> {
        self.nodes.decode(id)
    }
}

impl Nodes {
    /// Creates nodes from what `build.rs` stored: their bytes, the end of each, and the bytes of their checks.
    pub fn from_stored(bytes: &'static [u8], ends: &'static [u32], stored_checks: &'static [u8]) -> Nodes {
        Nodes {
            decoded: empty_cells(ends.len()),
            encoded: Encoded::Stored(bytes, ends),
            stored_checks,
            checks: OnceLock::new(),
        }
    }

    fn checks(&self) -> &Checks {
        // A test decodes the checks of the embedded schemas.
        self.checks.get_or_init(|| match self.stored_checks {
            [] => Checks::default(),
            bytes => postcard::from_bytes(bytes).unwrap_or_default(),
        })
    }

    fn node(&self, id: NodeId) -> &Node {
        let Some(cell) = self.decoded.get(id.0 as usize) else { return &ANY };
        cell.get_or_init(|| self.decode(id).unwrap_or(Node::Any))
    }

    fn decode(&self, id: NodeId) -> Result<Node, String> {
        let at = id.0 as usize;
        match &self.encoded {
            Encoded::Lines(text, lines) => {
                let (start, end) = lines.get(at).copied().unwrap_or((0, 0));
                let line = text.get(start as usize..end as usize).unwrap_or("");
                serde_json::from_str(line.trim_end()).map_err(|error| error.to_string())
            }
            Encoded::Stored(bytes, ends) => {
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

/// A reference to a node of one kind's schema. Cloning is cheap.
#[derive(Clone)]
pub struct SchemaRef {
    schema: Arc<Schema>,
    id: NodeId,
}

impl SchemaRef {
    /// Returns the node of the kind itself.
    pub fn root(schema: Arc<Schema>) -> Self {
        let id = schema.root();
        SchemaRef { schema, id }
    }

    /// Returns the schema that contains the node.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns the node's identifier in its schema.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Returns true if the node is the kind itself.
    pub fn is_root(&self) -> bool {
        self.id == self.schema.root()
    }

    /// Returns the node, decoding it on first use.
    pub fn node(&self) -> &Node {
        self.schema.nodes.node(self.id)
    }

    /// Returns another node of the same schema.
    #[must_use]
    pub fn at(&self, id: NodeId) -> SchemaRef {
        SchemaRef { schema: Arc::clone(&self.schema), id }
    }

    /// Returns the declared key `name`, with its type.
    pub fn field(&self, name: &str) -> Option<(SchemaRef, &FieldNode)> {
        let Node::Object(object) = self.node() else { return None };
        let at = object.fields.binary_search_by(|field| field.name.as_str().cmp(name)).ok()?;
        let field = &object.fields[at];
        Some((self.at(field.node), field))
    }

    /// Returns the type of a list's elements.
    pub fn element(&self) -> Option<SchemaRef> {
        match self.node() {
            Node::List { element, .. } => Some(self.at(*element)),
            _ => None,
        }
    }

    /// Describes the accepted values in words, for messages.
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
