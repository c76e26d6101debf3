//! Evaluates the `lint` statements of an environment for a release.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Subject, fix};
use relc_core::edit;
use relc_core::eval::LintChange;
use relc_core::library::Definition;
use relc_core::value::Value;
use relc_syntax::ast::{self, FieldPlace};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Diagnostics, Edit, Severity};
use relc_syntax::source::Span;
use relc_syntax::source::Syntax;

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
    let plan = &subject.prepared.plan;
    // The requirements of a release without errors hold: the compiler has evaluated them.
    let look = |lint: &&Definition<ast::Lint>| lint.item.required != is_sound;
    for lint in plan.settings.lints.iter().chain(&plan.body.lints).filter(look) {
        statement(subject, lint, None, &mut said);
    }
    for at in 0..subject.given.versions.len() {
        for lint in plan.version.lints.iter().filter(look) {
            statement(subject, lint, Some(at), &mut said);
        }
    }
    // A statement that can't be evaluated for this release reports nothing.
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

/// Returns the edits of all changes, or `None` if one of them can't be made or they overlap.
fn edits(subject: &Subject<'_>, changes: &[LintChange]) -> Option<Vec<Edit>> {
    if let [LintChange::Add(version, field, value), LintChange::Remove(at)] = changes {
        return moved(subject, *version, &field.text, value, *at);
    }
    let mut all = Vec::new();
    for change in changes {
        all.extend(edits_of(subject, change)?);
    }
    all.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let apart = all.windows(2).all(|pair| fix::apart(&pair[0], &pair[1]));
    Some(all).filter(|all| !all.is_empty() && apart)
}

/// Returns the edits that replace the entry with the value at `from` by the version's field `name`: its key is
/// renamed, so that its comments stay.
fn moved(subject: &Subject<'_>, version: usize, name: &str, value: &Value, from: Span) -> Option<Vec<Edit>> {
    let entry = subject.fields().find(|entry| entry.value.span == from)?;
    let version = subject.given.versions[version].span;
    if version.file != from.file {
        return None;
    }
    let tree = subject.tree(from.file);
    let mut edits = edit::rename(&tree, entry.key_span, written_as(subject, name)?)?;
    if value.span != from {
        edits.extend(edit::set(&tree, from, value)?);
    }
    Some(edits)
}

fn edits_of(subject: &Subject<'_>, change: &LintChange) -> Option<Vec<Edit>> {
    match change {
        LintChange::Set(at, value) => {
            let tree = subject.tree(at.file);
            let key = value.as_str().and_then(|name| edit::rename(&tree, *at, name));
            key.or_else(|| edit::set(&tree, *at, value))
        }
        LintChange::Remove(at) => {
            // The first element of a YAML list starts where the list does, so the value of a field is removed by its
            // key.
            let key = subject.fields().find(|entry| entry.value.span == *at).map(|entry| entry.key_span);
            edit::remove(&subject.tree(at.file), key.unwrap_or(*at))
        }
        LintChange::Add(version, field, value) => {
            let at = subject.given.versions[*version].span;
            edit::insert_field(&subject.tree(at.file), at, written_as(subject, &field.text)?, value)
        }
    }
}

/// Returns the key of the version field `name` in the release's file; `None` if it is nested.
fn written_as<'s>(subject: &'s Subject<'_>, name: &'s str) -> Option<&'s str> {
    let plan = &subject.prepared.plan;
    let at = plan.version_field(name)?;
    match (&plan.version.fields[at].item.at, subject.syntax) {
        (_, Syntax::Rel) | (FieldPlace::Named, Syntax::Yaml) => Some(name),
        (FieldPlace::At(path), Syntax::Yaml) => Some(&*path.text).filter(|path| !path.contains('.')),
        (FieldPlace::None(_), Syntax::Yaml) => None,
    }
}
