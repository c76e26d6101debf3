//! values.yaml, as Helm reads it.
//!
//! In: YAML text, several files and `--set` flags. Out: one [`Value`](crate::value::Value) with spans. Scalars are
//! those of YAML 1.1, as Go's sigs.k8s.io/yaml resolves them for Helm. The keys that relc reads itself are in
//! [`header`]; the others are fields that environments declare, which `frontend` resolves.

mod compose;
pub mod header;
mod merge;
mod mistake;
mod scalar;
pub mod set;

pub use compose::{comments, documents, read};
pub use merge::merge;
pub use scalar::pasted_number;
