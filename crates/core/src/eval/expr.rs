//! Every form of expression but literals with entries, names and calls.

use std::sync::Arc;

use super::names::near_name;
use super::tristate::{Tristate, all, any};
use super::{Evaluator, MAX_DEPTH, Scope};
use crate::codegen::RunText;
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{BinaryOp, Expr, ExprKind, Name, StringPart};
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

impl Evaluator<'_> {
    /// The value of `expr`.
    pub fn eval(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        self.deeper(expr.span, || self.form(expr, scope))
    }

    /// Makes the value of the expression at `span`, one level deeper and within the budget.
    pub(super) fn deeper(&self, span: Span, make: impl FnOnce() -> Value) -> Value {
        if !self.spend(1, span) {
            return Value::new(ValueKind::Error, span);
        }
        self.state.depth.set(self.state.depth.get() + 1);
        let value = if self.state.depth.get() > MAX_DEPTH {
            let message = "this is nested too deeply to be evaluated";
            Value::new(self.report(Diagnostic::error(Code::Budget, span, message)), span)
        } else {
            make()
        };
        self.state.depth.set(self.state.depth.get() - 1);
        value
    }

    fn form(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let span = expr.span;
        let here = |data| Value::new(data, span);
        match &expr.kind {
            ExprKind::String(parts) => self.string(parts, span, scope),
            ExprKind::Int(number) => here(ValueKind::Int(*number)),
            ExprKind::Float(number) => here(ValueKind::Float(*number)),
            ExprKind::Bool(truth) => here(ValueKind::Bool(*truth)),
            ExprKind::Null => here(ValueKind::Null),
            ExprKind::Error => here(ValueKind::Error),
            ExprKind::Name(name) => self.name(name, span, scope),
            ExprKind::Field { base, name, optional } => {
                let value = self.field(base, name, span, scope);
                if value.is_null() && !optional { self.absent_field(base, name, span, scope) } else { value }
            }
            ExprKind::Index { base, index, .. } => self.index(base, index, span, scope),
            ExprKind::Call { callee, args } => self.call(callee, args, span, scope),
            ExprKind::Unwrap(base) => self.unwrap(base, span, scope),
            ExprKind::If { condition, then, otherwise } => {
                self.branch(condition, then, otherwise.as_deref().map(|lazy| &**lazy), span, scope)
            }
            ExprKind::Fail { message, at } => here(self.fail(message, at.as_deref(), scope)),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, span, scope),
            ExprKind::Not(inner) => here(Tristate::of(&self.eval(inner, scope)).negate().into_data()),
            ExprKind::Case { subject, arms } => self.case(subject, arms, span, scope),
            ExprKind::Typed { ty, object } => self.typed(ty, object, scope),
            ExprKind::Object(entries) => self.object(entries, span, scope),
            ExprKind::List(elements) => self.list(elements, span, scope),
            ExprKind::File(path) => {
                self.reads_beyond();
                match self.files.read(path) {
                    Ok(value) => value,
                    Err(diagnostic) => here(self.report(*diagnostic)),
                }
            }
        }
    }

    /// A string made from users' values is at the last one's place, so that what is wrong with it is said there: what
    /// tells a name from its siblings stands behind what they share.
    fn string(&self, parts: &[StringPart], span: Span, scope: &Scope<'_>) -> Value {
        if let [StringPart::Text(text)] = parts {
            return Value::string(Arc::clone(text), span);
        }
        let mut text = String::new();
        let mut run: Option<RunText> = None;
        let mut place = span;
        for part in parts {
            match part {
                StringPart::Text(piece) => text.push_str(piece),
                StringPart::Hole(expr) => {
                    let (value, before) = (self.eval(expr, scope), text.len());
                    if let ValueKind::Residual(residual) = &value.data {
                        let run = run.get_or_insert_default();
                        run.push_str(&std::mem::take(&mut text));
                        run.push(residual);
                    } else if !self.interpolate(&value, expr.span, scope, &mut text)
                        || !self.spend_text((text.len() - before) as u64, span)
                    {
                        return Value::new(ValueKind::Error, span);
                    }
                    if !self.is_users(span) && self.is_users(value.span) && !matches!(value.data, ValueKind::Bool(_)) {
                        place = value.span;
                    }
                }
            }
        }
        match run {
            None => Value::string(text, place),
            Some(mut run) => {
                run.push_str(&text);
                run.finish(place)
            }
        }
    }

    fn interpolate(&self, value: &Value, hole: Span, scope: &Scope<'_>, text: &mut String) -> bool {
        match &value.data {
            ValueKind::String(piece) => text.push_str(piece),
            ValueKind::Int(number) => text.push_str(&number.to_string()),
            ValueKind::Float(number) => text.push_str(&number.to_string()),
            ValueKind::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
            ValueKind::Error => return false,
            ValueKind::Null => {
                let message = "the value of this interpolation is missing";
                self.report(Diagnostic::error(Code::MaybeAbsent, hole, message));
                return false;
            }
            ValueKind::Word(word) => {
                let message = format!("`{word}` refers to nothing");
                let help = match near_name(word, scope) {
                    Some(near) => format!("did you mean `{{{near}}}`? For a literal brace, write `\\{{{word}}}`"),
                    None => format!(
                        "declare it with `let {word} = …` or `param {word}: string`; for a literal brace, write `\\{{{word}}}`"
                    ),
                };
                self.report(Diagnostic::error(Code::UnknownName, hole, message).help(help));
                return false;
            }
            ValueKind::List(_)
            | ValueKind::Object(_)
            | ValueKind::Residual(_)
            | ValueKind::Guarded(_)
            | ValueKind::Version(_) => {
                let message = format!("an interpolation takes a string or a number, but this is {}", value.describe());
                self.report(Diagnostic::error(Code::WrongType, hole, message));
                return false;
            }
        }
        true
    }

    /// The text of a message; empty where it cannot be made.
    pub fn text(&self, message: &Expr, scope: &Scope<'_>) -> String {
        self.eval(message, scope).as_str().unwrap_or_default().to_owned()
    }

    fn branch(&self, condition: &Expr, then: &Expr, otherwise: Option<&Expr>, span: Span, scope: &Scope<'_>) -> Value {
        match Tristate::of(&self.eval(condition, scope)) {
            Tristate::Known(true) => self.eval(then, scope),
            Tristate::Known(false) => otherwise.map_or(Value::null(span), |otherwise| self.eval(otherwise, scope)),
            Tristate::Residual(condition) => {
                let value = self.eval(then, scope);
                if value.is_null() { value } else { Value::new(ValueKind::Guarded(Arc::new((condition, value))), span) }
            }
            Tristate::Error => Value::new(ValueKind::Error, span),
        }
    }

    fn fail(&self, message: &Expr, at: Option<&Expr>, scope: &Scope<'_>) -> ValueKind {
        let place = self.place(at, scope);
        let text = self.text(message, scope);
        let definition = message.span;
        let error = Diagnostic::error(Code::Requirement, place, text);
        self.report(if self.is_users(definition) {
            error
        } else {
            error.related(definition, "the environment rejects it here")
        })
    }

    /// Returns the span for a diagnostic: that of the user's value in `at`, otherwise that of the current version or
    /// release.
    pub fn place(&self, at: Option<&Expr>, scope: &Scope<'_>) -> Span {
        let mut path = at;
        while let Some(expr) = path {
            let value = self.eval(expr, scope);
            if let ValueKind::Version(version) = value.data {
                return self.version_span(version);
            }
            if !value.is_null() && self.is_users(value.span) {
                return value.span;
            }
            path = match &expr.kind {
                ExprKind::Field { base, .. } if !matches!(base.kind, ExprKind::Name(_)) => Some(base),
                ExprKind::Field { base, .. } if self.eval_is_version(base, scope) => Some(base),
                ExprKind::Index { base, .. } => Some(base),
                _ => None,
            };
        }
        match (scope.version.or_else(|| self.version_of(at?, scope)), self.instance) {
            (Some(version), _) => self.version_span(version),
            (None, Some(instance)) => instance.given.span,
            (None, None) => at.map_or(Span::new(scope.module.file, 0, 0), |at| at.span),
        }
    }

    /// Returns the version whose values are in what a path begins with, such as an object of the loop `for o in release.objects`.
    fn version_of(&self, path: &Expr, scope: &Scope<'_>) -> Option<usize> {
        let mut root = path;
        while let ExprKind::Field { base, .. } | ExprKind::Index { base, .. } = &root.kind {
            root = base;
        }
        let ExprKind::Name(name) = &root.kind else { return None };
        scope.local(name)?;
        let versions = &self.instance?.given.versions;
        let mut found = None;
        self.eval(root, scope).each(&mut |value| {
            found = found.or_else(|| versions.iter().position(|version| version.span.contains(value.span)));
        });
        found
    }

    fn eval_is_version(&self, base: &Expr, scope: &Scope<'_>) -> bool {
        matches!(&base.kind, ExprKind::Name(name) if matches!(self.name(name, base.span, scope).data, ValueKind::Version(_)))
    }

    fn version_span(&self, version: usize) -> Span {
        let instance = self.instance.expect("versions exist only where there is a release");
        instance.given.versions[version].span
    }

    fn unwrap(&self, base: &Expr, span: Span, scope: &Scope<'_>) -> Value {
        let value = self.eval(base, scope);
        if !value.is_null() {
            return value;
        }
        let field = match &base.kind {
            ExprKind::Field { name, .. } => name.text.to_string(),
            ExprKind::Name(name) => name.to_string(),
            _ => "a value".to_owned(),
        };
        let place = self.place(Some(base), scope);
        let message = format!("`{field}` is missing, and it is required here");
        let error = Diagnostic::error(Code::MissingField, place, message).label(format!("has no `{field}`"));
        let error = error.related(span, "required here by the environment").help(format!("set `{field}`"));
        Value::new(self.report(error), span)
    }

    fn index(&self, base: &Expr, index: &Expr, span: Span, scope: &Scope<'_>) -> Value {
        let base = self.eval(base, scope);
        let index = self.eval(index, scope);
        match (&base.data, &index.data) {
            (ValueKind::List(elements), ValueKind::Int(at)) => {
                let found = usize::try_from(*at).ok().and_then(|at| elements.get(at));
                found.map_or(Value::null(span), |element| element.value.clone())
            }
            (ValueKind::Object(object), ValueKind::String(key)) => {
                object.get(key).cloned().unwrap_or(Value::null(span))
            }
            (ValueKind::Null, _) => Value::null(span),
            (ValueKind::Error, _) | (_, ValueKind::Error) => Value::new(ValueKind::Error, span),
            _ => {
                let message = format!("{} cannot be indexed with {}", base.describe(), index.describe());
                Value::new(self.report(Diagnostic::error(Code::WrongType, span, message)), span)
            }
        }
    }

    fn case(&self, subject: &Expr, arms: &[(Name, Expr)], span: Span, scope: &Scope<'_>) -> Value {
        let subject = self.eval(subject, scope);
        let member = match &subject.data {
            ValueKind::String(member) | ValueKind::Word(member) => member,
            _ => return Value::new(if subject.is_null() { ValueKind::Null } else { ValueKind::Error }, span),
        };
        let arm = arms.iter().find(|(name, _)| name.text == *member);
        arm.map_or(Value::new(ValueKind::Error, span), |(_, value)| self.eval(value, scope))
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, span: Span, scope: &Scope<'_>) -> Value {
        let first = self.eval(left, scope);
        let data = match op {
            BinaryOp::Coalesce => return if first.is_null() { self.eval(right, scope) } else { first },
            BinaryOp::And => match Tristate::of(&first) {
                Tristate::Known(false) => ValueKind::Bool(false),
                known => all([known, Tristate::of(&self.eval(right, scope))]).into_data(),
            },
            BinaryOp::Or => match Tristate::of(&first) {
                Tristate::Known(true) => ValueKind::Bool(true),
                known => any([known, Tristate::of(&self.eval(right, scope))]).into_data(),
            },
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::In => {
                let second = self.eval(right, scope);
                let others = if op == BinaryOp::In { second.as_list().map_or(0, <[_]>::len) } else { 1 };
                let is_error = |value: &Value| matches!(value.data, ValueKind::Error);
                if is_error(&first) || is_error(&second) || !self.spend_compared(&first, others, span) {
                    ValueKind::Error
                } else {
                    ValueKind::Bool(compare(op, &first, &second))
                }
            }
        };
        Value::new(data, span)
    }
}

fn compare(op: BinaryOp, left: &Value, right: &Value) -> bool {
    let order = || number(left).partial_cmp(&number(right));
    match op {
        BinaryOp::Eq => same(left, right),
        BinaryOp::Ne => !same(left, right),
        BinaryOp::Lt => order().is_some_and(std::cmp::Ordering::is_lt),
        BinaryOp::Le => order().is_some_and(std::cmp::Ordering::is_le),
        BinaryOp::Gt => order().is_some_and(std::cmp::Ordering::is_gt),
        BinaryOp::Ge => order().is_some_and(std::cmp::Ordering::is_ge),
        BinaryOp::In => match &right.data {
            ValueKind::List(elements) => elements.iter().any(|element| same(left, &element.value)),
            ValueKind::Object(object) => left.as_str().is_some_and(|key| object.get(key).is_some()),
            _ => false,
        },
        BinaryOp::Or | BinaryOp::And | BinaryOp::Coalesce => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 the order of neighbors does not matter here")]
pub(super) fn number(value: &Value) -> f64 {
    match value.data {
        ValueKind::Int(number) => number as f64,
        ValueKind::Float(number) => number,
        _ => f64::NAN,
    }
}

/// Returns true if two values are equal, regardless of their spans.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (&left.data, &right.data) {
        (ValueKind::String(a) | ValueKind::Word(a), ValueKind::String(b) | ValueKind::Word(b)) => a == b,
        (ValueKind::Int(_) | ValueKind::Float(_), ValueKind::Int(_) | ValueKind::Float(_)) => {
            number(left) == number(right)
        }
        (ValueKind::List(a), ValueKind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(&a.value, &b.value))
        }
        (ValueKind::Object(a), ValueKind::Object(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries.iter().all(|entry| b.get(&entry.key).is_some_and(|other| same(&entry.value, other)))
        }
        (a, b) => a == b,
    }
}
