//! Checks the declarations of a file, a part or a strategy.

use std::sync::Arc;

use super::Lets;
use super::assignable::fits;
use super::checker::{Checker, file_node};
use super::expect::Want;
use super::graph::Node;
use super::inferred::{Inferred, OptionalOf, kinds, listed};
use super::messages::suggest;
use super::scope::TypeScope;
use crate::hir::{self, Builtin, Replaced, Resolution, Site, VersionField};
use crate::library::{Definition, EmitDef, FragmentDef, Item, LetDef, Members, Module};
use crate::types::{RecordField, Type, quoted};
use relc_syntax::ast::{self, FieldPlace, Name};
use relc_syntax::diagnostic::{Code, Diagnostic, Severity, nearest};
use relc_syntax::source::Span;

/// The rule about a replacement without fields of what it replaces.
pub const LOSSY: &str = "lossy-replacement";

/// The file and declaration to check: others are checked where they are declared.
#[derive(Clone, Copy)]
pub(super) struct Own<'o> {
    pub(super) module: &'o Arc<Module>,
    pub(super) part: &'o Arc<str>,
    pub(super) kind: Kind,
}

/// The kind of a declaration, which determines if abstract fields may be left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Part,
    Environment,
}

impl Own<'_> {
    pub(super) fn is<T>(&self, definition: &Definition<T>) -> bool {
        definition.part == *self.part && Arc::ptr_eq(&definition.module, self.module)
    }
}

impl Checker<'_> {
    /// A declaration of a file that is no part.
    pub(super) fn item(&mut self, item: &Item, module: &Arc<Module>, lets: Lets) {
        match item {
            Item::Let(_) | Item::Param(_) if lets == Lets::AreValues => {}
            Item::Let(let_) => {
                self.defining(file_node(module, &let_.name.text), |this| {
                    this.value_of(&let_.name, let_.ty.as_ref(), let_.value.as_deref(), module);
                });
            }
            Item::Param(param) => {
                self.defining(file_node(module, &param.name.text), |this| {
                    this.value_of(&param.name, Some(&param.ty), param.value.as_ref(), module);
                });
            }
            Item::Type(alias) => {
                self.ty(&alias.ty, module);
            }
            Item::Fragment(fragment) => {
                let scope = TypeScope::new(module, Site::File);
                self.defining(file_node(module, &fragment.name.text), |this| this.fragment(fragment, fragment, &scope));
            }
            Item::Part(_) | Item::Environment(_) => {}
        }
    }

    fn value_of(&mut self, name: &Name, ty: Option<&ast::TypeExpr>, value: Option<&ast::Expr>, module: &Arc<Module>) {
        let want = ty.map(|ty| self.ty(ty, module));
        let Some(value) = value else { return };
        let scope = TypeScope::new(module, Site::File);
        self.rooted(&name.text, |this| match want {
            Some(want) => this.check(value, &want, &scope),
            None => this.infer(value, &scope),
        });
    }

    /// A fragment's signature and body; `declaration` is where its signature comes from.
    fn fragment(&mut self, fragment: &ast::Fragment, declaration: &ast::Fragment, scope: &TypeScope<'_>) {
        for (at, param) in fragment.params.iter().enumerate() {
            if let Some(first) = fragment.params[..at].iter().find(|first| first.name.text == param.name.text) {
                let message = format!("`{}` is declared twice", param.name.text);
                let error = Diagnostic::error(Code::DuplicateName, param.name.span, message);
                self.report(error.related(first.name.span, "first used here"));
                return;
            }
        }
        if fragment.open && fragment.ty.is_none() {
            self.untyped_hole(&fragment.name, "the type of its result");
        }
        let want = fragment.ty.as_ref().map(|ty| self.ty(ty, scope.module));
        if fragment.body.is_none() && !declaration.open {
            let message = format!("the fragment `{}` has no body", fragment.name.text);
            let error = Diagnostic::error(Code::InvalidDeclaration, fragment.name.span, message);
            self.report(error.help("write it after `=`, or declare it with `open fragment`, so that others define it"));
        }
        if fragment.body.is_some() {
            self.fragment_body(fragment, want.as_ref(), scope);
        } else {
            for param in &fragment.params {
                self.ty(&param.ty, scope.module);
            }
        }
    }

    fn untyped_hole(&mut self, name: &Name, what: &str) {
        let message = format!("the abstract field `{}` does not declare {what}", name.text);
        let error = Diagnostic::error(Code::InvalidDeclaration, name.span, message);
        self.report(error.help("its definitions are checked against the type"));
    }

    /// Checks the declarations of a part or strategy in one of its scopes.
    pub(super) fn members(&mut self, members: &Members, place: Site, own: Own<'_>) {
        for field in members.fields.iter().filter(|field| own.is(field)) {
            self.field_declaration(field, place);
            if let Some(replaced) = &field.replaced {
                self.replaces_field(field, replaced, place);
            }
        }
        for let_ in &members.lets {
            let filled_here = let_.fill.as_ref().is_some_and(|fill| own.is(fill));
            if own.is(&let_.declaration) || filled_here {
                self.let_declaration(let_, place, own);
            }
        }
        for fragment in &members.fragments {
            self.part_fragment(fragment, own);
        }
        for emit in members.emits.iter().filter(|emit| own.is(&emit.definition)) {
            self.emit(emit, place);
        }
        for mutation in members.mutations.iter().filter(|mutation| own.is(mutation)) {
            self.defining(Node::Tracked, |this| this.mutated(mutation, place));
        }
        for require in members.requires.iter().filter(|require| own.is(require)) {
            self.require(require, place);
        }
        for lint in members.lints.iter().filter(|lint| own.is(lint)) {
            self.lint(lint, place);
        }
    }

    fn node(place: Site, name: &Arc<str>) -> Node {
        match place {
            Site::Settings => Node::Settings(Arc::clone(name)),
            Site::Version => Node::Version(Arc::clone(name)),
            Site::Body | Site::File => Node::Body(Arc::clone(name)),
        }
    }

    fn field_declaration(&mut self, field: &Definition<ast::Field>, place: Site) {
        let item = &field.item;
        self.member_name(&item.name, place);
        if place == Site::Settings && (item.headline || item.shared) {
            let word = if item.headline { "headline" } else { "shared" };
            let message = format!("`{word}` is for fields of a version, and `{}` is a setting", item.name.text);
            let error = Diagnostic::error(Code::Misplaced, item.name.span, message);
            self.report(error.help("move the field into `version { … }`, or remove the keyword"));
        }
        if let FieldPlace::At(path) = &item.at
            && path.text.split('.').any(str::is_empty)
        {
            let message = format!("`{}` is not a valid path in values.yaml", path.text);
            let error = Diagnostic::error(Code::InvalidDeclaration, path.span, message);
            self.report(error.help("write keys with dots between them: `at \"metadata.labels\"`"));
        }
        let want = self.ty(&item.ty, &field.module);
        if want.run {
            let message = "a field is set by a release, so `run` is not allowed in its type";
            self.report(Diagnostic::error(Code::Misplaced, item.ty.span, message).help("remove `run`"));
        }
        let Some(default) = &item.default else { return };
        let want = Want::new(want.ty, false);
        let scope = TypeScope::new(&field.module, place).replacing(Replaced::in_field(field));
        self.defining(Self::node(place, &item.name.text), |this| {
            this.rooted(&item.name.text, |this| this.check(default, &want, &scope));
        });
    }

    /// Checks that a field can only have values of the field that it replaces: what reads the field expects those.
    fn replaces_field(&mut self, field: &Definition<ast::Field>, replaced: &Definition<ast::Field>, place: Site) {
        let name = &field.item.name;
        let declared = self.quiet_type(&replaced.item.ty, &replaced.module).ty;
        let expected = if replaced.item.default.is_some() { declared.present().clone() } else { declared };
        let found = match place {
            Site::Settings => self.setting(&name.text, name.span),
            Site::Version => self.version_member(&name.text, name.span),
            Site::Body | Site::File => None,
        };
        let is_wider = |found: &Inferred| fits(&found.ty, &expected).is_err() || exceeds(&found.ty, &expected);
        let Some(found) = found.filter(is_wider) else { return };
        let error = if found.ty.is_optional() && !expected.is_optional() {
            let message = format!("`{}` always has a value, and it could be absent with this type", name.text);
            Diagnostic::error(Code::MaybeAbsent, field.item.ty.span, message).help("set a default, or remove `?`")
        } else {
            let message = match exceeds(&found.ty, &expected) {
                true => format!(
                    "the bounds of `{}` are wider than those that it replaces{}",
                    name.text,
                    bounds(&expected).map_or_else(String::new, |bounds| format!(", `{bounds}`"))
                ),
                false => format!("`{}` is declared as {expected}, and this declares {}", name.text, found.ty),
            };
            let error = Diagnostic::error(Code::WrongType, field.item.ty.span, message);
            error.help("declare the same type or a narrower one")
        };
        self.report(error.related(replaced.item.name.span, format!("declared here, in `{}`", replaced.part)));
    }

    /// A name of the settings or a version, or of a body, that something else has already.
    fn member_name(&mut self, name: &Name, place: Site) {
        let taken = match place {
            Site::Version => VersionField::of(&name.text).is_some(),
            Site::Body => Builtin::of(&name.text).is_some(),
            Site::Settings | Site::File => false,
        };
        if taken {
            let whose = if place == Site::Version { "every version has a" } else { "every part has a" };
            let message = format!("{whose} `{}` already", name.text);
            self.report(Diagnostic::error(Code::DuplicateName, name.span, message).help("choose another name"));
        }
    }

    /// A name of a body that the file around declares too.
    fn body_name(&mut self, name: &Name, module: &Arc<Module>) {
        let message = format!("`{}` is already declared in this scope", name.text);
        let error = Diagnostic::error(Code::DuplicateName, name.span, message);
        let error = match hir::Scope::new(module, None, Site::File).resolve::<()>(&name.text, None) {
            Some(Resolution::Item(item)) => error.related(item.name().span, "declared here"),
            Some(Resolution::Library(_)) => error.help("a library is imported under this name"),
            _ => return,
        };
        self.report(error);
    }

    fn let_declaration(&mut self, definition: &LetDef, place: Site, own: Own<'_>) {
        let declaration = &definition.declaration.item;
        if own.is(&definition.declaration) {
            self.member_name(&declaration.name, place);
            if place == Site::Body {
                self.body_name(&declaration.name, own.module);
            }
            if declaration.open && declaration.ty.is_none() {
                self.untyped_hole(&declaration.name, "its type");
            }
            if !declaration.open && declaration.value.is_none() {
                let message = format!("`{}` has no value", declaration.name.text);
                let error = Diagnostic::error(Code::InvalidDeclaration, declaration.name.span, message);
                self.report(error.help("set it with `=`, or declare it with `open let`, so that others define it"));
            }
        }
        self.defining(Self::node(place, &declaration.name.text), |this| {
            this.rooted(&declaration.name.text, |this| {
                let known = this.declared_let(definition, place);
                this.fill(definition, &known, place);
            });
        });
    }

    /// Checks that a value that fills or replaces another one has its type.
    fn fill(&mut self, definition: &LetDef, known: &Inferred, place: Site) {
        let Some(fill) = &definition.fill else { return };
        if let Some(ty) = &fill.item.ty {
            let own = self.ty(ty, &fill.module);
            if fits(&own.ty, &known.ty).is_err() {
                let name = &fill.item.name.text;
                let message = format!("`{name}` is declared as {}, and this declares {}", known.ty, own.ty);
                let error = Diagnostic::error(Code::WrongType, ty.span, message);
                self.report(error.related(definition.declaration.item.name.span, "declared here"));
                return;
            }
        }
        if definition.declaration.item.ty.is_some() || definition.declaration.item.open {
            return;
        }
        let Some(value) = &fill.item.value else { return };
        // The type of what is replaced was inferred: literals in it are no bounds.
        let scope = TypeScope::new(&fill.module, place).replacing(Replaced::in_let(fill));
        let found = self.quietly(|this| this.infer(value, &scope));
        if let Err(misfit) = fits(&found.ty, &known.ty) {
            let error = self.misfit(&misfit, &found, value.span);
            self.report(error.related(
                definition.declaration.item.name.span,
                "remove the type: a replacement has the type of what it replaces",
            ));
        } else {
            self.loses_fields(definition, fill, known, &found);
        }
    }

    /// Reports a replacement without fields that the replaced object has: what reads them finds nothing.
    fn loses_fields(&mut self, definition: &LetDef, fill: &Definition<ast::Let>, known: &Inferred, found: &Inferred) {
        let new = listed(&found.ty);
        let is_lost = |field: &&RecordField| !new.iter().any(|other| other.name == field.name);
        let old = listed(&known.ty);
        let lost: Vec<&str> = old.iter().filter(is_lost).map(|field| &*field.name).collect();
        if new.is_empty() || lost.is_empty() {
            return;
        }
        let name = &fill.item.name;
        let message = format!("this `{}` lacks {}, which the one that it replaces has", name.text, quoted(lost));
        let error = Diagnostic::lint(LOSSY, Severity::Error, name.span, message);
        let error = error.related(definition.declaration.item.name.span, "declared here");
        self.report(error.help(format!("to keep the rest, write `replace let {} = merge(super, {{ … }})`", name.text)));
    }

    fn part_fragment(&mut self, definition: &FragmentDef, own: Own<'_>) {
        let declaration = &definition.declaration;
        let effective = definition.effective();
        if own.is(declaration) {
            self.member_name(&declaration.item.name, Site::Body);
            self.body_name(&declaration.item.name, own.module);
        } else if !own.is(effective) {
            return;
        }
        let scope = TypeScope::new(&effective.module, Site::Body).replacing(Replaced::in_fragment(effective));
        self.defining(Node::Body(Arc::clone(&declaration.item.name.text)), |this| {
            this.fragment(&effective.item, &declaration.item, &scope);
            if definition.fill.is_some() {
                this.same_signature(definition, &scope);
            }
        });
    }

    /// A fragment that fills or replaces another is called as that one.
    fn same_signature(&mut self, definition: &FragmentDef, scope: &TypeScope<'_>) {
        let (first, fill) = (&definition.declaration, definition.effective());
        let differs = |this: &mut Self, span: Span, message: String| {
            let error = Diagnostic::error(Code::WrongType, span, message);
            this.report(error.related(first.item.name.span, "declared here"));
        };
        let names = |fragment: &ast::Fragment| -> Vec<Arc<str>> {
            fragment.params.iter().map(|param| Arc::clone(&param.name.text)).collect()
        };
        if names(&first.item) != names(&fill.item) {
            let (name, known) = (&fill.item.name, names(&first.item));
            let message = format!("`{}` has other parameters than its declaration", name.text);
            let error =
                Diagnostic::error(Code::WrongType, name.span, message).related(first.item.name.span, "declared here");
            self.report(match known.is_empty() {
                true => error.help("it has no parameters"),
                false => {
                    error.help(format!("its parameters are {}", crate::types::quoted(known.iter().map(|name| &**name))))
                }
            });
            return;
        }
        for (declared, own) in first.item.params.iter().zip(&fill.item.params) {
            let declared_ty = self.ty(&declared.ty, &first.module);
            let own_ty = self.ty(&own.ty, &fill.module);
            if fits(&declared_ty.ty, &own_ty.ty).is_err() || (declared_ty.run && !own_ty.run) {
                let message =
                    format!("`{}` is declared as {}, and this takes {}", own.name.text, declared_ty.ty, own_ty.ty);
                return differs(self, own.ty.span, message);
            }
        }
        let wanted = match &first.item.ty {
            Some(ty) => self.ty(ty, &first.module).known(),
            None => match &first.item.body {
                Some(_) => self
                    .quietly(|this| this.fragment_body(&first.item, None, &TypeScope::new(&first.module, Site::Body))),
                None => return,
            },
        };
        let found = match &fill.item.ty {
            Some(ty) => self.ty(ty, &fill.module).known(),
            None => self.quietly(|this| this.fragment_body(&fill.item, None, scope)),
        };
        if let Err(misfit) = fits(&found.ty, &wanted.ty) {
            let span = fill.item.ty.as_ref().map_or(fill.item.name.span, |ty| ty.span);
            let error = self.misfit(&misfit, &found, span);
            self.report(error.related(first.item.name.span, "declared here"));
        } else if found.stage > wanted.stage {
            self.report(super::messages::run_value("this", &format!("`{}`", fill.item.name.text), fill.item.name.span));
        }
    }

    fn emit(&mut self, emit: &EmitDef, place: Site) {
        let item = &emit.definition.item;
        let scope = TypeScope::new(&emit.definition.module, place);
        let manifest = Type::Union([Type::Manifest, Type::list(Type::Manifest)].into()).optional_of();
        let want = Want::new(manifest, false);
        let word = if emit.track { "track" } else { "emit" };
        for value in &item.values {
            let known = match place {
                Site::Version => {
                    self.defining(Node::Tracked, |this| this.rooted(word, |this| this.check(value, &want, &scope)))
                }
                Site::File | Site::Body | Site::Settings => {
                    self.defining(Node::Objects, |this| this.rooted(word, |this| this.check(value, &want, &scope)))
                }
            };
            if place == Site::Version {
                self.tracking(emit, &known.ty, value.span);
            }
        }
    }

    /// Checks that an emitted object is tracked if its kind is watched, except with `untracked`, and that its kind is
    /// watched if it is tracked.
    fn tracking(&mut self, emit: &EmitDef, ty: &Type, span: Span) {
        let unwatched = kinds(ty).into_iter().find(|kind| !self.watched.contains(kind));
        match (emit.track, unwatched) {
            (true, Some(kind)) => {
                let kind = &kind.schema().kind;
                let message =
                    format!("{} is a {kind}, which is not watched, so that it can't be tracked", self.shown(span));
                let error = Diagnostic::error(Code::Untracked, span, message);
                self.report(error.help(format!("declare `watch NAME {kind}`, or use `emit` instead of `track`")));
            }
            (false, _) if !emit.definition.item.untracked => {
                let Some(kind) = self.is_watched(ty) else { return };
                let kind = &kind.schema().kind;
                let message = format!("{} is a {kind}, which is watched but not tracked", self.shown(span));
                let error = Diagnostic::error(Code::Untracked, span, message);
                self.report(error.help("use `track`, or `emit untracked` if the version doesn't depend on it"));
            }
            (true, None) | (false, _) => {}
        }
    }

    fn require(&mut self, require: &Definition<ast::Require>, place: Site) {
        let scope = TypeScope::new(&require.module, place);
        self.condition_now(&require.item.condition, "`require`", &scope);
        self.message(&require.item.message, &scope);
        if let Some(at) = &require.item.at {
            self.path_expr(at, &scope);
        }
    }

    fn lint(&mut self, lint: &Definition<ast::Lint>, place: Site) {
        let pieces = lint.pieces();
        let scope = TypeScope::new(&pieces.loops.module, place);
        self.loops(&pieces.loops.item.loops, &scope, &mut |this, scope| {
            let there = match pieces.test.item.test.as_deref() {
                Some(ast::LintTest::When(condition)) => {
                    this.condition_now(condition, "`when`", &scope.in_piece(pieces.test)).yes
                }
                Some(ast::LintTest::Unique(text)) => {
                    this.check(text, &Want::new(Type::STRING.optional_of(), false), &scope.in_piece(pieces.test));
                    super::scope::paths_to(text)
                }
                None => Vec::new(),
            };
            if let Some(at) = &pieces.at.item.report.at {
                scope.in_piece(pieces.at).narrowed(&there, |scope| this.path_expr(at, scope));
            }
            scope.in_piece(pieces.report).narrowed(&there, |scope| this.lint_report(&pieces.report.item.report, scope));
        });
    }

    fn lint_report(&mut self, report: &ast::LintReport, scope: &TypeScope<'_>) {
        if let Some(message) = &report.message {
            self.message(message, scope);
        }
        for (at, fix) in report.fixes.iter().enumerate() {
            let path = |fix: &ast::LintFix| self.sources.text(fix.path.span);
            if let Some(first) = report.fixes[..at].iter().find(|first| path(first) == path(fix)) {
                let message = format!("two fixes change `{}`, and only the second has an effect", path(fix));
                let error = Diagnostic::error(Code::InvalidDeclaration, fix.path.span, message);
                self.report(error.related(first.path.span, "first changed here").help("remove one of them"));
                continue;
            }
            let known = self.path_expr(&fix.path, scope);
            if let Some(value) = &fix.value {
                let want = Want::new(known.ty.optional_of(), false);
                let path = self.sources.text(fix.path.span).to_owned();
                self.rooted(&path, |this| this.check(value, &want, scope));
            }
        }
    }

    /// Lets that nothing refers to, and that have nearly the name of a hole: they were meant to fill it.
    pub(super) fn fills_nothing(&mut self, members: &Members, own: Own<'_>, node: fn(Arc<str>) -> Node) {
        let holes = members.lets.iter().filter(|hole| hole.declaration.item.open && hole.fill.is_none());
        let holes: Vec<&LetDef> = holes.filter(|hole| !own.is(&hole.declaration)).collect();
        let names: Vec<&str> = holes.iter().map(|hole| &**hole.name()).collect();
        let lets = members.lets.iter().filter(|let_| own.is(&let_.declaration) && !let_.declaration.item.open);
        for let_ in lets {
            let name = &let_.declaration.item.name;
            let Some(near) = nearest(&name.text, names.iter().copied()) else { continue };
            // In an environment a hole that must be filled is an error of its own.
            let silent =
                holes.iter().any(|hole| &**hole.name() == near && (own.kind == Kind::Part || hole.value().is_some()));
            if silent && !self.graph.is_target(&node(Arc::clone(&name.text))) {
                let message =
                    format!("`{}` is never used, and it doesn't define the abstract field `{near}`", name.text);
                let error = Diagnostic::error(Code::UndefinedAbstractField, name.span, message);
                self.report(suggest(error, &name.text, [near], name.span));
            }
        }
    }

    /// Circles among what is declared, if something of ours is in them.
    pub(super) fn cycles(&mut self, is_own: impl Fn(&Node) -> Option<Span>) {
        for cycle in self.graph.cycles() {
            let Some((at, span)) = cycle.iter().enumerate().find_map(|(at, (node, _))| Some((at, is_own(node)?)))
            else {
                continue;
            };
            let turned: Vec<&(Node, Span)> = cycle[at..].iter().chain(&cycle[..at]).collect();
            let names: Vec<String> = turned.iter().map(|(node, _)| node.to_string()).collect();
            let first = names.first().cloned().unwrap_or_default();
            let message = match names.as_slice() {
                [one] => format!("{one} depends on itself"),
                several => format!("{first} depends on itself: {} → {first}", several.join(" → ")),
            };
            let mut error = Diagnostic::error(Code::Cycle, span, message);
            for (at, (_, place)) in turned.iter().enumerate() {
                let next = &names[(at + 1) % names.len()];
                error = error.related(*place, format!("refers to {next}"));
            }
            self.report(error);
        }
    }
}

/// Returns true if a number of the type `found` may be outside of the bounds of `expected`.
fn exceeds(found: &Type, expected: &Type) -> bool {
    fn outside<T: PartialOrd>(found: [Option<T>; 2], expected: [Option<T>; 2]) -> bool {
        let ([least, most], [from, to]) = (found, expected);
        from.is_some_and(|from| least.is_none_or(|least| least < from))
            || to.is_some_and(|to| most.is_none_or(|most| most > to))
    }
    match (found.present(), expected.present()) {
        (Type::Int { min, max }, Type::Int { min: from, max: to }) => outside([*min, *max], [*from, *to]),
        (Type::Number { min, max }, Type::Number { min: from, max: to }) => outside([*min, *max], [*from, *to]),
        (Type::List(found), Type::List(expected)) => exceeds(&found.element, &expected.element),
        _ => false,
    }
}

/// Returns the bounds of a number as they are written in a type.
fn bounds(ty: &Type) -> Option<String> {
    let (min, max) = match ty.present() {
        Type::Int { min, max } => (min.map(|min| min.to_string()), max.map(|max| max.to_string())),
        Type::Number { min, max } => (min.map(|min| min.to_string()), max.map(|max| max.to_string())),
        _ => return None,
    };
    Some(format!("{}..{}", min.unwrap_or_default(), max.unwrap_or_default()))
}
