//! Names, fields and positions.

use std::sync::Arc;

use super::checker::Checker;
use super::inferred::{Inferred, OptionalOf, Stage, field_type, join, map_value};
use super::messages::{suggest, suggest_as};
use super::scope::TypeScope;
use crate::eval::Function;
use crate::hir::{self, Builtin, Local, ReleaseField, Resolution, SUPER, Site, VersionField, VersionMember};
use crate::library::{Item, Module};
use crate::types::written::{element_type, field_names};
use crate::types::{ListType, Type};
use relc_syntax::ast::{Expr, ExprKind, Name, Statement, StringPart};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::source::Span;

impl<'a> Checker<'a> {
    /// The declarations that an expression in `scope` sees.
    pub(super) fn names<'n>(&self, scope: &TypeScope<'n>) -> hir::Scope<'n>
    where
        'a: 'n,
    {
        hir::Scope::new(scope.module, self.plan, scope.place).replacing(scope.replaced)
    }

    pub(super) fn resolve<'n>(&self, name: &str, scope: &TypeScope<'n>) -> Option<Resolution<'n, &'n Inferred>>
    where
        'a: 'n,
    {
        self.names(scope).resolve(name, scope.local(name))
    }

    /// Returns true if `name` refers to a value.
    pub(super) fn declared(&self, name: &str, scope: &TypeScope<'_>) -> bool {
        self.resolve(name, scope).is_some_and(|found| !matches!(found, Resolution::Unread))
    }

    /// Says it where `name`, which is bound here, is declared around already.
    pub(super) fn fresh(&mut self, name: &Name, scope: &TypeScope<'_>) {
        let first = match self.resolve(&name.text, scope) {
            None | Some(Resolution::Unread | Resolution::Replaced(_)) => return,
            Some(Resolution::Member(_)) => self.plan.and_then(|plan| Some(plan.body.declared(&name.text)?.0)),
            Some(Resolution::Item(item)) => Some(item.name().span),
            Some(Resolution::Local(_) | Resolution::Builtin(_) | Resolution::Library(_)) => None,
        };
        let message = format!("`{}` is already declared in this scope", name.text);
        let error = Diagnostic::error(Code::DuplicateName, name.span, message);
        let error = match first {
            Some(first) => error.related(first, "declared here"),
            None => error,
        };
        self.report(error.help("choose another name"));
    }

    /// Returns the name most similar to `name`.
    pub(super) fn nearest_name(&self, name: &str, scope: &TypeScope<'_>) -> Option<String> {
        let locals = Local::chain(scope.locals).map(|local| local.name);
        nearest(name, locals.chain(self.names(scope).values())).map(str::to_owned)
    }

    /// The bare word `name`.
    pub(super) fn name(&mut self, name: &Arc<str>, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let known = match self.resolve(name, scope) {
            Some(Resolution::Local(known)) => Some(known.clone()),
            Some(Resolution::Builtin(builtin)) => Some(self.builtin(builtin, span, scope)),
            Some(Resolution::Member(_)) => self.body_let(name, span),
            Some(Resolution::Item(_)) => self.file_value(scope.module, name, span),
            Some(Resolution::Replaced(replaced)) => Some(self.replaced(replaced, span, scope)),
            Some(Resolution::Library(_) | Resolution::Unread) | None => None,
        };
        known.unwrap_or_else(|| {
            let error = self.no_value(name, span, scope);
            self.report(error)
        })
    }

    fn builtin(&mut self, builtin: Builtin, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let name = builtin.word();
        let versions =
            |least| Inferred::now(Type::List(Arc::new(ListType { element: Type::Version, least: Some(least) })));
        match (builtin, scope.place) {
            (Builtin::Version | Builtin::Primary, _) => Inferred::now(Type::Version),
            (Builtin::Versions | Builtin::Others, Site::Version) => {
                let message = format!("`{name}` is not available inside `version {{ … }}`");
                let error = Diagnostic::error(Code::UnknownName, span, message);
                self.report(error.help("use it in the body of the environment; the first version is `primary`"))
            }
            (Builtin::Versions, _) => versions(1),
            (Builtin::Others, _) => versions(0),
            (Builtin::Release | Builtin::Settings, _) => {
                let message = format!("`{name}` is not a value by itself");
                let error = Diagnostic::error(Code::InvalidExpression, span, message);
                let field = if name == "release" { "release.name" } else { "settings.namespace" };
                self.report(error.help(format!("write one of its fields, such as `{field}`")))
            }
        }
    }

    /// Why a bare word is no value.
    fn no_value(&self, name: &str, span: Span, scope: &TypeScope<'_>) -> Diagnostic {
        if self.is_fragment(name, scope) || Function::named(name).is_some() && self.nearest_name(name, scope).is_none()
        {
            let message = format!("`{name}` is a fragment or function, not a value");
            let error = Diagnostic::error(Code::InvalidExpression, span, message);
            return match self.is_member(name) {
                true => self.with_prefix(error, name, span),
                false => error.help(format!("call it: `{name}(…)`")),
            };
        }
        if scope.module.imports.contains_key(name) {
            let message = format!("`{name}` is a library, not a value");
            let help = format!("write the name of one of its declarations after it: `{name}.…`");
            return Diagnostic::error(Code::InvalidExpression, span, message).help(help);
        }
        let message = format!("`{name}` refers to nothing");
        let error = Diagnostic::error(Code::UnknownName, span, message);
        if name == SUPER {
            return error.help("`super` is what a declaration after `replace` replaces");
        }
        if name == "v" && scope.place.in_part() {
            let help = "`v` is the current version inside `version { … }`; here, write `[for v in versions: …]`";
            return error.help(help);
        }
        if matches!(name, "version" | "this" | "self") && scope.place == Site::Version {
            return suggest_as(error, "v", span);
        }
        match self.nearest_name(name, scope) {
            Some(near) => suggest(error, name, [near.as_str()], span),
            None if self.is_member(name) => self.with_prefix(error, name, span),
            None => match constant_of(name) {
                Some(meant) => suggest_as(error, meant, span),
                None => error.help(format!("declare it with `let {name} = …`, or write the string `\"{name}\"`")),
            },
        }
    }

    /// Returns true if a version or the settings have it, so that only the prefix is missing.
    fn is_member(&self, name: &str) -> bool {
        self.plan.is_some_and(|plan| plan.settings_slot(name).is_some() || plan.version_slot(name).is_some())
    }

    /// Offers the name with the prefix of what declares it.
    fn with_prefix(&self, error: Diagnostic, name: &str, span: Span) -> Diagnostic {
        let of_version = self.plan.is_some_and(|plan| plan.version_slot(name).is_some());
        suggest_as(error, &format!("{}.{name}", if of_version { "v" } else { "settings" }), span)
    }

    /// Returns true if a call of `name` is a call of a fragment.
    pub(super) fn is_fragment(&self, name: &str, scope: &TypeScope<'_>) -> bool {
        self.names(scope).callee(name, false).is_some()
    }

    /// `base.name`, `base?.name`.
    pub(super) fn field(
        &mut self,
        base: &Expr,
        name: &Name,
        optional: bool,
        span: Span,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        if let ExprKind::Name(word) = &base.kind
            && let Some(known) = self.qualified(word, name, optional, span, scope)
        {
            return known;
        }
        let known = self.infer(base, scope);
        let Some(known) = self.step_base(known, base, optional, name.span) else { return Inferred::error() };
        let may_be_absent = known.ty.is_optional();
        let field = self.field_in(known.ty.present(), name, span, scope);
        if may_be_absent && !field.is_error() { Inferred { ty: field.ty.optional_of(), ..field } } else { field }
    }

    /// Checks the base of a step: its value must be known now, and must exist or be tested.
    fn step_base(&mut self, known: Inferred, base: &Expr, optional: bool, step: Span) -> Option<Inferred> {
        if known.is_error() {
            return None;
        }
        let known = match known.stage {
            Stage::Now => known,
            Stage::Run | Stage::Guarded => {
                let shown = self.shown(base.span);
                let message = format!("{shown} is known only at run time, so that its fields can't be read here");
                self.report(Diagnostic::error(Code::RunTimeValue, base.span, message));
                return None;
            }
        };
        let unknown = matches!(known.ty, Type::Any);
        match (known.ty.is_optional(), optional) {
            (false, true) if !unknown => {
                let mark = Span { start: base.span.end, end: base.span.end + 2, ..base.span };
                let (sign, plain) = if self.sources.text(mark) == "?[" { ("?[", "[") } else { ("?.", ".") };
                let message = format!("{} is always present: `{sign}` has no effect", self.shown(base.span));
                let error = Diagnostic::error(Code::InvalidExpression, step, message);
                self.report(error.help(format!("write `{plain}`")));
                Some(known)
            }
            (true, false) if !in_chain(base) => {
                let error = self.absent_base(base, step);
                self.report(error);
                None
            }
            _ => Some(known),
        }
    }

    /// Reports that `base` may be absent where one of its fields or elements is read.
    fn absent_base(&self, base: &Expr, step: Span) -> Diagnostic {
        let shown = self.shown(base.span);
        let error = Diagnostic::error(Code::MaybeAbsent, base.span, format!("{shown} may be absent"));
        let Some(path) = shown.strip_prefix('`').and_then(|shown| shown.strip_suffix('`')) else {
            return error.help("set a default: `(… ?? default)`");
        };
        if step.start < base.span.end {
            let read = self.sources.text(step);
            return error.help(format!("test it first: `if {path} then {read}`"));
        }
        let dot = Span { start: base.span.end, end: base.span.end + 1, ..base.span };
        let field = self.sources.text(step);
        error
            .help(format!("write `{path}?.{field}`, which may be absent too, or test it first: `if {path} then …`"))
            .fix(Applicability::Unsafe, dot, "?.")
    }

    /// `release.x`, `settings.x`, `library.x`.
    fn qualified(
        &mut self,
        word: &str,
        name: &Name,
        optional: bool,
        span: Span,
        scope: &TypeScope<'_>,
    ) -> Option<Inferred> {
        let found = self.resolve(word, scope)?;
        let always =
            matches!(found, Resolution::Builtin(Builtin::Release | Builtin::Settings) | Resolution::Library(_));
        if always && optional {
            let message = format!("`{word}` is always present: `?.` has no effect");
            let error = Diagnostic::error(Code::InvalidExpression, name.span, message);
            return Some(self.report(error.help("write `.`")));
        }
        Some(match found {
            // That it cannot be imported was said.
            Resolution::Unread => Inferred::error(),
            Resolution::Builtin(Builtin::Release) => self.release_field(name),
            Resolution::Builtin(Builtin::Settings) => match self.setting(&name.text, span) {
                Some(known) => known,
                None => self.unknown_member("the settings have", name, scope),
            },
            Resolution::Library(library) => match self.file_value(library, &name.text, span) {
                Some(known) => known,
                None => {
                    let error = not_in_library(library, word, name);
                    self.report(error)
                }
            },
            Resolution::Builtin(Builtin::Versions | Builtin::Primary | Builtin::Others | Builtin::Version)
            | Resolution::Local(_)
            | Resolution::Member(_)
            | Resolution::Item(_)
            | Resolution::Replaced(_) => return None,
        })
    }

    /// Offers `fixed` in place of `base` and the `name` after it.
    fn instead_of_field(&self, error: Diagnostic, base: &str, name: &Name, help: &str, fixed: String) -> Diagnostic {
        let length = u32::try_from(base.len() + 1).unwrap_or(0);
        let whole = Span { start: name.span.start.saturating_sub(length), ..name.span };
        let is_written = self.sources.text(whole).strip_prefix(base).is_some_and(|rest| rest.starts_with('.'));
        let error = error.help(format!("{help}: `{fixed}`"));
        if is_written { error.fix(Applicability::Unsafe, whole, fixed) } else { error }
    }

    fn release_field(&mut self, name: &Name) -> Inferred {
        if let Some(field) = ReleaseField::of(&name.text) {
            return Inferred::now(match field {
                ReleaseField::Values => Type::Bool,
                ReleaseField::Features => Type::list(Type::STRING),
                ReleaseField::Manifests => Type::manifests(),
                ReleaseField::Objects => return self.objects(name.span),
                ReleaseField::Name | ReleaseField::Namespace | ReleaseField::Strategy => Type::STRING,
            });
        }
        let message = format!("a release has no `{}`", name.text);
        let error = Diagnostic::error(Code::UnknownName, name.span, message);
        let is_setting = self.plan.is_some_and(|plan| plan.settings_slot(&name.text).is_some());
        let error = match nearest(&name.text, ReleaseField::words()) {
            _ if is_setting => {
                let fixed = format!("settings.{}", name.text);
                self.instead_of_field(error, "release", name, "the settings have it", fixed)
            }
            Some(near) => suggest(error, &name.text, [near], name.span),
            None => error.help(format!("it has {}", crate::types::quoted(ReleaseField::words()))),
        };
        self.report(error)
    }

    fn unknown_member(&mut self, whose: &str, name: &Name, scope: &TypeScope<'_>) -> Inferred {
        let plan = self.plan.filter(|_| scope.place.in_part());
        let settings = whose.contains("settings");
        let members = plan.map(|plan| if settings { &plan.settings } else { &plan.version });
        let mut known: Vec<&str> = if settings { Vec::new() } else { VersionField::words().collect() };
        if let Some(members) = members {
            known.extend(members.fields.iter().map(|field| &*field.item.name.text));
            known.extend(members.lets.iter().map(|let_| &**let_.name()));
        }
        let message = format!("{whose} no `{}`", name.text);
        let error = Diagnostic::error(Code::UnknownName, name.span, message);
        let elsewhere = plan.is_some_and(|plan| match settings {
            true => plan.version_slot(&name.text).is_some(),
            false => plan.settings_slot(&name.text).is_some(),
        });
        let error = match (nearest(&name.text, known.iter().copied()), elsewhere) {
            (_, true) if settings => {
                self.instead_of_field(error, "settings", name, "a version has it", format!("v.{}", name.text))
            }
            (_, true) => {
                self.instead_of_field(error, "v", name, "the settings have it", format!("settings.{}", name.text))
            }
            (Some(near), false) => suggest(error, &name.text, [near], name.span),
            (None, false) => error.help(match &declaring_parts(scope.module, &name.text, settings)[..] {
                [] => "declare it as a field or let, or extend the part that does".to_owned(),
                parts => {
                    let parts = crate::types::quoted(parts.iter().map(String::as_str));
                    // Not every environment to which a part is applied extends the part with the field.
                    match scope.module.applied.is_empty() {
                        true => format!("declare it as a field or let, or extend a part that does: {parts}"),
                        false => format!(
                            "read it of an object, `for x: KIND in v.objects`; or, if each environment to which this part is \
                             applied has the field, extend the part that declares it: {parts}"
                        ),
                    }
                }
            }),
        };
        self.report(error)
    }

    fn field_in(&mut self, ty: &Type, name: &Name, span: Span, scope: &TypeScope<'_>) -> Inferred {
        match ty {
            Type::Version => self.version_field(name, span, scope),
            Type::Manifest => self.manifest_field(name),
            Type::Union(branches) => self.union_field(branches, ty, name, span, scope),
            Type::Error => Inferred::error(),
            _ if map_value(ty).is_some() => {
                let message = format!("{ty} has no fields");
                let error = Diagnostic::error(Code::UnknownName, name.span, message);
                self.report(error.help(format!("for a key of the map, write `[\"{}\"]`", name.text)))
            }
            _ => match field_type(ty, &name.text) {
                Some(ty) => Inferred::now(ty),
                None if super::assignable::is_open(ty) => Inferred::now(Type::Any.optional_of()),
                None => {
                    let error = no_field(ty, name);
                    self.report(error)
                }
            },
        }
    }

    fn version_field(&mut self, name: &Name, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let in_part = scope.place.in_part();
        let ty = match hir::version_member(self.plan, &name.text) {
            Some(VersionMember::Builtin(field)) => match field {
                VersionField::Index | VersionField::Weight => Type::Int { min: Some(0), max: None },
                VersionField::Label => Type::STRING.optional_of(),
                VersionField::Primary => Type::Bool,
                VersionField::When => Type::when().optional_of(),
                VersionField::Percent => Type::Number { min: Some(0.0), max: Some(100.0) }.optional_of(),
                VersionField::Objects | VersionField::Tracked if in_part => return self.tracked(span),
                VersionField::Objects | VersionField::Tracked => Type::list(Type::Manifest),
            },
            Some(VersionMember::Declared(_)) | None => {
                let known = if in_part { self.version_member(&name.text, span) } else { None };
                return known.unwrap_or_else(|| self.unknown_member("a version has", name, scope));
            }
        };
        Inferred::now(ty)
    }

    /// Returns the type of a field that every manifest has.
    fn manifest_field(&mut self, name: &Name) -> Inferred {
        if let Some(ty) = field_type(&Type::Manifest, &name.text) {
            return Inferred::now(ty);
        }
        let message = format!("`{}` is not a field of every manifest", name.text);
        let error = Diagnostic::error(Code::UnknownName, name.span, message);
        let error = match nearest(&name.text, ["apiVersion", "kind", "metadata"]) {
            Some(near) => suggest(error, &name.text, [near], name.span),
            None => error.help("to read it, pick the manifests of a kind: `for x: kube.Deployment in release.objects`"),
        };
        self.report(error)
    }

    fn union_field(
        &mut self,
        branches: &[Type],
        ty: &Type,
        name: &Name,
        span: Span,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let mut all: Option<Type> = None;
        let mut lacking = false;
        for branch in branches {
            if field_type(branch.present(), &name.text).is_none() {
                lacking = true;
                continue;
            }
            let field = self.quietly(|this| this.field_in(branch.present(), name, span, scope)).ty;
            all = Some(all.map_or(field.clone(), |one| join(&one, &field)));
        }
        let objects = branches.iter().all(|branch| super::inferred::is_object(branch.present()));
        match all {
            Some(field) if objects => Inferred::now(if lacking { field.optional_of() } else { field }),
            _ => {
                let error = no_field(ty, name);
                self.report(error)
            }
        }
    }

    /// `base[index]`.
    pub(super) fn index(
        &mut self,
        base: &Expr,
        index: &Expr,
        optional: bool,
        span: Span,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let at = self.infer(index, scope);
        let at = self.now_for(at, index.span, "an index");
        let known = self.infer(base, scope);
        let Some(known) = self.step_base(known, base, optional, span) else { return Inferred::error() };
        let ty = known.ty.present();
        let (element, wanted) = match (map_value(ty), element_type(ty)) {
            (Some(value), _) => (value, Type::STRING),
            (None, Some(element)) => (element, Type::INT),
            (None, None) => {
                let message = format!("{} is {ty}: only lists and maps have an index", self.shown(base.span));
                let error = Diagnostic::error(Code::WrongType, span, message);
                return self.report(match constant(index) {
                    Some(name) => {
                        let fixed = format!("{}.{name}", self.sources.text(base.span));
                        error.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, span, fixed)
                    }
                    None => error,
                });
            }
        };
        if matches!(ty, Type::Any | Type::Error) {
            return Inferred::now(Type::Any.optional_of());
        }
        if super::assignable::fits(&at.ty, &wanted).is_err() {
            let shown = self.shown(index.span);
            let message = format!("{shown} is {}: the index of {} is {wanted}", at.ty, self.shown(base.span));
            return self.report(Diagnostic::error(Code::WrongType, index.span, message));
        }
        Inferred::now(element.optional_of())
    }
}

/// The word that an index is, as a constant.
fn constant(index: &Expr) -> Option<&str> {
    let ExprKind::String(parts) = &index.kind else { return None };
    match parts.as_slice() {
        [StringPart::Text(text)] if text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') => Some(text),
        _ => None,
    }
}

/// Returns true if a chain already has a `?.`, so that each later step may be absent, too.
fn in_chain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Field { base, optional, .. } => *optional || in_chain(base),
        ExprKind::Index { base, optional, .. } => *optional || in_chain(base),
        _ => false,
    }
}

/// Returns the parts of the imported libraries that declare the member `name` of the settings or of a version.
fn declaring_parts(module: &Module, name: &str, settings: bool) -> Vec<String> {
    let declares = |statement: &Statement| match statement {
        Statement::Field(field) => *field.name.text == *name,
        Statement::Let(let_) => *let_.name.text == *name,
        _ => false,
    };
    let has = |statement: &Statement| match statement {
        Statement::Settings(body, _) => settings && body.statements.iter().any(declares),
        Statement::Version(body, _) => !settings && body.statements.iter().any(declares),
        _ => false,
    };
    let mut found = Vec::new();
    for (library, imported) in &module.imports {
        for item in imported.items.values() {
            if let Item::Part(part) = item
                && part.body.statements.iter().any(has)
            {
                found.push(format!("{library}.{}", part.name.text));
            }
        }
    }
    found
}

fn no_field(ty: &Type, name: &Name) -> Diagnostic {
    let message = format!("{} has no field `{}`", ty, name.text);
    let error = Diagnostic::error(Code::UnknownName, name.span, message);
    let known = field_names(ty);
    match nearest(&name.text, known.iter().map(|known| &**known)) {
        Some(near) => suggest(error, &name.text, [near], name.span),
        None if matches!(ty.present(), Type::List(_)) => {
            error.help(format!("read it of each element: `[for x in …: x.{}]`", name.text))
        }
        None if known.is_empty() || known.len() > 12 => error,
        // `v.service.name` of an object.
        None if field_type(ty, "metadata").is_some_and(|metadata| field_type(&metadata, &name.text).is_some()) => {
            let meant = format!("metadata.{}", name.text);
            error.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, name.span, meant)
        }
        None => error.help(format!("its fields are {}", crate::types::quoted(known.iter().map(|known| &**known)))),
    }
}

pub(super) fn not_in_library(library: &Module, word: &str, name: &Name) -> Diagnostic {
    let message = format!("`{word}` has no `{}`", name.text);
    let error = Diagnostic::error(Code::UnknownName, name.span, message);
    match library.items.get(&name.text) {
        Some(Item::Fragment(_)) => {
            let message = format!("`{word}.{}` is a fragment, not a value", name.text);
            Diagnostic::error(Code::InvalidExpression, name.span, message)
                .help(format!("call it: `{word}.{}(…)`", name.text))
        }
        Some(Item::Type(_)) => {
            let message = format!("`{word}.{}` is a type, not a value", name.text);
            Diagnostic::error(Code::InvalidExpression, name.span, message)
                .help(format!("write its fields after it: `{word}.{} {{ … }}`", name.text))
        }
        Some(Item::Part(_) | Item::Environment(_)) => {
            let message = format!("`{word}.{}` is a part, not a value", name.text);
            Diagnostic::error(Code::InvalidExpression, name.span, message)
                .help(format!("extend it: `extends {word}.{}`", name.text))
        }
        Some(Item::Let(_) | Item::Param(_)) | None => {
            suggest(error, &name.text, library.items.keys().map(|key| &**key), name.span)
        }
    }
}

/// Returns the constant that another language writes as `word`.
fn constant_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "yes" | "on" => "true",
        "no" | "off" => "false",
        "nil" | "none" | "undefined" => "null",
        _ => return None,
    })
}
