//! The front end of `.rel` files.
//!
//! In: one file's text. Out: its [tree](ast) and its syntax errors. The grammar is defined only in `grammar/relc.pest`,
//! and this module is the only user of pest. It resolves no names and checks no types.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use pest::Parser;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Edit, Label};
use crate::parser::Builder;
use crate::recovery::{self, Stray};
use crate::source::{FileId, Span, SpanSet};
use crate::{apart, ast, foreign, validate};
use relc_grammar::{Grammar, Pair, Rule};

/// Parses `text`, the text of `file`, and returns its tree and all syntax errors, in the order of their spans. What
/// could not be parsed is of kind `Error` in the tree, or missing.
pub fn parse(file: FileId, text: &str) -> (ast::File, Diagnostics) {
    let Some((replaced, error)) = recovery::without_lookalikes(file, text) else { return parse_text(file, text) };
    let (tree, found) = parse_text(file, &replaced);
    let mut list = found.into_vec();
    list.iter_mut().for_each(|found| found.extend_to_characters(|_| text));
    list.push(error);
    list.sort_by_key(|found| found.span);
    (tree, list.into_iter().collect())
}

fn parse_text(file: FileId, text: &str) -> (ast::File, Diagnostics) {
    if let Some(conflict) = foreign::merge_conflict(file, text, Code::Syntax) {
        return (ast::File::default(), std::iter::once(conflict).collect());
    }
    let scan = recovery::scan(file, text);
    let mut builder = Builder::new(file, &scan);
    let mut start = 0;
    for skipped in &scan.skipped {
        read(&mut builder, start..skipped.start);
        start = skipped.end;
    }
    read(&mut builder, start..text.len());
    if let Some(foreign) = foreign_language(file, text, &builder) {
        return (ast::File::default(), std::iter::once(foreign).collect());
    }
    let unclosed = spans(file, &scan.unclosed);
    let around_unclosed = SpanSet::new(unclosed.clone());
    let mut tree = ast::File { doc: scan.docs.file(text), items: builder.items, misread: unclosed };
    let mut found = builder.diags;
    let has_releases = tree.items.iter().any(|item| matches!(item, ast::Item::Release(_)));
    found.extend(validate::check(&tree, has_releases));
    let mut diags = scan.diags;
    for diagnostic in found.into_vec() {
        // An unclosed bracket swallows text that is not part of it, and the resulting errors are not mistakes of the
        // user.
        if !around_unclosed.contains(diagnostic.span.at_start()) {
            diags.push(diagnostic);
        }
    }
    let (mut diags, unopened) = without_unopened(in_order(diags), &scan.strays, text);
    apart::keep_words_apart(text, &mut diags);
    forget_values(&mut tree.items, &SpanSet::new(unopened.clone()));
    tree.misread.extend(unopened);
    (tree, diags)
}

/// The number of errors whose lines are checked for what Git leaves in a file.
const MOST_CHECKED: usize = 20;

/// Reports a file of another language: nothing in it could be parsed, or only what other languages have, too.
fn foreign_language(file: FileId, text: &str, builder: &Builder<'_>) -> Option<Diagnostic> {
    let starts = builder.diags.iter().filter(|found| found.code == Code::Syntax).map(|found| found.span.start as usize);
    if let Some(left) = starts.take(MOST_CHECKED).find_map(|at| foreign::conflict_marker(file, text, at, Code::Syntax))
    {
        return Some(left);
    }
    if !builder.diags.is_empty()
        && let Some(other) = foreign::configuration(file, text)
    {
        return Some(other);
    }
    if builder.items.is_empty() {
        return foreign::in_rel(file, text).or_else(|| foreign::program(file, text));
    }
    // An action of a Helm template is where nothing of the language is.
    let action =
        builder.diags.iter().find(|d| d.code == Code::Syntax && text[d.span.start as usize..].starts_with("{{"));
    if let Some(action) = action {
        return Some(foreign::helm_template(Span { end: action.span.start + 2, ..action.span }));
    }
    let declares =
        |item: &ast::Item| matches!(item, ast::Item::Release(_) | ast::Item::Environment(_) | ast::Item::Part(_));
    if builder.diags.is_empty() || builder.items.iter().any(declares) {
        return None;
    }
    foreign::program(file, text)
}

fn spans(file: FileId, ranges: &[Range<usize>]) -> Vec<Span> {
    ranges.iter().map(|range| Span::new(file, range.start, range.end)).collect()
}

/// Largest number of stray closing brackets shown for a mistake.
const MOST_STRAYS: usize = 3;

/// Replaces errors caused by a missing opening bracket: if there is a stray closing bracket, and an error before it in
/// its declaration, the first error reports the missing bracket, and the errors between it and the closing bracket are
/// dropped.
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
        // The closing bracket doesn't determine where parsing went wrong.
        let mut start = around.start;
        if first.span != stray.bracket {
            let line = text[..first.span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
            start = start.max(u32::try_from(line).unwrap_or(0));
            let message = "this closes nothing: its opening bracket may be missing before";
            // A declaration with many stray brackets has another problem.
            if first.labels.len() < MOST_STRAYS {
                first.labels.push(Label { span: stray.bracket, message: message.to_owned() });
            }
            let is_stray = strays.binary_search_by_key(&first.span, |stray| stray.bracket).is_ok();
            if let Some(fix) = first.fix.as_mut().filter(|_| is_stray) {
                fix.edits.push(Edit { span: stray.bracket, text: String::new() });
                first.help = Some("remove them".to_owned());
            }
        }
        unopened.push(Span { start, ..around });
    }
    let ranges = SpanSet::new(unopened.clone());
    let told =
        |d: &Diagnostic| firsts.contains(&d.span) || d.code != Code::Syntax || !ranges.contains(d.span.at_start());
    let mut kept = Diagnostics::default();
    list.into_iter().filter(told).for_each(|d| kept.push(d));
    (kept, unopened)
}

/// Removes the values of lets that were misread.
fn forget_values(items: &mut [ast::Item], misread: &SpanSet) {
    for item in items {
        if let ast::Item::Let(let_) = item
            && misread.intersects(let_.span)
        {
            let let_ = Arc::make_mut(let_);
            let span = let_.span;
            let_.value = let_.value.as_ref().map(|_| ast::Expr { kind: ast::ExprKind::Error, span }.into());
        }
    }
}

/// Parses the declarations in a range of the text.
fn read(builder: &mut Builder<'_>, range: Range<usize>) {
    let mut start = range.start;
    while let Some((end, _)) = next(builder, start..range.end) {
        start = end;
    }
}

/// Parses the declaration at the start of a range of the text. Returns the offset after it, and whether it is a release that was read without
/// the grammar; `None` if there is nothing more.
pub(crate) fn next(builder: &mut Builder<'_>, range: Range<usize>) -> Option<(usize, bool)> {
    if range.is_empty() {
        return None;
    }
    if let Some((release, end)) = builder.plain_release(range.clone()) {
        builder.items.push(ast::Item::Release(Arc::new(release)));
        return Some((end, true));
    }
    let (length, unit) = unit(&builder.text[range.clone()])?;
    builder.base = range.start;
    builder.unit(unit);
    (length > 0).then_some((range.start + length, false))
}

/// Calls `each` for every declaration in a range of the text, with the base of its offsets and its pair. They are
/// parsed one by one, so that memory is bounded by the largest.
pub(crate) fn units<'t>(text: &'t str, range: Range<usize>, each: &mut dyn FnMut(usize, Pair<'t>)) {
    let mut base = range.start;
    while base < range.end {
        let Some((length, unit)) = unit(&text[base..range.end]) else { return };
        each(base, unit);
        if length == 0 {
            return;
        }
        base += length;
    }
}

/// The declaration at the start of `text` and its length: at least one character.
fn unit(text: &str) -> Option<(usize, Pair<'_>)> {
    let unit = Grammar::parse(Rule::unit, text).ok()?.next()?;
    Some((unit.as_span().end(), unit))
}

/// Sorts by position, and drops errors inside a larger one: they are the same mistake.
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

/// Returns the end of the text that this error explains.
fn covered(diagnostic: &Diagnostic) -> u32 {
    if diagnostic.code == Code::Syntax { diagnostic.span.end } else { 0 }
}
