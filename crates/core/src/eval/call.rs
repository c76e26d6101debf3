//! Calls: fragments and functions.

use super::{Evaluator, Function, Scope};
use crate::hir::{Callee, Local, Resolution};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{self, Arg, Expr, ExprKind, Name};
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::source::Span;

impl Evaluator<'_> {
    pub(super) fn call(&self, callee: &Expr, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        match &callee.kind {
            ExprKind::Name(name) => {
                let function = Function::named(name);
                match self.names(scope).callee(name, function.is_some()) {
                    Some(callee) => self.call_fragment(callee, args, span, scope),
                    None => self.function(name, function, args, span, scope),
                }
            }
            ExprKind::Field { base, name, .. } => self.library_call(base, name, args, span, scope),
            _ => {
                let message = "only fragments and functions can be called";
                Value::new(self.report(Diagnostic::error(Code::InvalidExpression, callee.span, message)), span)
            }
        }
    }

    fn library_call(&self, base: &Expr, name: &Name, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        let found = match &base.kind {
            ExprKind::Name(word) => self.resolve(word, scope),
            _ => None,
        };
        let library = match found {
            Some(Resolution::Library(library)) => Some(library),
            Some(Resolution::Unread) => return Value::new(ValueKind::Error, span),
            _ => None,
        };
        let Some(library) = library else {
            let message = "only fragments and functions can be called";
            return Value::new(self.report(Diagnostic::error(Code::InvalidExpression, base.span, message)), span);
        };
        match Callee::of(library, &name.text) {
            Some(callee) => self.call_fragment(callee, args, span, scope),
            None => {
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

    fn call_fragment(&self, callee: Callee<'_>, args: &[Arg], span: Span, scope: &Scope<'_>) -> Value {
        let (fragment, module, site) = callee.effective();
        let Some(values) = self.arguments(fragment, args, span, scope) else {
            return Value::new(ValueKind::Error, span);
        };
        let Some(body) = &fragment.body else { return Value::new(ValueKind::Error, span) };
        let inner = Scope { module, site, version: None, locals: None, replaced: callee.replaced() };
        let value = self.bind(&fragment.params, values, &inner, &mut |this, scope| this.eval(body, scope));
        self.weighed(value, span)
    }

    /// The given arguments in the order of the parameters; `None` where one is missing, unknown or too many.
    fn arguments(
        &self,
        fragment: &ast::Fragment,
        args: &[Arg],
        span: Span,
        scope: &Scope<'_>,
    ) -> Option<Vec<Option<Value>>> {
        let params = &fragment.params;
        let mut values: Vec<Option<Value>> = vec![None; params.len()];
        for (position, arg) in args.iter().enumerate() {
            let at = match &arg.name {
                Some(name) => params.iter().position(|param| param.name.text == name.text),
                None => Some(position).filter(|at| *at < params.len()),
            };
            let Some(at) = at else {
                let message = format!("`{}` has no parameter for this argument", fragment.name.text);
                let known: Vec<&str> = params.iter().map(|param| &*param.name.text).collect();
                let error = Diagnostic::error(Code::InvalidExpression, arg.value.span, message);
                self.report(error.help(format!("it takes {}", known.join(", "))));
                return None;
            };
            values[at] = Some(self.eval(&arg.value, scope));
        }
        let missing = params.iter().zip(&values).find(|(param, value)| value.is_none() && param.default.is_none());
        if let Some((param, _)) = missing {
            let message = format!("`{}` needs `{}`", fragment.name.text, param.name.text);
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
        let local = Local { name: &param.name.text, known: value, next: scope.locals };
        self.bind_next(rest, values, &Scope { locals: Some(&local), ..*scope }, then)
    }
}
