//! The front end of `.rel` files.

pub mod ast;
mod build;
mod parser;
mod prescan;
mod strings;
pub mod visit;

use pest::Parser;

use crate::diagnostic::Diagnostics;
use crate::source::FileId;
use build::Builder;
use parser::{Grammar, Rule};

/// Reads the text of `file`.
pub fn parse(file: FileId, text: &str) -> (ast::File, Diagnostics) {
    let docs = prescan::Docs::default();
    let mut builder = Builder { file, text, base: 0, docs: &docs, diags: Diagnostics::default(), items: Vec::new() };
    while builder.base < text.len() {
        let Ok(mut pairs) = Grammar::parse(Rule::unit, &text[builder.base..]) else { break };
        let Some(unit) = pairs.next() else { break };
        let length = unit.as_span().end();
        builder.unit(unit);
        if length == 0 {
            break;
        }
        builder.base += length;
    }
    (ast::File { doc: None, items: builder.items }, builder.diags)
}
