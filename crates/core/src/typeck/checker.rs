//! The state of a check, and what is known of each name that a file, a part or an environment declares.
//!
//! A declaration is typed when it is first used, without diagnostics: those are reported where the declaration itself is
//! checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::expect::Want;
use super::graph::{Graph, Node};
use super::inferred::{Inferred, OptionalOf, Stage};
use super::scope::TypeScope;
use crate::hir::{Replaced, Site};
use crate::library::{Definition, FragmentDef, Item, LetDef, Module, Plan, Slot};
use crate::types::{RecordType, Type, written};
use relc_schema::SchemaRef;
use relc_syntax::ast::{self, Parameter, TypeExpr};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Sources, Span};

/// The largest nesting of expressions and of what they refer to. Evaluation has the same limit.
const MAX_DEPTH: u32 = 400;

/// Checks the expressions of one file, under one part and strategy.
pub(super) struct Checker<'a> {
    pub(super) sources: &'a Sources,
    /// The file that is checked. What stands elsewhere is checked there.
    file: FileId,
    /// The part or environment at hand with all that it extends; none among a file's own declarations.
    pub(super) plan: Option<&'a Plan>,
    /// The strategies that a release can have here, if the plan is of an environment.
    pub(super) strategies: Option<&'a [String]>,
    /// The kinds that the controller watches.
    pub(super) watched: Vec<SchemaRef>,
    out: Diagnostics,
    /// The number of nested look-ups, in which nothing is reported.
    muted: u32,
    /// The path in a literal: `.spec`, `.containers`, `[0]`.
    pub(super) path: Vec<String>,
    known: BTreeMap<Node, Option<Inferred>>,
    pub(super) graph: Graph,
    /// The declaration that is being typed.
    pub(super) node: Option<Node>,
    /// Parameters of fragments, by their fragment, whose kind `short` reads.
    pub(super) shorts: BTreeSet<(Node, Arc<str>)>,
    depth: u32,
}

impl<'a> Checker<'a> {
    pub(super) fn new(sources: &'a Sources, file: FileId, plan: Option<&'a Plan>) -> Checker<'a> {
        let mut checker = Checker {
            sources,
            file,
            plan,
            strategies: None,
            watched: Vec::new(),
            out: Diagnostics::default(),
            muted: 0,
            path: Vec::new(),
            known: BTreeMap::new(),
            graph: Graph::default(),
            node: None,
            shorts: BTreeSet::new(),
            depth: 0,
        };
        for watch in plan.iter().flat_map(|plan| &plan.environment.watches) {
            let mut ignored = Diagnostics::default();
            if let Type::Schema(kind) = written::resolve(&watch.item.ty, &watch.module, &mut ignored).ty {
                checker.watched.push(kind);
            }
        }
        checker
    }

    pub(super) fn finish(self) -> Diagnostics {
        self.out
    }

    /// Says it, if it is of this file and not said elsewhere.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) -> Inferred {
        if self.muted == 0 && diagnostic.span.file == self.file {
            self.out.push(diagnostic);
        }
        Inferred::error()
    }

    /// Returns the source at `span` if it is short enough for a sentence.
    pub(super) fn shown(&self, span: Span) -> String {
        let text = self.sources.text(span);
        if text.is_empty() || text.contains('\n') || text.chars().count() > 48 {
            "this".to_owned()
        } else {
            format!("`{text}`")
        }
    }

    /// Goes one level deeper, as far as evaluation would.
    pub(super) fn deeper(&mut self, span: Span, then: impl FnOnce(&mut Self) -> Inferred) -> Inferred {
        if self.depth >= MAX_DEPTH {
            let message = "this definition depends on too many others";
            let error = Diagnostic::error(Code::Budget, span, message);
            // It is said even in a look-up: nothing else would say it.
            let muted = std::mem::replace(&mut self.muted, 0);
            let known = self.report(error.help("define it with fewer steps"));
            self.muted = muted;
            return known;
        }
        self.depth += 1;
        let known = then(self);
        self.depth -= 1;
        known
    }

    /// The type as written, said if it cannot be.
    pub(super) fn ty(&mut self, written: &TypeExpr, module: &Arc<Module>) -> Want {
        let mut found = Diagnostics::default();
        let staged = written::resolve(written, module, &mut found);
        for diagnostic in found.into_vec() {
            self.report(diagnostic);
        }
        self.written(written);
        Want::new(staged.ty, staged.run)
    }

    /// Returns the type of `node`, inferred once and without diagnostics. A cycle ends here; it is reported from the
    /// references.
    pub(super) fn once(&mut self, node: Node, span: Span, make: impl FnOnce(&mut Self) -> Inferred) -> Inferred {
        if let Some(from) = &self.node {
            self.graph.add(from, &node, span);
        }
        match self.known.get(&node) {
            Some(Some(known)) => return known.clone(),
            Some(None) => return Inferred::error(),
            None => {}
        }
        self.known.insert(node.clone(), None);
        let known = self.silent(Some(node.clone()), |this| this.deeper(span, make)).bounded();
        self.known.insert(node, Some(known.clone()));
        known
    }

    pub(super) fn silent(&mut self, node: Option<Node>, make: impl FnOnce(&mut Self) -> Inferred) -> Inferred {
        let path = std::mem::take(&mut self.path);
        let before = std::mem::replace(&mut self.node, node);
        self.muted += 1;
        let known = make(self);
        self.muted -= 1;
        self.node = before;
        self.path = path;
        known
    }

    /// Defines `node`, aloud.
    pub(super) fn defining<T>(&mut self, node: Node, make: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.node.replace(node);
        let result = make(self);
        self.node = before;
        result
    }

    /// Goes on with a path of its own, which begins with `root`.
    pub(super) fn rooted<T>(&mut self, root: &str, then: impl FnOnce(&mut Self) -> T) -> T {
        let path = std::mem::replace(&mut self.path, vec![root.to_owned()]);
        let result = then(self);
        self.path = path;
        result
    }

    /// `settings.name`.
    pub(super) fn setting(&mut self, name: &str, span: Span) -> Option<Inferred> {
        let plan = self.plan?;
        Some(match plan.settings_slot(name)? {
            Slot::Field(at) => {
                self.field_of(Node::Settings(name.into()), &plan.settings.fields[at], Site::Settings, span)
            }
            Slot::Let(at) => self.let_of(Node::Settings(name.into()), &plan.settings.lets[at], Site::Settings, span),
            Slot::Fragment(_) => return None,
        })
    }

    /// `v.name`, beside what every version has.
    pub(super) fn version_member(&mut self, name: &str, span: Span) -> Option<Inferred> {
        let plan = self.plan?;
        Some(match plan.version_slot(name)? {
            Slot::Field(at) => self.field_of(Node::Version(name.into()), &plan.version.fields[at], Site::Version, span),
            Slot::Let(at) => self.let_of(Node::Version(name.into()), &plan.version.lets[at], Site::Version, span),
            Slot::Fragment(_) => return None,
        })
    }

    /// The let `name` of the body.
    pub(super) fn body_let(&mut self, name: &str, span: Span) -> Option<Inferred> {
        let plan = self.plan?;
        match plan.body_slot(name)? {
            Slot::Let(at) => Some(self.let_of(Node::Body(name.into()), &plan.body.lets[at], Site::Body, span)),
            Slot::Field(_) | Slot::Fragment(_) => None,
        }
    }

    fn field_of(&mut self, node: Node, field: &Definition<ast::Field>, place: Site, span: Span) -> Inferred {
        self.once(node, span, |this| {
            let want = this.ty(&field.item.ty, &field.module);
            let Some(default) = &field.item.default else { return Inferred::now(want.ty) };
            let scope = TypeScope::new(&field.module, place).replacing(Replaced::in_field(field));
            let known = this.check(default, &want, &scope);
            // A default stands in for what is absent.
            Inferred::now(if known.ty.is_optional() { want.ty.optional_of() } else { want.ty.present().clone() })
        })
    }

    fn let_of(&mut self, node: Node, definition: &LetDef, place: Site, span: Span) -> Inferred {
        self.once(node, span, |this| this.declared_let(definition, place))
    }

    /// Returns the type of a let: its annotation, or the type of its first value, which a `replace` keeps.
    pub(super) fn declared_let(&mut self, definition: &LetDef, place: Site) -> Inferred {
        let declaration = &definition.declaration;
        let annotated = definition.annotation().map(|(ty, module)| this_want(self, ty, module));
        let first = declaration.item.value.as_ref().filter(|_| definition.fill.is_some() && !declaration.item.open);
        let kept = match (&annotated, first) {
            (None, Some(first)) => {
                Some(self.silent(None, |this| this.infer(first, &TypeScope::new(&declaration.module, place))))
            }
            (Some(_), _) | (None, None) => None,
        };
        let value = definition.value().map(|(value, module)| {
            let scope = TypeScope::new(module, place).replacing(Replaced::in_let(definition.effective()));
            match &annotated {
                Some(want) => self.check(value, want, &scope),
                None => self.infer(value, &scope),
            }
        });
        match (annotated, kept, value) {
            // What fills a hole is known as what it is to those who see it; the part with the hole sees its type alone.
            (Some(want), _, Some(value)) if declaration.item.open && definition.fill.is_some() => refined(value, &want),
            (Some(want), _, _) => want.known(),
            (None, Some(kept), _) => kept,
            (None, None, Some(value)) => value,
            (None, None, None) => Inferred::error(),
        }
    }

    /// The result of the fragment `definition` of the body.
    pub(super) fn body_result(&mut self, definition: &FragmentDef, span: Span) -> Inferred {
        let declaration = &definition.declaration;
        let node = Node::Body(Arc::clone(&declaration.item.name.text));
        let effective = definition.effective();
        self.once(node, span, |this| {
            // The signature of the declaration holds.
            let want = declaration.item.ty.as_ref().map(|ty| this.ty(ty, &declaration.module));
            let scope = TypeScope::new(&effective.module, Site::Body).replacing(Replaced::in_fragment(effective));
            let known = this.fragment_body(&effective.item, want.as_ref(), &scope);
            want.map_or(known, |want| want.known())
        })
    }

    /// The value of `super`, in a declaration that replaces another.
    pub(super) fn replaced(&mut self, replaced: Replaced<'_>, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let absent = |this: &mut Self, message: &str, help: String| {
            this.report(Diagnostic::error(Code::InvalidExpression, span, message.to_owned()).help(help))
        };
        match replaced {
            Replaced::Let(let_) => {
                let Some(value) = &let_.item.value else {
                    let help =
                        format!("remove `super`: `{}` is an abstract field without a default", let_.item.name.text);
                    return absent(self, "`super` has no value here", help);
                };
                let scope = TypeScope::new(&let_.module, scope.place).replacing(Replaced::in_let(let_));
                let annotated = let_.chain().filter_map(|known| Some((known.item.ty.as_ref()?, &known.module))).last();
                let want = annotated.map(|(ty, module)| self.ty(ty, module));
                self.deeper(span, |this| match want {
                    Some(want) => {
                        this.quietly(|this| this.check(value, &want, &scope));
                        want.known()
                    }
                    None => this.quietly(|this| this.infer(value, &scope)),
                })
            }
            Replaced::Field(field) => {
                let Some(default) = &field.item.default else {
                    let help = format!("remove `super`: `{}` has no default", field.item.name.text);
                    return absent(self, "`super` has no value here", help);
                };
                let want = self.ty(&field.item.ty, &field.module);
                let scope = TypeScope::new(&field.module, scope.place).replacing(Replaced::in_field(field));
                let known = self.quietly(|this| this.check(default, &want, &scope));
                Inferred::now(if known.ty.is_optional() { want.ty.optional_of() } else { want.ty.present().clone() })
            }
            Replaced::Lint(lint) => match lint.pieces().test.item.test.as_deref() {
                Some(ast::LintTest::Unique(_)) => Inferred::now(Type::STRING.optional_of()),
                Some(ast::LintTest::When(_)) | None => Inferred::now(Type::Bool),
            },
            Replaced::Fragment(fragment) => {
                let params: Vec<&str> = fragment.item.params.iter().map(|param| &*param.name.text).collect();
                let message = format!("`super` is the fragment `{}` here, not a value", fragment.item.name.text);
                absent(self, &message, format!("call it: `super({})`", params.join(", ")))
            }
        }
    }

    /// The result of `super(…)`, in a fragment that replaces another.
    pub(super) fn replaced_result(&mut self, fragment: &Definition<ast::Fragment>, span: Span) -> Inferred {
        if fragment.item.body.is_none() {
            let error = Diagnostic::error(Code::InvalidExpression, span, "`super` has no body here");
            return self.report(error.help(format!("`{}` is an abstract fragment", fragment.item.name.text)));
        }
        let origin = fragment.origin();
        let want = origin.item.ty.as_ref().map(|ty| self.ty(ty, &origin.module));
        let scope = TypeScope::new(&fragment.module, Site::Body).replacing(Replaced::in_fragment(fragment));
        self.deeper(span, |this| {
            let known = this.quietly(|this| this.fragment_body(&fragment.item, want.as_ref(), &scope));
            want.map_or(known, |want| want.known())
        })
    }

    /// The result of the fragment `fragment` of a file.
    pub(super) fn file_result(&mut self, fragment: &ast::Fragment, module: &Arc<Module>, span: Span) -> Inferred {
        self.once(file_node(module, &fragment.name.text), span, |this| {
            let want = fragment.ty.as_ref().map(|ty| this.ty(ty, module));
            let known = this.fragment_body(fragment, want.as_ref(), &TypeScope::new(module, Site::File));
            want.map_or(known, |want| want.known())
        })
    }

    /// Infers the type of a fragment's body for the declared types of its parameters.
    pub(super) fn fragment_body(
        &mut self,
        fragment: &ast::Fragment,
        want: Option<&Want>,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let Some(body) = &fragment.body else { return Inferred::error() };
        self.bind(&fragment.params, scope, &mut |this, scope| match want {
            Some(want) => this.rooted(&fragment.name.text, |this| this.check(body, want, scope)),
            None => this.infer(body, scope),
        })
    }

    /// Binds the parameters one by one, so that a default sees those before it, then goes on with `then`.
    fn bind(
        &mut self,
        params: &[Parameter],
        scope: &TypeScope<'_>,
        then: &mut dyn FnMut(&mut Self, &TypeScope<'_>) -> Inferred,
    ) -> Inferred {
        let [param, rest @ ..] = params else { return then(self, scope) };
        self.fresh(&param.name, scope);
        let want = self.ty(&param.ty, scope.module);
        if let Some(default) = &param.default {
            self.rooted(&param.name.text, |this| this.check(default, &want, scope));
        }
        let local = scope.bind(&param.name.text, want.known());
        self.bind(rest, &scope.with(&local), then)
    }

    /// The let or parameter `name` of `module`.
    pub(super) fn file_value(&mut self, module: &Arc<Module>, name: &Arc<str>, span: Span) -> Option<Inferred> {
        let (ty, value) = match module.items.get(name)? {
            Item::Let(let_) => (let_.ty.as_ref(), let_.value.as_deref()),
            Item::Param(param) => (Some(&param.ty), param.value.as_ref()),
            Item::Type(_) | Item::Fragment(_) | Item::Part(_) | Item::Environment(_) => return None,
        };
        Some(self.once(file_node(module, name), span, |this| {
            let scope = TypeScope::new(module, Site::File);
            let want = ty.map(|ty| this.ty(ty, module));
            let known = value.map(|value| match &want {
                Some(want) => this.check(value, want, &scope),
                None => this.infer(value, &scope),
            });
            want.map(|want| want.known()).or(known).unwrap_or_else(Inferred::error)
        }))
    }

    /// Goes through all that the plan declares, so that every reference is known.
    pub(super) fn cover(&mut self) {
        let Some(plan) = self.plan else { return };
        let here = plan.environment.declaration.item.name.span;
        for (names, look_up) in [
            (names(&plan.settings), Checker::setting as fn(&mut Self, &str, Span) -> Option<Inferred>),
            (names(&plan.version), Checker::version_member),
            (names(&plan.body), Checker::body_let),
        ] {
            for name in names {
                look_up(self, &name, here);
            }
        }
        for fragment in &plan.body.fragments {
            self.body_result(fragment, here);
        }
        self.tracked(here);
    }
}

/// Refines a declared type by that of the value: an object's fields as they are, and the rest as declared.
fn refined(value: Inferred, want: &Want) -> Inferred {
    match &value.ty {
        Type::Record(record) if record.rest.is_none() => {
            let rest = Some(Type::Partial(Arc::new(want.ty.present().clone())));
            let fields = record.fields.clone();
            Inferred { ty: Type::Record(Arc::new(RecordType { fields, rest })), stage: want.known().stage }
        }
        Type::Record(_) => Inferred { ty: value.ty, stage: want.known().stage },
        _ => want.known(),
    }
}

fn names(members: &crate::library::Members) -> Vec<Arc<str>> {
    let fields = members.fields.iter().map(|field| Arc::clone(&field.item.name.text));
    fields.chain(members.lets.iter().map(|let_| Arc::clone(let_.name()))).collect()
}

pub(super) fn file_node(module: &Module, name: &Arc<str>) -> Node {
    Node::File(module.file.0, Arc::clone(&module.name), Arc::clone(name))
}

fn this_want(checker: &mut Checker<'_>, ty: &TypeExpr, module: &Arc<Module>) -> Want {
    checker.ty(ty, module)
}

impl Want {
    /// Returns the inferred type of a value with this declaration.
    pub(super) fn known(&self) -> Inferred {
        Inferred { ty: self.ty.clone(), stage: if self.run { Stage::Run } else { Stage::Now } }
    }
}
