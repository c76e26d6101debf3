//! The `lint` statements of an environment, looked at for a release.

use std::sync::Arc;

use super::{Subject, edit};
use crate::diagnostic::{Applicability, Diagnostic, Diagnostics, Edit, Severity};
use crate::env::Definition;
use crate::eval::LintChange;
use crate::source::Span;
use crate::syntax::ast;

/// What no two releases of a run may have: `unique` of a lint statement.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The rule.
    pub rule: Arc<str>,
    /// Its level.
    pub level: Severity,
    /// What is claimed.
    pub value: String,
    /// Where.
    pub span: Span,
    /// What to say where another release claims it too.
    pub message: String,
}

/// Adds what the lint statements of the release's environment find.
pub fn release(subject: &Subject<'_>, out: &mut Diagnostics, claims: &mut Vec<Claim>) {
    let plan = &subject.prepared.plan;
    for lint in plan.settings.lints.iter().chain(&plan.body.lints) {
        statement(subject, lint, None, out, claims);
    }
    for at in 0..subject.given.versions.len() {
        for lint in &plan.version.lints {
            statement(subject, lint, Some(at), out, claims);
        }
    }
    // A statement that cannot be evaluated for this release has nothing to say of it.
    subject.evaluator.take_diagnostics();
}

fn statement(
    subject: &Subject<'_>,
    lint: &Definition<ast::Lint>,
    version: Option<usize>,
    out: &mut Diagnostics,
    claims: &mut Vec<Claim>,
) {
    let rule = &lint.item.name.text;
    subject.evaluator.lint(lint, version, &mut |found| {
        let (level, span) = (lint.item.level, found.span);
        match found.claim {
            Some(value) => {
                claims.push(Claim { rule: Arc::clone(rule), level, value, span, message: found.message });
            }
            None => {
                let finding = Diagnostic::lint(Arc::clone(rule), level, span, found.message);
                let edits = found.fix.and_then(|change| edits(subject, &change));
                out.push(finding.edits(applicability(&lint.item), edits));
            }
        }
    });
}

fn applicability(lint: &ast::Lint) -> Applicability {
    match &lint.fix {
        Some(fix) if !fix.unsafe_ => Applicability::Safe,
        Some(_) | None => Applicability::Unsafe,
    }
}

fn edits(subject: &Subject<'_>, change: &LintChange) -> Option<Vec<Edit>> {
    match change {
        LintChange::Set(at, value) => edit::set(&subject.tree(at.file), *at, value),
        LintChange::Remove(at) => edit::remove(&subject.tree(at.file), *at),
    }
}
