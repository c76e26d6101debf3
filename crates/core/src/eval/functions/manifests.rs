//! Functions of manifests, and of what only the controller knows of versions.

use std::sync::Arc;

use super::Call;
use crate::codegen::{self, Form, Rendered};
use crate::eval::Evaluator;
use crate::eval::reads::Input;
use crate::library::Watched;
use crate::value::{Condition, Entry, Residual, Value, ValueKind};
use relc_schema::SchemaRef;
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

pub(super) fn yaml(evaluator: &Evaluator<'_>, value: &Value, call: Call) -> Value {
    evaluator.render(value, Form::Yaml, call.span)
}

pub(super) fn template(evaluator: &Evaluator<'_>, object: &Value, call: Call) -> Value {
    evaluator.render(object, Form::Template, call.span)
}

pub(super) fn weight(evaluator: &Evaluator<'_>, version: &Value, call: Call) -> Value {
    evaluator.at_run_time(version, call, Residual::Weight)
}

pub(super) fn live(evaluator: &Evaluator<'_>, version: &Value, call: Call) -> Value {
    evaluator.at_run_time(version, call, |at| Residual::Tristate(Condition::LiveFields(at)))
}

pub(super) fn short(evaluator: &Evaluator<'_>, object: &Value, call: Call) -> Value {
    match evaluator.watched(object) {
        Some((_, short)) => Value::string(Arc::clone(short), call.span),
        None => evaluator.not_watched(call.span),
    }
}

/// Returns the value with all versions ready, and their weights as the release has them.
pub(super) fn settled(evaluator: &Evaluator<'_>, value: &Value, _: Call) -> Value {
    let weights = evaluator.instance.map_or_else(Vec::new, |instance| instance.given.weights());
    codegen::evaluate(value, &codegen::weights(&weights, &vec![true; weights.len()]))
}

/// Returns how the controller watches the object's kind.
pub(super) fn watch(evaluator: &Evaluator<'_>, object: &Value, call: Call) -> Value {
    let span = call.span;
    let Some((kind, short)) = evaluator.watched(object) else { return evaluator.not_watched(span) };
    let watches = evaluator.instance.map_or(&[][..], |instance| &instance.plan.environment.watches);
    let Some(watch) = watches.iter().find(|watch| watch.item.short.text == *short) else {
        return evaluator.not_watched(span);
    };
    let watched = Watched::new(&watch.item, kind);
    let string = |text: String| Value::string(text, span);
    let conditions = watched.conditions.into_iter().map(string).collect();
    let entries = [
        ("short", string(watched.short)),
        ("group", string(watched.group)),
        ("version", string(watched.version)),
        ("resource", string(watched.resource)),
        ("conditions", Value::list(conditions, span)),
    ];
    Value::object(entries.map(|(key, value)| Entry::new(key, span, value)).into(), span)
}

impl Evaluator<'_> {
    /// A string that is written from `tree`, which is kept.
    fn render(&self, tree: &Value, form: Form, span: Span) -> Value {
        if tree.holds_error() || !self.spend_written(tree, span) {
            return Value::new(ValueKind::Error, span);
        }
        self.reads_beyond();
        let made = Rendered::new(tree.clone(), form);
        let text = Arc::clone(&made.text);
        self.state.made.borrow_mut().push(made);
        Value::string(text, span)
    }

    /// Returns a residual of a version, with the span of its weight.
    fn at_run_time(&self, version: &Value, call: Call, make: impl FnOnce(usize) -> Residual) -> Value {
        let ValueKind::Version(at) = version.data else { return self.unfit_argument(call, "a version", version) };
        let weight = self.instance.and_then(|instance| self.input(&instance, Input::Weight(at)));
        Value::new(ValueKind::Residual(Arc::new(make(at))), weight.map_or(call.span, |weight| weight.span))
    }

    fn watched(&self, value: &Value) -> Option<&(SchemaRef, Arc<str>)> {
        let kind = value.as_object()?.kind.as_ref()?;
        self.instance?.watches.iter().find(|(watched, _)| watched == kind)
    }

    fn not_watched(&self, span: Span) -> Value {
        let message = "this object's kind has no short name";
        let help = "declare `watch NAME TYPE` in the environment";
        Value::new(self.report(Diagnostic::error(Code::InvalidExpression, span, message).help(help)), span)
    }
}
