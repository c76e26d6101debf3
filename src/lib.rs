//! relc: a compiler and linter for progressive releases.
//!
//! The pipeline, in the order of its folders: [`syntax`] reads `.rel` files and [`values`] reads values.yaml; [`env`]
//! loads environment definitions; [`resolve`] makes releases of both front ends; [`check`] types them; [`lower`]
//! evaluates an environment for a release; [`emit`] writes manifests. [`pipeline`] wires the phases.

pub mod check;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod emit;
pub mod env;
pub mod eval;
pub mod lower;
pub mod pipeline;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod types;
pub mod value;
pub mod values;
