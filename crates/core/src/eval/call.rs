//! Calls: fragments and functions.

use std::sync::Arc;

use super::{Evaluator, Local, Scope};
use crate::library::{Item, Module, Slot};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{self, Arg, Expr, ExprKind, Name};
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::source::Span;

/// A fragment that is called, and the scope that its body sees.
struct Callee<'c> {
    fragment: &'c ast::Fragment,
    module: &'c Arc<Module>,
    in_part: bool,
}

impl Evaluator<'_> {
    pub(super) fn call(&self, callee: &Expr, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        match &callee.kind {
            ExprKind::Name(name) => {
                if let Some(callee) = self.own_fragment(name, scope) {
                    return self.call_fragment(&callee, args, span, scope);
                }
                self.function(name, args, span, scope)
            }
            ExprKind::Field { base, name, .. } => self.library_call(base, name, args, span, scope),
            _ => {
                let message = "only fragments and functions can be called";
                Value::new(self.report(Diagnostic::error(Code::InvalidExpression, callee.span, message)), span)
            }
        }
    }

    fn own_fragment<'c>(&'c self, name: &str, scope: &Scope<'c>) -> Option<Callee<'c>> {
        if scope.in_part
            && let Some(instance) = self.instance
            && let Some(Slot::Fragment(at)) = instance.plan.body_slot(name)
        {
            let definition = instance.plan.body.fragments[at].effective();
            return Some(Callee { fragment: &definition.item, module: &definition.module, in_part: true });
        }
        match scope.module.items.get(name)? {
            Item::Fragment(fragment) => Some(Callee { fragment, module: scope.module, in_part: false }),
            Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_) => None,
        }
    }

    fn library_call(&self, base: &Expr, name: &Name, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        let library = match &base.kind {
            ExprKind::Name(word) => scope.module.imports.get(word),
            _ => None,
        };
        let Some(library) = library else {
            if matches!(&base.kind, ExprKind::Name(word) if scope.module.unread.contains(word)) {
                return Value::new(ValueKind::Error, span);
            }
            let message = "only fragments and functions can be called";
            return Value::new(self.report(Diagnostic::error(Code::InvalidExpression, base.span, message)), span);
        };
        match library.items.get(&name.text) {
            Some(Item::Fragment(fragment)) => {
                self.call_fragment(&Callee { fragment, module: library, in_part: false }, args, span, scope)
            }
            _ => {
                let message = format!("`{}` has no fragment `{}`", library.name, name.text);
                let known = library.items.keys().map(|key| &**key);
                let error = Diagnostic::error(Code::UnknownName, name.span, message);
                let error = match nearest(&name.text, known) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                };
                Value::new(self.report(error), span)
            }
        }
    }

    fn call_fragment(&self, callee: &Callee<'_>, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        let Some(values) = self.arguments(callee, args, span, scope) else { return Value::new(ValueKind::Error, span) };
        let Some(body) = &callee.fragment.body else { return Value::new(ValueKind::Error, span) };
        let inner = Scope { module: callee.module, in_part: callee.in_part, version: None, locals: None };
        let value = self.bind(&callee.fragment.params, values, &inner, &mut |this, scope| this.eval(body, scope));
        self.weighed(value, span)
    }

    /// The given arguments in the order of the parameters; `None` where one is missing, unknown or too many.
    fn arguments(
        &self,
        callee: &Callee<'_>,
        args: &[Arg],
        span: Span,
        scope: &Scope<'_>,
    ) -> Option<Vec<Option<Value>>> {
        let params = &callee.fragment.params;
        let mut values: Vec<Option<Value>> = vec![None; params.len()];
        for (position, arg) in args.iter().enumerate() {
            let at = match &arg.name {
                Some(name) => params.iter().position(|param| param.name.text == name.text),
                None => Some(position).filter(|at| *at < params.len()),
            };
            let Some(at) = at else {
                let message = format!("`{}` does not take this argument", callee.fragment.name.text);
                let known: Vec<&str> = params.iter().map(|param| &*param.name.text).collect();
                let error = Diagnostic::error(Code::InvalidExpression, arg.value.span, message);
                self.report(error.help(format!("it takes {}", known.join(", "))));
                return None;
            };
            values[at] = Some(self.eval(&arg.value, scope));
        }
        let missing = params.iter().zip(&values).find(|(param, value)| value.is_none() && param.default.is_none());
        if let Some((param, _)) = missing {
            let message = format!("`{}` needs `{}`", callee.fragment.name.text, param.name.text);
            self.report(Diagnostic::error(Code::MissingField, span, message).related(param.name.span, "declared here"));
            return None;
        }
        Some(values)
    }

    /// Binds the parameters one by one, so that a default sees those before it, then goes on with `then`.
    fn bind(
        &self,
        params: &[ast::Parameter],
        values: Vec<Option<Value>>,
        scope: &Scope<'_>,
        then: &mut dyn FnMut(&Evaluator<'_>, &Scope<'_>) -> Value,
    ) -> Value {
        self.bind_next(params, &mut values.into_iter(), scope, then)
    }

    fn bind_next(
        &self,
        params: &[ast::Parameter],
        values: &mut std::vec::IntoIter<Option<Value>>,
        scope: &Scope<'_>,
        then: &mut dyn FnMut(&Evaluator<'_>, &Scope<'_>) -> Value,
    ) -> Value {
        let [param, rest @ ..] = params else { return then(self, scope) };
        let given = values.next().flatten();
        let value = match (given, &param.default) {
            (Some(value), _) => value,
            (None, Some(default)) => self.eval(default, scope),
            (None, None) => Value::null(param.name.span),
        };
        let local = Local { name: &param.name.text, value, next: scope.locals };
        self.bind_next(rest, values, &Scope { locals: Some(&local), ..*scope }, then)
    }
}
