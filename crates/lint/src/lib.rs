//! What is worth saying of input that compiles, and of input that almost does.
//!
//! In: a release of either front end with its environment, what it gives, and its finished manifests where it has none of the
//! compiler's errors. Out: findings, each of a [`Rule`]. Rules never change what a build writes. Those of one environment stand
//! in that environment's file (`lint` statements, [`statement`]); those that hold for all are in `rules`, one file each. What
//! is done with findings (levels, suppressions, baselines) is not a rule's concern.

pub mod document;
pub mod fix;
pub mod registry;
pub mod report;
mod rules;
pub mod statement;

use std::collections::HashSet;

use relc_core::compile::{Analysis, LoadedInput};
use relc_core::value::Value;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use relc_syntax::source::{Sources, Span};

pub use document::Document;
pub use relc_core::compile::Subject;
pub use rules::RULES;

/// Whether a rule's findings come with a change that removes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// None does.
    Never,
    /// Those that do can be applied unseen.
    Safe,
    /// Those that do need a look.
    Unsafe,
}

impl Fixes {
    /// In a word: `none`, `safe`, `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Fixes::Never => "none",
            Fixes::Safe => "safe",
            Fixes::Unsafe => "unsafe",
        }
    }
}

/// A lint rule that holds for every environment, or a name for what the compiler says.
#[derive(Debug)]
pub struct Rule {
    /// What it flags.
    pub name: &'static str,
    /// Its level where no configuration says otherwise.
    pub level: Severity,
    /// What its findings offer.
    pub fixes: Fixes,
    /// The text of its file; the comment at its head is its documentation.
    pub source: &'static str,
    /// What it looks at.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug)]
pub enum Check {
    /// The compiler finds it: these codes.
    Compiler(&'static [Code]),
    /// A release, with its manifests where it has any.
    Release(fn(&Subject<'_>, &mut Findings<'_>)),
    /// A values file as it was read, before anything else looks at it.
    Values(fn(&Value, &Sources, &mut Findings<'_>)),
    /// Both of these: the compiler, and a look at the values file.
    Both(&'static [Code], fn(&Value, &Sources, &mut Findings<'_>)),
    /// Something that is found elsewhere: comments, several releases.
    Elsewhere,
}

impl Check {
    /// What the compiler says under the rule's name.
    pub fn codes(&self) -> &'static [Code] {
        match self {
            Check::Compiler(codes) | Check::Both(codes, _) => codes,
            Check::Release(_) | Check::Values(_) | Check::Elsewhere => &[],
        }
    }
}

impl Rule {
    /// Its documentation.
    pub fn document(&self) -> Document<'_> {
        Document::of_module(self.source)
    }
}

/// The rule `name`, if it holds for every environment.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}

/// The rule that the compiler's `code` belongs to.
pub fn rule_of(code: Code) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.check.codes().contains(&code)).copied()
}

/// What one rule finds.
pub struct Findings<'r> {
    name: &'r str,
    level: Severity,
    list: Diagnostics,
}

impl<'r> Findings<'r> {
    /// Nothing yet.
    pub fn new(name: &'r str, level: Severity) -> Self {
        Findings { name, level, list: Diagnostics::default() }
    }

    /// A finding of this rule, to be given to [`Findings::push`] when everything is said.
    pub fn say(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::lint(self.name, self.level, span, message)
    }

    /// Keeps a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        self.list.push(finding);
    }

    /// What was found.
    pub fn finish(self) -> Diagnostics {
        self.list
    }
}

/// Runs every rule over an analyzed release of `input`: its findings, with the compiler's, take the place of the analysis's diagnostics.
/// The claims are to be compared with those of the other releases of the run.
pub fn lint(input: &LoadedInput, analysis: &mut Analysis) -> Vec<statement::UniqueClaim> {
    let mut findings = input.values().map(|read| values(read, &input.sources)).unwrap_or_default();
    let mut claims = Vec::new();
    if let Some(subject) = analysis.subject(input) {
        let (found, claimed) = release(&subject);
        findings.extend(found);
        claims.extend(claimed);
    }
    // Where a rule and the compiler report the same, the rule's finding comes with a fix: the first of both stays.
    findings.extend(std::mem::take(&mut analysis.built.diagnostics));
    analysis.built.diagnostics = findings;
    claims
}

/// Everything that rules find in a release. Lint statements look only at one without errors.
pub fn release(subject: &Subject<'_>) -> (Diagnostics, Vec<statement::UniqueClaim>) {
    let mut out = Diagnostics::default();
    for rule in RULES {
        if let Check::Release(check) = rule.check {
            let mut findings = Findings::new(rule.name, rule.level);
            check(subject, &mut findings);
            out.extend(findings.finish());
        }
    }
    let said = statement::release(subject);
    let told = keys_of(subject, &said.places);
    let mut all = Diagnostics::default();
    out.into_vec().into_iter().filter(|finding| !told.contains(&finding.span)).for_each(|finding| all.push(finding));
    all.extend(said.findings);
    (all, said.claims)
}

/// The keys of the fields whose values are at `places`. Where a statement speaks of a field, it says more than a rule that does not
/// know what the field is for.
fn keys_of(subject: &Subject<'_>, places: &HashSet<Span>) -> HashSet<Span> {
    subject.fields().filter(|entry| places.contains(&entry.value.span)).map(|entry| entry.key_span).collect()
}

/// Everything that rules find in a values file as it stands.
pub fn values(values: &Value, sources: &Sources) -> Diagnostics {
    let mut out = Diagnostics::default();
    for rule in RULES {
        if let Check::Values(check) | Check::Both(_, check) = rule.check {
            let mut findings = Findings::new(rule.name, rule.level);
            check(values, sources, &mut findings);
            out.extend(findings.finish());
        }
    }
    out
}
