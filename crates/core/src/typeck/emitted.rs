//! The objects that an environment emits: what reads them, picks some of them, and changes them.

use std::sync::Arc;

use super::checker::Checker;
use super::declare::Own;
use super::expect::Want;
use super::graph::Node;
use super::inferred::{Inferred, field_type, kinds, listed};
use super::scope::TypeScope;
use crate::hir::Site;
use crate::library::{Definition, Members, Module};
use crate::types::Type;
use relc_syntax::ast::{self, Expr, TypeExpr};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic};
use relc_syntax::source::Span;
use relc_syntax::visit;

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

    /// Warns about a container whose image may be absent, as no cluster accepts it.
    pub(super) fn images(&mut self, own: Own<'_>) {
        let Some(plan) = self.plan else { return };
        if [&plan.settings, &plan.version, &plan.body].iter().any(|members| requires_image(members)) {
            return;
        }
        for (members, site) in [(&plan.version, Site::Version), (&plan.body, Site::Body)] {
            for emit in members.emits.iter().filter(|emit| own.is(&emit.definition)) {
                let scope = TypeScope::new(&emit.definition.module, site);
                for value in &emit.definition.item.values {
                    let known = self.quietly(|this| this.infer(value, &scope));
                    if let Some((places, is_set)) = absent_image(&known.ty) {
                        let here = places.into_iter().rev().find(|place| place.file == own.module.file);
                        let (message, help) = match is_set {
                            true => (
                                "the image of this container can be absent",
                                "require it in `version`: `require v.image \"set the image\"`",
                            ),
                            false => ("this container has no image", "add `image: …`"),
                        };
                        let warning = Diagnostic::warning(Code::MaybeAbsent, here.unwrap_or(value.span), message);
                        self.report(warning.help(help));
                    }
                }
            }
        }
    }

    /// The object that a mutation yields, which must be one of its type.
    pub(super) fn mutated(&mut self, mutation: &Definition<ast::Mutate>, site: Site) -> Inferred {
        let item = &mutation.item;
        let scope = TypeScope::new(&mutation.module, site);
        let ty = self.object_type(&item.ty, &mutation.module);
        self.fresh(&item.name, &scope);
        let local = scope.bind(&item.name.text, Inferred::now(ty.clone()));
        if let ast::ExprKind::If { otherwise: None, .. } = item.value.kind {
            let name = &item.name.text;
            let message = format!("`{name}` needs a value where the condition doesn't hold, too");
            let error = Diagnostic::error(Code::MaybeAbsent, item.value.span, message);
            let error = error.help(format!("add `else {name}`, which doesn't change it"));
            return self.report(error.fix(Applicability::Safe, item.value.span.at_end(), format!(" else {name}")));
        }
        // A mutation of several kinds is one of each: what one of them has, another may lack.
        let Type::Union(kinds) = &ty else {
            return self
                .rooted(&item.name.text, |this| this.check(&item.value, &Want::new(ty, false), &scope.with(&local)));
        };
        let mut yields = Inferred::now(ty.clone());
        for kind in kinds.iter() {
            let local = scope.bind(&item.name.text, Inferred::now(kind.clone()));
            let root = match kind {
                Type::Schema(node) => node.schema().kind.clone(),
                _ => item.name.text.to_string(),
            };
            let of_kind = self
                .rooted(&root, |this| this.check(&item.value, &Want::new(kind.clone(), false), &scope.with(&local)));
            if of_kind.is_error() {
                yields = of_kind;
            }
        }
        yields
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

/// Where Kubernetes' kinds have the specification of a pod.
const POD_SPECS: [&[&str]; 3] =
    [&["spec"], &["spec", "template", "spec"], &["spec", "jobTemplate", "spec", "template", "spec"]];

/// Returns the places of the fields that lead to a container without an image, if a manifest of this type can have one, and whether the
/// container sets it.
fn absent_image(ty: &Type) -> Option<(Vec<Span>, bool)> {
    match ty {
        Type::Optional(inner) => return absent_image(inner),
        Type::List(list) => return absent_image(&list.element),
        _ => {}
    }
    POD_SPECS.iter().find_map(|path| {
        let mut places = Vec::new();
        let mut pod = ty.clone();
        for key in path.iter().chain(&["containers"]) {
            places.extend(listed(&pod).iter().find(|field| *field.name == **key).map(|field| field.span));
            pod = field_type(&pod, key)?.present().clone();
        }
        let Type::List(list) = pod else { return None };
        let fields = listed(&list.element);
        let image = fields.iter().find(|field| &*field.name == "image");
        match image {
            Some(image) if image.ty.is_optional() => places.push(image.span),
            Some(_) => return None,
            // Otherwise it is a container from elsewhere, to which something is added.
            None if matches!(field_type(&list.element, "name"), Some(name) if name.is_optional()) => return None,
            None if fields.is_empty() => return None,
            None => {}
        }
        Some((places, image.is_some()))
    })
}

/// Returns true if a release must meet a requirement that reads an image.
fn requires_image(members: &Members) -> bool {
    let reads = |test: &Expr| {
        let mut found = false;
        visit::walk(test, &mut |expr| {
            found |= matches!(&expr.kind, ast::ExprKind::Field { name, .. } if &*name.text == "image");
        });
        found
    };
    members.requires.iter().any(|require| reads(&require.item.condition))
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
