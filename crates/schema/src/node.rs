//! Nodes: the types of a schema, one level deep each, as they stand on the lines of a reduced schema. `build.rs` reads this
//! file too, and stores them as bytes.

use serde::{Deserialize, Serialize};

/// Names a node of one [`Schema`](super::store::Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// One node of a schema: a type, one level deep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Node {
    /// Anything: where the schema preserves unknown fields and says no more.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// Least value.
        #[serde(default)]
        min: Option<i64>,
        /// Greatest value.
        #[serde(default)]
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// Least value.
        #[serde(default)]
        min: Option<f64>,
        /// Greatest value.
        #[serde(default)]
        max: Option<f64>,
    },
    /// A text.
    String(StringNode),
    /// A whole number or a text (`x-kubernetes-int-or-string`).
    IntOrString {
        /// A regular expression that the value, written as text, must match somewhere.
        #[serde(default)]
        pattern: Option<String>,
    },
    /// A quantity such as `500m`: a text or a number.
    Quantity,
    /// A list.
    List {
        /// Its elements.
        element: NodeId,
        /// Least number of elements.
        #[serde(default)]
        min: Option<u64>,
        /// Greatest number of elements.
        #[serde(default)]
        max: Option<u64>,
        /// Keys by which elements are told apart (`x-kubernetes-list-map-keys`).
        #[serde(default)]
        keys: Vec<String>,
    },
    /// Keys of the user's own, all of one type.
    Map {
        /// The type of the values.
        value: NodeId,
    },
    /// Declared keys.
    Object(ObjectNode),
}

/// A text's bounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StringNode {
    /// A regular expression that must match somewhere (JSON Schema's `pattern`).
    pub pattern: Option<String>,
    /// Least length in characters.
    pub min: Option<u64>,
    /// Greatest length in characters.
    pub max: Option<u64>,
    /// The only texts allowed; empty: any.
    pub members: Vec<String>,
    /// `date-time`, `byte`, …
    pub format: Option<String>,
}

/// Declared keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectNode {
    /// The keys, sorted by name.
    pub fields: Vec<FieldNode>,
    /// Whether other keys are kept (`x-kubernetes-preserve-unknown-fields`).
    pub open: bool,
    /// Groups of keys of which at most one may be given (a `oneOf` over `required`).
    pub at_most_one: Vec<Vec<String>>,
    /// Groups of keys of which at least one must be given (an `anyOf` over `required`, or a `oneOf` without an empty branch).
    pub at_least_one: Vec<Vec<String>>,
}

/// A declared key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldNode {
    /// Its name.
    pub name: String,
    /// Its type.
    pub node: NodeId,
    /// Whether it must be given: `required` and without a default; list map keys without a default count.
    #[serde(default)]
    pub required: bool,
}
