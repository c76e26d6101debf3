//! The objects that an environment emits: what reads them, picks some of them, and changes them.

use std::sync::Arc;

use super::checker::Checker;
use super::expect::Want;
use super::graph::Node;
use super::inferred::Inferred;
use super::scope::TypeScope;
use crate::hir::Site;
use crate::library::{Definition, Module};
use crate::types::Type;
use relc_syntax::ast::{self, Expr, TypeExpr};
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

impl Checker<'_> {
    /// `v.tracked`: what a version's statements emit leads to it.
    pub(super) fn tracked(&mut self, span: Span) -> Inferred {
        let plan = self.plan;
        self.once(Node::Tracked, span, |this| {
            for emit in plan.iter().flat_map(|plan| &plan.version.emits) {
                let scope = TypeScope::new(&emit.definition.module, Site::Version);
                for value in &emit.definition.item.values {
                    this.infer(value, &scope);
                }
            }
            let members = plan.iter().flat_map(|plan| [(&plan.version, Site::Version), (&plan.body, Site::Body)]);
            for (mutation, site) in members.flat_map(|(members, site)| members.mutations.iter().map(move |m| (m, site)))
            {
                this.mutated(mutation, site);
            }
            Inferred::now(Type::list(Type::Manifest))
        })
    }

    /// `release.objects`: what all statements emit leads to it.
    pub(super) fn objects(&mut self, span: Span) -> Inferred {
        let plan = self.plan;
        self.once(Node::Objects, span, |this| {
            this.tracked(span);
            for emit in plan.iter().flat_map(|plan| &plan.body.emits) {
                let scope = TypeScope::new(&emit.definition.module, Site::Body);
                for value in &emit.definition.item.values {
                    this.infer(value, &scope);
                }
            }
            Inferred::now(Type::list(Type::Manifest))
        })
    }

    /// The object that a mutation yields, which must be one of its type.
    pub(super) fn mutated(&mut self, mutation: &Definition<ast::Mutate>, site: Site) -> Inferred {
        let item = &mutation.item;
        let scope = TypeScope::new(&mutation.module, site);
        let ty = self.object_type(&item.ty, &mutation.module);
        self.fresh(&item.name, &scope);
        let local = scope.bind(&item.name.text, Inferred::now(ty.clone()));
        self.rooted(&item.name.text, |this| this.check(&item.value, &Want::new(ty, false), &scope.with(&local)))
    }

    /// The type of a loop's variable that picks the objects of one kind among those of the type `element`.
    pub(super) fn picked(&mut self, written: &TypeExpr, element: &Type, iter: &Expr, scope: &TypeScope<'_>) -> Type {
        let ty = self.object_type(written, scope.module);
        if matches!(element, Type::Manifest | Type::Error) || matches!(ty, Type::Error) {
            return ty;
        }
        let message = format!("a loop with a type picks from manifests, and {} has {element}", self.shown(iter.span));
        self.report(Diagnostic::error(Code::WrongType, written.span, message).help("remove the type"));
        ty
    }

    /// The type of manifests that a loop picks or a mutation changes: a kind, several, or `Manifest`.
    pub(super) fn object_type(&mut self, written: &TypeExpr, module: &Arc<Module>) -> Type {
        fn is_objects(ty: &Type) -> bool {
            match ty {
                Type::Schema(kind) => kind.is_root(),
                Type::Union(branches) => branches.iter().all(is_objects),
                _ => matches!(ty, Type::Manifest | Type::Error),
            }
        }
        let ty = self.ty(written, module).ty;
        if is_objects(&ty) {
            return ty;
        }
        let message = format!("expected a kind of manifests, and this is {ty}");
        let error = Diagnostic::error(Code::WrongType, written.span, message);
        self.report(error.help("write a kind, such as `kube.Deployment`, or `Manifest` for all of them"));
        Type::Error
    }
}
