//! relc: a compiler and linter for progressive releases.
//!
//! # The pipeline
//!
//! ```text
//! .rel ──syntax──┐
//!                ├─ resolve ─► Release ─ check ─► Given ─ lower ─► documents ─ emit ─► YAML, JSON
//! values.yaml ───┘ values        ▲                ▲
//!     stdlib/*.rel ─ syntax ─ env ─► Environment ─► Plan ─► Prepared
//! ```
//!
//! [`syntax`] reads `.rel` files and [`values`](mod@values) reads values.yaml; [`env`](mod@env) loads definitions of environments and
//! [`types`] resolves their types, with the kinds of [`schema`]; [`resolve`] makes releases of both front ends; [`check`]
//! types them; [`lower`] evaluates an environment for a release, by [`eval`]; [`emit`] writes manifests. [`compile`] takes
//! one input through all of these, [`pipeline`] many inputs. Beside them flow [`diagnostic`]s with [`source`] places,
//! which [`render`] makes text of. [`cli`] is the command line.
//!
//! Each phase is a function from data to data and diagnostics. None but [`cli`] touches the disk, the environment or
//! standard streams.

pub mod check;
pub mod cli;
pub mod compile;
pub mod config;
pub mod diagnostic;
pub mod emit;
pub mod env;
pub mod eval;
pub mod format;
pub mod ide;
pub mod import;
pub mod json_schema;
pub mod lint;
pub mod lower;
pub mod pipeline;
pub mod render;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod trial;
pub mod types;
pub mod value;
pub mod values;
