//! Names, fields and positions.

use std::sync::Arc;

use super::checker::Checker;
use super::inferred::{Inferred, OptionalOf, Stage, field_type, join, map_value};
use super::messages::{absent_here, suggest};
use super::scope::{PartContext, TypeScope};
use crate::library::{Item, Module, Slot};
use crate::types::written::{element_type, field_names};
use crate::types::{ListType, Type};
use relc_schema::builtin_kinds;
use relc_syntax::ast::{Expr, ExprKind, Name};
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::source::Span;

/// The names that stand for the release in a part.
pub(super) const PART_NAMES: &[&str] = &["release", "settings", "versions", "primary", "others"];
/// What every version has.
pub(super) const VERSION_FIELDS: &[&str] = &["index", "label", "primary", "weight", "when", "tracked"];
/// What a release has.
const RELEASE_FIELDS: &[&str] = &["manifests", "name", "namespace", "strategy", "values"];

impl Checker<'_> {
    /// Whether `name` refers to something as a value.
    pub(super) fn declared(&self, name: &str, scope: &TypeScope<'_>) -> bool {
        scope.local(name).is_some()
            || (scope.in_part() && self.is_part_name(name, scope))
            || matches!(scope.module.items.get(name), Some(Item::Let(_) | Item::Param(_) | Item::Fragment(_)))
            || scope.module.imports.contains_key(name)
    }

    fn is_part_name(&self, name: &str, scope: &TypeScope<'_>) -> bool {
        PART_NAMES.contains(&name)
            || (name == "v" && scope.place == PartContext::Version)
            || self.plan.is_some_and(|plan| plan.body_slot(name).is_some())
    }

    /// Says it where `name`, which is bound here, is declared around already.
    pub(super) fn fresh(&mut self, name: &Name, scope: &TypeScope<'_>) {
        if self.declared(&name.text, scope) {
            let message = format!("`{}` is declared already where this stands", name.text);
            let error = Diagnostic::error(Code::DuplicateName, name.span, message);
            let error = match self.place_of(&name.text, scope) {
                Some(first) => error.related(first, "declared here"),
                None => error,
            };
            self.report(error.help("one name means one thing: give this another"));
        }
    }

    fn place_of(&self, name: &str, scope: &TypeScope<'_>) -> Option<Span> {
        let body =
            self.plan.filter(|_| scope.in_part()).and_then(|plan| plan.body.declared(name)).map(|(span, ..)| span);
        body.or_else(|| scope.module.items.get(name).map(|item| item.name().span))
    }

    /// What could have been meant by `name`.
    pub(super) fn nearest_name(&self, name: &str, scope: &TypeScope<'_>) -> Option<String> {
        let mut known: Vec<&str> = scope.locals().map(|local| &**local.name).collect();
        if let Some(plan) = self.plan.filter(|_| scope.in_part()) {
            known.extend(PART_NAMES);
            known.extend(plan.body.lets.iter().map(|let_| &**let_.name()));
        }
        let items = scope.module.items.values();
        known.extend(items.filter(|item| matches!(item, Item::Let(_) | Item::Param(_))).map(|item| &*item.name().text));
        known.extend(scope.module.imports.keys().map(|name| &**name));
        nearest(name, known).map(str::to_owned)
    }

    /// The bare word `name`.
    pub(super) fn name(&mut self, name: &Arc<str>, span: Span, scope: &TypeScope<'_>) -> Inferred {
        if let Some(known) = scope.local(name) {
            return known.clone();
        }
        if scope.in_part()
            && let Some(known) = self.part_name(name, span, scope)
        {
            return known;
        }
        if let Some(known) = self.file_value(scope.module, name, span) {
            return known;
        }
        let error = self.no_value(name, span, scope);
        self.report(error)
    }

    fn part_name(&mut self, name: &str, span: Span, scope: &TypeScope<'_>) -> Option<Inferred> {
        let versions =
            |least| Inferred::now(Type::List(Arc::new(ListType { element: Type::Version, least: Some(least) })));
        match (name, scope.place) {
            ("v", PartContext::Version) => Some(Inferred::now(Type::Version)),
            ("versions" | "others", PartContext::Version) => {
                let message = format!("a version does not see `{name}`: it is defined for each version by itself");
                let error = Diagnostic::error(Code::UnknownName, span, message);
                Some(self.report(error.help("move what needs all versions into the body around")))
            }
            ("versions", _) => Some(versions(1)),
            ("others", _) => Some(versions(0)),
            ("primary", _) => Some(Inferred::now(Type::Version)),
            ("release" | "settings", _) => {
                let message = format!("`{name}` is no value by itself");
                let error = Diagnostic::error(Code::InvalidExpression, span, message);
                Some(self.report(error.help(format!("name one of its fields: `{name}.…`"))))
            }
            _ => self.body_let(name, span),
        }
    }

    /// Why a bare word is no value.
    fn no_value(&self, name: &str, span: Span, scope: &TypeScope<'_>) -> Diagnostic {
        if self.is_fragment(name, scope)
            || crate::eval::FUNCTIONS.contains(&name) && self.nearest_name(name, scope).is_none()
        {
            let message = format!("`{name}` is a fragment or function, which is no value");
            return Diagnostic::error(Code::InvalidExpression, span, message).help(format!("call it: `{name}(…)`"));
        }
        if scope.module.imports.contains_key(name) {
            let message = format!("`{name}` is a library, which is no value");
            let help = format!("name what is in it: `{name}.…`");
            return Diagnostic::error(Code::InvalidExpression, span, message).help(help);
        }
        let message = format!("`{name}` refers to nothing");
        let error = Diagnostic::error(Code::UnknownName, span, message);
        if name == "v" && scope.in_part() {
            return error.help("`v` is the version at hand in `version { … }`; here go through `versions`");
        }
        match self.nearest_name(name, scope) {
            Some(near) => suggest(error, name, [near.as_str()], span),
            None if self.is_member(name) => error.help(self.member_help(name)),
            None => error.help("declare it with `let`, import it, or write a text in quotes"),
        }
    }

    /// Whether a version or the settings have it, so that only the prefix is missing.
    fn is_member(&self, name: &str) -> bool {
        self.plan.is_some_and(|plan| plan.settings_slot(name).is_some() || plan.version_slot(name).is_some())
    }

    fn member_help(&self, name: &str) -> String {
        match self.plan.and_then(|plan| plan.version_slot(name)) {
            Some(_) => format!("a version's field is never bare: `v.{name}`"),
            None => format!("a setting is never bare: `settings.{name}`"),
        }
    }

    /// Whether a call of `name` is of a fragment.
    pub(super) fn is_fragment(&self, name: &str, scope: &TypeScope<'_>) -> bool {
        let of_part = self.plan.filter(|_| scope.in_part()).and_then(|plan| plan.body_slot(name));
        matches!(of_part, Some(Slot::Fragment(_))) || matches!(scope.module.items.get(name), Some(Item::Fragment(_)))
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
            && scope.local(word).is_none()
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

    /// What a step is taken into: it is known now, and there or tested.
    fn step_base(&mut self, known: Inferred, base: &Expr, optional: bool, step: Span) -> Option<Inferred> {
        if known.is_error() {
            return None;
        }
        let known = match known.stage {
            Stage::Now => known,
            Stage::Run | Stage::Guarded => {
                let shown = self.shown(base.span);
                let message = format!("what is in {shown} is known to the controller only; it cannot be looked into");
                self.report(Diagnostic::error(Code::RunTimeValue, base.span, message));
                return None;
            }
        };
        let unknown = matches!(known.ty, Type::Any);
        match (known.ty.is_optional(), optional) {
            (false, true) if !unknown => {
                let message = format!("{} is always there: `?.` asks for nothing", self.shown(base.span));
                let error = Diagnostic::error(Code::InvalidExpression, step, message);
                self.report(error.help("write `.`"));
                Some(known)
            }
            (true, false) if !in_chain(base) => {
                let error = absent_here(&self.shown(base.span), "a step is taken into it", base.span);
                self.report(error.help("write `?.`, and what comes of it may be absent; or give a default with `??`"));
                None
            }
            _ => Some(known),
        }
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
        // That it cannot be imported was said.
        if scope.module.unread.contains(word) && !self.declared(word, scope) {
            return Some(Inferred::error());
        }
        let always = optional && matches!(word, "release" | "settings") && scope.in_part();
        if always || (optional && scope.module.imports.contains_key(word)) {
            let message = format!("`{word}` is always there: `?.` asks for nothing");
            let error = Diagnostic::error(Code::InvalidExpression, name.span, message);
            return Some(self.report(error.help("write `.`")));
        }
        match word {
            "release" if scope.in_part() => return Some(self.release_field(name)),
            "settings" if scope.in_part() => {
                let known = self.setting(&name.text, span);
                return Some(known.unwrap_or_else(|| self.unknown_member("the settings have", name, scope)));
            }
            _ => {}
        }
        let body = self.plan.is_some_and(|plan| scope.in_part() && plan.body_slot(word).is_some());
        let library = scope.module.imports.get(word).filter(|_| !body && !scope.module.items.contains_key(word))?;
        let known = self.file_value(library, &name.text, span);
        Some(known.unwrap_or_else(|| {
            let error = not_in_library(library, word, name);
            self.report(error)
        }))
    }

    fn release_field(&mut self, name: &Name) -> Inferred {
        if RELEASE_FIELDS.contains(&&*name.text) {
            return Inferred::now(match &*name.text {
                "values" => Type::Bool,
                "manifests" => Type::manifests(),
                _ => Type::STRING,
            });
        }
        let message = format!("a release has no `{}`", name.text);
        let error = Diagnostic::error(Code::UnknownName, name.span, message);
        let error = match nearest(&name.text, RELEASE_FIELDS.iter().copied()) {
            Some(near) => suggest(error, &name.text, [near], name.span),
            None => error.help(format!("it has {}", crate::types::quoted(RELEASE_FIELDS.iter().copied()))),
        };
        self.report(error)
    }

    fn unknown_member(&mut self, whose: &str, name: &Name, scope: &TypeScope<'_>) -> Inferred {
        let plan = self.plan.filter(|_| scope.in_part());
        let settings = whose.contains("settings");
        let members = plan.map(|plan| if settings { &plan.settings } else { &plan.version });
        let mut known: Vec<&str> = if settings { Vec::new() } else { VERSION_FIELDS.to_vec() };
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
            (_, true) if settings => error.help(format!("a version has it: `v.{}`", name.text)),
            (_, true) => error.help(format!("the settings have it: `settings.{}`", name.text)),
            (Some(near), false) => suggest(error, &name.text, [near], name.span),
            (None, false) => error.help("declare it as a field or let, or extend the part that does"),
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
                self.report(error.help(format!("look a key up by its text: `[\"{}\"]`", name.text)))
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
        let ty = match &*name.text {
            "index" => Type::Int { min: Some(0), max: None },
            "label" => Type::STRING.optional_of(),
            "primary" => Type::Bool,
            "weight" => Type::Int { min: Some(0), max: None },
            "when" => Type::when().optional_of(),
            "tracked" if scope.in_part() => return self.tracked(span),
            "tracked" => Type::list(Type::Manifest),
            text => {
                let known = if scope.in_part() { self.version_member(text, span) } else { None };
                return known.unwrap_or_else(|| self.unknown_member("a version has", name, scope));
            }
        };
        Inferred::now(ty)
    }

    /// What every manifest has.
    fn manifest_field(&mut self, name: &Name) -> Inferred {
        match &*name.text {
            "apiVersion" | "kind" => Inferred::now(Type::STRING),
            "metadata" => {
                // Every kind has the same.
                let metadata = builtin_kinds().next().and_then(|(api, kind)| relc_schema::builtin(api, kind));
                let metadata = metadata.and_then(|kind| field_type(&Type::Schema(kind), "metadata"));
                Inferred::now(metadata.unwrap_or(Type::Any))
            }
            _ => {
                let message = format!("nothing is known of `{}` in a manifest of any kind", name.text);
                let error = Diagnostic::error(Code::UnknownName, name.span, message);
                let known = ["apiVersion", "kind", "metadata"];
                let error = match nearest(&name.text, known) {
                    Some(near) => suggest(error, &name.text, [near], name.span),
                    None => error.help("every manifest has `apiVersion`, `kind` and `metadata`"),
                };
                self.report(error)
            }
        }
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
    pub(super) fn index(&mut self, base: &Expr, index: &Expr, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let at = self.infer(index, scope);
        let at = self.now_for(at, index.span, "an index");
        let known = self.infer(base, scope);
        let Some(known) = self.step_base(known, base, false, base.span) else { return Inferred::error() };
        let ty = known.ty.present();
        let (element, wanted) = match (map_value(ty), element_type(ty)) {
            (Some(value), _) => (value, Type::STRING),
            (None, Some(element)) => (element, Type::INT),
            (None, None) => {
                let message = format!(
                    "{} is {ty}, and only lists and maps are looked up by position or key",
                    self.shown(base.span)
                );
                return self.report(Diagnostic::error(Code::WrongType, span, message));
            }
        };
        if matches!(ty, Type::Any | Type::Error) {
            return Inferred::now(Type::Any.optional_of());
        }
        if super::assignable::fits(&at.ty, &wanted).is_err() {
            let message = format!(
                "{} is looked up by {wanted}, and {} is {}",
                self.shown(base.span),
                self.shown(index.span),
                at.ty
            );
            return self.report(Diagnostic::error(Code::WrongType, index.span, message));
        }
        Inferred::now(element.optional_of())
    }
}

/// Whether a chain has a `?.` already, so that each later step may be absent too.
fn in_chain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Field { base, optional, .. } => *optional || in_chain(base),
        ExprKind::Index { base, .. } => in_chain(base),
        _ => false,
    }
}

fn no_field(ty: &Type, name: &Name) -> Diagnostic {
    let message = format!("{} has no field `{}`", ty, name.text);
    let error = Diagnostic::error(Code::UnknownName, name.span, message);
    let known = field_names(ty);
    match nearest(&name.text, known.iter().map(|known| &**known)) {
        Some(near) => suggest(error, &name.text, [near], name.span),
        None if known.is_empty() || known.len() > 12 => error,
        None => error.help(format!("its fields are {}", crate::types::quoted(known.iter().map(|known| &**known)))),
    }
}

pub(super) fn not_in_library(library: &Module, word: &str, name: &Name) -> Diagnostic {
    let message = format!("`{word}` has no `{}`", name.text);
    let error = Diagnostic::error(Code::UnknownName, name.span, message);
    match library.items.get(&name.text) {
        Some(Item::Fragment(_)) => {
            let message = format!("`{word}.{}` is a fragment, which is no value", name.text);
            Diagnostic::error(Code::InvalidExpression, name.span, message)
                .help(format!("call it: `{word}.{}(…)`", name.text))
        }
        Some(Item::Part(_) | Item::Environment(_) | Item::Type(_)) => error.help("it is no value there"),
        Some(Item::Let(_) | Item::Param(_)) | None => {
            suggest(error, &name.text, library.items.keys().map(|key| &**key), name.span)
        }
    }
}
