//! Texts that match a regular expression.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The simplest form of a regular expression.
pub enum Shape {
    /// One text.
    Exact(String),
    /// A text and anything after it.
    Prefix(String),
    /// Anything else.
    Other,
}

/// Returns what all of a value must be to match `pattern`.
pub fn shape(pattern: &str) -> Shape {
    let Some(hir) = parse(pattern) else { return Shape::Other };
    let parts = match hir.kind() {
        HirKind::Concat(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&hir),
    };
    let (parts, open) = match parts.split_last() {
        Some((last, rest)) if is_anything(last) => (rest, true),
        _ => (parts, false),
    };
    let mut text = String::new();
    for part in parts {
        match part.kind() {
            HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Empty => {}
            _ => return Shape::Other,
        }
    }
    if open { Shape::Prefix(text) } else { Shape::Exact(text) }
}

fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().dot_matches_new_line(true).build().parse(pattern).ok()
}

/// Returns true if it is `.*`.
fn is_anything(hir: &Hir) -> bool {
    let HirKind::Repetition(repetition) = hir.kind() else { return false };
    let HirKind::Class(Class::Unicode(class)) = repetition.sub.kind() else { return false };
    let all = class.ranges().first().is_some_and(|range| range.start() == '\0' && range.end() == char::MAX);
    repetition.min == 0 && repetition.max.is_none() && all
}

/// Returns a few texts that may match `pattern`: the shortest, and one that goes each optional way once.
pub fn samples(pattern: &str) -> Vec<String> {
    let Some(hir) = parse(pattern) else { return Vec::new() };
    let mut found = Vec::new();
    for way in 0..4 {
        let mut text = String::new();
        sample(&hir, way, &mut text);
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn sample(hir: &Hir, way: usize, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            out.extend(member(class.ranges().iter().map(|r| (r.start(), r.end()))))
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.extend(member(class.ranges().iter().map(|r| (char::from(r.start()), char::from(r.end())))));
        }
        HirKind::Repetition(repetition) => {
            let extra = u32::try_from(way % 2).unwrap_or_default();
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..(repetition.min + extra).min(most).min(64) {
                sample(&repetition.sub, way, out);
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub, way, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, way, out)),
        HirKind::Alternation(branches) => {
            if let Some(branch) = branches.get(way % branches.len().max(1)) {
                sample(branch, way, out);
            }
        }
    }
}

/// A character of a class: a letter or a digit where there is one.
fn member(ranges: impl Iterator<Item = (char, char)> + Clone) -> Option<char> {
    let has = |c: &char| ranges.clone().any(|(start, end)| (start..=end).contains(c));
    let plain = ('a'..='z').chain('0'..='9').chain('A'..='Z').chain(['-', '/', '.']).find(has);
    plain.or_else(|| ranges.clone().next().map(|(start, _)| start))
}
