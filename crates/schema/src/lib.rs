//! Schemas of Kubernetes objects and custom resources.
//!
//! In: the reduced schemas that are embedded, those of the library's own kinds under `schemas/`, one file per kind, and
//! those of other kinds under `groups/`, one file per project; or an OpenAPI document or CustomResourceDefinition, reduced
//! by [`reduce`]. Out: [`SchemaRef`]s, which refer to nodes of one kind's schema and
//! decode them on first use. This crate validates nothing; `relc-core` does.

mod builtin;
mod checks;
mod document;
mod extract;
mod group;
mod node;
mod openapi;
pub mod reduce;
mod store;

pub use builtin::{builtin, builtin_kinds, builtin_projects, kubernetes_version, reference};
pub use checks::{Checks, DefaultValue, Rule, UniqueElements};
pub use document::{DeclaredKind, custom_kinds};
pub use extract::{ExtractedKind, extract};
pub use node::{FieldNode, Node, NodeId, ObjectNode, StringNode};
pub use openapi::{OBJECT_META, definitions, is_openapi, openapi_kinds};
pub use store::{Header, Nodes, Schema, SchemaRef};
