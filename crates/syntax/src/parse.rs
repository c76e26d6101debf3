//! The front end of `.rel` files.
//!
//! In: one file's text. Out: its [tree](ast) and what is wrong with it. The syntax is in `grammar/relc.pest` and nowhere
//! else; this folder is the only user of pest. It knows no name, no type and no environment.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use pest::Parser;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Label};
use crate::parser::Builder;
use crate::recovery::{self, Stray};
use crate::source::{FileId, Span, SpanSet};
use crate::{ast, validate};
use relc_grammar::{Grammar, Pair, Rule};

/// Reads `text`, the text of `file`: all that can be read of it, and every syntax error in it, in the order of their
/// places. What could not be read is of kind `Error` in the tree, or is not there.
pub fn parse(file: FileId, text: &str) -> (ast::File, Diagnostics) {
    let scan = recovery::scan(file, text);
    let mut builder =
        Builder { file, text: &scan.text, base: 0, docs: &scan.docs, diags: Diagnostics::default(), items: Vec::new() };
    let mut start = 0;
    for skipped in &scan.skipped {
        read(&mut builder, start..skipped.start);
        start = skipped.end;
    }
    read(&mut builder, start..text.len());
    let unclosed = spans(file, &scan.unclosed);
    let around_unclosed = SpanSet::new(unclosed.clone());
    let mut tree = ast::File { doc: scan.docs.file(text), items: builder.items, misread: unclosed };
    let mut found = builder.diags;
    found.extend(validate::check(&tree));
    let mut diags = scan.diags;
    for diagnostic in found.into_vec() {
        // A bracket that is never closed takes in what is not its own, which is then wrong there.
        if !around_unclosed.cover(diagnostic.span.at_start()) {
            diags.push(diagnostic);
        }
    }
    let (diags, unopened) = without_unopened(in_order(diags), &scan.strays, text);
    forget_values(&mut tree.items, &SpanSet::new(unopened.clone()));
    tree.misread.extend(unopened);
    (tree, diags)
}

fn spans(file: FileId, ranges: &[Range<usize>]) -> Vec<Span> {
    ranges.iter().map(|range| Span::new(file, range.start, range.end)).collect()
}

/// How many brackets that close nothing a mistake shows.
const MOST_STRAYS: usize = 3;

/// Where a closing bracket closes nothing and something was wrong before it in its declaration, the opening one is
/// missing there: the first mistake says it, and what follows up to the bracket follows from it.
fn without_unopened(diags: Diagnostics, strays: &[Stray], text: &str) -> (Diagnostics, Vec<Span>) {
    let mut list = diags.into_vec();
    let mut unopened = Vec::new();
    let mut firsts = HashSet::new();
    for stray in strays {
        let around = stray.around;
        let at = list.partition_point(|d| d.span.start < around.start);
        let within = |d: &&mut Diagnostic| d.span.start < around.end && d.code == Code::Syntax;
        let Some(first) = list[at..].iter_mut().find(within) else { continue };
        firsts.insert(first.span);
        // The bracket alone does not say from where on the reading was wrong.
        let mut start = around.start;
        if first.span != stray.bracket {
            let line = text[..first.span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
            start = start.max(u32::try_from(line).unwrap_or(0));
            let message = "this closes nothing: its opening bracket may be missing before";
            // Where a declaration has many, something else than brackets is wrong.
            if first.labels.len() < MOST_STRAYS {
                first.labels.push(Label { span: stray.bracket, message: message.to_owned() });
            }
        }
        unopened.push(Span { start, ..around });
    }
    let stretches = SpanSet::new(unopened.clone());
    let told =
        |d: &Diagnostic| firsts.contains(&d.span) || d.code != Code::Syntax || !stretches.cover(d.span.at_start());
    let mut kept = Diagnostics::default();
    list.into_iter().filter(told).for_each(|d| kept.push(d));
    (kept, unopened)
}

/// A let whose value was misread has none that could be used.
fn forget_values(items: &mut [ast::Item], misread: &SpanSet) {
    for item in items {
        if let ast::Item::Let(let_) = item
            && misread.meet(let_.span)
        {
            let let_ = Arc::make_mut(let_);
            let span = let_.span;
            let_.value = let_.value.as_ref().map(|_| ast::Expr { kind: ast::ExprKind::Error, span });
        }
    }
}

/// Reads the declarations of a stretch of the text.
fn read(builder: &mut Builder<'_>, stretch: Range<usize>) {
    units(builder.text, stretch, &mut |base, unit| {
        builder.base = base;
        builder.unit(unit);
    });
}

/// Gives `each` the declarations of a stretch of the text, one after the other, so that memory is bounded by the largest: where its
/// places count from, and its pair.
pub(crate) fn units<'t>(text: &'t str, stretch: Range<usize>, each: &mut dyn FnMut(usize, Pair<'t>)) {
    let mut base = stretch.start;
    while base < stretch.end {
        // A unit reads at least one character, whatever it is.
        let Ok(mut pairs) = Grammar::parse(Rule::unit, &text[base..stretch.end]) else { return };
        let Some(unit) = pairs.next() else { return };
        let length = unit.as_span().end();
        each(base, unit);
        if length == 0 {
            return;
        }
        base += length;
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
