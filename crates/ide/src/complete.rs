//! Completion.

mod part;
mod paths;

use std::collections::BTreeSet;
use std::ops::Range;

use super::context::{CursorTarget, FieldPath, ReleaseContext, at, releases};
use super::fields::{FieldInfo, is_map, keys, members, reference, shown, value};
use super::kinds::complete_kinds;
use super::{FileContext, ParsedFile};
use part::{of_items, of_module};
use relc_core::check::TypedPlan;
use relc_core::nodes::Node;
use relc_syntax::ast::Item;
use relc_syntax::keywords::DECLARATIONS;
use relc_syntax::source::Syntax;

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
    /// The text to insert.
    pub text: String,
    /// The range that it replaces.
    pub range: Range<usize>,
    /// True if it is required, and so comes first.
    pub required: bool,
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

/// A word that nobody writes: what the parser takes it for is what can be written in its place.
const NOBODYS: &str = "relc0cursor";

/// Returns the candidates at `offset`; `list` returns the entries of a directory, named relative to the page's own.
pub fn complete(page: &FileContext<'_>, offset: usize, list: &dyn Fn(&str) -> Vec<Listed>) -> Vec<Candidate> {
    if let Some(found) = paths::paths(page, offset, list).or_else(|| complete_kinds(page, offset)) {
        return found;
    }
    let range = word(page.text, offset);
    let before = page.text[..range.start].trim_end_matches([' ', '\t']);
    if let Some(found) = page_words(page, before, &range).or_else(|| part::in_part(page, before, &range)) {
        return found;
    }
    // As a key first: a bare word in its place is read as one only where a colon stands behind it.
    let wants_value = before.ends_with([':', '=', '[']) && !before.ends_with("::");
    let key = format!("{NOBODYS}: 0");
    let forms = if wants_value { vec![NOBODYS.to_owned()] } else { vec![key, NOBODYS.to_owned()] };
    // Its declaration says enough, and is read sooner than the whole file.
    let around = declaration(page, range.start);
    let (before, behind) = (&page.text[around.start..range.start], &page.text[range.end..around.end]);
    let whole = forms.iter().map(|form| format!("{before}{form}{behind}"));
    // Where brackets are still open, they are closed here, and what stands behind them is not looked at.
    let closed = forms.iter().map(|form| format!("{before}{form}{}", closers(before)));
    for text in whole.chain(closed.filter(|_| page.syntax == Syntax::Rel)) {
        let read = ParsedFile::alone(&text, page.syntax);
        if let Some((found, _, written)) =
            at(&FileContext { text: &text, read: &read, ..*page }, range.start - around.start)
        {
            let candidates = candidates(page, &found, &written, &range);
            if !candidates.is_empty() {
                return candidates;
            }
        }
    }
    Vec::new()
}

/// The declaration around `offset` and what stands behind it, to the next one: all of a values file.
fn declaration(page: &FileContext<'_>, offset: usize) -> Range<usize> {
    let text = page.text;
    if page.syntax == Syntax::Yaml {
        return 0..text.len();
    }
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

/// Completes by the words before the cursor: the header of a release, and the beginning of a declaration.
fn page_words(page: &FileContext<'_>, before: &str, range: &Range<usize>) -> Option<Vec<Candidate>> {
    if page.syntax == Syntax::Yaml {
        return None;
    }
    let line = before.rsplit('\n').next().unwrap_or("");
    let words: Vec<&str> = line.split_whitespace().collect();
    let plainly = |words: &[(&str, &str)]| words.iter().map(|word| plain_word(word, range)).collect();
    match words[..] {
        ["release", _, "on"] => Some(environments(page, range)),
        ["release", _, "on", environment] => Some(strategies(page, environment, range)),
        ["import", ..] if !line.contains('"') => Some(libraries(page, &words, range)),
        ["environment" | "part", _, "extends", ..] if !line.contains('{') => Some(extended(page, range)),
        [] if closers(before).is_empty() => Some(plainly(&DECLARATIONS)),
        [.., "when"] => Some(plainly(&SUBJECTS)),
        [.., "and" | "or"] if words.contains(&"when") => Some(plainly(&SUBJECTS)),
        [.., "path" | "method"] | [.., "header" | "query", _] if words.contains(&"when") => Some(plainly(&TESTS)),
        _ => None,
    }
}

fn plain_word((word, what): &(&str, &str), range: &Range<usize>) -> Candidate {
    plain(word, CandidateKind::Word, what, format!("{word} "), range)
}

/// The subjects of a test.
const SUBJECTS: [(&str, &str); 4] = [
    ("header", "a header of the request, by its name"),
    ("query", "a parameter of its query, by its name"),
    ("path", "its path"),
    ("method", "its HTTP method"),
];

/// The comparisons of a test.
const TESTS: [(&str, &str); 3] =
    [("is", "equal"), ("prefix", "begins with"), ("matches", "an RE2 pattern over the whole value")];

/// The libraries that are not imported on the line.
fn libraries(page: &FileContext<'_>, words: &[&str], range: &Range<usize>) -> Vec<Candidate> {
    let is_new = |name: &&str| words.iter().all(|word| word.trim_end_matches(',') != *name);
    let names = page.environments.catalog().libraries().filter(is_new);
    names.map(|name| plain(name, CandidateKind::Module, "library", name.to_owned(), range)).collect()
}

/// Returns what can be extended: parts of the file and of its imports, and environments.
fn extended(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let Some(linked) = page.links() else { return Vec::new() };
    let own = of_items(&linked.module, "", range);
    let imported = linked.module.imports.iter().flat_map(|(name, module)| of_module(module, name, range));
    let is_part = |found: &Candidate| matches!(found.kind, CandidateKind::Module | CandidateKind::Environment);
    own.into_iter().chain(imported).filter(is_part).chain(environments(page, range)).collect()
}

/// The labels that other releases of the file have, and the one that follows on those of this one: `v2` on `v1`.
fn of_labels(page: &FileContext<'_>, written: &ReleaseContext, range: &Range<usize>) -> Vec<Candidate> {
    let own: Vec<&str> = { written.versions.iter() }
        .filter_map(|version| version.label.as_ref().map(|label| &*label.text))
        .filter(|label| !label.contains(NOBODYS))
        .collect();
    let mut found: BTreeSet<String> = own.iter().filter_map(|label| following(label)).collect();
    for version in releases(page.ast()).flat_map(|release| &release.versions) {
        found.extend(version.label.iter().map(|label| label.text.to_string()));
    }
    found.retain(|label| !own.contains(&label.as_str()));
    found.into_iter().map(|label| plain(&label, CandidateKind::Label, "label", label.clone(), range)).collect()
}

/// The label behind one that ends in a number.
fn following(label: &str) -> Option<String> {
    let stem = label.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u64 = label[stem.len()..].parse().ok()?;
    Some(format!("{stem}{}", number.checked_add(1)?))
}

/// Returns the closing brackets of those that are open at the end of `text`, in its last declaration.
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
        CursorTarget::Key(way, _, others) => of_keys(page, way, others, written, range),
        CursorTarget::Value(way) => of_values(page, way, written, range),
        CursorTarget::Label(_) => of_labels(page, written, range),
    }
}

fn of_keys(
    page: &FileContext<'_>,
    way: &FieldPath,
    others: &[String],
    written: &ReleaseContext,
    range: &Range<usize>,
) -> Vec<Candidate> {
    let Some(prepared) = &written.prepared else { return Vec::new() };
    let known = keys(prepared, way, page.syntax).into_iter().filter(|known| !others.contains(&known.name));
    // Where the value is there already, only the key is written.
    let behind = page.text[range.end..].trim_start_matches([' ', '\t']);
    let colon = if behind.starts_with(':') { "" } else { ": " };
    let known = known.map(|known| of_key(prepared, known, colon, range));
    known.chain(of_map(page, prepared, way, others, colon, range)).collect()
}

/// The keys of a map, which are the user's own: those that maps of its name have elsewhere in the file.
fn of_map(
    page: &FileContext<'_>,
    prepared: &TypedPlan,
    way: &FieldPath,
    others: &[String],
    colon: &str,
    range: &Range<usize>,
) -> Vec<Candidate> {
    let Some(name) = way.keys.last() else { return Vec::new() };
    if !value(prepared, way, page.syntax).is_some_and(|known| known.ty.is_some_and(|ty| is_map(&ty))) {
        return Vec::new();
    }
    let mut found = BTreeSet::new();
    keys_below(page.text, page.root(), name, &mut found);
    let plainly = |key: &str| key.trim_matches(['"', '\'']).to_owned();
    found.retain(|key| !others.contains(&plainly(key)) && !key.contains(NOBODYS));
    let candidate =
        |key: &str| plain(&plainly(key), CandidateKind::Field, "a key elsewhere", format!("{key}{colon}"), range);
    // What stands at the place itself is being written.
    let here = page.text.get(range.clone()).unwrap_or("");
    found.into_iter().filter(|key| *key != here).map(candidate).collect()
}

fn keys_below<'t>(text: &'t str, node: &Node, name: &str, found: &mut BTreeSet<&'t str>) {
    for child in &node.children {
        let key = |node: &Node| node.key.and_then(|span| text.get(span.range()));
        if key(child).is_some_and(|key| key.trim_matches(['"', '\'']) == name) {
            found.extend(child.children.iter().filter_map(key));
        }
        keys_below(text, child, name, found);
    }
}

fn of_key(prepared: &TypedPlan, known: FieldInfo, colon: &str, range: &Range<usize>) -> Candidate {
    // What has documentation of its own says what it is; a key of a Kubernetes object leads to where that is explained.
    let reference = || reference(prepared, known.ty.as_ref()?);
    Candidate {
        documentation: known.documentation.clone().or_else(reference),
        text: format!("{}{colon}", known.name),
        label: known.name,
        kind: CandidateKind::Field,
        detail: known.ty.as_ref().map(shown).unwrap_or_default(),
        range: range.clone(),
        required: known.required,
    }
}

fn of_values(
    page: &FileContext<'_>,
    way: &FieldPath,
    written: &ReleaseContext,
    range: &Range<usize>,
) -> Vec<Candidate> {
    let Some(prepared) = &written.prepared else { return Vec::new() };
    let Some(ty) = value(prepared, way, page.syntax).and_then(|known| known.ty) else { return Vec::new() };
    let member = |text: String| {
        let label = text.trim_matches('"').to_owned();
        plain(&label, CandidateKind::Member, &shown(&ty), text, range)
    };
    let members: Vec<Candidate> = members(&ty, page.syntax).into_iter().map(member).collect();
    members.into_iter().chain(names(page, range)).collect()
}

/// Returns the names that the file declares and those that it imports.
fn names(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let named = page.ast().items.iter().filter_map(|item| match item {
        Item::Let(item) => Some((&item.name, "a let of this file")),
        Item::Param(item) => Some((&item.name, "a param of this file")),
        Item::Fragment(item) => Some((&item.name, "a fragment of this file")),
        Item::Import(_) | Item::Release(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_) | Item::Apply(_) => {
            None
        }
    });
    let own = named.map(|(name, what)| plain(&name.text, CandidateKind::Value, what, name.text.to_string(), range));
    let libraries = page.links().into_iter().flat_map(|linked| &linked.module.imports);
    let imported = libraries.flat_map(|(name, module)| of_module(module, name, range));
    let is_value = |found: &Candidate| matches!(found.kind, CandidateKind::Value | CandidateKind::Function);
    own.chain(imported.filter(is_value)).collect()
}

fn environments(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let names = page.environments.catalog().environment_names().into_iter();
    let candidate = |name: &str| {
        let doc = page
            .environments
            .catalog()
            .environment(name)
            .and_then(|found| found.environment.declaration.item.doc.clone());
        let documentation = doc.as_deref().map(|doc| doc.lines().next().unwrap_or("").to_owned());
        Candidate { documentation, ..plain(name, CandidateKind::Environment, "environment", name.to_owned(), range) }
    };
    names.map(candidate).collect()
}

fn strategies(page: &FileContext<'_>, environment: &str, range: &Range<usize>) -> Vec<Candidate> {
    let Some(found) = page.environments.catalog().environment(environment) else { return Vec::new() };
    let strategies = found.environment.strategies.iter();
    let candidate = |strategy: &relc_core::library::StrategyDef| {
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
