//! Releases of `.rel` files.

use std::sync::Arc;

use super::{Release, Unread, Version, Weight, When};
use crate::eval::{Evaluator, Scope};
use crate::library::Module;
use crate::types::Pattern;
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::ast::{self, Subject, TestOp};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};

/// Creates the release for `written`, with values from `evaluator` (which collects the diagnostics).
pub fn release(
    written: &ast::Release,
    module: &Arc<Module>,
    evaluator: &Evaluator<'_>,
    out: &mut Diagnostics,
) -> Release {
    let scope = Scope::module(module);
    let entries = |object: Option<&ast::Expr>| object.map_or(Vec::new(), |object| fields(object, &scope, evaluator));
    let versions = written.versions.iter().map(|version| Version {
        label: version.label.clone(),
        weight: version.weight.as_ref().map(|weight| self::weight(weight, out)),
        headline: version.headline.as_ref().map(|headline| evaluator.eval(headline, &scope)),
        fields: entries(version.fields.as_ref()),
        when: version
            .when
            .as_ref()
            .filter(|when| when.clauses.iter().any(|clause| !clause.tests.is_empty()))
            .map(|when| self::when(when, &scope, evaluator, out)),
        span: version.label.as_ref().map_or(version.span, |label| label.span),
    });
    Release {
        versions: versions.collect(),
        unread: Unread::default(),
        name: written.name.clone(),
        environment: written.environment.clone(),
        strategy: written.strategy.clone(),
        settings: entries(written.settings.as_ref()),
        names: names(module),
        span: written.name.span,
    }
}

/// The names that a bare word could have meant, also those of imported files, as `file.name`.
fn names(module: &Module) -> Vec<Arc<str>> {
    let imported = module.imports.iter().filter(|(_, imported)| !imported.is_standard());
    let imported =
        imported.flat_map(|(alias, imported)| imported.items.keys().map(move |name| format!("{alias}.{name}").into()));
    module.items.keys().chain(module.imports.keys()).cloned().chain(imported).collect()
}

fn fields(object: &ast::Expr, scope: &Scope<'_>, evaluator: &Evaluator<'_>) -> Vec<Entry> {
    match with_nulls(object, evaluator.eval(object, scope)).data {
        ValueKind::Object(object) => Arc::unwrap_or_clone(object).entries,
        _ => Vec::new(),
    }
}

/// Returns `value`, which `expr` evaluates to, with the entries that are written as `null`, which evaluation drops: their keys are
/// checked as those of values files are, and a version's `null` unsets the value that the versions share.
fn with_nulls(expr: &ast::Expr, mut value: Value) -> Value {
    match (&expr.kind, &mut value.data) {
        (ast::ExprKind::Object(written), ValueKind::Object(object)) if written.iter().any(may_have_nulls) => {
            let entries = &mut Arc::make_mut(object).entries;
            for entry in written {
                let ast::Entry::Pair { key: ast::Key::Plain(key), value: inner, .. } = entry else { continue };
                match entries.iter_mut().find(|known| known.key == key.text) {
                    Some(known) => {
                        known.value = with_nulls(inner, std::mem::replace(&mut known.value, Value::null(inner.span)));
                    }
                    None if matches!(inner.kind, ast::ExprKind::Null) => {
                        entries.push(Entry::new(Arc::clone(&key.text), key.span, Value::null(inner.span)));
                    }
                    None => {}
                }
            }
        }
        // With spreads and guards an element is not where it is written.
        (ast::ExprKind::List(written), ValueKind::List(elements)) if written.len() == elements.len() => {
            let elements = Arc::make_mut(elements).iter_mut();
            for (written, element) in written.iter().zip(elements) {
                if let ast::Element::Value(inner) = written {
                    let value = std::mem::replace(&mut element.value, Value::null(inner.span));
                    element.value = with_nulls(inner, value);
                }
            }
        }
        _ => {}
    }
    value
}

/// Returns true for an entry whose value is written as `null`, an object or a list.
fn may_have_nulls(entry: &ast::Entry) -> bool {
    let ast::Entry::Pair { value, .. } = entry else { return false };
    matches!(value.kind, ast::ExprKind::Null | ast::ExprKind::Object(_) | ast::ExprKind::List(_))
}

fn weight(weight: &ast::Weight, out: &mut Diagnostics) -> Weight {
    let value = weight.value.and_then(|value| u32::try_from(value).ok());
    if value.is_none() {
        let message = format!("the controller reads weights up to {}", u32::MAX);
        out.push(
            Diagnostic::error(Code::WeightNotUint, weight.span, message).help("weights are relative: divide them all"),
        );
    }
    Weight { value, percent: weight.percent, span: weight.span }
}

/// Converts a `when` to the form of `v.when`: a list of `{ path?, method?, headers, query }`.
fn when(when: &ast::When, scope: &Scope<'_>, evaluator: &Evaluator<'_>, out: &mut Diagnostics) -> When {
    let clauses = when.clauses.iter().map(|clause| self::clause(clause, scope, evaluator, out)).collect();
    When { value: Value::list(clauses, when.span), span: when.span }
}

fn clause(clause: &ast::Clause, scope: &Scope<'_>, evaluator: &Evaluator<'_>, out: &mut Diagnostics) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    let mut headers = Vec::new();
    let mut query = Vec::new();
    for (at, test) in clause.tests.iter().enumerate() {
        if let Some(first) = clause.tests[..at].iter().find(|first| same_subject(&first.subject, &test.subject)) {
            let message = format!("{} is tested twice in one alternative", describe(&test.subject));
            let error = Diagnostic::error(Code::InvalidWhen, test.span, message);
            out.push(
                error.related(first.span, "first tested here").help("combine the two tests, or join them with `or`"),
            );
            continue;
        }
        let value = self::test(test, scope, evaluator, out);
        match &test.subject {
            Subject::Header(_) => headers.push(value),
            Subject::Query(_) => query.push(value),
            Subject::Path => entries.push(Entry::new("path", test.span, value)),
            Subject::Method => entries.push(Entry::new("method", test.span, value)),
        }
    }
    entries.push(Entry::new("headers", clause.span, Value::list(headers, clause.span)));
    entries.push(Entry::new("query", clause.span, Value::list(query, clause.span)));
    Value::object(entries, clause.span)
}

/// Converts a test to the form of `v.when`: `{ name?, op, value }`.
fn test(test: &ast::Test, scope: &Scope<'_>, evaluator: &Evaluator<'_>, out: &mut Diagnostics) -> Value {
    let value = evaluator.eval(&test.value, scope);
    let op = match test.op {
        TestOp::Is => "is",
        TestOp::Prefix => "prefix",
        TestOp::Matches => "matches",
    };
    if test.op == TestOp::Matches
        && let Some(pattern) = value.as_str()
        && let Err(error) = Pattern::of_re2(pattern)
    {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
        let message = format!("`{pattern}` is not an RE2 regular expression: {reason}");
        out.push(
            Diagnostic::error(Code::InvalidWhen, test.value.span, message)
                .help("RE2 has no look-around and no back references"),
        );
    }
    let mut entries = Vec::new();
    if let Subject::Header(name) | Subject::Query(name) = &test.subject {
        entries.push(Entry::new("name", name.span, Value::string(Arc::clone(&name.text), name.span)));
        if name.text.is_empty() {
            let message = "a header or query parameter needs a name";
            let help = "write `header name is \"value\"`";
            out.push(Diagnostic::error(Code::InvalidWhen, name.span, message).help(help));
        }
    }
    entries.push(Entry::new("op", test.span, Value::string(op, test.span)));
    entries.push(Entry::new("value", test.value.span, value));
    Value::object(entries, test.span)
}

fn same_subject(a: &Subject, b: &Subject) -> bool {
    match (a, b) {
        // Header names are case-insensitive (RFC 9110, section 5.1).
        (Subject::Header(a), Subject::Header(b)) => a.text.eq_ignore_ascii_case(&b.text),
        (Subject::Query(a), Subject::Query(b)) => a.text == b.text,
        (Subject::Path, Subject::Path) | (Subject::Method, Subject::Method) => true,
        _ => false,
    }
}

fn describe(subject: &Subject) -> String {
    match subject {
        Subject::Header(name) => format!("header `{}`", name.text),
        Subject::Query(name) => format!("query parameter `{}`", name.text),
        Subject::Path => "the path".to_owned(),
        Subject::Method => "the method".to_owned(),
    }
}
