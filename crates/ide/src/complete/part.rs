//! What can be written in a part or an environment.

use std::ops::Range;

use super::{Candidate, CandidateKind, plain};
use crate::FileContext;
use crate::names::{BUILTINS, FUNCTIONS, scope};
use relc_core::library::{Item, Layer, Members, Module};

/// What can be said in a part: statements, its members, what its libraries declare.
pub(super) fn in_part(page: &FileContext<'_>, before: &str, range: &Range<usize>) -> Option<Vec<Candidate>> {
    let (environment, strategy) = scope(page, range.start)?;
    let module = &environment.declaration.module;
    let layers: Vec<&Layer> =
        std::iter::once(&environment.base).chain(strategy.iter().map(|found| &found.layer)).collect();
    let word = &page.text[range.clone()];
    if let Some((owner, _)) = word.rsplit_once('.') {
        let members = |scope: fn(&Layer) -> &Members| {
            layers.iter().flat_map(|layer| of_members(scope(layer), &format!("{owner}."), range)).collect()
        };
        return Some(match owner {
            "v" | "primary" => members(|layer| &layer.version),
            "settings" => members(|layer| &layer.settings),
            library => module.imports.get(library).map_or_else(Vec::new, |found| of_module(found, library, range)),
        });
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
    let body = layers.iter().flat_map(|layer| of_members(&layer.body, "", range));
    let said = |kind| move |(name, what): &(&str, &str)| plain(name, kind, what, (*name).to_owned(), range);
    let found = body.chain(of_items(module, "", range)).chain(imports);
    let language =
        BUILTINS.iter().map(said(CandidateKind::Value)).chain(FUNCTIONS.iter().map(said(CandidateKind::Function)));
    Some(found.chain(language).collect())
}

/// Whether a type follows: behind the name of a let or a field and a colon.
fn is_type_wanted(line: &str) -> bool {
    let Some(head) = line.trim().strip_suffix(':') else { return false };
    matches!(
        head.split_whitespace().collect::<Vec<_>>()[..],
        ["let", _] | ["open", "let", _] | ["headline", _] | ["shared", _] | ["headline", "shared", _]
    )
}

/// The words of types.
const TYPES: [&str; 5] = ["string", "int", "number", "bool", "any"];

/// The words that statements of a part begin with.
const STATEMENTS: [&str; 16] = [
    "settings",
    "version",
    "strategy",
    "let",
    "open",
    "fragment",
    "emit",
    "track",
    "require",
    "lint",
    "watch",
    "replace",
    "headline",
    "shared",
    "deprecated",
    "untracked",
];

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

/// What a library declares, by its whole name.
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
