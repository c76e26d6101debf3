//! Walks a syntax tree for the expressions in it, and for the kinds that its types name.

use super::ast::{
    Arg, Body, Element, Entry, Expr, ExprKind, File, Fragment, Guard, GuardBody, GuardHead, Item, Key, Name, Statement,
    StringPart, TypeExpr, TypeExprKind,
};

/// A `kind "…" "…" from "…"`.
#[derive(Clone, Copy, Debug)]
pub struct KindOf<'a> {
    /// Group and version.
    pub api_version: &'a Name,
    /// The kind.
    pub kind: &'a Name,
    /// The file that has its schema.
    pub from: &'a Name,
}

/// Calls `found` for every kind of `file` whose schema is in a file of its own.
pub fn kinds<'a>(file: &'a File, found: &mut dyn FnMut(KindOf<'a>)) {
    for item in &file.items {
        match item {
            Item::Import(_) | Item::Release(_) => {}
            Item::Let(item) => item.ty.iter().for_each(|ty| kinds_in(ty, found)),
            Item::Param(item) => kinds_in(&item.ty, found),
            Item::Type(item) => kinds_in(&item.ty, found),
            Item::Fragment(item) => kinds_of_fragment(item, found),
            Item::Part(part) | Item::Environment(part) => kinds_of_body(&part.body, found),
        }
    }
}

fn kinds_of_body<'a>(body: &'a Body, found: &mut dyn FnMut(KindOf<'a>)) {
    body.statements.iter().for_each(|statement| kinds_of_statement(statement, found));
}

fn kinds_of_statement<'a>(statement: &'a Statement, found: &mut dyn FnMut(KindOf<'a>)) {
    match statement {
        Statement::Settings(body, _) | Statement::Version(body, _) => kinds_of_body(body, found),
        Statement::Strategy(strategy) => kinds_of_body(&strategy.body, found),
        Statement::Field(field) => kinds_in(&field.ty, found),
        Statement::Let(item) => item.ty.iter().for_each(|ty| kinds_in(ty, found)),
        Statement::Fragment(item) => kinds_of_fragment(item, found),
        Statement::Watch(watch) => kinds_in(&watch.ty, found),
        Statement::Replace(inner, _) => kinds_of_statement(inner, found),
        Statement::Emit(_) | Statement::Track(_) | Statement::Require(_) | Statement::Lint(_) => {}
    }
}

fn kinds_of_fragment<'a>(fragment: &'a Fragment, found: &mut dyn FnMut(KindOf<'a>)) {
    fragment.params.iter().map(|parameter| &parameter.ty).chain(&fragment.ty).for_each(|ty| kinds_in(ty, found));
}

fn kinds_in<'a>(ty: &'a TypeExpr, found: &mut dyn FnMut(KindOf<'a>)) {
    match &ty.kind {
        TypeExprKind::Kind { api_version, kind, from } => {
            from.iter().for_each(|from| found(KindOf { api_version, kind, from }));
        }
        TypeExprKind::Map(inner)
        | TypeExprKind::Partial(inner)
        | TypeExprKind::List(inner)
        | TypeExprKind::Optional(inner)
        | TypeExprKind::Run(inner) => kinds_in(inner, found),
        TypeExprKind::Record(fields) => fields.iter().for_each(|(_, ty)| kinds_in(ty, found)),
        TypeExprKind::Union(branches) => branches.iter().for_each(|ty| kinds_in(ty, found)),
        TypeExprKind::Any
        | TypeExprKind::Bool
        | TypeExprKind::Int { .. }
        | TypeExprKind::Number { .. }
        | TypeExprKind::String { .. }
        | TypeExprKind::Path { .. }
        | TypeExprKind::Member(_)
        | TypeExprKind::Error => {}
    }
}

/// Calls `found` for every path that a `file("…")` in a release or let of `file` names.
pub fn files(file: &File, found: &mut dyn FnMut(&Name)) {
    expressions(file, &mut |expr| {
        if let ExprKind::File(path) = &expr.kind {
            found(path);
        }
    });
}

/// Calls `each` for every expression in the releases, lets, params and fragments of `file`.
pub fn expressions(file: &File, each: &mut dyn FnMut(&Expr)) {
    for item in &file.items {
        item_exprs(item, &mut |expr| walk(expr, &mut *each));
    }
}

fn item_exprs(item: &Item, each: &mut dyn FnMut(&Expr)) {
    match item {
        Item::Release(release) => {
            release.settings.iter().for_each(&mut *each);
            for version in &release.versions {
                version.headline.iter().chain(&version.fields).for_each(&mut *each);
            }
        }
        Item::Let(item) => item.value.iter().for_each(each),
        Item::Param(item) => item.value.iter().for_each(each),
        Item::Fragment(item) => item.body.as_deref().into_iter().for_each(each),
        // What parts and environments say is evaluated for a release; they name no files.
        Item::Import(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_) => {}
    }
}

/// Calls `each` for `expr` and every expression in it.
pub fn walk(expr: &Expr, each: &mut dyn FnMut(&Expr)) {
    walk_some(expr, &mut |expr| {
        each(expr);
        Deeper::Yes
    });
}

/// Whether what is in an expression is to be visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deeper {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Calls `each` for `expr` and for the expressions in it, as far as it says.
pub fn walk_some(expr: &Expr, each: &mut dyn FnMut(&Expr) -> Deeper) {
    if each(expr) == Deeper::No {
        return;
    }
    match &expr.kind {
        ExprKind::String(parts) => {
            for part in parts {
                if let StringPart::Hole(hole) = part {
                    walk_some(hole, each);
                }
            }
        }
        ExprKind::Field { base, .. } | ExprKind::Unwrap(base) | ExprKind::Not(base) => walk_some(base, each),
        ExprKind::Index { base, index } => {
            walk_some(base, each);
            walk_some(index, each);
        }
        ExprKind::Call { callee, args } => {
            walk_some(callee, each);
            args.iter().for_each(|Arg { value, .. }| walk_some(value, each));
        }
        ExprKind::If { condition, then, otherwise } => {
            walk_some(condition, each);
            walk_some(then, each);
            otherwise.iter().for_each(|otherwise| walk_some(otherwise, each));
        }
        ExprKind::Fail { message, at } => {
            walk_some(message, each);
            at.iter().for_each(|at| walk_some(at, each));
        }
        ExprKind::Binary { left, right, .. } => {
            walk_some(left, each);
            walk_some(right, each);
        }
        ExprKind::Case { subject, arms } => {
            walk_some(subject, each);
            arms.iter().for_each(|(_, value)| walk_some(value, each));
        }
        ExprKind::Typed { object, .. } => walk_some(object, each),
        ExprKind::Object(entries) => entries.iter().for_each(|entry| walk_entry(entry, each)),
        ExprKind::List(elements) => elements.iter().for_each(|element| match element {
            Element::Value(value) | Element::Spread(value) => walk_some(value, each),
            Element::Guard(guard) => walk_guard(guard, each),
        }),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Name(_)
        | ExprKind::File(_)
        | ExprKind::Error => {}
    }
}

fn walk_entry(entry: &Entry, each: &mut dyn FnMut(&Expr) -> Deeper) {
    match entry {
        Entry::Pair { key, value, .. } => {
            if let Key::Computed(key) = key {
                walk_some(key, each);
            }
            walk_some(value, each);
        }
        Entry::Shorthand(_) => {}
        Entry::Spread(value) => walk_some(value, each),
        Entry::Guard(guard) => walk_guard(guard, each),
    }
}

fn walk_guard(guard: &Guard, each: &mut dyn FnMut(&Expr) -> Deeper) {
    match &guard.head {
        GuardHead::If(condition) => walk_some(condition, each),
        GuardHead::For { iter, condition, .. } => {
            walk_some(iter, each);
            condition.iter().for_each(|condition| walk_some(condition, each));
        }
    }
    match &guard.body {
        GuardBody::Guard(inner) => walk_guard(inner, each),
        GuardBody::Expr(body) => walk_some(body, each),
    }
}
