//! Values: members of enums, usual values, and names that have a value of the type.

use std::collections::BTreeSet;
use std::ops::Range;

use super::part::of_module;
use super::shape::{self, Form};
use super::{Candidate, CandidateKind, NOBODYS, Shape, keys, plain, shaped, usual};
use crate::FileContext;
use crate::context::{FieldPath, ReleaseContext};
use crate::fields::{members, shown, value};
use relc_core::eval::{FUNCTIONS, Function};
use relc_core::types::{Coercion, Type, validate};
use relc_core::value::Value;
use relc_syntax::ast::{Expr, ExprKind, File, Item};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, Sources, Span, Syntax};
use relc_syntax::visit::{Visitor, walk_expr};

/// Returns the values of the field at the end of a path.
pub(super) fn values(
    page: &FileContext<'_>,
    way: &FieldPath,
    written: &ReleaseContext,
    range: &Range<usize>,
) -> Vec<Candidate> {
    let Some(prepared) = &written.prepared else { return Vec::new() };
    let Some(known) = value(prepared, way, page.syntax) else { return Vec::new() };
    let Some(ty) = known.ty else { return Vec::new() };
    let name = way.keys.last().map_or("", String::as_str);
    let member = |text: String| {
        let label = text.trim_matches('"').to_owned();
        let member = plain(&label, CandidateKind::Member, &shown(&ty), text, range);
        Candidate { documentation: known.documentation.clone(), ..member }
    };
    let mut words = members(&ty, page.syntax);
    let is_string = shape::form(&ty) == Form::String;
    words.extend(usual::values(name).filter(|word| is_possible(page, word, &ty)).map(|word| match page.syntax {
        Syntax::Rel if is_string => format!("\"{word}\""),
        Syntax::Rel | Syntax::Yaml => word.to_owned(),
    }));
    let order =
        |word: &String| usual::values(name).position(|known| known == word.trim_matches('"')).unwrap_or(usize::MAX);
    words.sort_by_key(order);
    let mut found: Vec<Candidate> = words.into_iter().map(member).collect();
    if page.syntax == Syntax::Rel {
        found.extend(names_of_type(page, &ty, range));
        found.extend(forms(&ty, range));
    }
    found
}

/// Returns true if a usual value of a key of this name is one of the type.
fn is_possible(page: &FileContext<'_>, word: &str, ty: &Type) -> bool {
    let nowhere = Span::new(FileId(0), 0, 0);
    let sources = page.environments.catalog().sources();
    shape::form(ty) == Form::String && fits(&Value::string(word, nowhere), ty, &sources)
}

fn fits(value: &Value, ty: &Type, sources: &Sources) -> bool {
    let mut found = Diagnostics::default();
    validate(value, ty, &Coercion::declared(sources, ""), &mut found);
    found.is_empty()
}

/// The forms of objects and lists, and of what is in a file.
fn forms(ty: &Type, range: &Range<usize>) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut offer = |label: &str, begin: &str, end: &str, what: &str| {
        let shape = Shape::default().text(begin).hole([]).text(end);
        found.push(shaped(label, CandidateKind::Word, what, begin.trim_end(), shape, range));
    };
    if keys::has_keys(ty) {
        offer("{ … }", "{ ", " }", &shown(ty));
    }
    if shape::takes_list(ty) {
        offer("[ … ]", "[", "]", &shown(ty));
    }
    if keys::has_keys(ty) || shape::takes_list(ty) {
        offer("file(\"…\")", "file(\"", "\")", "the content of a YAML or JSON file");
    }
    found
}

/// Returns the names whose values are of a type.
fn names_of_type(page: &FileContext<'_>, ty: &Type, range: &Range<usize>) -> Vec<Candidate> {
    let names = names(page, range);
    if names.is_empty() {
        return names;
    }
    let input = (page.open)();
    let values = input.named_values();
    let is_fitting = |found: &Candidate| {
        let value = values.iter().find(|(name, _)| *name == found.label).map(|(_, value)| value);
        value.is_some_and(|value| !value.is_null() && fits(value, ty, &input.sources))
    };
    names.into_iter().filter(|found| found.kind == CandidateKind::Value && is_fitting(found)).collect()
}

/// Returns the names that the file declares and those that it imports.
pub(super) fn names(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let named = page.ast().items.iter().filter_map(|item| match item {
        Item::Let(item) => Some((&item.name, CandidateKind::Value, "a let of this file", &item.doc)),
        Item::Param(item) => Some((&item.name, CandidateKind::Value, "a param of this file", &item.doc)),
        Item::Fragment(item) => Some((&item.name, CandidateKind::Function, "a fragment of this file", &item.doc)),
        Item::Import(_) | Item::Release(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_) | Item::Apply(_) => {
            None
        }
    });
    let own = named.map(|(name, kind, what, doc)| Candidate {
        documentation: doc.clone(),
        ..plain(&name.text, kind, what, name.text.to_string(), range)
    });
    let libraries = page.links().into_iter().flat_map(|linked| &linked.module.imports);
    let imported = libraries.flat_map(|(name, module)| of_module(module, name, range));
    let is_value = |found: &Candidate| matches!(found.kind, CandidateKind::Value | CandidateKind::Function);
    own.chain(imported.filter(is_value)).collect()
}

/// Returns true if the parser read the word of nobody as an expression in a let, param or fragment of a file.
pub(super) fn is_declared_value(file: &File) -> bool {
    let is_declaration = |item: &&Item| matches!(item, Item::Let(_) | Item::Param(_) | Item::Fragment(_));
    has_word(file.items.iter().filter(is_declaration))
}

/// Returns true if the parser read the word of nobody as an expression.
pub(super) fn is_value(file: &File) -> bool {
    has_word(file.items.iter())
}

fn has_word<'a>(items: impl Iterator<Item = &'a Item>) -> bool {
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn expr(&mut self, expr: &'a Expr) {
            self.0 |= matches!(&expr.kind, ExprKind::Name(name) if name.contains(NOBODYS));
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder(false);
    items.for_each(|item| finder.item(item));
    finder.0
}

/// Returns what can be in an expression of a let, param or fragment: names that don't depend on it, and functions.
pub(super) fn expressions(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let dependents = dependents(page, range.start);
    let locals = page.names().locals_at(range.start).map(|local| {
        plain(&local.name.text, CandidateKind::Value, "a name of this declaration", local.name.text.to_string(), range)
    });
    let names = names(page, range).into_iter().filter(|found| !dependents.contains(&found.label));
    let names = names.map(|found| match found.kind {
        CandidateKind::Function => called(found, range),
        _ => found,
    });
    let function = |function: &Function| {
        let found = plain(function.name, CandidateKind::Function, &function.shown(), function.name.to_owned(), range);
        called(Candidate { documentation: Some(function.doc.to_owned()), ..found }, range)
    };
    let words = ["true", "false"].map(|word| plain(word, CandidateKind::Word, "a boolean", word.to_owned(), range));
    let file = Shape::default().text("file(\"").hole([]).text("\")");
    let file =
        shaped("file(\"…\")", CandidateKind::Function, "the content of a YAML or JSON file", "file", file, range);
    locals.chain(names).chain(FUNCTIONS.iter().map(function)).chain([file]).chain(words).collect()
}

/// A call of a function, with a position for its arguments.
fn called(found: Candidate, range: &Range<usize>) -> Candidate {
    let shape = Shape::default().text(&format!("{}(", found.text)).hole([]).text(")");
    let documentation = found.documentation;
    Candidate { documentation, ..shaped(&found.label, found.kind, &found.detail, &found.label, shape, range) }
}

/// The names of the declaration at `offset` and of those that use it, which it can't use.
fn dependents(page: &FileContext<'_>, offset: usize) -> BTreeSet<String> {
    let declared: Vec<(&str, &str)> = { page.ast().items.iter() }
        .filter_map(|item| {
            let (name, span) = match item {
                Item::Let(item) => (&item.name, item.span),
                Item::Param(item) => (&item.name, item.span),
                Item::Fragment(item) => (&item.name, item.span),
                _ => return None,
            };
            Some((&*name.text, page.text.get(span.range())?))
        })
        .collect();
    let line = page.text[..offset].rsplit('\n').find(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let own = line.and_then(|line| line.split([' ', ':', '=', '(']).filter(|word| !word.is_empty()).nth(1));
    let mut found: BTreeSet<String> = own.map(str::to_owned).into_iter().collect();
    loop {
        let uses = |text: &str| {
            text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
                .any(|word| found.contains(word))
        };
        let new: Vec<String> = { declared.iter() }
            .filter(|(name, text)| !found.contains(*name) && uses(text))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        if new.is_empty() {
            return found;
        }
        found.extend(new);
    }
}
