//! values.yaml, as Helm reads it.
//!
//! In: YAML text, several files and `--set` flags. Out: one [`Value`](crate::value::Value) with spans. Scalars are
//! those of YAML 1.1, as Go's sigs.k8s.io/yaml resolves them for Helm. The meaning of the keys is defined in
//! `frontend/`.

mod compose;
mod merge;
mod mistake;
mod scalar;
pub mod set;

pub use compose::{comments, documents, read};
pub use merge::merge;
pub use scalar::pasted_number;
