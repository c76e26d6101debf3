//! Document symbols and folding ranges.

use std::ops::Range;

use super::{FileContext, ParsedFile};
use relc_core::nodes::{Kind, Node};
use relc_syntax::ast::{Body, Item, Name, Release, Statement};
use relc_syntax::source::{Span, Syntax};

/// Something with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// The detail that is shown next to the name.
    pub detail: String,
    /// The kind.
    pub kind: SymbolKind,
    /// All of it.
    pub range: Range<usize>,
    /// Its name in the text.
    pub selection: Range<usize>,
    /// The symbols inside of it.
    pub children: Vec<Symbol>,
}

/// The kind of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A release.
    Release,
    /// A version of one.
    Version,
    /// A let or a param.
    Value,
    /// A type.
    Type,
    /// A fragment.
    Fragment,
    /// A part or an environment.
    Environment,
    /// A key of a values file.
    Key,
    /// The settings or the version of a part.
    Group,
    /// A strategy.
    Strategy,
    /// A field.
    Field,
    /// A lint rule.
    Rule,
}

/// The symbols of a file.
pub fn symbols(page: &FileContext<'_>) -> Vec<Symbol> {
    match page.syntax {
        Syntax::Rel => declarations(page.read),
        Syntax::Yaml => keys(page.root(), page.text, 0),
    }
}

/// The symbols of a `.rel` file.
pub fn declarations(read: &ParsedFile) -> Vec<Symbol> {
    read.ast().items.iter().filter_map(of_item).collect()
}

fn of_item(item: &Item) -> Option<Symbol> {
    let (name, kind, span) = match item {
        Item::Import(_) | Item::Apply(_) => return None,
        Item::Release(release) => return Some(of_release(release)),
        Item::Let(item) => (&item.name, SymbolKind::Value, item.span),
        Item::Param(item) => (&item.name, SymbolKind::Value, item.span),
        Item::Type(item) => (&item.name, SymbolKind::Type, item.span),
        Item::Fragment(item) => (&item.name, SymbolKind::Fragment, item.span),
        Item::Part(item) | Item::Environment(item) => {
            let part = symbol(
                &item.name.text,
                String::new(),
                SymbolKind::Environment,
                item.span.range(),
                item.name.span.range(),
            );
            return Some(Symbol { children: of_body(&item.body), ..part });
        }
    };
    Some(symbol(&name.text, String::new(), kind, span.range(), name.span.range()))
}

/// The symbols of the statements in braces. The parser that reads a file by itself keeps them in their order.
fn of_body(body: &Body) -> Vec<Symbol> {
    body.statements.iter().filter_map(of_statement).collect()
}

fn of_statement(statement: &Statement) -> Option<Symbol> {
    let named =
        |name: &Name, kind, span: Span| symbol(&name.text, String::new(), kind, span.range(), name.span.range());
    let group = |name: &str, body: &Body, span: Span| Symbol {
        children: of_body(body),
        ..symbol(name, String::new(), SymbolKind::Group, span.range(), span.range())
    };
    Some(match statement {
        Statement::Settings(body, span) => group("settings", body, *span),
        Statement::Version(body, span) => group("version", body, *span),
        Statement::Strategy(item) => {
            Symbol { children: of_body(&item.body), ..named(&item.name, SymbolKind::Strategy, item.span) }
        }
        Statement::Field(item) => named(&item.name, SymbolKind::Field, item.span),
        Statement::Let(item) => named(&item.name, SymbolKind::Value, item.span),
        Statement::Fragment(item) => named(&item.name, SymbolKind::Fragment, item.span),
        Statement::Lint(item) => named(&item.name, SymbolKind::Rule, item.span),
        Statement::Replace(inner, _) => return of_statement(inner),
        Statement::Emit(_)
        | Statement::Track(_)
        | Statement::Mutate(_)
        | Statement::Require(_)
        | Statement::Watch(_) => {
            return None;
        }
    })
}

fn of_release(release: &Release) -> Symbol {
    let strategy = release.strategy.as_ref().map_or_else(String::new, |strategy| format!(" {}", strategy.text));
    let detail = format!("on {}{strategy}", release.environment.text);
    let versions = release.versions.iter().enumerate().map(|(at, version)| {
        let name = version.label.as_ref().map_or_else(|| at.to_string(), |label| label.text.to_string());
        let selection = version.label.as_ref().map_or(version.span, |label| label.span);
        symbol(&name, String::new(), SymbolKind::Version, version.span.range(), selection.range())
    });
    let release_ =
        symbol(&release.name.text, detail, SymbolKind::Release, release.span.range(), release.name.span.range());
    Symbol { children: versions.collect(), ..release_ }
}

fn symbol(name: &str, detail: String, kind: SymbolKind, range: Range<usize>, selection: Range<usize>) -> Symbol {
    // Editors refuse a name outside of what it names.
    let selection =
        if range.start <= selection.start && selection.end <= range.end { selection } else { range.clone() };
    // And an empty one.
    let name = if name.is_empty() { "?" } else { name };
    Symbol { name: name.to_owned(), detail, kind, range, selection, children: Vec::new() }
}

/// The largest depth of keys of single values: deeper ones are in whole objects, and too many to be found among them.
const DEEP: usize = 4;

/// The keys of a values file.
fn keys(node: &Node, text: &str, depth: usize) -> Vec<Symbol> {
    let mut found = Vec::new();
    for child in node.children.iter().filter(|child| depth < DEEP || !child.children.is_empty()) {
        match child.key {
            Some(key) => {
                let name = text.get(key.range()).unwrap_or("").trim_matches(['"', '\'']);
                let of_key = symbol(name, String::new(), SymbolKind::Key, child.span.range(), key.range());
                found.push(Symbol { children: keys(child, text, depth + 1), ..of_key });
            }
            None => found.extend(keys(child, text, depth)),
        }
    }
    found
}

/// Returns the folding ranges: ranges of several lines, from the first byte to the last.
pub fn folds(page: &FileContext<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    collect(page.root(), page.text, &mut found);
    found
}

fn collect(node: &Node, text: &str, found: &mut Vec<Range<usize>>) {
    let range = node.span.range();
    if node.kind != Kind::File && text.get(range.clone()).is_some_and(|text| text.trim_end().contains('\n')) {
        found.push(range);
    }
    node.children.iter().for_each(|child| collect(child, text, found));
}
