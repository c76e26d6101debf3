//! Infers the types of expressions without an expected type.

use std::sync::Arc;

use super::checker::Checker;
use super::expect::{Want, null};
use super::inferred::{Inferred, OptionalOf, Stage, join, kinds};
use super::messages;
use super::scope::TypeScope;
use crate::hir::{Builtin, ReleaseField};
use crate::types::{Type, quoted, written};
use relc_syntax::ast::{BinaryOp, Expr, ExprKind, Name, StringPart, TypeExpr};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::source::Span;

/// Goes on with a branch.
pub(super) type Branch<'b, 'c> = dyn FnMut(&mut Checker<'c>, &Expr, &TypeScope<'_>) -> Inferred + 'b;

impl<'c> Checker<'c> {
    /// Infers the type of `expr`.
    pub(super) fn infer(&mut self, expr: &Expr, scope: &TypeScope<'_>) -> Inferred {
        self.deeper(expr.span, |this| this.inferred(expr, scope))
    }

    fn inferred(&mut self, expr: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let span = expr.span;
        match &expr.kind {
            ExprKind::String(parts) => self.string(parts, expr.span, scope),
            ExprKind::Int(_) => Inferred::now(Type::INT),
            ExprKind::Float(_) => Inferred::now(Type::NUMBER),
            ExprKind::Bool(_) => Inferred::now(Type::Bool),
            ExprKind::Null => null(),
            // What a file holds is known when it is read.
            ExprKind::File(_) => Inferred::now(Type::Any),
            ExprKind::Error => Inferred::error(),
            ExprKind::Name(name) => {
                let known = self.name(name, span, scope);
                narrow(known, expr, scope)
            }
            ExprKind::Field { base, name, optional } => {
                let known = self.field(base, name, *optional, span, scope);
                narrow(known, expr, scope)
            }
            ExprKind::Index { base, index, optional } => {
                let known = self.index(base, index, *optional, span, scope);
                narrow(known, expr, scope)
            }
            ExprKind::Call { callee, args } => {
                let known = self.call(callee, args, span, scope);
                narrow(known, expr, scope)
            }
            ExprKind::Unwrap(base) => self.unwrap(base, span, scope),
            ExprKind::If { condition, then, otherwise } => self.branches(
                condition,
                then,
                otherwise.as_deref().map(|lazy| &**lazy),
                scope,
                &mut |this, expr, scope| this.infer(expr, scope),
            ),
            ExprKind::Fail { message, at } => {
                self.message(message, scope);
                if let Some(at) = at {
                    self.path_expr(at, scope);
                }
                Inferred::error()
            }
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right } => {
                let left_known = self.infer(left, scope);
                let left_known = self.defaulted(left_known, left);
                let right = self.infer(right, scope);
                let ty = join(left_known.ty.present(), &right.ty);
                Inferred { ty, stage: left_known.stage.max(right.stage) }
            }
            ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } | ExprKind::Not(_) => {
                let condition = self.condition(expr, scope);
                Inferred { ty: Type::Bool, stage: condition.stage }
            }
            ExprKind::Binary { op, left, right } => self.compare(*op, left, right, span, scope),
            ExprKind::Case { subject, arms } => {
                self.case(subject, arms, span, scope, &mut |this, arm, scope| this.infer(arm, scope))
            }
            ExprKind::Typed { ty, object } => self.typed(ty, object, true, scope),
            ExprKind::Object(entries) => self.object(entries, span, None, scope),
            ExprKind::List(elements) => self.list(elements, span, None, scope),
        }
    }

    /// The message of a `require`, `fail` or `lint`.
    pub(super) fn message(&mut self, message: &Expr, scope: &TypeScope<'_>) {
        self.rooted("", |this| this.check(message, &Want::new(Type::STRING, false), scope));
    }

    /// The path behind `at`: where something is said.
    pub(super) fn path_expr(&mut self, at: &Expr, scope: &TypeScope<'_>) -> Inferred {
        match &at.kind {
            ExprKind::Name(_) | ExprKind::Field { .. } | ExprKind::Index { .. } | ExprKind::Error => {
                self.infer(at, scope)
            }
            _ => {
                let message = format!("{} is not a path", self.shown(at.span));
                let error = Diagnostic::error(Code::InvalidExpression, at.span, message);
                self.report(error.help("`at` takes a field such as `v.image` or `settings.gateway`"))
            }
        }
    }

    fn string(&mut self, parts: &[StringPart], span: Span, scope: &TypeScope<'_>) -> Inferred {
        let mut stage = Stage::Now;
        for part in parts {
            let hole = match part {
                StringPart::Hole(hole) => hole,
                StringPart::Text(text) if text.contains("{{") => {
                    self.double_braces(span, scope);
                    continue;
                }
                StringPart::Text(_) => continue,
            };
            self.dollar(hole.span);
            let known = self.hole(hole, scope);
            let known = self.presence_for(known, hole.span, "a string");
            stage = stage.max(known.stage);
            if known.ty.is_optional() {
                let error =
                    messages::absent_here(&self.shown(hole.span), "this interpolation needs a value", hole.span);
                self.report(error);
            } else if !is_scalar(&known.ty) {
                let message = format!(
                    "an interpolation takes a string or a number, but {} is {}",
                    self.shown(hole.span),
                    known.ty
                );
                self.report(Diagnostic::error(Code::WrongType, hole.span, message));
            }
        }
        Inferred { ty: Type::STRING, stage }
    }

    /// Reports a `$` right before an interpolation: it is a part of the string.
    fn dollar(&mut self, hole: Span) {
        let before = self.sources.file(hole.file).text().get(..hole.start as usize).unwrap_or("");
        let Some(rest) = before.trim_end_matches('{').strip_suffix('$') else { return };
        let start = u32::try_from(rest.len()).unwrap_or(hole.start);
        let mark = Span { start, end: start + 1, ..hole };
        let shown = self.sources.text(hole).trim_matches(['{', '}']).to_owned();
        let message = format!("the `$` before `{{{shown}}}` is a part of the string");
        let warning = Diagnostic::warning(Code::InvalidString, mark, message);
        self.report(warning.help(format!("write `{{{shown}}}`")).fix(Applicability::Unsafe, mark, ""));
    }

    /// Reports `{name}` in a key, where an interpolation is meant.
    pub(super) fn hole_in_key(&mut self, key: &Name, scope: &TypeScope<'_>) {
        let Some((_, rest)) = key.text.split_once('{') else { return };
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
        let text = self.sources.text(key.span).to_owned();
        if !rest.contains('}') || text.contains("\\{") || !self.declared(&name, scope) {
            return;
        }
        let message = format!("{text} is a key as it is written, without an interpolation");
        let warning = Diagnostic::warning(Code::InvalidString, key.span, message);
        let fixed = format!("[{text}]");
        self.report(warning.help(format!("write `{fixed}: …`, or `\\{{` for a brace")).fix(
            Applicability::Unsafe,
            key.span,
            fixed,
        ));
    }

    /// Reports `{{ name }}` in the string at `span`, where an interpolation is meant.
    fn double_braces(&mut self, span: Span, scope: &TypeScope<'_>) {
        let text = self.sources.text(span).to_owned();
        let mut from = 0;
        while let Some(open) = text[from..].find("{{").map(|at| from + at) {
            let Some(close) = text[open..].find("}}").map(|at| open + at) else { return };
            let (path, start) = (text[open + 2..close].trim(), span.start + u32::try_from(open).unwrap_or(0));
            let name = path.split('.').next().unwrap_or("");
            let is_path = !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
            if is_path && self.declared(name, scope) {
                let at = Span { start, end: start + u32::try_from(close + 2 - open).unwrap_or(0), ..span };
                let message =
                    format!("`{}` is not an interpolation: it has one brace on each side", self.sources.text(at));
                let (warning, fixed) = (Diagnostic::warning(Code::InvalidString, at, message), format!("{{{path}}}"));
                self.report(warning.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, at, fixed));
            }
            from = close + 2;
        }
    }

    /// A hole that begins with an unknown name may have been meant as text.
    fn hole(&mut self, hole: &Expr, scope: &TypeScope<'_>) -> Inferred {
        if let ExprKind::Name(name) = &hole.kind
            && !self.declared(name, scope)
        {
            let near = self.nearest_name(name, scope);
            let message = format!("`\"{{{name}}}\"` refers to nothing");
            let help = match near {
                Some(near) => format!("did you mean `{{{near}}}`? For a literal brace, write `\\{{{name}}}`"),
                None => format!(
                    "declare it with `let {name} = …` or `param {name}: string`; for a literal brace, write `\\{{{name}}}`"
                ),
            };
            return self.report(Diagnostic::error(Code::UnknownName, hole.span, message).help(help));
        }
        self.infer(hole, scope)
    }

    fn unwrap(&mut self, base: &Expr, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(base, scope);
        let known = self.presence(known, base.span, "!");
        if known.is_error() || matches!(known.ty, Type::Any) {
            return known;
        }
        if !known.ty.is_optional() {
            let message = format!("{} is always present: `!` has no effect", self.shown(base.span));
            return self.report(Diagnostic::error(Code::InvalidExpression, span, message).help("remove the `!`"));
        }
        Inferred { ty: known.ty.present().clone(), stage: known.stage }
    }

    /// Checks the left side of `??`: it must possibly be absent, which must be known now.
    pub(super) fn defaulted(&mut self, known: Inferred, left: &Expr) -> Inferred {
        let known = self.presence(known, left.span, "??");
        // What cannot fail to be there makes the default dead; a `fail` or an unknown value says nothing.
        let unknown = known.is_error() || matches!(known.ty, Type::Any);
        if !known.ty.is_optional() && !unknown {
            let message = format!("{} is always present: the default after `??` is never used", self.shown(left.span));
            let error = Diagnostic::error(Code::InvalidExpression, left.span, message);
            self.report(error.help("remove `??` and the default"));
        }
        known
    }

    /// `if condition then … else …`, with each branch by `branch`.
    pub(super) fn branches(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: Option<&Expr>,
        scope: &TypeScope<'_>,
        branch: &mut Branch<'_, 'c>,
    ) -> Inferred {
        let tested = self.condition(condition, scope);
        let yes = scope.narrowed(&tested.yes, |scope| branch(self, then, scope));
        let Some(otherwise) = otherwise else {
            let stage = if tested.stage == Stage::Now { yes.stage } else { Stage::Guarded };
            return Inferred { ty: yes.ty.optional_of(), stage };
        };
        let no = scope.narrowed(&tested.no, |scope| branch(self, otherwise, scope));
        if tested.stage != Stage::Now {
            let error = messages::run_value(&self.shown(condition.span), "`if … then … else`", condition.span);
            return self
                .report(error.help("add `else`; only the value of a key may omit it, and then the key is optional"));
        }
        Inferred { ty: join(&yes.ty, &no.ty), stage: yes.stage.max(no.stage) }
    }

    /// `case subject { member: … }`, each member once.
    pub(super) fn case(
        &mut self,
        subject: &Expr,
        arms: &[(Name, Expr)],
        span: Span,
        scope: &TypeScope<'_>,
        branch: &mut Branch<'_, 'c>,
    ) -> Inferred {
        let known = self.infer(subject, scope);
        let known = self.now(known, subject.span, "case");
        let members = super::assignable::members(&known.ty);
        if known.ty.is_optional() && !known.is_error() {
            self.report(messages::absent_here(&self.shown(subject.span), "`case` needs a value", subject.span));
        } else if members.is_empty() && !known.is_error() {
            let message = format!("`case` needs an enum, and {} is {}", self.shown(subject.span), known.ty);
            self.report(Diagnostic::error(Code::WrongType, subject.span, message));
        } else if !known.is_error() {
            self.arms(arms, &members, span);
        }
        let mut all: Option<Inferred> = None;
        for (_, arm) in arms {
            let next = branch(self, arm, scope);
            all = Some(match all {
                None => next,
                Some(one) => Inferred { ty: join(&one.ty, &next.ty), stage: one.stage.max(next.stage) },
            });
        }
        all.unwrap_or_else(Inferred::error)
    }

    fn arms(&mut self, arms: &[(Name, Expr)], members: &[Arc<str>], span: Span) {
        for (at, (name, _)) in arms.iter().enumerate() {
            if !members.contains(&name.text) {
                self.report(messages::no_member("case", &name.text, members, name.span));
            } else if let Some((first, _)) = arms[..at].iter().find(|(first, _)| first.text == name.text) {
                let message = format!("`{}` is set twice", name.text);
                let error = Diagnostic::error(Code::DuplicateKey, name.span, message);
                self.report(error.related(first.span, "first used here").help("remove one of them"));
            }
        }
        let unknown = arms.iter().any(|(name, _)| !members.contains(&name.text));
        let missing: Vec<&str> =
            members.iter().filter(|member| !arms.iter().any(|(name, _)| name.text == **member)).map(|m| &**m).collect();
        // A misspelt member is missing too: it was said already.
        if !missing.is_empty() && !unknown {
            let message = format!("`case` has no branch for {}", crate::types::quoted(missing.iter().copied()));
            let error = Diagnostic::error(Code::InvalidExpression, span, message);
            let first = missing[0];
            self.report(error.help(format!("add `{first}: …`, or `{first}: fail \"…\"` if it is not allowed")));
        }
    }

    fn compare(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span, scope: &TypeScope<'_>) -> Inferred {
        let bool = Inferred::now(Type::Bool);
        let one = self.infer_beside(left, right, scope);
        let one = self.now(one, left.span, operator(op));
        // A bare word on the right is a member of the enum on the left.
        let words = super::assignable::members(&one.ty);
        if matches!(op, BinaryOp::Eq | BinaryOp::Ne) && !words.is_empty() && matches!(right.kind, ExprKind::Name(_)) {
            self.rooted("", |this| this.check(right, &Want::new(one.ty.present().clone().optional_of(), false), scope));
            return bool;
        }
        if let (BinaryOp::In, ExprKind::List(_), false) = (op, &right.kind, words.is_empty()) {
            self.rooted("", |this| this.check(right, &Want::new(Type::list(one.ty.present().clone()), false), scope));
            return bool;
        }
        let other = self.infer_beside(right, left, scope);
        let other = self.now(other, right.span, operator(op));
        if one.is_error() || other.is_error() {
            return bool;
        }
        match op {
            BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                for (known, expr) in [(&one, left), (&other, right)] {
                    let number = Type::NUMBER;
                    if super::assignable::fits(&known.ty, &number).is_err() {
                        let message = format!(
                            "`{}` compares numbers, and {} is {}",
                            operator(op),
                            self.shown(expr.span),
                            known.ty
                        );
                        let error = Diagnostic::error(Code::WrongType, expr.span, message);
                        let is_number = super::assignable::fits(known.ty.present(), &number).is_ok();
                        let error = match (is_number, super::scope::path_of(expr)) {
                            (true, Some(path)) => {
                                error.help(format!("set a default, `({path} ?? 0)`, or test it first: `{path} and …`"))
                            }
                            _ => error,
                        };
                        self.report(error);
                        break;
                    }
                }
            }
            BinaryOp::In => self.membership(&one, &other, right),
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Or | BinaryOp::And | BinaryOp::Coalesce => {
                for (known, expr, compared) in [(&one, left, right), (&other, right, left)] {
                    let is_open = known.ty.is_optional() || matches!(known.ty, Type::Any | Type::Error);
                    if matches!(compared.kind, ExprKind::Null) && !is_open {
                        let message = format!("{} is always present: it never equals `null`", self.shown(expr.span));
                        let error = Diagnostic::error(Code::InvalidExpression, span, message);
                        let is_many = matches!(known.ty, Type::List(_) | Type::Map(_) | Type::String(_));
                        let error = match super::scope::path_of(expr).filter(|_| is_many) {
                            Some(path) => error.help(format!("compare its length: `len({path}) == 0`")),
                            None => error.help("remove the comparison"),
                        };
                        self.report(error);
                        return bool;
                    }
                }
                let (a, b) = (one.ty.present(), other.ty.present());
                if !super::assignable::overlap(a, b) {
                    let message = format!(
                        "these can never be equal: {} is {a}, and {} is {b}",
                        self.shown(left.span),
                        self.shown(right.span)
                    );
                    self.report(Diagnostic::error(Code::WrongType, span, message));
                }
                self.compared(&one, left, right);
                self.compared(&other, right, left);
            }
        }
        bool
    }

    /// Reports a string that `known`, the value of `expr`, never equals: it is not a member of its enum, or not a
    /// strategy.
    fn compared(&mut self, known: &Inferred, expr: &Expr, string: &Expr) {
        let Some(text) = string.plain_string() else { return };
        let members = super::assignable::members(&known.ty);
        if !members.is_empty() && !members.iter().any(|member| &**member == text) {
            let found = quoted(members.iter().map(|member| &**member));
            let message = format!("{} is never `\"{text}\"`: it is one of {found}", self.shown(expr.span));
            self.never_equal(message, text, members.iter().map(|member| &**member), string.span);
        }
        if let Some(strategies) = self.strategies
            && is_strategy(expr)
            && !strategies.iter().any(|strategy| strategy == text)
        {
            let found = quoted(strategies.iter().map(String::as_str));
            let message = format!("no strategy named `{text}`: the strategies of this environment are {found}");
            self.never_equal(message, text, strategies.iter().map(String::as_str), string.span);
        }
    }

    fn never_equal<'n>(&mut self, message: String, text: &str, known: impl Iterator<Item = &'n str>, span: Span) {
        let error = Diagnostic::error(Code::OutOfRange, span, message);
        let error = match nearest(text, known) {
            Some(near) => messages::suggest_as(error, &format!("\"{near}\""), span),
            None => error.help("remove the comparison: it never holds"),
        };
        self.report(error);
    }

    /// One side of a comparison; a bare word there may be a member of the other side's enum.
    fn infer_beside(&mut self, expr: &Expr, other: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let ExprKind::Name(word) = &expr.kind else { return self.infer(expr, scope) };
        if self.declared(word, scope) || matches!(other.kind, ExprKind::Name(_)) {
            return self.infer(expr, scope);
        }
        let other = self.quietly(|this| this.infer(other, scope));
        if super::assignable::members(&other.ty).is_empty() {
            return self.infer(expr, scope);
        }
        self.rooted("", |this| this.check(expr, &Want::new(other.ty.present().clone().optional_of(), false), scope))
    }

    fn membership(&mut self, one: &Inferred, other: &Inferred, right: &Expr) {
        let element = match &other.ty {
            ty if super::inferred::map_value(ty).is_some() => Some(Type::STRING),
            ty => written::element_type(ty).filter(|_| !ty.is_optional()),
        };
        let Some(element) = element else {
            let message =
                format!("expected a list or a map after `in`, and {} is {}", self.shown(right.span), other.ty);
            self.report(Diagnostic::error(Code::WrongType, right.span, message));
            return;
        };
        if !super::assignable::overlap(one.ty.present(), &element) {
            let message = format!("{} contains {element}, and never {}", self.shown(right.span), one.ty);
            self.report(Diagnostic::error(Code::WrongType, right.span, message));
        }
    }

    /// `Kind { … }` or a literal of a declared record.
    pub(super) fn typed(&mut self, ty: &TypeExpr, object: &Expr, run: bool, scope: &TypeScope<'_>) -> Inferred {
        let want = Want { run, ..self.ty(ty, scope.module) };
        let path = std::mem::take(&mut self.path);
        let known = match (&object.kind, &want.ty) {
            (ExprKind::Object(entries), Type::Schema(node)) if node.is_root() => {
                self.kind_literal(entries, object.span, &want, scope)
            }
            _ => self.check(object, &want, scope),
        };
        self.path = path;
        // What is wrong with the type was said; nothing is known of the value.
        if matches!(want.ty, Type::Error) { Inferred::error() } else { known }
    }

    /// The types that a release's manifests can be of.
    pub(super) fn is_watched(&self, ty: &Type) -> Option<relc_schema::SchemaRef> {
        kinds(ty).into_iter().find(|kind| self.watched.contains(kind))
    }

    /// Infers a type without diagnostics, as the expression is checked again.
    pub(super) fn quietly(&mut self, then: impl FnOnce(&mut Self) -> Inferred) -> Inferred {
        let node = self.node.clone();
        self.silent(node, then)
    }
}

/// A path that was tested is there.
fn narrow(known: Inferred, expr: &Expr, scope: &TypeScope<'_>) -> Inferred {
    if known.ty.is_optional() && super::scope::path_of(expr).is_some_and(|path| scope.is_there(&path)) {
        return Inferred { ty: known.ty.present().clone(), stage: known.stage };
    }
    known
}

/// Returns true if values of the type can be interpolated in a string.
fn is_scalar(ty: &Type) -> bool {
    let scalar = |wanted: Type| super::assignable::fits(ty, &wanted).is_ok();
    match ty {
        Type::Union(branches) => branches.iter().all(is_scalar),
        Type::Partial(inner) => is_scalar(inner),
        _ => scalar(Type::STRING) || scalar(Type::NUMBER) || scalar(Type::Bool) || is_loose(ty),
    }
}

/// A scalar of a schema that is a number or a text.
fn is_loose(ty: &Type) -> bool {
    use relc_schema::Node;
    matches!(ty, Type::Schema(node) if matches!(node.node(), Node::IntOrString { .. } | Node::Quantity))
}

pub(super) fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Eq => "==",
        BinaryOp::Ne => "!=",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "<=",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => ">=",
        BinaryOp::In => "in",
        BinaryOp::Coalesce => "??",
    }
}

/// Returns true for `release.strategy`.
fn is_strategy(expr: &Expr) -> bool {
    let ExprKind::Field { base, name, .. } = &expr.kind else { return false };
    let of_release = matches!(&base.kind, ExprKind::Name(word) if &**word == Builtin::Release.word());
    of_release && ReleaseField::of(&name.text) == Some(ReleaseField::Strategy)
}
