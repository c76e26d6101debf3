//! Completion: what can be written at a position, the most usual first.
//!
//! A text that is being written is broken most of the time. What can be at a position is found by writing a word there that nobody
//! declares, and asking the parser what it is. What would be a syntax error is not offered.

mod keys;
pub(crate) mod lexical;
mod literal;
mod part;
mod paths;
mod shape;
mod types;
mod usual;
mod values;
mod words;
mod yaml;

use std::ops::Range;

use super::context::{CursorTarget, ReleaseContext, at};
use super::kinds::complete_kinds;
use super::{ALONE, FileContext, ParsedFile};
use lexical::{Lexical, closers, lexical};
use relc_core::nodes::Tree;
use relc_syntax::ast;
use relc_syntax::keywords::DECLARATIONS;
use relc_syntax::source::Syntax;

pub use shape::Shape;

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The label.
    pub label: String,
    /// The kind.
    pub kind: CandidateKind,
    /// Its type, in a line.
    pub detail: String,
    /// The documentation, as Markdown.
    pub documentation: Option<String>,
    /// What the word before the cursor is compared with.
    pub filter: String,
    /// The text to insert, if nothing can be filled in.
    pub text: String,
    /// The text with positions to fill in, if it has some.
    pub shape: Option<Shape>,
    /// The range that it replaces.
    pub range: Range<usize>,
}

/// The kind of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CandidateKind {
    /// A field.
    Field,
    /// A member of an enum.
    Member,
    /// An environment.
    Environment,
    /// A strategy.
    Strategy,
    /// A let, a param or a fragment.
    Value,
    /// A word of the language.
    Word,
    /// The label of a version.
    Label,
    /// A type.
    Type,
    /// A function or fragment.
    Function,
    /// A part or a library.
    Module,
    /// A file.
    File,
    /// A directory.
    Directory,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// True for a directory.
    pub is_directory: bool,
}

impl Candidate {
    /// Returns the text with every position filled in.
    pub fn filled(&self) -> String {
        self.shape.as_ref().map_or_else(|| self.text.clone(), Shape::filled)
    }
}

/// A word that nobody declares: what the parser takes it for is what can be written in its place.
const NOBODYS: &str = "relc0cursor";

/// Returns the candidates at `offset`, the most usual first; `list` returns the entries of a directory, named relative to the page's
/// own.
pub fn complete(page: &FileContext<'_>, offset: usize, list: &dyn Fn(&str) -> Vec<Listed>) -> Vec<Candidate> {
    let offset = page.text.floor_char_boundary(offset.min(page.text.len()));
    let mut found = match page.syntax {
        Syntax::Rel => in_rel(page, offset, list),
        Syntax::Yaml => yaml::complete(page, offset),
    };
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|found| seen.insert((found.label.clone(), found.text.clone())));
    for candidate in &mut found {
        let what = Some(candidate.detail.clone()).filter(|detail| !detail.is_empty());
        candidate.documentation = candidate.documentation.take().or(what);
    }
    found
}

fn in_rel(page: &FileContext<'_>, offset: usize, list: &dyn Fn(&str) -> Vec<Listed>) -> Vec<Candidate> {
    if let Some(found) = paths::paths(page, offset, list).or_else(|| complete_kinds(page, offset)) {
        return found;
    }
    let around = declaration(page.text, offset);
    match lexical(page.text, around.start, offset) {
        Lexical::Comment => Vec::new(),
        Lexical::Interpolation => {
            let range = word(page.text, offset);
            let found =
                part::in_part(page, "{", &range, &|| true, &|| false).unwrap_or_else(|| values::names(page, &range));
            // A string has paths in it, and no calls.
            found.into_iter().filter(|found| found.kind != CandidateKind::Function).collect()
        }
        Lexical::String(range) => in_string(page, &around, range),
        Lexical::Code => {
            let found = in_code(page, &around, word(page.text, offset), list);
            without_errors(page, &around, found)
        }
    }
}

/// Completes a string: the members of a type that are strings.
fn in_string(page: &FileContext<'_>, around: &Range<usize>, range: Range<usize>) -> Vec<Candidate> {
    let found = by_forms(page, around, &range, &[NOBODYS.to_owned()]);
    let is_member = |found: &Candidate| found.kind == CandidateKind::Member && found.text.starts_with('"');
    let filter = |found: Candidate| Candidate { filter: found.text.clone(), ..found };
    found.into_iter().filter(is_member).map(filter).collect()
}

fn in_code(
    page: &FileContext<'_>,
    around: &Range<usize>,
    range: Range<usize>,
    list: &dyn Fn(&str) -> Vec<Listed>,
) -> Vec<Candidate> {
    // Before a list or an argument, a value would be indexed or called.
    if range.is_empty() && page.text[range.end..].starts_with(['[', '(']) {
        return Vec::new();
    }
    let before = page.text[..range.start].trim_end_matches([' ', '\t']);
    if let Some(found) = words::page_words(page, before, &range, list) {
        return found;
    }
    let is_type_possible = before.ends_with([':', '|', '<', '[', '=', '(', ',', '{', '\n']);
    if is_type_possible && parses_as(page, around, &range, types::NOBODYS, types::is_type) {
        return types::types(page, &range);
    }
    // As a key first: a bare word in its place is read as one only if a colon follows it.
    let key = format!("{NOBODYS}: 0");
    if let Some(found) = in_literal(page, around, &range, &key) {
        return literal::keys(page, &found, &range);
    }
    let is_value = || parses_as(page, around, &range, NOBODYS, values::is_value);
    let statement = format!("let {NOBODYS} = 0\n");
    let is_statement = || parses_cleanly_as(page, around, &range, &statement, part::is_statement);
    let members = in_literal(page, around, &range, NOBODYS).map(|found| literal::values(page, &found, &range));
    let members = members.unwrap_or_default();
    if let Some(found) = part::in_part(page, before, &range, &is_value, &is_statement) {
        return members.into_iter().chain(found).collect();
    }
    if parses_as(page, around, &range, NOBODYS, values::is_declared_value) {
        return members.into_iter().chain(values::expressions(page, &range)).collect();
    }
    let wants_value = before.ends_with([':', '=', '[']) && !before.ends_with("::");
    let forms = if wants_value { vec![NOBODYS.to_owned()] } else { vec![key, NOBODYS.to_owned()] };
    by_forms(page, around, &range, &forms)
}

/// The pieces of the declaration around a range, with which a word in its place can be parsed: what follows it, and, for a text whose
/// brackets are still open, what closes them.
fn endings<'t>(page: &FileContext<'t>, around: &Range<usize>, range: &Range<usize>) -> [std::borrow::Cow<'t, str>; 2] {
    let before = &page.text[around.start..range.start];
    [page.text[range.end..around.end].into(), closers(before).into()]
}

/// Returns true if `is_it` accepts the declaration with `word` at a range.
fn parses_as(
    page: &FileContext<'_>,
    around: &Range<usize>,
    range: &Range<usize>,
    word: &str,
    is_it: fn(&ast::File) -> bool,
) -> bool {
    let before = &page.text[around.start..range.start];
    endings(page, around, range).iter().any(|end| is_it(&relc_syntax::parse(ALONE, &format!("{before}{word}{end}")).0))
}

/// Returns true if `is_it` accepts the declaration with `word` at a range, which causes no syntax error.
fn parses_cleanly_as(
    page: &FileContext<'_>,
    around: &Range<usize>,
    range: &Range<usize>,
    word: &str,
    is_it: fn(&ast::File) -> bool,
) -> bool {
    let before = &page.text[around.start..range.start];
    endings(page, around, range).iter().any(|end| {
        let (file, found) = relc_syntax::parse(ALONE, &format!("{before}{word}{end}"));
        is_it(&file) && found.len() <= errors_now(page, before, range, end)
    })
}

/// Returns where `word` is in the literal of a type, if it is in one and causes no syntax error.
fn in_literal(
    page: &FileContext<'_>,
    around: &Range<usize>,
    range: &Range<usize>,
    word: &str,
) -> Option<literal::Found> {
    let before = &page.text[around.start..range.start];
    endings(page, around, range).iter().find_map(|end| {
        let (file, found) = relc_syntax::parse(ALONE, &format!("{before}{word}{end}"));
        literal::find(&file).filter(|_| found.len() <= errors_now(page, before, range, end))
    })
}

/// Returns the number of syntax errors between `before` and `end`: with the word at `range`, which is being written, or without it.
/// The smaller one, as either can be what the word in its place is for.
fn errors_now(page: &FileContext<'_>, before: &str, range: &Range<usize>, end: &str) -> usize {
    let count = |word: &str| relc_syntax::parse(ALONE, &format!("{before}{word}{end}")).1.len();
    let with = count(&page.text[range.clone()]);
    if with == 0 || range.is_empty() { with } else { with.min(count("")) }
}

/// Returns the candidates for what the parser takes one of the `forms` for, in place of a range.
fn by_forms(page: &FileContext<'_>, around: &Range<usize>, range: &Range<usize>, forms: &[String]) -> Vec<Candidate> {
    let before = &page.text[around.start..range.start];
    for end in endings(page, around, range) {
        for form in forms {
            let text = format!("{before}{form}{end}");
            let read = ParsedFile::alone(&text, page.syntax);
            let target = at(&FileContext { text: &text, read: &read, ..*page }, range.start - around.start);
            // What is around the word is a value only if it begins with it.
            let target = target.filter(|(found, place, _)| {
                !matches!(found, CursorTarget::Value(_)) || place.start == range.start - around.start
            });
            let Some((target, _, written)) = target else { continue };
            let found = candidates(page, &target, &written, range);
            // A key that has no more siblings is one all the same.
            let is_exhausted = found.is_empty() && matches!(target, CursorTarget::Key(..));
            let found = without_errors(page, around, found);
            if !found.is_empty() || is_exhausted {
                return found;
            }
        }
    }
    Vec::new()
}

/// Removes the candidates that would be syntax errors. Those of one kind have one syntax, so one of each is tried.
fn without_errors(page: &FileContext<'_>, around: &Range<usize>, found: Vec<Candidate>) -> Vec<Candidate> {
    let mut tried: Vec<((CandidateKind, bool, bool), bool)> = Vec::new();
    let mut errors = None;
    let mut keep = |candidate: &Candidate| {
        // A name that begins declarations elsewhere can be taken for one.
        let is_keyword = DECLARATIONS.iter().any(|(word, _)| *word == candidate.text);
        let shape = (candidate.kind, candidate.text.trim_end().ends_with(':'), is_keyword);
        // Words of the language differ in what follows them.
        if candidate.kind != CandidateKind::Word
            && let Some((_, is_valid)) = tried.iter().find(|(known, _)| *known == shape)
        {
            return *is_valid;
        }
        let before = &page.text[around.start..candidate.range.start];
        let place = candidate.range.start..candidate.range.end.min(around.end);
        let after = &page.text[place.end..around.end];
        let mut text = candidate.filled();
        if text.trim_end().ends_with(':') {
            text.push_str(" 0");
        }
        let count = |text: &str| relc_syntax::parse(ALONE, text).1.len();
        let now = *errors.get_or_insert_with(|| errors_now(page, before, &place, after));
        // What follows such a word is missing until it is written.
        let is_open_ended = candidate.shape.is_none() && candidate.text.ends_with(' ');
        // So are the names and values to fill in.
        let written =
            candidate.shape.as_ref().filter(|shape| shape.has_empty()).map(|shape| shape.filled_with(NOBODYS));
        let mut texts = std::iter::once(text).chain(written);
        let is_valid = is_open_ended || texts.any(|text| count(&format!("{before}{text}{after}")) <= now);
        tried.push((shape, is_valid));
        is_valid
    };
    found.into_iter().filter(|found| keep(found)).collect()
}

/// The declaration around `offset` and what follows it, up to the next one.
pub(crate) fn declaration(text: &str, offset: usize) -> Range<usize> {
    let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1));
    let mut start = 0;
    for line in lines.filter(|line| text[*line..].starts_with(|c: char| c.is_ascii_lowercase())) {
        if line > offset {
            return start..line;
        }
        start = line;
    }
    start..text.len()
}

/// The word around `offset`.
fn word(text: &str, offset: usize) -> Range<usize> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = offset - text[..offset].chars().rev().take_while(|c| inner(*c)).count();
    let end = offset + text[offset..].chars().take_while(|c| inner(*c)).count();
    start..end
}

fn candidates(
    page: &FileContext<'_>,
    found: &CursorTarget,
    written: &ReleaseContext,
    range: &Range<usize>,
) -> Vec<Candidate> {
    match found {
        CursorTarget::Environment => environments(page, range),
        CursorTarget::Strategy => {
            written.environment.as_deref().map_or_else(Vec::new, |name| strategies(page, name, range))
        }
        CursorTarget::Key(way, _, others) => keys::keys(page, way, others, written, range),
        CursorTarget::Value(way) => values::values(page, way, written, range),
        CursorTarget::Label(_) => keys::labels(page, written, range),
    }
}

/// The environments, the most usual first.
fn environments(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let catalog = page.environments.catalog();
    let mut names = catalog.environment_names();
    usual::sort("@environment", &mut names, |name| name);
    let candidate = |name: &str| {
        let doc = catalog.environment(name).and_then(|found| found.environment.declaration.item.doc.clone());
        let documentation = doc.as_deref().map(|doc| doc.lines().next().unwrap_or("").to_owned());
        Candidate { documentation, ..plain(name, CandidateKind::Environment, "environment", name.to_owned(), range) }
    };
    names.into_iter().map(candidate).collect()
}

/// The strategies of an environment, the most usual first.
fn strategies(page: &FileContext<'_>, environment: &str, range: &Range<usize>) -> Vec<Candidate> {
    let Some(found) = page.environments.catalog().environment(environment) else { return Vec::new() };
    let mut strategies: Vec<_> = found.environment.strategies.iter().collect();
    usual::sort("@strategy", &mut strategies, |strategy| strategy.name());
    let candidate = |strategy: &relc_core::library::StrategyDef| {
        let name = strategy.name();
        let documentation = strategy.definition.item.doc.clone();
        Candidate { documentation, ..plain(name, CandidateKind::Strategy, "strategy", name.to_string(), range) }
    };
    strategies.into_iter().map(candidate).collect()
}

fn plain(label: &str, kind: CandidateKind, detail: &str, text: String, range: &Range<usize>) -> Candidate {
    Candidate {
        label: label.to_owned(),
        kind,
        detail: detail.to_owned(),
        documentation: None,
        filter: label.to_owned(),
        text,
        shape: None,
        range: range.clone(),
    }
}

/// A candidate with positions to fill in; `filter` is the word that begins it.
fn shaped(
    label: &str,
    kind: CandidateKind,
    detail: &str,
    filter: &str,
    shape: Shape,
    range: &Range<usize>,
) -> Candidate {
    let text = shape.head();
    Candidate { filter: filter.to_owned(), shape: Some(shape), ..plain(label, kind, detail, text, range) }
}

/// Returns the nodes of a YAML text.
fn yaml_tree(text: &str) -> Tree<'_> {
    Tree::parse(ALONE, text, Syntax::Yaml)
}
