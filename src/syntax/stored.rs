//! Syntax trees as bytes, so that a process need not parse the standard library each time it starts.
//!
//! In: a tree. Out: its bytes, and back. `build.rs` writes them into the program that is being built and that program
//! alone reads them, so the form has neither a version nor a reader for older ones.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::ast::File;

/// The bytes of `file`.
///
/// # Errors
/// None that a tree can cause; the encoder's interface has one.
pub fn encode(file: &File) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(file)
}

/// The tree that [`encode`] made `bytes` of.
///
/// # Errors
/// Where they are not the bytes of a tree.
pub fn decode(bytes: &[u8]) -> Result<File, postcard::Error> {
    postcard::from_bytes(bytes)
}

/// A text of a tree: serde's own way to an `Arc<str>` allocates twice for each.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
    <&str>::deserialize(from).map(Arc::from)
}
