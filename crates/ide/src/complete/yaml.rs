//! Completion in values files. The path of keys at a position is read from the lines above it by their indentation, so that it is known
//! wherever the file is broken.

use std::ops::Range;

use super::{Candidate, NOBODYS, Shape, candidates, environments, keys, yaml_tree};
use crate::context::{self, CursorScope, CursorTarget, FieldPath, ReleaseContext};
use crate::{FileContext, ParsedFile};
use relc_core::helm_values::header::HeaderKey;
use relc_core::types::ELEMENT;
use relc_syntax::ast::Name;
use relc_syntax::source::{FileId, Span};

/// Returns the candidates at `offset`.
pub(super) fn complete(page: &FileContext<'_>, offset: usize) -> Vec<Candidate> {
    let start = page.text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &page.text[start..offset];
    if before.contains('#') && before.find('#').is_some_and(|at| at == 0 || before[..at].ends_with(' ')) {
        return Vec::new();
    }
    if is_in_flow(page.text, offset) {
        return in_flow(page, offset);
    }
    let written = release(page);
    let cursor = Cursor::at(page.text, start, offset);
    let Some(outline) = outline(page.text, start, cursor.column, &cursor.dashes) else { return Vec::new() };
    match cursor.key {
        Some(key) => {
            let way = way(outline.path.iter().cloned().chain([key.to_owned()]));
            let found = of_value(page, way, &written, &cursor.word);
            // A space separates the value from the colon.
            let space = if page.text[..cursor.word.start].ends_with(':') { " " } else { "" };
            found.into_iter().map(|found| Candidate { text: format!("{space}{}", found.text), ..found }).collect()
        }
        None => of_keys(page, &outline, &cursor, &written),
    }
}

/// The line of the cursor up to it.
struct Cursor<'t> {
    /// The column of the word, or of the key of a value.
    column: usize,
    /// The columns of the dashes before it.
    dashes: Vec<usize>,
    /// The key, if the cursor is in its value.
    key: Option<&'t str>,
    /// The bytes of the word.
    word: Range<usize>,
}

impl<'t> Cursor<'t> {
    fn at(text: &'t str, start: usize, offset: usize) -> Cursor<'t> {
        let line = &text[start..offset];
        let (column, dashes) = begin(line);
        let content = &line[column.min(line.len())..];
        let end = offset + text[offset..].find([' ', '\n', ':', '\r', ',']).unwrap_or(text.len() - offset);
        match content.split_once(':') {
            Some((key, value)) => {
                let value_start = offset - value.trim_start().len();
                let end = offset + text[offset..].find(['\n', '\r', '#']).unwrap_or(text.len() - offset);
                let end = offset + text[offset..end].trim_end().len();
                Cursor { column, dashes, key: Some(key.trim_matches(['"', '\''])), word: value_start..end }
            }
            None => Cursor { column, dashes, key: None, word: start + column.min(line.len())..end },
        }
    }
}

/// Returns the column of a line's content after its dashes, and the columns of these.
fn begin(line: &str) -> (usize, Vec<usize>) {
    let mut column = line.len() - line.trim_start_matches(' ').len();
    let mut dashes = Vec::new();
    while let Some(rest) = line[column..].strip_prefix('-') {
        if !rest.is_empty() && !rest.starts_with(' ') {
            break;
        }
        dashes.push(column);
        column += 1 + rest.len() - rest.trim_start_matches(' ').len();
    }
    (column, dashes)
}

/// What is around a position.
#[derive(Debug, Default)]
struct Outline {
    /// The keys that lead to it.
    path: Vec<String>,
    /// The other keys there.
    others: Vec<String>,
    /// The element of a list whose dash is in the same column, if the position is below one: its path, its keys, and the column of
    /// these.
    element: Option<(Vec<String>, Vec<String>, usize)>,
    /// True if keys can be there.
    takes_keys: bool,
    /// True if the next line with content belongs below a key at the position.
    is_above_deeper: bool,
    /// True if what is above belongs to a mapping or sequence in another column.
    is_misplaced: bool,
}

/// A line with content.
struct Line<'t> {
    column: usize,
    dashes: Vec<usize>,
    key: Option<&'t str>,
    /// The value after the key.
    value: &'t str,
}

fn parse(line: &str) -> Option<Line<'_>> {
    let (column, dashes) = begin(line);
    let content = line[column.min(line.len())..].trim_end();
    if content.starts_with('#') || content.is_empty() && dashes.is_empty() {
        return None;
    }
    let (key, value) = match content.split_once(':') {
        Some((key, value)) if value.is_empty() || value.starts_with(' ') => {
            (Some(key.trim_matches(['"', '\''])), value.trim())
        }
        Some(_) | None => (None, content),
    };
    Some(Line { column, dashes, key, value: value.split(" #").next().unwrap_or("").trim() })
}

/// Reads the lines around the line that starts at `start`, whose content is in `column` after `dashes`. Returns `None` in a string
/// of several lines, and below the value of a key.
fn outline(text: &str, start: usize, column: usize, dashes: &[usize]) -> Option<Outline> {
    let above: Vec<Line<'_>> = text[..start].lines().filter_map(parse).collect();
    let mut outline = Outline { takes_keys: true, ..Outline::default() };
    let mut path: Vec<String> = Vec::new();
    // The column of the mapping that is read, or of the dashes of the sequence that it is in.
    let mut mapping = Some(column);
    let mut sequence = None;
    let mut dashes = dashes.to_vec();
    let mut is_own = true;
    let mut has_deeper = false;
    for line in std::iter::once(None).chain(above.iter().rev().map(Some)) {
        if let Some(line) = line {
            dashes = line.dashes.clone();
            match (mapping, sequence) {
                (Some(at), _) if line.column > at => {
                    let dash = dashes.iter().position(|dash| *dash == at);
                    if let (true, Some(_), None) = (is_own, dash, &outline.element) {
                        outline.element = Some((Vec::new(), Vec::new(), line.column));
                    }
                    if dashes.first().is_none_or(|dash| *dash >= at) {
                        has_deeper |= is_own;
                        continue;
                    }
                    // The line begins an outer element: what is in `at` belongs to nothing.
                    return None;
                }
                (Some(at), _) if line.column == at => {
                    if let Some(key) = line.key.filter(|_| is_own) {
                        outline.others.push(key.to_owned());
                    }
                }
                (Some(at), _) => {
                    let is_open = line.value.is_empty() || line.value.starts_with(['&', '!']);
                    // What isn't a key is a mistake, or the rest of a string.
                    let Some(key) = line.key else { continue };
                    if !is_open {
                        return None;
                    }
                    // The keys of the mapping are in another column.
                    outline.is_misplaced |= is_own && has_deeper && outline.others.is_empty();
                    path.push(key.to_owned());
                    is_own = false;
                    mapping = Some(line.column.min(at));
                }
                (None, Some(at)) => {
                    let is_sibling = dashes.first().is_some_and(|dash| *dash == at);
                    let is_deeper = line.column > at && dashes.first().is_none_or(|dash| *dash >= at);
                    if is_sibling || is_deeper {
                        continue;
                    }
                    let key = line.key.filter(|_| line.column <= at && line.value.is_empty())?;
                    path.push(key.to_owned());
                    is_own = false;
                    (mapping, sequence) = (Some(line.column), None);
                }
                (None, None) => return None,
            }
        }
        // A dash before the mapping's first key begins an element.
        if let Some(dash) = dashes.pop().filter(|dash| mapping.is_some_and(|at| *dash < at)) {
            path.push(ELEMENT.to_owned());
            is_own = false;
            (mapping, sequence) = (None, Some(dash));
        }
    }
    path.reverse();
    if is_own || column == 0 || !path.is_empty() {
        outline.path = path;
    }
    // A mapping that is not at the margin has a key above it.
    outline.takes_keys =
        !outline.is_misplaced && (outline.path.is_empty() && mapping == Some(0) || !outline.path.is_empty());
    below(text, start, column, &mut outline);
    of_element(text, start, column, &mut outline);
    Some(outline)
}

/// Adds the keys of the mapping that are below the position.
fn below(text: &str, start: usize, column: usize, outline: &mut Outline) {
    let end = text[start..].find('\n').map_or(text.len(), |newline| start + newline + 1);
    for (at, line) in text[end..].lines().filter_map(parse).enumerate() {
        let first = line.dashes.first().copied().unwrap_or(line.column);
        if first < column {
            break;
        }
        outline.is_above_deeper |= at == 0 && first > column;
        if line.column == column
            && line.dashes.is_empty()
            && let Some(key) = line.key
        {
            outline.others.push(key.to_owned());
        }
    }
}

/// Reads the element whose dash is in the column of the position, as if the position were in the column of its keys.
fn of_element(text: &str, start: usize, column: usize, outline: &mut Outline) {
    let Some((_, _, inner)) = outline.element else { return };
    let inside = self::outline_of(text, start, inner);
    outline.element = inside.map(|inside| (inside.path, inside.others, inner)).filter(|_| inner > column);
}

fn outline_of(text: &str, start: usize, column: usize) -> Option<Outline> {
    outline(text, start, column, &[])
}

fn way(keys: impl Iterator<Item = String>) -> FieldPath {
    context::of_version(FieldPath { scope: CursorScope::Settings, keys: keys.collect() })
}

fn of_keys(page: &FileContext<'_>, outline: &Outline, cursor: &Cursor<'_>, written: &ReleaseContext) -> Vec<Candidate> {
    let mut found = Vec::new();
    if let Some((path, others, column)) = &outline.element {
        let indent = " ".repeat(column - cursor.column);
        let inner = keys::keys(page, &way(path.iter().cloned()), others, written, &cursor.word);
        let indented = |found: Candidate| Candidate {
            text: format!("{indent}{}", found.text),
            shape: found.shape.map(|shape| Shape::default().text(&indent).then(shape)),
            ..found
        };
        found.extend(inner.into_iter().map(indented));
    }
    if outline.takes_keys {
        let own = keys::keys(page, &way(outline.path.iter().cloned()), &outline.others, written, &cursor.word);
        found.extend(own);
    }
    // What follows the cursor on the line is the value of a key that is there.
    let after = page.text[cursor.word.end..].split('\n').next().unwrap_or("").trim();
    let has_colon = after.starts_with(':');
    let is_free = has_colon || !outline.is_above_deeper && (after.is_empty() || after.starts_with('#'));
    if is_free { found } else { Vec::new() }
}

fn of_value(page: &FileContext<'_>, way: FieldPath, written: &ReleaseContext, range: &Range<usize>) -> Vec<Candidate> {
    let target = match way.scope {
        CursorScope::Settings if HeaderKey::Environment.keys().eq(&way.keys) => return environments(page, range),
        CursorScope::Settings if HeaderKey::Strategy.keys().eq(&way.keys) => CursorTarget::Strategy,
        CursorScope::Settings | CursorScope::Version => CursorTarget::Value(way),
    };
    candidates(page, &target, written, range)
}

/// Returns the release of the file, by the lines of its header.
fn release(page: &FileContext<'_>) -> ReleaseContext {
    let value = |key: HeaderKey| {
        let mut lines = page.text.lines().filter_map(parse);
        let mut keys = key.keys();
        let mut wanted = keys.next()?;
        let mut inner = 0;
        loop {
            let line = lines.find(|line| line.key == Some(wanted) && line.dashes.is_empty() && line.column >= inner)?;
            match keys.next() {
                Some(next) => (wanted, inner) = (next, line.column + 1),
                None => {
                    let text = line.value.trim_matches(['"', '\'']);
                    return (!text.is_empty()).then(|| Name { text: text.into(), span: Span::new(FileId(0), 0, 0) });
                }
            }
        }
    };
    let (environment, strategy) = (value(HeaderKey::Environment), value(HeaderKey::Strategy));
    ReleaseContext {
        prepared: environment.as_ref().and_then(|name| page.prepare(name, strategy.as_ref())),
        environment: environment.map(|name| name.text.to_string()),
        versions: Vec::new(),
        name: None,
        index: 0,
        headlines: Vec::new(),
    }
}

/// Returns true if an open bracket of a flow collection is before the cursor, on its line or in a collection of several lines.
fn is_in_flow(text: &str, offset: usize) -> bool {
    let mut open = 0_usize;
    for line in text[..offset].lines() {
        let line = line.split(" #").next().unwrap_or("");
        let mut quote = None;
        let mut before = ' ';
        for c in line.chars() {
            match (quote, c) {
                (Some(known), c) if c == known => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if matches!(before, ' ' | ':' | '[' | '{' | ',') => quote = Some(c),
                (None, '{' | '[') if open > 0 || matches!(before, ' ' | '-' | ':') => open += 1,
                (None, '}' | ']') => open = open.saturating_sub(1),
                (None, _) => {}
            }
            before = c;
        }
    }
    open > 0
}

/// Completes in a flow collection, by what the parser takes a word there for.
fn in_flow(page: &FileContext<'_>, offset: usize) -> Vec<Candidate> {
    let range = super::word(page.text, offset);
    let (before, after) = (&page.text[..range.start], &page.text[range.end..]);
    let wants_value = before.trim_end().ends_with(':');
    let key = format!("{NOBODYS}: 0");
    let forms = if wants_value { vec![NOBODYS.to_owned()] } else { vec![key, NOBODYS.to_owned()] };
    for form in forms {
        let text = format!("{before}{form}{after}");
        if yaml_tree(&text).root.children.is_empty() {
            continue;
        }
        let read = ParsedFile::alone(&text, page.syntax);
        let target = context::at(&FileContext { text: &text, read: &read, ..*page }, range.start);
        // The word by itself, and not with others in one scalar.
        let target = target.filter(|(_, place, _)| *place == (range.start..range.start + NOBODYS.len()));
        let Some((found, _, written)) = target else { continue };
        let found = candidates(page, &found, &written, &range);
        // A flow collection has flow collections in it.
        let is_flat = |found: &Candidate| found.shape.as_ref().is_none_or(|shape| !shape.filled().contains('\n'));
        let flat = |found: Candidate| match is_flat(&found) {
            true => found,
            false => {
                let shape = Shape::default().text(&format!("{}: {{ ", found.label)).hole([]).text(" }");
                let text = format!("{}: ", found.label);
                Candidate { shape: Some(shape), text, ..found }
            }
        };
        let found: Vec<Candidate> = found.into_iter().map(flat).collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}
