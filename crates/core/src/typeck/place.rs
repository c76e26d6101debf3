//! Checks the positions of an environment's fields: one headline, and one field at each path of values.yaml.

use std::collections::BTreeMap;

use crate::helm_values::header::{HeaderKey, HeaderScope, SETTINGS};
use crate::library::{Definition, Plan};
use relc_syntax::ast::Field;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest};
use relc_syntax::source::Span;

/// Checks the fields of `plan`; where neither of two that collide is of this file, it is said at `fallback`.
pub(super) fn check(plan: &Plan, fallback: Span, out: &mut Diagnostics) {
    headlines(plan, fallback, out);
    moves(&plan.settings.fields, out);
    moves(&plan.version.fields, out);
    let version = plan.version.fields.iter();
    let settings = plan.settings.fields.iter().filter_map(|field| Some((field, field.item.place(SETTINGS)?)));
    let shared = version.clone().filter(|field| field.item.shared);
    let shared = shared.filter_map(|field| Some((field, format!("{SETTINGS}{}", field.item.place("")?))));
    collisions(settings.chain(shared), HeaderScope::Release, fallback, out);
    collisions(version.filter_map(|field| Some((field, field.item.place("")?))), HeaderScope::Version, fallback, out);
}

fn headlines(plan: &Plan, fallback: Span, out: &mut Diagnostics) {
    let mut headlines = plan.version.fields.iter().filter(|field| field.item.headline);
    let Some(first) = headlines.next() else { return };
    for second in headlines {
        let (at, other) = place(first, second, fallback);
        let (one, two) = (&first.item.name.text, &second.item.name.text);
        let message = format!("`{one}` and `{two}` are both the headline: a version has one");
        let error = Diagnostic::error(Code::InvalidDeclaration, at, message);
        out.push(error.related(other, "also declared here").help("remove `headline` from one of them"));
    }
}

/// Checks that `deprecated use` names another field of the same scope, which isn't moved itself.
fn moves(fields: &[Definition<Field>], out: &mut Diagnostics) {
    for field in fields {
        let Some(new) = &field.item.moved else { continue };
        let others = fields.iter().filter(|other| other.item.name.text != field.item.name.text);
        let current = others.filter(|other| other.item.moved.is_none());
        let names: Vec<&str> = current.map(|other| &*other.item.name.text).collect();
        if names.contains(&&*new.text) {
            continue;
        }
        let next = fields.iter().find(|other| other.item.name.text == new.text);
        let next = next.and_then(|other| other.item.moved.as_ref());
        let error = match next {
            Some(next) if next.text != field.item.name.text => {
                let error =
                    Diagnostic::error(Code::InvalidDeclaration, new.span, format!("`{}` is moved itself", new.text));
                error.help(format!("write `use {}`", next.text)).fix(Applicability::Unsafe, new.span, &*next.text)
            }
            _ => {
                let message = format!("`{}` is not another field of the same scope", new.text);
                let error = Diagnostic::error(Code::InvalidDeclaration, new.span, message);
                match nearest(&new.text, names.iter().copied()) {
                    Some(near) => {
                        error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, new.span, near)
                    }
                    None => error.help("name a field of the same braces, which gets the value"),
                }
            }
        };
        out.push(error);
    }
}

/// Returns the spans for a diagnostic of two fields: the second if it is in this file, else the first, else the environment.
fn place(first: &Definition<Field>, second: &Definition<Field>, fallback: Span) -> (Span, Span) {
    let (one, two) = (first.item.name.span, second.item.name.span);
    match (one.file == fallback.file, two.file == fallback.file) {
        (_, true) => (two, one),
        (true, false) => (one, two),
        (false, false) => (fallback, two),
    }
}

fn collisions<'p>(
    fields: impl Iterator<Item = (&'p Definition<Field>, String)>,
    header: HeaderScope,
    fallback: Span,
    out: &mut Diagnostics,
) {
    let mut before: Vec<(&Definition<Field>, String)> = Vec::new();
    // The positions in `before`, by path.
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (field, path) in fields {
        if HeaderKey::of(header).map(HeaderKey::path).any(|read| within(read, &path)) {
            let message =
                format!("`{}` has the path `{path}`, which belongs to the header of a release", field.item.name.text);
            let at = if field.item.name.span.file == fallback.file { field.item.name.span } else { fallback };
            let error = Diagnostic::error(Code::InvalidDeclaration, at, message);
            out.push(error.help("set another path with `at`"));
            continue;
        }
        let above = path.match_indices('.').map(|(dot, _)| &path[..dot]).chain([path.as_str()]);
        let above = above.filter_map(|path| known.get(path));
        let below = format!("{path}.");
        let below = known.range(below.clone()..).take_while(|(known, _)| known.starts_with(&below)).map(|(_, at)| at);
        if let Some((other, at)) = above.chain(below).min().map(|at| &before[*at]) {
            let (span, related) = place(other, field, fallback);
            let (one, two) = (&other.item.name.text, &field.item.name.text);
            let message = if *at == path {
                format!("`{one}` and `{two}` both have the path `{path}` in values.yaml")
            } else {
                format!(
                    "`{one}` has the path `{at}` in values.yaml, and `{two}` has the path `{path}`: one is within another"
                )
            };
            let error = Diagnostic::error(Code::InvalidDeclaration, span, message);
            out.push(error.related(related, "also declared here").help("set another path for one of them with `at`"));
            continue;
        }
        known.insert(path.clone(), before.len());
        before.push((field, path));
    }
}

/// Returns true if one path is the other, or below it.
fn within(one: &str, other: &str) -> bool {
    let below = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with('.'));
    one == other || below(one, other) || below(other, one)
}
