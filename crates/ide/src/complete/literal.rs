//! Keys and values in the literal of a type, `kube.ConfigMap { … }`, in definition files.

use std::ops::Range;

use super::{Candidate, CandidateKind, NOBODYS, plain, usual};
use crate::FileContext;
use crate::fields::{keys_of, members, shown};
use relc_core::types::written::resolve;
use relc_core::types::{ELEMENT, Type, step};
use relc_syntax::ast::{Element, Entry, Expr, ExprKind, File, Guard, Key, TypeExpr};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::visit::{Visitor, walk_element, walk_entry, walk_expr, walk_guarded, walk_head};

/// The word of nobody in a literal: where it is a key or a value.
pub(super) struct Found {
    ty: TypeExpr,
    /// The keys that lead to it from the literal; the key itself is not one of them.
    path: Vec<String>,
    /// The other keys of its object; `None` if the word is a value.
    others: Option<Vec<String>>,
}

/// Returns where the word of nobody is in a literal of a file.
pub(super) fn find(file: &File) -> Option<Found> {
    let mut finder = Finder::default();
    file.items.iter().for_each(|item| finder.item(item));
    finder.found
}

/// Returns the keys that can be where the word is a key.
pub(super) fn keys(page: &FileContext<'_>, found: &Found, range: &Range<usize>) -> Vec<Candidate> {
    let (Some(ty), Some(others)) = (type_at(page, found), &found.others) else { return Vec::new() };
    let mut known = keys_of(&ty);
    // The type before the braces sets these.
    let is_object = found.path.is_empty() && matches!(&ty, Type::Schema(schema) if schema.is_root());
    let is_set = |name: &str| is_object && matches!(name, "apiVersion" | "kind");
    known.retain(|known| !others.contains(&known.name) && !is_set(&known.name));
    let place = found.path.iter().rfind(|key| *key != ELEMENT).map_or("@object", String::as_str);
    known.sort_by_key(|known| (usual::rank(place, &known.name), !known.required));
    let has_value = page.text[range.end..].trim_start_matches([' ', '\t']).starts_with(':');
    known.into_iter().map(|known| super::keys::key(page, None, known, has_value, range)).collect()
}

/// Returns the members of the type that the word must have where it is a value.
pub(super) fn values(page: &FileContext<'_>, found: &Found, range: &Range<usize>) -> Vec<Candidate> {
    let Some(ty) = type_at(page, found) else { return Vec::new() };
    let member = |text: String| plain(text.trim_matches('"'), CandidateKind::Member, &shown(&ty), text.clone(), range);
    let name = found.path.last().map_or("", String::as_str);
    let mut words = members(&ty, page.syntax);
    words.sort_by_key(|word| {
        usual::values(name).position(|known| known == word.trim_matches('"')).unwrap_or(usize::MAX)
    });
    words.into_iter().map(member).collect()
}

/// The type of the object that a key is in, or of a value.
fn type_at(page: &FileContext<'_>, found: &Found) -> Option<Type> {
    let module = &page.links()?.module;
    let ty = resolve(&found.ty, module, &mut Diagnostics::default()).ty;
    found.path.iter().try_fold(ty, |ty, key| step(&ty, key))
}

/// Follows the keys below each literal.
#[derive(Default)]
struct Finder {
    /// The type of the literal around the node, and the keys below it; absent in an expression whose type isn't known.
    around: Option<(TypeExpr, Vec<String>)>,
    found: Option<Found>,
}

impl Finder {
    fn below(&mut self, key: &str, walk: impl FnOnce(&mut Self)) {
        if let Some((_, path)) = &mut self.around {
            path.push(key.to_owned());
        }
        walk(self);
        if let Some((_, path)) = &mut self.around {
            path.pop();
        }
    }

    /// Walks what isn't of the literal's type.
    fn apart(&mut self, walk: impl FnOnce(&mut Self)) {
        let outer = self.around.take();
        walk(self);
        self.around = outer;
    }

    fn note(&mut self, others: Option<Vec<String>>) {
        if let Some((ty, path)) = &self.around {
            self.found = Some(Found { ty: ty.clone(), path: path.clone(), others });
        }
    }
}

impl<'a> Visitor<'a> for Finder {
    fn expr(&mut self, expr: &'a Expr) {
        let outer = match &expr.kind {
            ExprKind::Typed { ty, .. } => self.around.replace(((**ty).clone(), Vec::new())),
            ExprKind::Name(name) => {
                if name.contains(NOBODYS) {
                    self.note(None);
                }
                return;
            }
            ExprKind::Object(entries) => {
                let key = |entry: &Entry| match entry {
                    Entry::Pair { key: Key::Plain(key), .. } => Some(key.text.to_string()),
                    _ => None,
                };
                let keys: Vec<String> = entries.iter().filter_map(key).collect();
                if keys.iter().any(|key| key == NOBODYS) {
                    self.note(Some(keys.into_iter().filter(|key| key != NOBODYS).collect()));
                    return;
                }
                return walk_expr(self, expr);
            }
            ExprKind::List(elements) => {
                return elements.iter().for_each(|element| match element {
                    Element::Spread(_) => walk_element(self, element),
                    Element::Value(_) | Element::Guard(_) => self.below(ELEMENT, |this| walk_element(this, element)),
                });
            }
            ExprKind::If { condition, then, otherwise } => {
                self.apart(|this| this.expr(condition));
                self.expr(then);
                otherwise.iter().for_each(|otherwise| self.expr(otherwise));
                return;
            }
            // The type of an operand or argument is another one.
            _ => self.around.take(),
        };
        walk_expr(self, expr);
        self.around = outer;
    }

    fn guard(&mut self, guard: &'a Guard) {
        self.apart(|this| walk_head(this, &guard.head));
        walk_guarded(self, guard);
    }

    fn entry(&mut self, entry: &'a Entry) {
        match entry {
            Entry::Pair { key: Key::Plain(key), .. } => self.below(&key.text, |this| walk_entry(this, entry)),
            Entry::Pair { .. } | Entry::Shorthand(_) | Entry::Spread(_) | Entry::Guard(_) => walk_entry(self, entry),
        }
    }
}
