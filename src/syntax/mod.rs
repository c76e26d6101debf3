//! The front end of `.rel` files.
//!
//! In: one file's text. Out: its [tree](ast) and what is wrong with it. The syntax is in `grammar/relc.pest` and nowhere
//! else; this folder is the only user of pest. It knows no name, no type and no environment.

pub mod ast;
mod build;
mod parser;
mod prescan;
pub mod stored;
mod strings;
mod validate;
pub mod visit;

use std::ops::Range;

use pest::Parser;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::FileId;
use build::Builder;
use parser::{Grammar, Rule};
pub use prescan::comments;

/// Reads `text`, the text of `file`: all that can be read of it, and every syntax error in it, in the order of their
/// places. What could not be read is of kind `Error` in the tree, or is not there.
pub fn parse(file: FileId, text: &str) -> (ast::File, Diagnostics) {
    let scan = prescan::scan(file, text);
    let mut builder =
        Builder { file, text: &scan.text, base: 0, docs: &scan.docs, diags: Diagnostics::default(), items: Vec::new() };
    let mut start = 0;
    for skipped in &scan.skipped {
        read(&mut builder, start..skipped.start);
        start = skipped.end;
    }
    read(&mut builder, start..text.len());
    let tree = ast::File { doc: scan.docs.file(text), items: builder.items };
    let mut diags = scan.diags;
    for diagnostic in builder.diags.into_vec() {
        // A bracket that is never closed takes in what is not its own, which is then wrong there.
        if !scan.unclosed.iter().any(|range| range.contains(&(diagnostic.span.start as usize))) {
            diags.push(diagnostic);
        }
    }
    diags.extend(validate::check(&tree));
    (tree, in_order(diags))
}

/// Reads the declarations of a stretch of the text, one after the other, so that memory is bounded by the largest.
fn read(builder: &mut Builder<'_>, stretch: Range<usize>) {
    let text = builder.text;
    builder.base = stretch.start;
    while builder.base < stretch.end {
        // A unit reads at least one character, whatever it is.
        let Ok(mut pairs) = Grammar::parse(Rule::unit, &text[builder.base..stretch.end]) else { return };
        let Some(unit) = pairs.next() else { return };
        let length = unit.as_span().end();
        builder.unit(unit);
        if length == 0 {
            return;
        }
        builder.base += length;
    }
}

/// Sorts by place, and drops what lies inside of a larger error: it is the same mistake seen twice.
fn in_order(diags: Diagnostics) -> Diagnostics {
    let mut list = diags.into_vec();
    list.sort_by_key(|d| (d.span.start, std::cmp::Reverse(d.span.end)));
    let mut kept = Diagnostics::default();
    let mut end = 0;
    for diagnostic in list {
        if diagnostic.code == Code::Syntax && diagnostic.span.end < end {
            continue;
        }
        end = end.max(covered(&diagnostic));
        kept.push(diagnostic);
    }
    kept
}

/// How far the text is explained by this error.
fn covered(diagnostic: &Diagnostic) -> u32 {
    if diagnostic.code == Code::Syntax { diagnostic.span.end } else { 0 }
}
