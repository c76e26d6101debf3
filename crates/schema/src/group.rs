//! The text of a group of kinds that share their nodes: a first line, then one node per line. `build.rs` includes this
//! file too, and stores the nodes as bytes.

use serde::{Deserialize, Serialize};

use super::checks::Checks;
use super::node::NodeId;

/// The first line of a group's text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupLine {
    /// The project whose kinds these are, and its version: `Istio 1.32.0`.
    pub source: String,
    /// The address of the documentation of a kind, with `{group}`, `{version}` and `{kind}` in place of its own in lower
    /// case.
    pub reference: String,
    /// The kinds, sorted by API version and name.
    pub kinds: Vec<GroupKind>,
    /// The checks of all of them.
    #[serde(default, skip_serializing_if = "Checks::is_empty")]
    pub checks: Checks,
}

/// A kind of a group.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupKind {
    /// Group and version, or only the version.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The plural name of the resource.
    pub plural: String,
    /// The node of the kind itself.
    pub node: NodeId,
}
