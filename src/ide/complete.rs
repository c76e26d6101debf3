//! What can be written at a place.

use std::ops::Range;

use super::context::{At, Way, Written, at};
use super::fields::{Known, keys, members, shown, value};
use super::{FILE, Page};
use crate::lint::tree::Syntax;
use crate::syntax::ast::Item;
use crate::syntax::{self};

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: CandidateKind,
    /// Its type, in a line.
    pub detail: String,
    /// What is said of it, as Markdown.
    pub documentation: Option<String>,
    /// What is written.
    pub text: String,
    /// What that replaces.
    pub range: Range<usize>,
    /// Whether it must be given, and so comes first.
    pub required: bool,
}

/// What a candidate is.
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
}

/// A word that nobody writes: what the parser takes it for is what can be written in its place.
const NOBODYS: &str = "relc0cursor";

/// What can be written at `offset`.
pub fn complete(page: &Page<'_>, offset: usize) -> Vec<Candidate> {
    let range = word(page.text, offset);
    let before = page.text[..range.start].trim_end_matches([' ', '\t']);
    if let Some(found) = page_words(page, before, &range) {
        return found;
    }
    // As a key first: a bare word in its place is read as one only where a colon stands behind it.
    let wants_value = before.ends_with([':', '=', '[']) && !before.ends_with("::");
    let key = format!("{NOBODYS}: 0");
    let forms = if wants_value { vec![NOBODYS.to_owned()] } else { vec![key, NOBODYS.to_owned()] };
    let (before, behind) = (&page.text[..range.start], &page.text[range.end..]);
    let whole = forms.iter().map(|form| format!("{before}{form}{behind}"));
    // Where brackets are still open, they are closed here, and what stands behind them is not looked at.
    let closed = forms.iter().map(|form| format!("{before}{form}{}", closers(before)));
    for text in whole.chain(closed.filter(|_| page.syntax == Syntax::Rel)) {
        if let Some((found, _, written)) = at(&page.with(&text), range.start) {
            let candidates = candidates(page, &found, &written, &range);
            if !candidates.is_empty() {
                return candidates;
            }
        }
    }
    Vec::new()
}

/// The word around `offset`.
fn word(text: &str, offset: usize) -> Range<usize> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = offset - text[..offset].chars().rev().take_while(|c| inner(*c)).count();
    let end = offset + text[offset..].chars().take_while(|c| inner(*c)).count();
    start..end
}

/// What the words before a place say: the header of a release, and the beginning of a declaration.
fn page_words(page: &Page<'_>, before: &str, range: &Range<usize>) -> Option<Vec<Candidate>> {
    if page.syntax == Syntax::Yaml {
        return None;
    }
    let line = before.rsplit('\n').next().unwrap_or("");
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["release", _, "on"] => Some(environments(page, range)),
        ["release", _, "on", environment] => Some(strategies(page, environment, range)),
        [] if closers(before).is_empty() => Some(
            ["release", "let", "param", "import", "type", "fragment", "part", "environment"]
                .map(|word| plain(word, CandidateKind::Word, "begins a declaration", format!("{word} "), range))
                .into(),
        ),
        _ => None,
    }
}

/// What closes the brackets that are open at the end of `text`, as far as its last declaration goes.
fn closers(text: &str) -> String {
    let mut open = Vec::new();
    for line in text.lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            open.clear();
        }
        let mut quoted = false;
        let line = line.split("//").next().unwrap_or("");
        for (at, c) in line.char_indices() {
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '{' => open.push('}'),
                '[' => open.push(']'),
                '(' => open.push(')'),
                // Versions begin behind the last word of a header, and a comparison goes on.
                '<' if line[at + 1..].trim().is_empty() || line.starts_with("release ") => open.push('>'),
                '}' | ']' | ')' | '>' if open.last() == Some(&c) => {
                    open.pop();
                }
                _ => {}
            }
        }
    }
    open.into_iter().rev().collect()
}

fn candidates(page: &Page<'_>, found: &At, written: &Written, range: &Range<usize>) -> Vec<Candidate> {
    match found {
        At::Environment => environments(page, range),
        At::Strategy => written.environment.as_deref().map_or_else(Vec::new, |name| strategies(page, name, range)),
        At::Key(way, _, others) => of_keys(page, way, others, written, range),
        At::Value(way) => of_values(page, way, written, range),
        At::Label(_) => Vec::new(),
    }
}

fn of_keys(page: &Page<'_>, way: &Way, others: &[String], written: &Written, range: &Range<usize>) -> Vec<Candidate> {
    let Some(prepared) = &written.prepared else { return Vec::new() };
    let known = keys(prepared, way, page.syntax).into_iter().filter(|known| !others.contains(&known.name));
    // Where the value is there already, only the key is written.
    let behind = page.text[range.end..].trim_start_matches([' ', '\t']);
    let colon = if behind.starts_with(':') { "" } else { ": " };
    known.map(|known| of_key(known, colon, range)).collect()
}

fn of_key(known: Known, colon: &str, range: &Range<usize>) -> Candidate {
    Candidate {
        text: format!("{}{colon}", known.name),
        label: known.name,
        kind: CandidateKind::Field,
        detail: known.ty.as_ref().map(shown).unwrap_or_default(),
        documentation: known.documentation,
        range: range.clone(),
        required: known.required,
    }
}

fn of_values(page: &Page<'_>, way: &Way, written: &Written, range: &Range<usize>) -> Vec<Candidate> {
    let Some(prepared) = &written.prepared else { return Vec::new() };
    let Some(ty) = value(prepared, way, page.syntax).and_then(|known| known.ty) else { return Vec::new() };
    let member = |text: String| {
        let label = text.trim_matches('"').to_owned();
        plain(&label, CandidateKind::Member, &shown(&ty), text, range)
    };
    let members: Vec<Candidate> = members(&ty, page.syntax).into_iter().map(member).collect();
    members.into_iter().chain(names(page, range)).collect()
}

/// What the file itself calls by a name.
fn names(page: &Page<'_>, range: &Range<usize>) -> Vec<Candidate> {
    if page.syntax == Syntax::Yaml {
        return Vec::new();
    }
    let (file, _) = syntax::parse(FILE, page.text);
    let named = file.items.iter().filter_map(|item| match item {
        Item::Let(item) => Some((&item.name, "a let of this file")),
        Item::Param(item) => Some((&item.name, "a param of this file")),
        Item::Fragment(item) => Some((&item.name, "a fragment of this file")),
        Item::Import(_) | Item::Release(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_) => None,
    });
    named.map(|(name, what)| plain(&name.text, CandidateKind::Value, what, name.text.to_string(), range)).collect()
}

fn environments(page: &Page<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let names = page.catalog.environment_names().into_iter();
    let candidate = |name: &str| {
        let doc = page.catalog.environment(name).and_then(|found| found.environment.declaration.item.doc.clone());
        let documentation = doc.as_deref().map(|doc| doc.lines().next().unwrap_or("").to_owned());
        Candidate { documentation, ..plain(name, CandidateKind::Environment, "environment", name.to_owned(), range) }
    };
    names.map(candidate).collect()
}

fn strategies(page: &Page<'_>, environment: &str, range: &Range<usize>) -> Vec<Candidate> {
    let Some(found) = page.catalog.environment(environment) else { return Vec::new() };
    let strategies = found.environment.strategies.iter();
    let candidate = |strategy: &crate::env::StrategyDef| {
        let name = strategy.name();
        let documentation = strategy.definition.item.doc.clone();
        Candidate { documentation, ..plain(name, CandidateKind::Strategy, "strategy", name.to_string(), range) }
    };
    strategies.map(candidate).collect()
}

fn plain(label: &str, kind: CandidateKind, detail: &str, text: String, range: &Range<usize>) -> Candidate {
    Candidate {
        label: label.to_owned(),
        kind,
        detail: detail.to_owned(),
        documentation: None,
        text,
        range: range.clone(),
        required: false,
    }
}
