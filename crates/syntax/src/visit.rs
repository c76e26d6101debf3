//! Walks over a syntax tree.
//!
//! A [`Visitor`] overrides the methods of the nodes that it is about; the functions `walk_…` visit what is in a node, in the
//! order of the text.

use super::ast::{
    Arg, Body, Element, Entry, Expr, ExprKind, File, Fragment, Guard, GuardBody, GuardHead, Item, Key, Lint,
    LintReport, LintTest, Name, Parameter, Release, Statement, StringPart, TypeExpr, TypeExprKind, When,
};

/// Visits the nodes of a syntax tree. Each method visits what is in its node, unless it is overridden.
pub trait Visitor<'a> {
    /// Visits a declaration.
    fn item(&mut self, item: &'a Item) {
        walk_item(self, item);
    }

    /// Visits a fragment, of a file or of a part.
    fn fragment(&mut self, fragment: &'a Fragment) {
        walk_fragment(self, fragment);
    }

    /// Visits a statement of a part.
    fn statement(&mut self, statement: &'a Statement) {
        walk_statement(self, statement);
    }

    /// Visits an expression.
    fn expr(&mut self, expr: &'a Expr) {
        walk_expr(self, expr);
    }

    /// Visits an entry of an object.
    fn entry(&mut self, entry: &'a Entry) {
        walk_entry(self, entry);
    }

    /// Visits a guard or loop in an object or list.
    fn guard(&mut self, guard: &'a Guard) {
        walk_head(self, &guard.head);
        walk_guarded(self, guard);
    }

    /// Visits a type.
    fn ty(&mut self, ty: &'a TypeExpr) {
        walk_type(self, ty);
    }
}

/// Visits what is in a declaration.
pub fn walk_item<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, item: &'a Item) {
    match item {
        Item::Import(_) | Item::Apply(_) => {}
        Item::Release(release) => walk_release(visitor, release),
        Item::Let(item) => {
            item.ty.iter().for_each(|ty| visitor.ty(ty));
            item.value.iter().for_each(|value| visitor.expr(value));
        }
        Item::Param(item) => {
            visitor.ty(&item.ty);
            item.value.iter().for_each(|value| visitor.expr(value));
        }
        Item::Type(item) => visitor.ty(&item.ty),
        Item::Fragment(item) => visitor.fragment(item),
        Item::Part(part) | Item::Environment(part) => walk_body(visitor, &part.body),
    }
}

/// Visits what a release sets.
pub fn walk_release<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, release: &'a Release) {
    release.settings.iter().for_each(|settings| visitor.expr(settings));
    for version in &release.versions {
        version.headline.iter().chain(&version.fields).for_each(|value| visitor.expr(value));
        version.when.iter().for_each(|when| walk_when(visitor, when));
    }
}

/// Visits the values that a `when` compares with.
pub fn walk_when<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, when: &'a When) {
    when.clauses.iter().flat_map(|clause| &clause.tests).for_each(|test| visitor.expr(&test.value));
}

/// Visits the parameters, result and body of a fragment.
pub fn walk_fragment<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, fragment: &'a Fragment) {
    fragment.params.iter().for_each(|parameter| walk_parameter(visitor, parameter));
    walk_result(visitor, fragment);
}

/// Visits the type and default of a parameter.
pub fn walk_parameter<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, parameter: &'a Parameter) {
    visitor.ty(&parameter.ty);
    parameter.default.iter().for_each(|default| visitor.expr(default));
}

/// Visits the result and body of a fragment.
pub fn walk_result<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, fragment: &'a Fragment) {
    fragment.ty.iter().for_each(|ty| visitor.ty(ty));
    fragment.body.as_deref().into_iter().for_each(|body| visitor.expr(body));
}

/// Visits the statements of a body.
pub fn walk_body<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, body: &'a Body) {
    body.statements.iter().for_each(|statement| visitor.statement(statement));
}

/// Visits what is in a statement.
pub fn walk_statement<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, statement: &'a Statement) {
    match statement {
        Statement::Settings(body, _) | Statement::Version(body, _) => walk_body(visitor, body),
        Statement::Field(field) => {
            visitor.ty(&field.ty);
            field.default.iter().for_each(|default| visitor.expr(default));
        }
        Statement::Let(item) => {
            item.ty.iter().for_each(|ty| visitor.ty(ty));
            item.value.iter().for_each(|value| visitor.expr(value));
        }
        Statement::Fragment(item) => visitor.fragment(item),
        Statement::Emit(item) | Statement::Track(item) => item.values.iter().for_each(|value| visitor.expr(value)),
        Statement::Mutate(item) => {
            visitor.ty(&item.ty);
            visitor.expr(&item.value);
        }
        Statement::Strategy(item) => walk_body(visitor, &item.body),
        Statement::Require(item) => {
            visitor.expr(&item.condition);
            visitor.expr(&item.message);
            item.at.iter().for_each(|at| visitor.expr(at));
        }
        Statement::Lint(item) => {
            item.loops.iter().for_each(|head| walk_head(visitor, head));
            walk_lint(visitor, item);
        }
        Statement::Watch(item) => visitor.ty(&item.ty),
        Statement::Replace(inner, _) => visitor.statement(inner),
    }
}

/// Visits what is in a lint statement, without its loops.
pub fn walk_lint<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, lint: &'a Lint) {
    let LintReport { at, message, help, fixes } = &*lint.report;
    at.iter().for_each(|at| visitor.expr(at));
    match lint.test.as_deref() {
        Some(LintTest::When(expr) | LintTest::Unique(expr)) => visitor.expr(expr),
        None => {}
    }
    message.iter().chain(help).for_each(|text| visitor.expr(text));
    for fix in fixes {
        std::iter::once(&fix.path).chain(&fix.value).for_each(|expr| visitor.expr(expr));
    }
}

/// Visits what is in an expression.
pub fn walk_expr<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, expr: &'a Expr) {
    match &expr.kind {
        ExprKind::String(parts) => parts.iter().for_each(|part| match part {
            StringPart::Text(_) => {}
            StringPart::Hole(hole) => visitor.expr(hole),
        }),
        ExprKind::Field { base, .. } | ExprKind::Unwrap(base) | ExprKind::Not(base) => visitor.expr(base),
        ExprKind::Index { base, index, .. } => {
            visitor.expr(base);
            visitor.expr(index);
        }
        ExprKind::Call { callee, args } => {
            visitor.expr(callee);
            args.iter().for_each(|Arg { value, .. }| visitor.expr(value));
        }
        ExprKind::If { condition, then, otherwise } => {
            visitor.expr(condition);
            visitor.expr(then);
            otherwise.iter().for_each(|otherwise| visitor.expr(otherwise));
        }
        ExprKind::Fail { message, at } => {
            visitor.expr(message);
            at.iter().for_each(|at| visitor.expr(at));
        }
        ExprKind::Binary { left, right, .. } => {
            visitor.expr(left);
            visitor.expr(right);
        }
        ExprKind::Case { subject, arms } => {
            visitor.expr(subject);
            arms.iter().for_each(|(_, value)| visitor.expr(value));
        }
        ExprKind::Typed { ty, object } => {
            visitor.ty(ty);
            visitor.expr(object);
        }
        ExprKind::Object(entries) => entries.iter().for_each(|entry| visitor.entry(entry)),
        ExprKind::List(elements) => elements.iter().for_each(|element| walk_element(visitor, element)),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Name(_)
        | ExprKind::File(_)
        | ExprKind::Error => {}
    }
}

/// Visits what is in an entry of an object.
pub fn walk_entry<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, entry: &'a Entry) {
    match entry {
        Entry::Pair { key, value, .. } => {
            if let Key::Computed(key) = key {
                visitor.expr(key);
            }
            visitor.expr(value);
        }
        Entry::Shorthand(_) => {}
        Entry::Spread(value) => visitor.expr(value),
        Entry::Guard(guard) => visitor.guard(guard),
    }
}

/// Visits what is in an element of a list.
pub fn walk_element<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, element: &'a Element) {
    match element {
        Element::Value(value) | Element::Spread(value) => visitor.expr(value),
        Element::Guard(guard) => visitor.guard(guard),
    }
}

/// Visits the condition of a guard, or what a loop goes through.
pub fn walk_head<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, head: &'a GuardHead) {
    match head {
        GuardHead::If(condition) => visitor.expr(condition),
        GuardHead::For { ty, iter, condition, .. } => {
            ty.iter().for_each(|ty| visitor.ty(ty));
            visitor.expr(iter);
            condition.iter().for_each(|condition| visitor.expr(condition));
        }
    }
}

/// Visits what a guard lets through.
pub fn walk_guarded<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, guard: &'a Guard) {
    match &*guard.body {
        GuardBody::Guard(inner) => visitor.guard(inner),
        GuardBody::Expr(body) => visitor.expr(body),
    }
}

/// Visits the types in a type.
pub fn walk_type<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, ty: &'a TypeExpr) {
    ty.parts().for_each(|part| visitor.ty(part));
}

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
    let mut kinds = Kinds { found };
    file.items.iter().filter(|item| !matches!(item, Item::Release(_))).for_each(|item| kinds.item(item));
}

struct Kinds<'f, 'a> {
    found: &'f mut dyn FnMut(KindOf<'a>),
}

impl<'a> Visitor<'a> for Kinds<'_, 'a> {
    /// The body is not read: no kind is declared in an expression.
    fn fragment(&mut self, fragment: &'a Fragment) {
        fragment.params.iter().map(|parameter| &parameter.ty).chain(&fragment.ty).for_each(|ty| self.ty(ty));
    }

    fn expr(&mut self, _: &'a Expr) {}

    fn ty(&mut self, ty: &'a TypeExpr) {
        if let TypeExprKind::Kind { api_version, kind, from: Some(from) } = &ty.kind {
            (self.found)(KindOf { api_version, kind, from });
        }
        walk_type(self, ty);
    }
}

/// Calls `found` for every path in a `file("…")` of a release or let in `file`. Parts and environments are evaluated for a
/// release, and can't use `file("…")`.
pub fn files<'a>(file: &'a File, found: &mut dyn FnMut(&'a Name)) {
    let items = file
        .items
        .iter()
        .filter(|item| !matches!(item, Item::Part(_) | Item::Environment(_) | Item::Apply(_) | Item::Type(_)));
    files_of(items, found);
}

/// Returns true if there is a `file("…")` in `item`.
pub fn reads_files(item: &Item) -> bool {
    let mut reads = false;
    files_of(std::iter::once(item), &mut |_| reads = true);
    reads
}

/// Calls `found` for every path in a `file("…")` in `file`.
pub fn every_file<'a>(file: &'a File, found: &mut dyn FnMut(&'a Name)) {
    files_of(file.items.iter(), found);
}

fn files_of<'a>(items: impl Iterator<Item = &'a Item>, found: &mut dyn FnMut(&'a Name)) {
    let mut each = |expr: &'a Expr| {
        if let ExprKind::File(path) = &expr.kind {
            found(path);
        }
        Deeper::Yes
    };
    let mut files = Each { each: &mut each };
    items.for_each(|item| files.item(item));
}

/// Calls `each` for `expr` and all expressions inside it.
pub fn walk<'a>(expr: &'a Expr, each: &mut dyn FnMut(&'a Expr)) {
    walk_some(expr, &mut |expr| {
        each(expr);
        Deeper::Yes
    });
}

/// Returns true if the bare name `name` is in `expr`.
pub fn mentions(expr: &Expr, name: &str) -> bool {
    let mut found = false;
    walk(expr, &mut |inner| match &inner.kind {
        ExprKind::Name(known) => found |= **known == *name,
        ExprKind::Object(entries) => {
            found |= entries.iter().any(|entry| matches!(entry, Entry::Shorthand(known) if *known.text == *name));
        }
        _ => {}
    });
    found
}

/// Controls a visit of the expressions inside an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deeper {
    /// Visit them.
    Yes,
    /// Skip them.
    No,
}

/// Calls `each` for `expr` and the expressions inside it, as far as it returns [`Deeper::Yes`].
pub fn walk_some<'a>(expr: &'a Expr, each: &mut dyn FnMut(&'a Expr) -> Deeper) {
    Each { each }.expr(expr);
}

struct Each<'f, 'a> {
    each: &'f mut dyn FnMut(&'a Expr) -> Deeper,
}

impl<'a> Visitor<'a> for Each<'_, 'a> {
    fn expr(&mut self, expr: &'a Expr) {
        if (self.each)(expr) == Deeper::Yes {
            walk_expr(self, expr);
        }
    }

    fn ty(&mut self, _: &'a TypeExpr) {}
}
