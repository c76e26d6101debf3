//! Completion in a part or an environment.

use std::ops::Range;

use super::{Candidate, CandidateKind, plain};
use crate::FileContext;
use crate::names::part_at;
use relc_core::eval::{FUNCTIONS, Function};
use relc_core::hir::{Builtin, ReleaseField, Resolution, Scope, Site, Sort, VersionField};
use relc_core::library::{Item, Members, Module, Plan};
use relc_core::types::BUILTIN_TYPES;
use relc_syntax::keywords::{STATEMENTS, TYPES};

/// Returns the candidates in a part: statements, its members, the declarations of its libraries.
pub(super) fn in_part(page: &FileContext<'_>, before: &str, range: &Range<usize>) -> Option<Vec<Candidate>> {
    let plan = part_at(page, range.start)?;
    let module = &plan.environment.declaration.module;
    if let Some((owner, _)) = page.text[range.clone()].rsplit_once('.') {
        return Some(inside(page, &plan, owner, range));
    }
    let line = before.rsplit('\n').next().unwrap_or("").trim_end_matches([' ', '\t']);
    let imports =
        module.imports.keys().map(|name| plain(name, CandidateKind::Module, "library", name.to_string(), range));
    if line.trim().is_empty() {
        let statement = |word: &&str| plain(word, CandidateKind::Word, "begins a statement", format!("{word} "), range);
        return Some(STATEMENTS.iter().map(statement).chain(imports).collect());
    }
    if is_type_wanted(line) {
        let imported = module.imports.iter().flat_map(|(name, module)| of_module(module, name, range));
        let types = of_items(module, "", range).into_iter().chain(imported);
        let words = TYPES.iter().map(|word| plain(word, CandidateKind::Type, "type", (*word).to_owned(), range));
        return Some(types.filter(|found| found.kind == CandidateKind::Type).chain(words).collect());
    }
    let said = |kind| move |(name, what): (&str, &str)| plain(name, kind, what, name.to_owned(), range);
    let locals = page.names().locals_at(range.start).map(|local| (&*local.name.text, "a name of this place alone"));
    let found = of_members(&plan.body, "", range).into_iter().chain(of_items(module, "", range)).chain(imports);
    let variables = Builtin::ALL.iter().map(|builtin| (builtin.word(), builtin.doc()));
    let values = locals.chain(variables).map(said(CandidateKind::Value));
    let types = BUILTIN_TYPES.iter().copied().map(said(CandidateKind::Type));
    let function = |function: &Function| Candidate {
        documentation: Some(function.doc.to_owned()),
        ..plain(function.name, CandidateKind::Function, &function.shown(), function.name.to_owned(), range)
    };
    Some(found.chain(values).chain(types).chain(FUNCTIONS.iter().map(function)).collect())
}

/// The names that can follow `owner.`.
fn inside(page: &FileContext<'_>, plan: &Plan, owner: &str, range: &Range<usize>) -> Vec<Candidate> {
    let before = format!("{owner}.");
    let of_version = || {
        let every = VersionField::ALL.iter().map(|field| (field.word(), field.doc()));
        of_members(&plan.version, &before, range).into_iter().chain(fields(every, &before, range)).collect()
    };
    let local = page.names().locals_at(range.start).rfind(|local| *local.name.text == *owner).map(|local| local.sort);
    let scope = Scope::new(&plan.environment.declaration.module, Some(plan), Site::Version);
    match scope.resolve(owner, local) {
        Some(Resolution::Local(Sort::Version) | Resolution::Builtin(Builtin::Version | Builtin::Primary)) => {
            of_version()
        }
        Some(Resolution::Builtin(Builtin::Settings)) => of_members(&plan.settings, &before, range),
        Some(Resolution::Builtin(Builtin::Release)) => {
            fields(ReleaseField::ALL.iter().map(|field| (field.word(), field.doc())), &before, range).collect()
        }
        Some(Resolution::Library(library)) => of_module(library, owner, range),
        Some(
            Resolution::Local(Sort::Versions | Sort::Other)
            | Resolution::Builtin(Builtin::Versions | Builtin::Others)
            | Resolution::Member(_)
            | Resolution::Item(_)
            | Resolution::Replaced(_)
            | Resolution::Unread,
        )
        | None => Vec::new(),
    }
}

/// Fields of the language, each with its documentation.
fn fields<'f>(
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    before: &str,
    range: &Range<usize>,
) -> impl Iterator<Item = Candidate> {
    fields.map(move |(name, what)| {
        let name = format!("{before}{name}");
        plain(&name, CandidateKind::Field, what, name.clone(), range)
    })
}

/// Returns true if a type follows: after the name of a let or a field and a colon.
fn is_type_wanted(line: &str) -> bool {
    let Some(head) = line.trim().strip_suffix(':') else { return false };
    matches!(
        head.split_whitespace().collect::<Vec<_>>()[..],
        ["let", _] | ["open", "let", _] | ["headline", _] | ["shared", _] | ["headline", "shared", _]
    )
}

fn of_members(members: &Members, before: &str, range: &Range<usize>) -> Vec<Candidate> {
    let candidate = |name: &str, kind, what: &str, doc: &Option<String>| Candidate {
        documentation: doc.clone(),
        ..plain(&format!("{before}{name}"), kind, what, format!("{before}{name}"), range)
    };
    let fields = members.fields.iter().map(|field| {
        candidate(&field.item.name.text, CandidateKind::Field, &format!("field of {}", field.part), &field.item.doc)
    });
    let lets = members.lets.iter().map(|known| {
        let item = &known.declaration;
        candidate(&item.item.name.text, CandidateKind::Value, &format!("let of {}", item.part), &item.item.doc)
    });
    let fragments = members.fragments.iter().map(|known| {
        let item = &known.declaration;
        candidate(&item.item.name.text, CandidateKind::Function, &format!("fragment of {}", item.part), &item.item.doc)
    });
    fields.chain(lets).chain(fragments).collect()
}

/// Returns the declarations of a library, by their qualified names.
pub(super) fn of_module(module: &Module, name: &str, range: &Range<usize>) -> Vec<Candidate> {
    of_items(module, &format!("{name}."), range)
}

pub(super) fn of_items(module: &Module, before: &str, range: &Range<usize>) -> Vec<Candidate> {
    let candidate = |item: &Item| {
        let (kind, what, doc) = match item {
            Item::Let(item) => (CandidateKind::Value, "let", &item.doc),
            Item::Param(item) => (CandidateKind::Value, "param", &item.doc),
            Item::Type(item) => (CandidateKind::Type, "type", &item.doc),
            Item::Fragment(item) => (CandidateKind::Function, "fragment", &item.doc),
            Item::Part(item) => (CandidateKind::Module, "part", &item.doc),
            Item::Environment(item) => (CandidateKind::Environment, "environment", &item.doc),
        };
        let name = format!("{before}{}", item.name().text);
        let detail = format!("{what} of {}", module.name);
        Candidate { documentation: doc.clone(), ..plain(&name, kind, &detail, name.clone(), range) }
    };
    module.items.values().map(candidate).collect()
}
