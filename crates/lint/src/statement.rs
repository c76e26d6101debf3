//! The `lint` statements of an environment, looked at for a release.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Subject;
use relc_core::check::Front;
use relc_core::edit;
use relc_core::eval::LintChange;
use relc_core::library::{Definition, Slot};
use relc_syntax::ast::{self, FieldPlace};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Diagnostics, Edit, Severity};
use relc_syntax::source::Span;

/// What no two releases of a run may have: `unique` of a lint statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UniqueClaim {
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
    /// And what to do.
    pub help: Option<String>,
}

/// What the lint statements of an environment find in a release.
#[derive(Default)]
pub struct Said {
    /// Findings; with them those that a build has, too.
    pub findings: Diagnostics,
    /// What no other release may have.
    pub claims: Vec<UniqueClaim>,
    /// The places of all findings.
    pub places: HashSet<Span>,
}

/// What the lint statements of the release's environment find. A release with errors is looked at only for its
/// requirements.
pub fn release(subject: &Subject<'_>) -> Said {
    let mut said = Said::default();
    let plan = &subject.prepared.plan;
    let look = |lint: &&Definition<ast::Lint>| lint.item.required || !subject.documents.is_empty();
    for lint in plan.settings.lints.iter().chain(&plan.body.lints).filter(look) {
        statement(subject, lint, None, &mut said);
    }
    for at in 0..subject.given.versions.len() {
        for lint in plan.version.lints.iter().filter(look) {
            statement(subject, lint, Some(at), &mut said);
        }
    }
    // A statement that cannot be evaluated for this release has nothing to say of it.
    subject.evaluator.take_diagnostics();
    said
}

fn statement(subject: &Subject<'_>, lint: &Definition<ast::Lint>, version: Option<usize>, said: &mut Said) {
    let rule = &lint.item.name.text;
    subject.evaluator.lint(lint, version, &mut |found| {
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
                let edits = found.fix.and_then(|change| edits(subject, &change));
                said.findings.push(finding.edits(applicability(&lint.item), edits));
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
        LintChange::Set(at, value) => {
            let tree = subject.tree(at.file);
            let key = value.as_str().and_then(|name| edit::rename(&tree, *at, name));
            key.or_else(|| edit::set(&tree, *at, value))
        }
        LintChange::Remove(at) => {
            // The first element of a list in YAML begins where the list does: what is a field's value is removed by its key.
            let key = subject.fields().find(|entry| entry.value.span == *at).map(|entry| entry.key_span);
            edit::remove(&subject.tree(at.file), key.unwrap_or(*at))
        }
        LintChange::Add(version, field, value) => {
            let at = subject.given.versions[*version].span;
            edit::insert_field(&subject.tree(at.file), at, written_as(subject, &field.text)?, value)
        }
    }
}

/// What the version field `name` is called where the release is written; none where it is deeper in the file.
fn written_as<'s>(subject: &'s Subject<'_>, name: &'s str) -> Option<&'s str> {
    let plan = &subject.prepared.plan;
    let Some(Slot::Field(at)) = plan.version_slot(name) else { return None };
    match (&plan.version.fields[at].item.at, subject.front) {
        (_, Front::Rel) | (FieldPlace::Named, Front::Values) => Some(name),
        (FieldPlace::At(path), Front::Values) => Some(&*path.text).filter(|path| !path.contains('.')),
        (FieldPlace::None(_), Front::Values) => None,
    }
}
