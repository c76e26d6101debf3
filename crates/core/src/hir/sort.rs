//! Which expressions are versions, found from how they are written: enough to tell `v.port` from a key of an object in a file
//! that does not type-check yet.

use super::builtins::Builtin;
use super::names::LocalScope;
use super::scope::{Callee, Resolution, Scope, Site, VersionMember, version_member};
use crate::library::{Item, LetDef, Plan, Slot};
use relc_syntax::ast::{self, BinaryOp, Element, Expr, ExprKind, Guard, GuardBody, GuardHead, TypeExpr, TypeExprKind};

/// A rough type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A version.
    Version,
    /// A list of versions.
    Versions,
    /// Anything else.
    Other,
}

/// The number of lets and calls that are followed.
const DEPTH: u32 = 8;

/// Returns the sort of `expr` in `scope`, where `locals` are bound around it.
pub(super) fn sort(expr: &Expr, scope: Scope<'_>, locals: &[LocalScope]) -> Sort {
    Sorter { scope, locals, depth: DEPTH }.expr(expr)
}

/// Returns the sort of a value of this type.
pub(super) fn of_type(ty: &TypeExpr) -> Sort {
    match &ty.kind {
        TypeExprKind::Path { library: None, name, .. } if *name.text == *"Version" => Sort::Version,
        TypeExprKind::Optional(inner) | TypeExprKind::Run(inner) => of_type(inner),
        TypeExprKind::List(inner) if of_type(inner) == Sort::Version => Sort::Versions,
        _ => Sort::Other,
    }
}

/// Returns the sorts of a loop's variables: of two, the first is the position or key.
pub(super) fn of_variables(iterated: Sort, count: usize) -> impl Iterator<Item = Sort> {
    (1..=count).map(move |at| if at == count { element(iterated) } else { Sort::Other })
}

fn element(list: Sort) -> Sort {
    if list == Sort::Versions { Sort::Version } else { Sort::Other }
}

fn list(element: Sort) -> Sort {
    if element == Sort::Version { Sort::Versions } else { Sort::Other }
}

#[derive(Clone, Copy)]
struct Sorter<'s> {
    scope: Scope<'s>,
    locals: &'s [LocalScope],
    depth: u32,
}

impl Sorter<'_> {
    fn expr(&self, expr: &Expr) -> Sort {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Field { base, name, .. } => self.field(base, &name.text),
            ExprKind::Unwrap(base) => self.expr(base),
            ExprKind::Index { base, .. } => element(self.expr(base)),
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Name(name) => match self.scope.callee(name, false) {
                    Some(callee) => self.fragment(callee),
                    None if **name == *"last" => args.first().map_or(Sort::Other, |arg| element(self.expr(&arg.value))),
                    None => Sort::Other,
                },
                _ => Sort::Other,
            },
            ExprKind::If { then, .. } => self.expr(then),
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right } => match self.expr(left) {
                Sort::Other => self.expr(right),
                sort => sort,
            },
            ExprKind::List(elements) => elements.first().map_or(Sort::Other, |first| match first {
                Element::Value(value) => list(self.expr(value)),
                Element::Spread(value) => self.expr(value),
                Element::Guard(guard) => list(self.guarded(guard, self.locals)),
            }),
            _ => Sort::Other,
        }
    }

    fn name(&self, name: &str) -> Sort {
        let local = self.locals.iter().rfind(|local| *local.name.text == *name).map(|local| local.sort);
        match self.scope.resolve(name, local) {
            Some(Resolution::Local(sort)) => sort,
            Some(Resolution::Builtin(Builtin::Version | Builtin::Primary)) => Sort::Version,
            Some(Resolution::Builtin(Builtin::Versions | Builtin::Others)) => Sort::Versions,
            Some(Resolution::Member(Slot::Let(at))) => self.of_plan(|plan| (&plan.body.lets[at], Site::Body)),
            Some(Resolution::Item(Item::Let(let_))) => {
                let scope = Scope::new(self.scope.module, None, Site::File);
                self.declared(let_.ty.as_ref(), let_.value.as_deref(), scope)
            }
            Some(
                Resolution::Builtin(Builtin::Release | Builtin::Settings)
                | Resolution::Member(_)
                | Resolution::Item(_)
                | Resolution::Library(_)
                | Resolution::Replaced(_)
                | Resolution::Unread,
            )
            | None => Sort::Other,
        }
    }

    fn field(&self, base: &Expr, name: &str) -> Sort {
        if self.expr(base) != Sort::Version {
            return Sort::Other;
        }
        match version_member(self.scope.plan, name) {
            Some(VersionMember::Declared(Slot::Let(at))) => {
                self.of_plan(|plan| (&plan.version.lets[at], Site::Version))
            }
            _ => Sort::Other,
        }
    }

    fn of_plan<'p>(&'p self, find: impl FnOnce(&'p Plan) -> (&'p LetDef, Site)) -> Sort {
        let Some(plan) = self.scope.plan else { return Sort::Other };
        let (definition, site) = find(plan);
        let ty = definition.annotation().map(|(ty, _)| ty);
        match definition.value() {
            Some((value, module)) => self.declared(ty, Some(value), Scope::new(module, Some(plan), site)),
            None => ty.map_or(Sort::Other, of_type),
        }
    }

    fn declared(&self, ty: Option<&TypeExpr>, value: Option<&Expr>, scope: Scope<'_>) -> Sort {
        match (ty, value) {
            (Some(ty), _) => of_type(ty),
            (None, Some(value)) => self.deeper(value, scope, &[]),
            (None, None) => Sort::Other,
        }
    }

    fn fragment(&self, callee: Callee<'_>) -> Sort {
        let (fragment, module, site) = callee.effective();
        match (&fragment.ty, &fragment.body) {
            (Some(ty), _) => of_type(ty),
            (None, Some(body)) => {
                let scope = Scope::new(module, self.scope.plan, site);
                self.deeper(body, scope, &parameters(fragment))
            }
            (None, None) => Sort::Other,
        }
    }

    fn deeper(&self, expr: &Expr, scope: Scope<'_>, locals: &[LocalScope]) -> Sort {
        match self.depth.checked_sub(1) {
            Some(depth) => Sorter { scope, locals, depth }.expr(expr),
            None => Sort::Other,
        }
    }

    /// The sort of what a guard lets through.
    fn guarded(&self, guard: &Guard, locals: &[LocalScope]) -> Sort {
        let mut locals = locals.to_vec();
        if let GuardHead::For { vars, iter, .. } = &guard.head {
            let iterated = self.expr(iter);
            let sorts = of_variables(iterated, vars.len());
            locals.extend(vars.iter().zip(sorts).map(|(name, sort)| LocalScope::new(name, sort, guard.span)));
        }
        match &*guard.body {
            GuardBody::Guard(inner) => self.guarded(inner, &locals),
            GuardBody::Expr(body) => Sorter { locals: &locals, ..*self }.expr(body),
        }
    }
}

/// The parameters of a fragment, bound in its body.
pub(super) fn parameters(fragment: &ast::Fragment) -> Vec<LocalScope> {
    let params = fragment.params.iter();
    params.map(|param| LocalScope::new(&param.name, of_type(&param.ty), fragment.span)).collect()
}
