//! Schema nodes: types, one level deep each, one per line of a reduced schema. `build.rs` includes this file too, and
//! stores the nodes as bytes.

use serde::{Deserialize, Serialize};

/// Identifies a node of one [`Schema`](super::store::Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// One node of a schema: a type, one level deep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Node {
    /// Any value: the schema preserves unknown fields and constrains nothing.
    Any,
    /// `true` or `false`.
    Boolean,
    /// An integer.
    Integer {
        /// Smallest value.
        #[serde(default)]
        min: Option<i64>,
        /// Largest value.
        #[serde(default)]
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// Smallest value.
        #[serde(default)]
        min: Option<f64>,
        /// Largest value.
        #[serde(default)]
        max: Option<f64>,
    },
    /// A string.
    String(StringNode),
    /// An integer or a string (`x-kubernetes-int-or-string`).
    IntOrString {
        /// A regular expression that must match somewhere in the value, written as a string.
        #[serde(default)]
        pattern: Option<String>,
    },
    /// A quantity such as `500m`: a string or a number.
    Quantity,
    /// A list.
    List {
        /// Its elements.
        element: NodeId,
        /// Smallest number of elements.
        #[serde(default)]
        min: Option<u64>,
        /// Largest number of elements.
        #[serde(default)]
        max: Option<u64>,
    },
    /// A map with arbitrary keys and values of one type.
    Map {
        /// The type of the values.
        value: NodeId,
    },
    /// An object with declared keys.
    Object(ObjectNode),
}

/// The constraints of a string.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StringNode {
    /// A regular expression that must match somewhere (JSON Schema's `pattern`).
    pub pattern: Option<String>,
    /// Smallest length in characters.
    pub min: Option<u64>,
    /// Largest length in characters.
    pub max: Option<u64>,
    /// The only values allowed; if empty, any.
    pub members: Vec<String>,
    /// `date-time`, `byte`, …
    pub format: Option<String>,
}

/// The declared keys of an object and their constraints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectNode {
    /// The keys, sorted by name.
    pub fields: Vec<FieldNode>,
    /// True if other keys are kept (`x-kubernetes-preserve-unknown-fields`).
    pub open: bool,
    /// Groups of keys, of which at most one may be set (a `oneOf` over `required`).
    pub at_most_one: Vec<Vec<String>>,
    /// Groups of keys, of which at least one must be set (an `anyOf` over `required`, or a `oneOf` without an empty
    /// branch).
    pub at_least_one: Vec<Vec<String>>,
}

/// A declared key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldNode {
    /// The key's name.
    pub name: String,
    /// The key's type.
    pub node: NodeId,
    /// True if the key must be set: it is `required` and has no default, or is a list map key without a default.
    #[serde(default)]
    pub required: bool,
}
