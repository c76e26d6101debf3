//! Kubernetes objects and custom resources as types.
//!
//! In: the reduced schemas under `schemas/`, embedded, one file a kind; or an OpenAPI document or
//! CustomResourceDefinition, reduced by [`reduce`]. Out: [`SchemaRef`]s, nodes of one kind's schema that are read only
//! when they are asked for. This module checks nothing; that is `types/`.

mod builtin;
mod document;
mod node;
pub mod reduce;
mod store;

pub use builtin::{builtin, builtin_kinds, kubernetes_version};
pub use document::{Declared, custom_kinds};
pub use node::{FieldNode, Node, NodeId, ObjectNode, StringNode};
pub use store::{Header, Schema, SchemaRef};
