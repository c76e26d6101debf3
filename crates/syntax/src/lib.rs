//! Sources, diagnostics, and the syntax of `.rel` files.
//!
//! In: one file's text. Out: its [syntax tree](ast) and its syntax errors ([`parse`]), or an [`outline`](mod@outline) of a file of many releases. [`format`](mod@format) formats a
//! file. The grammar is defined only in `grammar/relc.pest`, and this crate is the only user of pest. It resolves no
//! names and checks no types.

mod apart;
pub mod ast;
pub mod diagnostic;
pub mod foreign;
pub mod format;
pub mod keywords;
pub mod layout;
pub mod lines;
pub mod lookalike;
pub mod outline;
mod parse;
mod parser;
mod recovery;
pub mod serialize;
pub mod source;
mod strings;
mod validate;
pub mod visit;

pub use parse::parse;
pub use recovery::comments;
