//! The objects that an environment emits: what reads them, picks some of them, and changes them.

use std::sync::Arc;

use super::checker::Checker;
use super::declare::Own;
use super::expect::Want;
use super::graph::Node;
use super::inferred::{Inferred, field_type, kinds, listed};
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

    /// Warns about an object without a namespace where others of the environment have one: it would be in the namespace of whoever applies
    /// it.
    pub(super) fn namespaces(&mut self, own: Own<'_>) {
        let Some(plan) = self.plan else { return };
        let mut is_set = false;
        let mut lacking: Vec<Span> = Vec::new();
        for (members, site) in [(&plan.version, Site::Version), (&plan.body, Site::Body)] {
            for emit in &members.emits {
                let scope = TypeScope::new(&emit.definition.module, site);
                for value in &emit.definition.item.values {
                    match namespaced(&self.quietly(|this| this.infer(value, &scope)).ty) {
                        Some(true) => is_set = true,
                        Some(false) if own.is(&emit.definition) => lacking.push(value.span),
                        Some(false) | None => {}
                    }
                }
            }
        }
        for span in lacking.into_iter().filter(|_| is_set) {
            let message = "this object has no namespace, and others of the environment have one";
            let warning = Diagnostic::warning(Code::InvalidDeclaration, span, message);
            self.report(warning.help("set `namespace` in its metadata, such as `namespace: release.namespace`"));
        }
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

/// Kinds of Kubernetes whose objects are in no namespace.
const WITHOUT_NAMESPACE: &[&str] = &[
    "APIService",
    "CSIDriver",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "DeviceClass",
    "FlowSchema",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "ServiceCIDR",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
];

/// Returns whether the metadata of a manifest, as it is written, has a namespace; `None` if that isn't known, or if objects of the kind
/// have none.
fn namespaced(ty: &Type) -> Option<bool> {
    match ty {
        Type::Optional(inner) => namespaced(inner),
        Type::List(list) => namespaced(&list.element),
        Type::Record(_) => {
            let [kind] = kinds(ty).try_into().ok()?;
            // Of a custom resource it isn't known.
            let is_builtin = !kind.schema().api_version.contains('.') || kind.schema().api_version.contains(".k8s.io/");
            if !is_builtin || WITHOUT_NAMESPACE.contains(&&*kind.schema().kind) {
                return None;
            }
            let metadata = listed(&field_type(ty, "metadata")?);
            let has = |name: &str| metadata.iter().any(|field| &*field.name == name);
            has("name").then(|| has("namespace"))
        }
        _ => None,
    }
}
