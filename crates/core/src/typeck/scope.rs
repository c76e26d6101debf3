//! Which names an expression sees, and which of them are known to be there.

use std::sync::Arc;

use super::inferred::Inferred;
use crate::hir::{Local, Replaced, Site};
use crate::library::{Definition, Module};
use relc_syntax::ast::{self, Expr, ExprKind};

/// The names that an expression can use.
#[derive(Clone, Copy)]
pub(super) struct TypeScope<'s> {
    pub(super) module: &'s Arc<Module>,
    pub(super) place: Site,
    pub(super) locals: Option<&'s Local<'s, Inferred>>,
    facts: Option<&'s Facts<'s>>,
    /// The meaning of `super`.
    pub(super) replaced: Option<Replaced<'s>>,
}

/// Paths that are there, by [`path_of`].
struct Facts<'s> {
    paths: &'s [String],
    next: Option<&'s Facts<'s>>,
}

impl<'s> TypeScope<'s> {
    pub(super) fn new(module: &'s Arc<Module>, place: Site) -> TypeScope<'s> {
        TypeScope { module, place, locals: None, facts: None, replaced: None }
    }

    /// The scope in which `super` is `replaced`.
    pub(super) fn replacing(self, replaced: Option<Replaced<'s>>) -> TypeScope<'s> {
        TypeScope { replaced, ..self }
    }

    /// The scope of a piece of a lint statement, with the variables of its loops.
    pub(super) fn in_piece(&self, piece: &'s Definition<ast::Lint>) -> TypeScope<'s> {
        TypeScope { module: &piece.module, replaced: Replaced::in_lint(piece), ..*self }
    }

    pub(super) fn bind(&self, name: &'s Arc<str>, known: Inferred) -> Local<'s, Inferred> {
        Local { name, known, next: self.locals }
    }

    pub(super) fn with<'t>(&self, local: &'t Local<'t, Inferred>) -> TypeScope<'t>
    where
        's: 't,
    {
        TypeScope { locals: Some(local), ..*self }
    }

    pub(super) fn local(&self, name: &str) -> Option<&'s Inferred> {
        Local::find(self.locals, name)
    }

    /// Goes on where `paths` are there.
    pub(super) fn narrowed<T>(&self, paths: &[String], then: impl FnOnce(&TypeScope<'_>) -> T) -> T {
        if paths.is_empty() {
            return then(self);
        }
        let facts = Facts { paths, next: self.facts };
        then(&TypeScope { facts: Some(&facts), ..*self })
    }

    /// Returns true if the value at the path is known to exist.
    pub(super) fn is_there(&self, path: &str) -> bool {
        let mut facts = self.facts;
        while let Some(known) = facts {
            if known.paths.iter().any(|known| known == path) {
                return true;
            }
            facts = known.next;
        }
        false
    }
}

/// An expression whose presence can be tested, as a text that is the same for the same path: names, fields, positions, and
/// what `text` and `object` take of one.
pub(super) fn path_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Field { base, name, .. } => Some(format!("{}.{}", path_of(base)?, name.text)),
        ExprKind::Index { base, index, .. } => match &index.kind {
            ExprKind::Int(at) => Some(format!("{}[{at}]", path_of(base)?)),
            _ => Some(format!("{}[{}]", path_of(base)?, path_of(index)?)),
        },
        ExprKind::Unwrap(base) => path_of(base),
        ExprKind::Call { callee, args } => match (&callee.kind, args.as_slice()) {
            (ExprKind::Name(name), [arg]) if matches!(&**name, "text" | "object") => {
                Some(format!("{name}({})", path_of(&arg.value)?))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The path of `expr` and those that must be there for it to be.
pub(super) fn paths_to(expr: &Expr) -> Vec<String> {
    let mut paths = Vec::new();
    let mut next = Some(expr);
    while let Some(expr) = next {
        paths.extend(path_of(expr));
        next = match &expr.kind {
            ExprKind::Field { base, .. } | ExprKind::Index { base, .. } | ExprKind::Unwrap(base) => Some(base),
            ExprKind::Call { args, .. } if path_of(expr).is_some() => args.first().map(|arg| &arg.value),
            _ => None,
        };
    }
    paths
}
