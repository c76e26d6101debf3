//! What an API server checks of a custom resource in addition to its types: elements that must differ, and rules in CEL.
//! It does so after it has set defaults. `build.rs` includes this file too, and stores the checks as bytes.

use serde::{Deserialize, Serialize};

use super::node::NodeId;

/// The checks of one kind's schema. Each list is sorted by node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checks {
    /// The values of fields that are not set.
    pub defaults: Vec<DefaultValue>,
    /// Lists without two equal elements.
    pub unique: Vec<UniqueElements>,
    /// Rules in CEL.
    pub rules: Vec<Rule>,
}

/// The value of a field where it is not set (`default`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefaultValue {
    /// The object that has the field.
    pub node: NodeId,
    /// The field's name.
    pub field: String,
    /// The value, as JSON.
    pub value: String,
}

/// A list whose elements differ (`x-kubernetes-list-type`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UniqueElements {
    /// The list.
    pub node: NodeId,
    /// The keys that identify an element of a map; empty for a set, whose elements differ as a whole.
    pub keys: Vec<String>,
}

/// A rule in CEL (`x-kubernetes-validations`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The node whose value is `self`.
    pub node: NodeId,
    /// The expression. It is true for what an API server accepts.
    pub rule: String,
    /// The rule in words, if it has them.
    pub message: Option<String>,
}

impl Checks {
    /// Returns true if nothing is checked.
    pub fn is_empty(&self) -> bool {
        self.unique.is_empty() && self.rules.is_empty()
    }

    /// Returns the defaults of the object `node`.
    pub fn defaults(&self, node: NodeId) -> impl Iterator<Item = &DefaultValue> {
        let start = self.defaults.partition_point(|default| default.node < node);
        self.defaults[start..].iter().take_while(move |default| default.node == node)
    }

    /// Returns how the elements of the list `node` differ, if they must.
    pub fn unique(&self, node: NodeId) -> Option<&UniqueElements> {
        let at = self.unique.binary_search_by_key(&node, |unique| unique.node).ok()?;
        self.unique.get(at)
    }

    /// Returns the rules of `node`.
    pub fn rules(&self, node: NodeId) -> impl Iterator<Item = &Rule> {
        let start = self.rules.partition_point(|rule| rule.node < node);
        self.rules[start..].iter().take_while(move |rule| rule.node == node)
    }
}
