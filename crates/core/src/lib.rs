//! The compiler: from a release, in a `.rel` file or in values of the Iter8 release chart, to Kubernetes manifests.
//!
//! [`helm_values`] parses values.yaml; [`library`] loads definitions of environments, [`types`] resolves their types and
//! [`hir`] their names; [`typeck`] checks definition files; [`frontend`] creates releases from both formats; [`check`] types
//! them; [`lower`] evaluates an environment for a release, using [`eval`]; [`codegen`] writes manifests. [`compile`] takes one
//! input through all of these. [`nodes`] and [`edit`] read and change sources for rules, editors and import.

pub mod check;
pub mod codegen;
pub mod compile;
pub mod edit;
pub mod eval;
pub mod frontend;
pub mod helm_values;
pub mod hir;
pub mod json_schema;
pub mod library;
pub mod lower;
pub mod nodes;
pub mod typeck;
pub mod types;
pub mod validate;
pub mod value;
