//! Schemas of Kubernetes objects and custom resources.
//!
//! In: the reduced schemas under `schemas/`, embedded, one file per kind; or an OpenAPI document or
//! CustomResourceDefinition, reduced by [`reduce`]. Out: [`SchemaRef`]s, which refer to nodes of one kind's schema and
//! decode them on first use. This crate validates nothing; `relc-core` does.

mod builtin;
mod checks;
mod document;
mod node;
pub mod reduce;
mod store;

pub use builtin::{builtin, builtin_kinds, kubernetes_version};
pub use checks::{Checks, DefaultValue, Rule, UniqueElements};
pub use document::{DeclaredKind, custom_kinds};
pub use node::{FieldNode, Node, NodeId, ObjectNode, StringNode};
pub use store::{Header, Schema, SchemaRef};
