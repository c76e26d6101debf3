//! Lint statements: what they find in a release.

use super::{Evaluator, Scope, Tristate};
use crate::hir::{Builtin, Resolution};
use crate::library::{Definition, LintPieces};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{self, ExprKind, GuardHead, LintFix, LintTest, Name};
use relc_syntax::serialize::Lazy;
use relc_syntax::source::Span;

/// One finding of a lint statement.
#[derive(Clone, Debug)]
pub struct LintFinding {
    /// The span of the finding.
    pub span: Span,
    /// The message.
    pub message: String,
    /// The help.
    pub help: Option<String>,
    /// The changes of its fix; empty if it has none, or if one of them is not in a file of the user.
    pub fix: Vec<LintChange>,
    /// For `unique`: what no other release may have; without one that does, nothing is to be said.
    pub claim: Option<String>,
}

/// A change of a release, by the places of its values.
#[derive(Clone, Debug)]
pub enum LintChange {
    /// The value at this place becomes another one.
    Set(Span, Value),
    /// The entry whose value is at this place goes.
    Remove(Span),
    /// The version at this position, or the release, gets a value at this path from one of its fields, where it has none.
    Add(Option<usize>, Vec<Name>, Value),
}

impl Evaluator<'_> {
    /// Evaluates a lint statement, and passes its findings to `found`: one for each round of its loops whose condition holds.
    /// Paths through absent values find nothing. Call [`Evaluator::take_diagnostics`] afterwards: a statement that can't be
    /// evaluated for this release finds nothing.
    pub fn lint(&self, lint: &Definition<ast::Lint>, version: Option<usize>, found: &mut dyn FnMut(LintFinding)) {
        let pieces = lint.pieces();
        let scope = Scope::part(&pieces.loops.module, version);
        self.lint_rounds(&pieces.loops.item.loops, pieces, &scope, found);
    }

    fn lint_rounds(
        &self,
        loops: &[Lazy<GuardHead>],
        lint: LintPieces<'_>,
        scope: &Scope<'_>,
        found: &mut dyn FnMut(LintFinding),
    ) {
        match loops {
            [] => self.lint_round(lint, scope, found),
            [head, rest @ ..] => {
                self.rounds(head, scope, &mut |this, scope| this.lint_rounds(rest, lint, scope, found))
            }
        }
    }

    fn lint_round(&self, lint: LintPieces<'_>, scope: &Scope<'_>, found: &mut dyn FnMut(LintFinding)) {
        let claim = match lint.test.item.test.as_deref() {
            Some(LintTest::When(condition)) => match Tristate::of(&self.eval(condition, &scope.in_piece(lint.test))) {
                Tristate::Known(true) => None,
                Tristate::Known(false) | Tristate::Residual(_) | Tristate::Error => return,
            },
            Some(LintTest::Unique(value)) => match self.eval(value, &scope.in_piece(lint.test)).as_str() {
                Some(text) => Some(text.to_owned()),
                None => return,
            },
            None => return,
        };
        let span = self.place(lint.at.item.report.at.as_ref(), &scope.in_piece(lint.at));
        let (report, scope) = (&*lint.report.item.report, &scope.in_piece(lint.report));
        let message = report.message.as_ref().map(|message| self.text(message, scope)).unwrap_or_default();
        let help = report.help.as_ref().map(|help| self.text(help, scope)).filter(|help| !help.is_empty());
        let changes: Option<Vec<LintChange>> = report.fixes.iter().map(|fix| self.lint_change(fix, scope)).collect();
        let fix = changes.unwrap_or_default();
        if !message.is_empty() {
            found(LintFinding { span, message, help, fix, claim });
        }
    }

    fn lint_change(&self, fix: &LintFix, scope: &Scope<'_>) -> Option<LintChange> {
        let place = self.eval(&fix.path, scope);
        if place.is_null() || !self.is_users(place.span) {
            return self.lint_addition(fix, scope);
        }
        Some(match &fix.value {
            Some(value) => LintChange::Set(place.span, self.eval(value, scope)),
            None => LintChange::Remove(place.span),
        })
    }

    /// `fix set v.field = …` or `fix set settings.field = …`, where the release does not set the field itself.
    fn lint_addition(&self, fix: &LintFix, scope: &Scope<'_>) -> Option<LintChange> {
        let value = fix.value.as_ref()?;
        let (mut path, mut expr) = (Vec::new(), &fix.path);
        let version = loop {
            let ExprKind::Field { base, name, .. } = &expr.kind else { return None };
            path.insert(0, name.clone());
            if let ExprKind::Name(word) = &base.kind
                && let Some(Resolution::Builtin(Builtin::Settings)) = self.resolve(word, scope)
            {
                break None;
            }
            let around = self.eval(base, scope);
            match around.data {
                ValueKind::Version(at) => break Some(at),
                // A field of a default: the fix would replace all of it.
                _ if !around.is_null() && !self.is_users(around.span) => return None,
                _ => expr = base,
            }
        };
        Some(LintChange::Add(version, path, self.eval(value, scope)))
    }
}
