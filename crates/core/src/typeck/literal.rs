//! Objects and lists as they are written, with their guards, spreads and loops.

use std::sync::Arc;

use super::assignable::{Literal, branches_for, is_open, least_needed};
use super::checker::Checker;
use super::expect::Want;
use super::inferred::{Inferred, OptionalOf, Stage, field_type, join, map_value};
use super::list_builder::{ALWAYS, Build, Guarding, ListBuilder};
use super::messages::{few_elements, suggest};
use super::scope::TypeScope;
use crate::types::written::{element_type, field_names};
use crate::types::{RecordField, Type, quoted};
use relc_schema::Node;
use relc_syntax::ast::{Element, Entry, Expr, Guard, GuardBody, GuardHead, Key, Name};
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::serialize::Lazy;
use relc_syntax::source::Span;

type Body<'b, 'c> = dyn FnMut(&mut Checker<'c>, Guarding, &Expr, &TypeScope<'_>) + 'b;

impl<'c> Checker<'c> {
    /// `Kind { … }`: its `apiVersion` and `kind` are filled in.
    pub(super) fn kind_literal(
        &mut self,
        entries: &[Entry],
        span: Span,
        want: &Want,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let mut build = Build::default();
        for key in ["apiVersion", "kind"] {
            build.fields.push(RecordField { name: key.into(), ty: Type::STRING, span });
        }
        for entry in entries {
            if let Entry::Pair { key: Key::Plain(name), .. } = entry
                && matches!(&*name.text, "apiVersion" | "kind")
            {
                let message = format!("`{}` is already set by the type before the braces", name.text);
                let error = Diagnostic::error(Code::DuplicateKey, name.span, message);
                self.report(error.help("remove it"));
            }
        }
        self.entries(entries, Some((&want.ty, want.run)), scope, &mut build);
        self.finish_object(build, &want.ty, span)
    }

    pub(super) fn object(
        &mut self,
        entries: &[Entry],
        span: Span,
        want: Option<&Want>,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let mut build = Build::default();
        let Some(want) = want else {
            self.entries(entries, None, scope, &mut build);
            return build.known();
        };
        let known = match self.target(entries, span, want) {
            Target::Inferred(ty) => {
                self.entries(entries, Some((&ty, want.run)), scope, &mut build);
                self.finish_object(build, &ty, span)
            }
            Target::Open => {
                self.entries(entries, None, scope, &mut build);
                build.known()
            }
            Target::None => Inferred::error(),
        };
        self.allowed(known, want, span)
    }

    /// The literal, unless something in it is known to the controller only and must not be.
    fn allowed(&mut self, known: Inferred, want: &Want, span: Span) -> Inferred {
        if known.stage == Stage::Now || want.run {
            return known;
        }
        self.report(super::messages::run_value(&self.shown(span), &self.taker(), short(span)))
    }

    /// The branch of the expected type that an object of these keys is meant for.
    fn target(&mut self, entries: &[Entry], span: Span, want: &Want) -> Target {
        let mut branches = branches_for(&want.ty, Literal::Object);
        let has_all = |ty: &Type| {
            map_value(ty).is_some()
                || entries.iter().all(|entry| match entry {
                    Entry::Pair { key: Key::Plain(name), .. } | Entry::Shorthand(name) => {
                        field_type(ty, &name.text).is_some()
                    }
                    Entry::Pair { key: Key::Computed(_), .. } | Entry::Spread(_) | Entry::Guard(_) => true,
                })
        };
        let at = branches.iter().position(has_all).unwrap_or(0);
        if branches.is_empty() {
            let message = format!("{} takes {}, and this is an object", self.taker(), want.ty.present());
            self.report(Diagnostic::error(Code::WrongType, self.whole_span(span), message));
            return Target::None;
        }
        match branches.swap_remove(at) {
            Type::Any | Type::Error => Target::Open,
            Type::Manifest => {
                let message = "this object has no kind, which a manifest needs";
                let error = Diagnostic::error(Code::WrongType, short(span), message);
                self.report(error.help(kind_help(entries)));
                Target::None
            }
            ty => Target::Inferred(ty),
        }
    }

    /// Returns the span of an object or list to report as a whole: all of it on one line, otherwise its opening bracket.
    fn whole_span(&self, span: Span) -> Span {
        if self.sources.text(span).contains('\n') { short(span) } else { span }
    }

    fn entries(&mut self, entries: &[Entry], want: Option<(&Type, bool)>, scope: &TypeScope<'_>, build: &mut Build) {
        for entry in entries {
            match entry {
                Entry::Pair { key: Key::Plain(name), value, .. } => {
                    self.hole_in_key(name, scope);
                    self.pair(name, value, want, scope, build);
                }
                Entry::Pair { key: Key::Computed(key), value, .. } => self.computed(key, value, want, scope, build),
                Entry::Shorthand(name) => {
                    let value =
                        Expr { kind: relc_syntax::ast::ExprKind::Name(Arc::clone(&name.text)), span: name.span };
                    self.pair(name, &value, want, scope, build);
                }
                Entry::Spread(value) => {
                    let known = self.whole(value, want, scope);
                    build.spread(&known, ALWAYS);
                }
                Entry::Guard(guard) => {
                    self.guard(guard, ALWAYS, scope, &mut |this, guarding, body, scope| {
                        let known = this.whole(body, want, scope);
                        build.spread(&known, guarding);
                    });
                }
            }
        }
    }

    /// Checks a spread value or the body of a guard: an object of the same names and types, in which nothing is required.
    fn whole(&mut self, value: &Expr, want: Option<(&Type, bool)>, scope: &TypeScope<'_>) -> Inferred {
        let known = match want {
            Some((ty, run)) => {
                let part = match ty {
                    Type::Partial(_) | Type::Map(_) => ty.clone(),
                    ty => Type::Partial(Arc::new(ty.clone())),
                };
                self.check(value, &Want::new(part.optional_of(), run), scope)
            }
            None => self.infer(value, scope),
        };
        let ty = known.ty.present();
        if matches!(ty, Type::Error | Type::Any) || super::inferred::is_object(ty) {
            return known;
        }
        let message = format!("expected an object, and {} is {ty}", self.shown(value.span));
        self.report(Diagnostic::error(Code::WrongType, value.span, message))
    }

    fn pair(
        &mut self,
        key: &Name,
        value: &Expr,
        want: Option<(&Type, bool)>,
        scope: &TypeScope<'_>,
        build: &mut Build,
    ) {
        if let Some(first) = build.written.iter().find(|known| known.text == key.text) {
            let message = format!("`{}` is set twice", key.text);
            let error = Diagnostic::error(Code::DuplicateKey, key.span, message);
            self.report(error.related(first.span, "first set here").help("remove one of them"));
            return;
        }
        build.written.push(key.clone());
        let known = match want {
            None => self.infer(value, scope),
            Some((ty, run)) => match self.field_wanted(ty, key, value, scope) {
                Some(field) => {
                    self.path.push(step(&key.text));
                    let known = self.check(value, &Want::new(field, run), scope);
                    self.path.pop();
                    known
                }
                None => {
                    build.unknown.push(key.clone());
                    return;
                }
            },
        };
        let removes = matches!(value.kind, relc_syntax::ast::ExprKind::Null);
        build.put(key, known, removes);
    }

    /// The type of the value under `key`; says so where there is none.
    fn field_wanted(&mut self, ty: &Type, key: &Name, value: &Expr, scope: &TypeScope<'_>) -> Option<Type> {
        if let Some(value) = map_value(ty) {
            return Some(value.optional_of());
        }
        if let Some(field) = field_type(ty, &key.text) {
            return Some(field);
        }
        if is_open(ty) {
            return Some(Type::Any.optional_of());
        }
        let error = self.unknown_key(ty, key);
        self.report(error);
        // What stands there may be wrong in itself.
        self.infer(value, scope);
        None
    }

    fn unknown_key(&self, ty: &Type, key: &Name) -> Diagnostic {
        let place = self.place();
        let of = if place.is_empty() { ty.to_string() } else { format!("`{place}`") };
        let message = format!("{of} has no field `{}`", key.text);
        let error = Diagnostic::error(Code::UnknownKey, key.span, message);
        let known = field_names(ty);
        match nearest(&key.text, known.iter().map(|name| &**name)) {
            Some(near) => suggest(error, &key.text, [near], key.span),
            None if known.len() <= 12 => {
                error.help(format!("its fields are {}", quoted(known.iter().map(|name| &**name))))
            }
            None => error,
        }
    }

    fn computed(
        &mut self,
        key: &Expr,
        value: &Expr,
        want: Option<(&Type, bool)>,
        scope: &TypeScope<'_>,
        build: &mut Build,
    ) {
        let known = self.infer(key, scope);
        let known = self.now_for(known, key.span, "a key");
        if known.ty.is_optional() && !known.is_error() {
            self.report(super::messages::absent_here(&self.shown(key.span), "a key needs a value", key.span));
        } else if super::assignable::fits(&known.ty, &Type::STRING).is_err() {
            let message = format!("a key is a string, and {} is {}", self.shown(key.span), known.ty);
            self.report(Diagnostic::error(Code::WrongType, key.span, message));
        }
        let known = match want {
            None => self.infer(value, scope),
            Some((ty, run)) => match map_value(ty) {
                Some(of) => {
                    self.path.push("[…]".to_owned());
                    let known = self.check(value, &Want::new(of.optional_of(), run), scope);
                    self.path.pop();
                    known
                }
                None => {
                    let message = format!("{} has fixed keys: only a map takes computed ones", self.taker());
                    self.report(Diagnostic::error(Code::InvalidExpression, key.span, message));
                    return;
                }
            },
        };
        build.value(&known);
    }

    /// Reports the keys that a finished literal lacks.
    fn finish_object(&mut self, build: Build, ty: &Type, span: Span) -> Inferred {
        if map_value(ty).is_some() {
            let stage = build.stage.unwrap_or(Stage::Now).inside();
            return Inferred { ty: ty.clone(), stage };
        }
        let mut build = build;
        if matches!(ty, Type::Partial(_)) {
            return build.known();
        }
        self.required(&mut build, ty, span);
        self.groups(&build, ty, span);
        build.rest = build.rest.or_else(|| Some(Type::Partial(Arc::new(ty.clone()))));
        build.known()
    }

    fn required(&mut self, build: &mut Build, ty: &Type, span: Span) {
        let spread = build.rest.clone();
        let mut missing = Vec::new();
        for name in field_names(ty) {
            let needed = field_type(ty, &name).is_some_and(|field| !field.is_optional());
            let given = build.fields.iter_mut().find(|field| field.name == name);
            match given {
                Some(field) if needed && field.ty.is_optional() => {
                    let inner = field.ty.present().clone();
                    field.ty = inner;
                    let place = format!("{}.{name}", self.place());
                    let place = place.trim_start_matches('.');
                    let message = format!("`{place}` is required, and it may be absent here");
                    let at = field.span;
                    self.report(
                        Diagnostic::error(Code::MaybeAbsent, at, message)
                            .help("set it without a condition, or with a default: `… ?? default`"),
                    );
                }
                Some(_) => {}
                // A spread of a part of a kind waits for the finished manifest.
                None if spread.as_ref().is_some_and(|rest| field_type(rest, &name).is_some()) => {}
                None if needed => {
                    let meant = |key: &Name| nearest(&key.text, [&*name]).is_some();
                    // What reads it is not wrong too.
                    build.fields.push(RecordField { name: Arc::clone(&name), ty: Type::Error, span });
                    if !build.unknown.iter().any(meant) {
                        missing.push(name);
                    }
                }
                None => {}
            }
        }
        if let Some(first) = missing.first() {
            let place = self.place();
            let subject = if place.is_empty() { ty.to_string() } else { format!("`{place}`") };
            let message = format!("{subject} needs {}", quoted(missing.iter().map(|name| &**name)));
            let error = Diagnostic::error(Code::MissingField, short(span), message);
            self.report(error.help(format!("add `{first}: …`")));
        }
    }

    /// Keys of which a schema takes one at most, or asks for one at least.
    fn groups(&mut self, build: &Build, ty: &Type, span: Span) {
        let Type::Schema(node) = ty else { return };
        let Node::Object(object) = node.node() else { return };
        let field = |key: &String| build.fields.iter().find(|field| *field.name == **key);
        for group in &object.at_most_one {
            let sure: Vec<&RecordField> =
                group.iter().filter_map(field).filter(|field| !field.ty.is_optional()).collect();
            if let [first, second, ..] = sure.as_slice() {
                let message = format!("{} takes either `{}` or `{}`, not both", self.taker(), first.name, second.name);
                let error = Diagnostic::error(Code::ConflictingKeys, second.span, message);
                self.report(error.related(first.span, "also set here").help("remove one of them"));
            }
        }
        for group in &object.at_least_one {
            if build.rest.is_none() && !group.iter().any(|key| field(key).is_some()) {
                let message = format!("{} needs one of {}", self.taker(), quoted(group.iter().map(String::as_str)));
                self.report(Diagnostic::error(Code::MissingField, short(span), message));
            }
        }
    }

    pub(super) fn list(
        &mut self,
        elements: &[Element],
        span: Span,
        want: Option<&Want>,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let target = match want {
            None => None,
            Some(want) => {
                let mut branches = branches_for(&want.ty, Literal::List);
                if branches.is_empty() {
                    let message = format!("{} takes {}, and this is a list", self.taker(), want.ty.present());
                    return self.report(Diagnostic::error(Code::WrongType, self.whole_span(span), message));
                }
                Some(Want { ty: branches.swap_remove(0), ..want.clone() })
            }
        };
        let of = target.as_ref().and_then(|want| element_type(&want.ty)).filter(|ty| !matches!(ty, Type::Any));
        let element = of.as_ref().zip(target.as_ref()).map(|(ty, want)| Want::new(ty.clone().optional_of(), want.run));
        let whole = of.zip(target.as_ref()).map(|(ty, want)| Want::new(Type::list(ty).optional_of(), want.run));
        let mut made = ListBuilder { element: Type::Error, stage: Stage::Now, least: 0, unknown: false };
        for (at, part) in elements.iter().enumerate() {
            self.path.push(format!("[{at}]"));
            match part {
                Element::Value(value) => {
                    let known = self.one(value, element.as_ref(), scope);
                    made.add(&known, ALWAYS);
                }
                Element::Spread(value) => {
                    self.path.pop();
                    let known = match &whole {
                        Some(whole) => self.check(value, whole, scope),
                        None => self.infer(value, scope),
                    };
                    self.path.push(String::new());
                    self.spread(&known, value, &mut made);
                }
                Element::Guard(guard) => {
                    self.guard(guard, ALWAYS, scope, &mut |this, guarding, body, scope| {
                        let known = this.one(body, element.as_ref(), scope);
                        made.add(&known, guarding);
                    });
                }
            }
            self.path.pop();
        }
        let known = made.known();
        let Some(want) = target else { return known };
        let known = self.allowed(known, &want, span);
        let needs = least_needed(&want.ty);
        if needs > made.least.max(want.sure) && !made.unknown {
            return self.report(few_elements(&self.taker(), needs, short(span)));
        }
        known
    }

    fn one(&mut self, value: &Expr, want: Option<&Want>, scope: &TypeScope<'_>) -> Inferred {
        match want {
            Some(want) => self.check(value, want, scope),
            None => self.infer(value, scope),
        }
    }

    fn spread(&mut self, known: &Inferred, value: &Expr, made: &mut ListBuilder) {
        let ty = known.ty.present();
        let Some(element) = element_type(ty) else {
            if !matches!(ty, Type::Error) {
                let message = format!("expected a list, and {} is {ty}", self.shown(value.span));
                self.report(Diagnostic::error(Code::WrongType, value.span, message));
            }
            made.unknown = true;
            return;
        };
        made.element = join(&made.element, &element);
        made.stage = made.stage.max(known.stage.inside());
        match ty {
            Type::List(list) if !known.ty.is_optional() && known.stage == Stage::Now => match list.least {
                Some(least) => made.least += least,
                None => made.unknown = true,
            },
            Type::List(list) if !known.ty.is_optional() => made.least += list.least.unwrap_or(0),
            _ => made.unknown |= known.stage == Stage::Now,
        }
    }

    /// Goes through what a guard lets through.
    fn guard(&mut self, guard: &Guard, outer: Guarding, scope: &TypeScope<'_>, body: &mut Body<'_, 'c>) {
        self.head(&guard.head, outer, scope, &mut |this, guarding, scope| match &*guard.body {
            GuardBody::Guard(inner) => this.guard(inner, guarding, scope, body),
            GuardBody::Expr(expr) => body(this, guarding, expr, scope),
        });
    }

    /// Goes on behind the head of a guard, with what it binds and tests.
    fn head(
        &mut self,
        head: &GuardHead,
        outer: Guarding,
        scope: &TypeScope<'_>,
        then: &mut dyn FnMut(&mut Self, Guarding, &TypeScope<'_>),
    ) {
        match head {
            GuardHead::If(condition) => {
                let tested = self.condition(condition, scope);
                let guarding = Guarding { stage: outer.stage.max(guarded(tested.stage)), times: Some(0) };
                scope.narrowed(&tested.yes, |scope| then(self, guarding, scope));
            }
            GuardHead::For { vars, ty, iter, condition } => {
                let (first, second, least, stage) = self.iterated(iter, vars.len(), scope);
                let (second, least) = match ty {
                    Some(ty) => (self.picked(ty, &second, iter, scope), Some(0)),
                    None => (second, least),
                };
                let times = outer.times.zip(least).map(|(outer, least)| outer.saturating_mul(least));
                let guarding = Guarding { stage: outer.stage.max(guarded(stage)), times };
                self.with_vars(vars, first, second, scope, &mut |this, scope| match condition {
                    None => then(this, guarding, scope),
                    Some(condition) => {
                        let tested = this.condition(condition, scope);
                        let guarding = Guarding { stage: guarding.stage.max(guarded(tested.stage)), times: Some(0) };
                        scope.narrowed(&tested.yes, |scope| then(this, guarding, scope));
                    }
                });
            }
        }
    }

    /// Goes through the loops of a lint, outermost first.
    pub(super) fn loops(
        &mut self,
        loops: &[Lazy<GuardHead>],
        scope: &TypeScope<'_>,
        then: &mut dyn FnMut(&mut Self, &TypeScope<'_>),
    ) {
        match loops {
            [] => then(self, scope),
            [head, rest @ ..] => self.head(head, ALWAYS, scope, &mut |this, guarding, scope| {
                if guarding.stage != Stage::Now {
                    let span = scope.locals.map_or(Span::new(scope.module.file, 0, 0), |_| loop_span(head));
                    this.report(super::messages::run_value(&this.shown(span), "a lint", span));
                }
                this.loops(rest, scope, then);
            }),
        }
    }

    fn with_vars(
        &mut self,
        vars: &[Name],
        first: Type,
        second: Type,
        scope: &TypeScope<'_>,
        then: &mut dyn FnMut(&mut Self, &TypeScope<'_>),
    ) {
        match vars {
            [one] => {
                self.fresh(one, scope);
                // One variable takes the element of a list, or the key of a map.
                let local = scope.bind(&one.text, Inferred::now(second));
                then(self, &scope.with(&local));
            }
            [one, two, ..] => {
                self.fresh(one, scope);
                let outer = scope.bind(&one.text, Inferred::now(first));
                let scope = scope.with(&outer);
                self.fresh(two, &scope);
                let inner = scope.bind(&two.text, Inferred::now(second));
                then(self, &scope.with(&inner));
            }
            [] => then(self, scope),
        }
    }

    /// Returns the types of a loop's two variables (of a single one, the second), the least number of iterations, and the
    /// stage.
    fn iterated(&mut self, iter: &Expr, vars: usize, scope: &TypeScope<'_>) -> (Type, Type, Option<u64>, Stage) {
        let known = self.infer(iter, scope);
        let known = self.presence(known, iter.span, "for");
        let ty = known.ty.present();
        let index = Type::Int { min: Some(0), max: None };
        match (map_value(ty), element_type(ty)) {
            (Some(value), _) if vars == 1 => {
                let _ = value;
                (Type::STRING, Type::STRING, None, known.stage)
            }
            (Some(value), _) => (Type::STRING, value, None, known.stage),
            (None, Some(element)) => {
                // What is absent has no elements.
                let least = match ty {
                    Type::List(list) if !known.ty.is_optional() => list.least,
                    _ => None,
                };
                (index, element, least, known.stage)
            }
            (None, None) => {
                if !known.is_error() {
                    let message = format!("expected a list or a map after `in`, and {} is {ty}", self.shown(iter.span));
                    self.report(Diagnostic::error(Code::WrongType, iter.span, message));
                }
                (Type::Error, Type::Error, None, Stage::Now)
            }
        }
    }
}

fn loop_span(head: &GuardHead) -> Span {
    match head {
        GuardHead::If(condition) => condition.span,
        GuardHead::For { iter, condition, .. } => condition.as_ref().map_or(iter.span, |condition| condition.span),
    }
}

/// A condition of the controller's guards what is behind it.
fn guarded(stage: Stage) -> Stage {
    if stage == Stage::Now { Stage::Now } else { Stage::Guarded }
}

enum Target {
    /// Fields are looked up there.
    Inferred(Type),
    /// Anything goes.
    Open,
    /// Said already.
    None,
}

/// Returns how to write the kind of an object, before its braces.
fn kind_help(entries: &[Entry]) -> String {
    let kind = entries.iter().find_map(|entry| match entry {
        Entry::Pair { key: Key::Plain(name), value, .. } if &*name.text == "kind" => value.plain_string(),
        _ => None,
    });
    match kind {
        Some(kind) => {
            format!("write its type before the braces: `kube.{kind} {{ … }}`, without `apiVersion` and `kind` in it")
        }
        None => "write its type before the braces, such as `kube.ConfigMap { … }`".to_owned(),
    }
}

/// Returns the span for a diagnostic of a whole literal: its opening bracket.
pub(super) fn short(span: Span) -> Span {
    Span { end: span.end.min(span.start + 1), ..span }
}

/// A key as a step of a path.
fn step(key: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !key.is_empty() && key.chars().all(is_word) { format!(".{key}") } else { format!("[\"{key}\"]") }
}
