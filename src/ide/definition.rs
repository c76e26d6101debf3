//! Where what stands at a place is declared, and where else it stands.

use std::ops::Range;
use std::sync::Arc;

use super::context::{At, at, touches};
use super::fields::value;
use super::{FILE, Page};
use crate::lint::tree::Syntax;
use crate::source::Span;
use crate::syntax::ast::{Element, Entry, ExprKind, Guard, GuardBody, GuardHead, ImportWhat, Item, Name};
use crate::syntax::{self, visit};

/// Where something is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// In this file.
    Here(Range<usize>),
    /// In a file of the catalog.
    There(Span),
    /// A file that is named relative to this one.
    File(String),
}

/// Where what stands at `offset` is declared.
pub fn definition(page: &Page<'_>, offset: usize) -> Option<Target> {
    if let Some(found) = here(page, offset) {
        return Some(found);
    }
    let (found, range, written) = at(page, offset)?;
    let prepared = written.prepared.as_ref()?;
    let environment = &prepared.plan.environment;
    Some(Target::There(match found {
        At::Environment => environment.declaration.item.name.span,
        At::Strategy => environment.strategy(&page.text[range])?.definition.item.name.span,
        At::Key(way, key, _) => value(prepared, &way.with(key), page.syntax)?.declared?,
        At::Value(_) | At::Label(_) => return None,
    }))
}

/// A name of this file's own, or a file that it names.
fn here(page: &Page<'_>, offset: usize) -> Option<Target> {
    if page.syntax == Syntax::Yaml {
        return None;
    }
    let (file, _) = syntax::parse(FILE, page.text);
    for item in &file.items {
        if let Item::Import(import) = item
            && let ImportWhat::File { path, .. } = &import.what
            && touches(path.span, offset)
        {
            return Some(Target::File(path.text.to_string()));
        }
    }
    let mut found = None;
    visit::expressions(&file, &mut |expr| match &expr.kind {
        ExprKind::File(path) if touches(path.span, offset) => found = Some(Target::File(path.text.to_string())),
        _ => {}
    });
    found.or_else(|| {
        let (name, _) = occurrences(page, offset)?;
        let declared = file.items.iter().filter_map(declared).find(|declared| *declared.text == *name)?;
        Some(Target::Here(declared.span.range()))
    })
}

/// The name that a declaration of a file gives.
fn declared(item: &Item) -> Option<&Name> {
    match item {
        Item::Let(item) => Some(&item.name),
        Item::Param(item) => Some(&item.name),
        Item::Type(item) => Some(&item.name),
        Item::Fragment(item) => Some(&item.name),
        Item::Part(part) | Item::Environment(part) => Some(&part.name),
        Item::Import(_) | Item::Release(_) => None,
    }
}

/// Whether a file has a declaration or an import of this name.
pub fn is_taken(page: &Page<'_>, name: &str) -> bool {
    let (file, _) = syntax::parse(FILE, page.text);
    file.items.iter().any(|item| match item {
        Item::Import(import) => match &import.what {
            ImportWhat::File { alias, .. } => *alias.text == *name,
            ImportWhat::Libraries(names) => names.iter().any(|known| *known.text == *name),
        },
        item => declared(item).is_some_and(|known| *known.text == *name),
    })
}

/// A place of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The name in the text.
    pub range: Range<usize>,
    /// Whether it is a key, too, as in `{ port }`.
    pub shorthand: bool,
}

/// The let, param or fragment of this file that stands at `offset`, and all of its places, the declaration first. None of a name that
/// a loop or a parameter gives to something else, as what it stands for cannot be told by its text.
pub fn occurrences(page: &Page<'_>, offset: usize) -> Option<(String, Vec<Occurrence>)> {
    if page.syntax == Syntax::Yaml {
        return None;
    }
    let (file, _) = syntax::parse(FILE, page.text);
    let is_value = |item: &&Item| matches!(item, Item::Let(_) | Item::Param(_) | Item::Fragment(_));
    let names: Vec<&Name> = file.items.iter().filter(is_value).filter_map(declared).collect();
    let mut places: Vec<(String, Occurrence)> = names.iter().map(|name| place(name, false)).collect();
    let mut local: Vec<String> = Vec::new();
    for item in &file.items {
        if let Item::Fragment(fragment) = item {
            local.extend(fragment.params.iter().map(|parameter| parameter.name.text.to_string()));
        }
    }
    visit::expressions(&file, &mut |expr| match &expr.kind {
        ExprKind::Name(name) => places.push(place(&Name { text: Arc::clone(name), span: expr.span }, false)),
        ExprKind::Object(entries) => entries.iter().for_each(|entry| match entry {
            Entry::Shorthand(name) => places.push(place(name, true)),
            Entry::Guard(guard) => local.extend(bound(guard)),
            Entry::Pair { .. } | Entry::Spread(_) => {}
        }),
        ExprKind::List(elements) => elements.iter().for_each(|element| match element {
            Element::Guard(guard) => local.extend(bound(guard)),
            Element::Value(_) | Element::Spread(_) => {}
        }),
        _ => {}
    });
    let at = |range: &Range<usize>| range.start <= offset && offset <= range.end;
    let is_declared = |text: &str| names.iter().any(|known| *known.text == *text);
    let (name, _) = places.iter().find(|(name, place)| at(&place.range) && is_declared(name))?;
    let name = name.clone();
    if local.contains(&name) {
        return None;
    }
    let places = places.into_iter().filter(|(known, _)| *known == name).map(|(_, place)| place).collect();
    Some((name, places))
}

fn place(name: &Name, shorthand: bool) -> (String, Occurrence) {
    let start = name.span.start as usize;
    (name.text.to_string(), Occurrence { range: start..start + name.text.len(), shorthand })
}

/// The names that a loop gives.
fn bound(guard: &Guard) -> Vec<String> {
    let mut names = Vec::new();
    let mut guard = Some(guard);
    while let Some(head) = guard {
        if let GuardHead::For { vars: given, .. } = &head.head {
            names.extend(given.iter().map(|name| name.text.to_string()));
        }
        guard = match &head.body {
            GuardBody::Guard(inner) => Some(inner),
            GuardBody::Expr(_) => None,
        };
    }
    names
}
