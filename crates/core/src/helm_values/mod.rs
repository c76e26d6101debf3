//! values.yaml, as Helm reads it.
//!
//! In: YAML text, several files and `--set` flags. Out: one [`Value`](crate::value::Value) with the place of each part. The
//! scalars are those of YAML 1.1, as Go's sigs.k8s.io/yaml resolves them for Helm. What the keys mean is `resolve/`.

mod compose;
mod merge;
mod remedy;
mod scalar;
pub mod set;

pub use compose::{comments, documents, read};
pub use merge::merge;
pub use scalar::pasted_number;
