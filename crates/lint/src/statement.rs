//! Evaluates the `lint` statements of an environment for a release.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Subject;
use crate::changes::{self, Change};
use relc_core::eval::{Checks, LintChange};
use relc_core::library::Definition;
use relc_core::value::Entry;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Diagnostics, Edit, Severity};
use relc_syntax::source::Span;

/// A value that no two releases of a run may have: `unique` of a lint statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UniqueClaim {
    /// The rule.
    pub rule: Arc<str>,
    /// Its level.
    pub level: Severity,
    /// The value.
    pub value: String,
    /// The span of the value.
    pub span: Span,
    /// The message if another release has the same value.
    pub message: String,
    /// The help.
    pub help: Option<String>,
}

impl UniqueClaim {
    /// Returns the finding that another release made the same claim, at `first`.
    pub fn conflict(self, first: Span) -> Diagnostic {
        let finding = Diagnostic::lint(self.rule, self.level, self.span, self.message);
        let finding = finding.related(first, "also declared here");
        match self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

/// The result of the lint statements of an environment for a release.
#[derive(Default)]
pub struct Said {
    /// The diagnostics, including those that a build reports, too.
    pub findings: Diagnostics,
    /// The values that no other release may have.
    pub claims: Vec<UniqueClaim>,
    /// The spans of all diagnostics.
    pub places: HashSet<Span>,
}

/// Evaluates the lint statements of the release's environment. For a release with errors, only its requirements are
/// evaluated.
pub fn release(subject: &Subject<'_>, is_sound: bool) -> Said {
    let mut said = Said::default();
    let checks = &subject.prepared.verdicts.resume(&subject.evaluator);
    let plan = &subject.prepared.plan;
    // The requirements of a release without errors hold: the compiler has evaluated them.
    let look = |lint: &&Definition<ast::Lint>| lint.item.required != is_sound;
    for lint in plan.settings.lints.iter().chain(&plan.body.lints).filter(look) {
        statement(subject, lint, (None, checks), &mut said);
    }
    for at in 0..subject.given.versions.len() {
        for lint in plan.version.lints.iter().filter(look) {
            statement(subject, lint, (Some(at), checks), &mut said);
        }
    }
    // A statement that can't be evaluated for this release reports nothing.
    checks.evaluator().take_diagnostics();
    said
}

fn statement(
    subject: &Subject<'_>,
    lint: &Definition<ast::Lint>,
    (version, checks): (Option<usize>, &Checks<'_>),
    said: &mut Said,
) {
    let rule = &lint.item.name.text;
    checks.lint(lint, version, &mut |found| {
        let (level, span) = (lint.item.level, found.span);
        said.places.insert(span);
        match found.claim {
            Some(value) => {
                said.claims.push(UniqueClaim {
                    rule: Arc::clone(rule),
                    level,
                    value,
                    span,
                    message: found.message,
                    help: found.help,
                });
            }
            None => {
                let finding = Diagnostic::lint(Arc::clone(rule), level, span, found.message);
                let finding = match found.help {
                    Some(help) => finding.help(help),
                    None => finding,
                };
                let edits = edits(subject, &found.fix);
                said.findings.push(finding.edits(applicability(&lint.pieces().report.item), edits));
            }
        }
    });
}

fn applicability(lint: &ast::Lint) -> Applicability {
    let is_unsafe = lint.report.fixes.iter().any(|fix| fix.unsafe_);
    if is_unsafe { Applicability::Unsafe } else { Applicability::Safe }
}

/// Returns the edits of all changes, or `None` if one of them can't be made. A field that is set, and one that is removed from the same
/// braces, is one that moves.
fn edits(subject: &Subject<'_>, changes: &[LintChange]) -> Option<Vec<Edit>> {
    if let [LintChange::Add(version, path, value), LintChange::Remove(at)]
    | [LintChange::Remove(at), LintChange::Add(version, path, value)] = changes
        && let [field] = path.as_slice()
        && let Some(from) = fields_of(subject, *version).iter().find(|entry| entry.value.span == *at)
    {
        return changes::moved(subject, *version, from, &field.text, value);
    }
    let changes: Vec<Change<'_>> = changes
        .iter()
        .map(|change| match change {
            LintChange::Set(at, value) => Change::Set(*at, value),
            LintChange::Remove(at) => Change::Remove(*at),
            LintChange::Add(version, path, value) => {
                Change::Add(*version, path.iter().map(|step| &*step.text).collect(), value)
            }
        })
        .collect();
    changes::edits(subject, &changes)
}

/// The fields that a version, or the release, sets.
fn fields_of<'s>(subject: &'s Subject<'_>, version: Option<usize>) -> &'s [Entry] {
    match version {
        Some(at) => subject.release.versions.get(at).map_or(&[], |version| &version.fields),
        None => &subject.release.settings,
    }
}
