//! Lowers an environment and a checked release to manifests.
//!
//! In: a [`TypedRelease`] and the [`TypedPlan`] of its environment. Out: the documents, in the order of output, each
//! checked against its kind's schema, and every routing template evaluated for every set of ready versions.

mod finished;
mod routes;

use std::sync::Arc;

use crate::check::TypedPlan;
use crate::codegen::Rendered;
use crate::eval::{Checks, TypedRelease};
use crate::library::{Definition, Plan};
use crate::validate::Users;
use crate::value::Value;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use relc_syntax::source::{Sources, Span};

/// The setting for a release's namespace, if its environment has one.
const NAMESPACE: &str = "namespace";

/// The documents of a release.
#[derive(Default)]
pub struct Lowered {
    /// The documents in the order of output; empty if there are errors with a code.
    pub documents: Vec<Value>,
    /// The rendered strings inside the documents.
    pub made: Vec<Rendered>,
    /// The release's namespace.
    pub namespace: String,
    /// The diagnostics.
    pub diagnostics: Diagnostics,
}

/// The state of the values that are lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// All of them are right.
    Valid,
    /// Some are errors, or missing: what combines several values is not checked where one of them is.
    Partial,
}

/// Lowers the release of `checks`, whose evaluator was created for `prepared` and `given`. Of partial values no manifests are returned, and
/// of the diagnostics those at the user's own values.
pub fn release(
    prepared: &TypedPlan,
    given: &TypedRelease,
    values: Values,
    checks: &Checks<'_>,
    sources: &Sources,
) -> Lowered {
    let evaluator = checks.evaluator();
    let mut refused = Diagnostics::default();
    if values == Values::Valid {
        requirements(&prepared.plan, given, checks, &mut refused);
    }
    let mut documents = Vec::new();
    let mut origins = Vec::new();
    if !refused.has_coded_errors() {
        for at in 0..given.versions.len() {
            documents.extend(evaluator.objects(Some(at)).iter().map(|object| object.value.clone()));
            origins.resize(documents.len(), at);
        }
        documents.extend(evaluator.objects(None).iter().map(|object| object.value.clone()));
    }
    let namespace = evaluator.setting(NAMESPACE).unwrap_or_else(|| given.namespace.clone());
    let namespace = namespace.as_str().unwrap_or_default().to_owned();
    let made = evaluator.made();
    let mut diagnostics = evaluator.take_diagnostics();
    diagnostics.extend(refused);
    // What a definition file of the user writes is checked as what a release writes: only relc's own library is tested.
    let first = evaluator.first_of_users();
    let users = Users { first, tested: first.min(relc_stdlib::COUNT), name: given.name.span };
    if !diagnostics.has_coded_errors() {
        let kinds = &*prepared.plan.environment.declaration.module.project_kinds;
        finished::check(&documents, &origins, given, (kinds, sources), &mut diagnostics);
        // A value of the environment that its schema refuses would be refused again, at the version.
        if diagnostics.iter().all(|found| found.severity != Severity::Error || found.span.file.0 >= first) {
            finished::validate(&documents, &origins, given, (values, users), &mut diagnostics);
        }
        for template in evaluator.templates() {
            routes::check(&template, given, users, (kinds, sources), &mut diagnostics);
        }
    }
    if values == Values::Partial {
        diagnostics = diagnostics.into_vec().into_iter().filter(|found| found.span.file.0 >= first).collect();
        return Lowered { namespace, diagnostics, ..Lowered::default() };
    }
    if diagnostics.has_coded_errors() {
        documents.clear();
    }
    Lowered { documents, made, namespace, diagnostics }
}

fn requirements(plan: &Plan, given: &TypedRelease, checks: &Checks<'_>, out: &mut Diagnostics) {
    for require in plan.settings.requires.iter().chain(&plan.body.requires) {
        requirement(require, None, given.span, checks, out);
    }
    for lint in plan.settings.lints.iter().chain(&plan.body.lints).filter(|lint| lint.item.required) {
        required_lint(lint, None, checks, out);
    }
    for (at, version) in given.versions.iter().enumerate() {
        for require in &plan.version.requires {
            requirement(require, Some(at), version.span, checks, out);
        }
        for lint in plan.version.lints.iter().filter(|lint| lint.item.required) {
            required_lint(lint, Some(at), checks, out);
        }
    }
}

fn requirement(
    require: &Definition<ast::Require>,
    version: Option<usize>,
    span: Span,
    checks: &Checks<'_>,
    out: &mut Diagnostics,
) {
    let evaluator = checks.evaluator();
    checks.require(require, version, |scope| {
        let place = require.item.at.as_ref().map_or(span, |at| evaluator.place(Some(at), scope));
        let message = evaluator.text(&require.item.message, scope);
        let error = Diagnostic::error(Code::Requirement, place, message);
        out.push(error.related(require.item.span, format!("`{}` requires it", require.part)));
    });
}

/// Checks a requirement with a rule's name: a lint statement of the level `require`.
fn required_lint(lint: &Definition<ast::Lint>, version: Option<usize>, checks: &Checks<'_>, out: &mut Diagnostics) {
    checks.lint(lint, version, &mut |found| {
        let error = Diagnostic::lint(Arc::clone(&lint.item.name.text), Severity::Error, found.span, found.message);
        out.push(match found.help {
            Some(help) => error.help(help),
            None => error,
        });
    });
}
