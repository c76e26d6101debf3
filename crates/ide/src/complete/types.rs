//! Types, where one is being written.

use std::ops::Range;

use super::part::{of_items, of_module};
use super::shape::Shape;
use super::{Candidate, CandidateKind, plain, shaped};
use crate::FileContext;
use crate::names::part_at;
use relc_core::types::BUILTIN_TYPES;
use relc_syntax::ast::{File, TypeExpr, TypeExprKind};
use relc_syntax::visit::{Visitor, walk_type};

/// A type that nobody declares.
pub(super) const NOBODYS: &str = "Relc0cursor";

/// Returns true if the parser read [`NOBODYS`] as a type.
pub(super) fn is_type(file: &File) -> bool {
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn ty(&mut self, ty: &'a TypeExpr) {
            self.0 |= matches!(&ty.kind, TypeExprKind::Path { name, .. } if name.text.contains(NOBODYS));
            walk_type(self, ty);
        }
    }
    let mut finder = Finder(false);
    file.items.iter().for_each(|item| finder.item(item));
    finder.0
}

/// The types that can be written: those of the language, of the file, and of its imports.
pub(super) fn types(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let words = [
        ("string", "a string"),
        ("int", "a whole number"),
        ("bool", "`true` or `false`"),
        ("number", "any number"),
        ("any", "any value"),
    ];
    let words = words.map(|(word, what)| plain(word, CandidateKind::Type, what, word.to_owned(), range));
    let map = Shape::default().text("Map<").hole(["string"]).text(">");
    let kind = Shape::default().text("kind \"").hole(["apps/v1"]).text("\" \"").hole(["Deployment"]).text("\"");
    let list = Shape::default().text("[").hole(["string"]).text("]");
    let forms = [
        shaped("[ … ]", CandidateKind::Type, "a list", "[", list, range),
        shaped("Map<…>", CandidateKind::Type, "an object with custom keys", "Map", map, range),
        shaped("kind", CandidateKind::Type, "a kind of Kubernetes", "kind", kind, range),
    ];
    let declared = page.links().into_iter().flat_map(|linked| {
        let imported = linked.module.imports.iter().flat_map(|(name, module)| of_module(module, name, range));
        of_items(&linked.module, "", range).into_iter().chain(imported)
    });
    let declared = declared.filter(|found| found.kind == CandidateKind::Type);
    let of_parts = BUILTIN_TYPES.iter().filter(|_| part_at(page, range.start).is_some());
    let of_parts = of_parts.map(|(name, what)| plain(name, CandidateKind::Type, what, (*name).to_owned(), range));
    words.into_iter().chain(declared).chain(forms).chain(of_parts).collect()
}
