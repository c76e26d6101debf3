//! Expressions where a type is expected: it goes into literals, both sides of `??`, and every branch.

use super::assignable::{fits, members};
use super::checker::Checker;
use super::inferred::{Inferred, OptionalOf, Stage, absent, join, merged};
use super::scope::TypeScope;
use crate::types::{Coercion, Type, check_object_name, validate};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{Arg, BinaryOp, Expr, ExprKind, StringPart};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::Span;

/// The path of an object's name.
const OBJECT_NAME: &str = "metadata.name";

/// The expectation of a value.
#[derive(Clone, Debug)]
pub(super) struct Want {
    pub(super) ty: Type,
    /// True if it may contain values that only the controller knows.
    pub(super) run: bool,
    /// The number of elements that exist in any case: one inside `nonempty`.
    pub(super) sure: u64,
}

impl Want {
    pub(super) fn new(ty: Type, run: bool) -> Want {
        Want { ty, run, sure: 0 }
    }

    /// The same stage, another type.
    pub(super) fn of(&self, ty: Type) -> Want {
        Want { ty, ..self.clone() }
    }
}

impl Checker<'_> {
    /// Infers the type of `expr` where `want` is expected, and reports mismatches.
    pub(super) fn check(&mut self, expr: &Expr, want: &Want, scope: &TypeScope<'_>) -> Inferred {
        self.deeper(expr.span, |this| this.checked(expr, want, scope))
    }

    fn checked(&mut self, expr: &Expr, want: &Want, scope: &TypeScope<'_>) -> Inferred {
        match &expr.kind {
            ExprKind::Error => Inferred::error(),
            ExprKind::String(parts) => match parts.as_slice() {
                [] => self.literal(ValueKind::String("".into()), expr.span, want),
                [StringPart::Text(text)] => self.literal(ValueKind::String(text.clone()), expr.span, want),
                _ => {
                    let known = self.infer(expr, scope);
                    self.fit(known, want, expr.span)
                }
            },
            ExprKind::Int(number) => self.literal(ValueKind::Int(*number), expr.span, want),
            ExprKind::Float(number) => self.literal(ValueKind::Float(*number), expr.span, want),
            ExprKind::Bool(truth) => self.literal(ValueKind::Bool(*truth), expr.span, want),
            ExprKind::Name(word) if !members(&want.ty).is_empty() => self.word(expr, word, want, scope),
            ExprKind::Object(entries) => self.object(entries, expr.span, Some(want), scope),
            ExprKind::List(elements) => self.list(elements, expr.span, Some(want), scope),
            ExprKind::If { condition, then, otherwise } => {
                // Without `else` it may be absent, whatever the branch is.
                let optional = want.of(want.ty.clone().optional_of());
                let branch = if otherwise.is_some() { want } else { &optional };
                let known = self.branches(
                    condition,
                    then,
                    otherwise.as_deref().map(|lazy| &**lazy),
                    scope,
                    &mut |this, expr, scope| this.check(expr, branch, scope),
                );
                if otherwise.is_some() { known } else { self.fit(known, want, expr.span) }
            }
            ExprKind::Case { subject, arms } => {
                self.case(subject, arms, expr.span, scope, &mut |this, arm, scope| this.check(arm, want, scope))
            }
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right } => {
                let optional = want.of(want.ty.clone().optional_of());
                let known = self.check(left, &optional, scope);
                let known = self.defaulted(known, left);
                let other = self.check(right, want, scope);
                either(known, other, &want.ty)
            }
            ExprKind::Call { callee, args } => match (&callee.kind, args.as_slice()) {
                (ExprKind::Name(name), [Arg { name: None, value }])
                    if &**name == "nonempty" && !self.is_fragment("nonempty", scope) =>
                {
                    let inner = Want { sure: 1, ..want.of(want.ty.present().clone()) };
                    let inner_known = self.check(value, &Want { ty: inner.ty.clone().optional_of(), ..inner }, scope);
                    let known = self.nonempty(inner_known);
                    self.fit(known, want, expr.span)
                }
                (ExprKind::Name(name), args) if &**name == "merge" && !self.is_fragment("merge", scope) => {
                    self.merge_into(args, expr.span, want, scope)
                }
                _ => {
                    let known = self.infer(expr, scope);
                    self.fit(known, want, expr.span)
                }
            },
            ExprKind::Typed { ty, object } => {
                let known = self.typed(ty, object, want.run, scope);
                self.fit(known, want, expr.span)
            }
            ExprKind::Name(_)
            | ExprKind::Null
            | ExprKind::Field { .. }
            | ExprKind::Index { .. }
            | ExprKind::Unwrap(_)
            | ExprKind::Fail { .. }
            | ExprKind::Binary { .. }
            | ExprKind::Not(_)
            | ExprKind::File(_) => {
                let known = self.infer(expr, scope);
                self.fit(known, want, expr.span)
            }
        }
    }

    /// Each argument has the names and types of the place, and all of them together what it requires.
    fn merge_into(&mut self, args: &[Arg], span: Span, want: &Want, scope: &TypeScope<'_>) -> Inferred {
        let part = Type::Partial(want.ty.present().clone().into()).optional_of();
        let part = want.of(part);
        let mut all: Option<Inferred> = None;
        let mut wrong = false;
        for arg in args {
            let known = self.check(&arg.value, &part, scope);
            let known = self.now(known, arg.value.span, "merge");
            wrong |= known.is_error();
            all = Some(match all {
                None => known,
                Some(base) => Inferred::now(merged(&base.ty, &known.ty)),
            });
        }
        match all {
            Some(_) if wrong => Inferred::error(),
            Some(known) => self.fit(known, want, span),
            None => self.report(super::messages::arity("merge", "one argument or more", span)),
        }
    }

    /// A value that is written out: its bounds and patterns are checked now.
    fn literal(&mut self, data: ValueKind, span: Span, want: &Want) -> Inferred {
        let value = Value::new(data, span);
        let place = self.place();
        let cx = Coercion::declared(self.sources, &place);
        let mut found = Diagnostics::default();
        validate(&value, &want.ty, &cx, &mut found);
        if let Some(error) = found.into_vec().into_iter().next() {
            return self.report(error);
        }
        if place == OBJECT_NAME
            && let Some(error) = value.as_str().and_then(|name| check_object_name(name, span))
        {
            return self.report(error);
        }
        Inferred::now(match (&value.data, members(&want.ty).is_empty()) {
            (ValueKind::String(_), false) => want.ty.present().clone(),
            (ValueKind::Int(_), _) => Type::INT,
            (ValueKind::Float(_), _) => Type::NUMBER,
            (ValueKind::Bool(_), _) => Type::Bool,
            _ => Type::STRING,
        })
    }

    /// A bare word where an enum is expected: its member before it is anything else.
    fn word(&mut self, expr: &Expr, word: &str, want: &Want, scope: &TypeScope<'_>) -> Inferred {
        let members = members(&want.ty);
        let is_member = members.iter().any(|member| &**member == word);
        let declared = self.declared(word, scope);
        match (is_member, declared) {
            (true, false) => Inferred::now(want.ty.present().clone()),
            (true, true) => {
                let message = format!("`{word}` is both a member of the expected enum and a declared name");
                let error = Diagnostic::error(Code::DuplicateName, expr.span, message);
                self.report(error.help("choose another name for what is declared"))
            }
            (false, true) => {
                let known = self.infer(expr, scope);
                self.fit(known, want, expr.span)
            }
            (false, false) => {
                let last = self.last_step();
                self.report(super::messages::no_member(&last, word, &members, expr.span))
            }
        }
    }

    /// Says where `known`, which is written under `span`, does not fit.
    pub(super) fn fit(&mut self, known: Inferred, want: &Want, span: Span) -> Inferred {
        if known.stage != Stage::Now && !want.run {
            return self.report(super::messages::run_value(&self.shown(span), &self.taker(), span));
        }
        match fits(&known.ty, &want.ty) {
            Ok(()) => known,
            Err(misfit) => {
                let error = self.misfit(&misfit, &known, span);
                self.report(error)
            }
        }
    }
}

/// The type of `left ?? right`, where `want` is expected of both.
fn either(left: Inferred, right: Inferred, want: &Type) -> Inferred {
    let stage = left.stage.max(right.stage);
    let ty = match (left.ty.present(), &right.ty) {
        (Type::Error, _) if left.ty.is_optional() || matches!(left.ty, Type::Error) => right.ty.clone(),
        (Type::Partial(inner), Type::Record(_) | Type::Partial(_) | Type::Schema(_) | Type::Error) => {
            Type::Partial(std::sync::Arc::clone(inner))
        }
        (present, other) => match join(present, other) {
            Type::Union(_) if !matches!(want.present(), Type::Any | Type::Error) => {
                if other.is_optional() {
                    want.clone().optional_of()
                } else {
                    want.present().clone()
                }
            }
            joined => joined,
        },
    };
    Inferred { ty, stage }
}

/// Returns the type of `null`.
pub(super) fn null() -> Inferred {
    Inferred::now(absent())
}
