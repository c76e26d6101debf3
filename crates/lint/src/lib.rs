//! Lint rules for input that compiles, and for input that almost does.
//!
//! In: a release of either front end with its environment, its typed values, and its finished manifests if there are no
//! compiler errors. Out: diagnostics, each of a [`Rule`]. Rules never change the output of a build. Rules of an
//! environment are in its file (`lint` statements, [`statement`]); those for every environment are in `rules`, one file
//! each. Levels, suppressions and baselines are applied later.

mod changes;
pub mod document;
pub mod fix;
pub mod registry;
pub mod report;
mod rules;
pub mod statement;

use std::collections::HashSet;

use relc_core::compile::{Analysis, LoadedInput};
use relc_core::types::Type;
use relc_core::value::Value;
use relc_routing::{Traffic, states_requests};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use relc_syntax::source::{Sources, Span};

pub use document::Document;
pub use relc_core::compile::Subject;
pub use rules::RULES;

/// The kind of fixes of a rule's diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// None has a fix.
    Never,
    /// The fixes are safe.
    Safe,
    /// The fixes need review.
    Unsafe,
}

impl Fixes {
    /// Returns the name: `none`, `safe`, `unsafe`.
    pub fn name(self) -> &'static str {
        match self {
            Fixes::Never => "none",
            Fixes::Safe => "safe",
            Fixes::Unsafe => "unsafe",
        }
    }
}

/// A lint rule for every environment, or the name of compiler errors.
#[derive(Debug)]
pub struct Rule {
    /// The rule's name.
    pub name: &'static str,
    /// The default level.
    pub level: Severity,
    /// The kind of fixes of its diagnostics.
    pub fixes: Fixes,
    /// The text of its file; the comment at its start is its documentation.
    pub source: &'static str,
    /// The check that finds its diagnostics.
    pub check: Check,
}

/// The check that finds a rule's diagnostics.
#[derive(Debug)]
pub enum Check {
    /// The compiler, under these codes.
    Compiler(&'static [Code]),
    /// A check of a release, with its manifests if there are any.
    Release(fn(&Subject<'_>, &mut Findings<'_>)),
    /// A check of the routes of a release without errors, with the answers to all requests.
    Traffic(fn(&Subject<'_>, &Traffic, &mut Findings<'_>)),
    /// The same, as a proof of what the environment guarantees. A build reports these too, unless the environment comes with relc, whose
    /// tests are the proof.
    Proof(fn(&Subject<'_>, &Traffic, &mut Findings<'_>)),
    /// A check of a values file as parsed, before anything else.
    Values(fn(&Value, &Sources, &mut Findings<'_>)),
    /// Both: the compiler under these codes, and a check of the values file.
    Both(&'static [Code], fn(&Value, &Sources, &mut Findings<'_>)),
    /// The compiler, in finished objects (`relc_core::validate`). A build reports these too; they can be allowed.
    Validation,
    /// A check in another place: of comments, or of several releases.
    Elsewhere,
}

impl Check {
    /// Returns the compiler's codes under the rule's name.
    pub fn codes(&self) -> &'static [Code] {
        match self {
            Check::Compiler(codes) | Check::Both(codes, _) => codes,
            Check::Release(_)
            | Check::Traffic(_)
            | Check::Proof(_)
            | Check::Values(_)
            | Check::Validation
            | Check::Elsewhere => &[],
        }
    }
}

impl Rule {
    /// Returns a rule of the validation of finished objects, whose file has the text `source`.
    const fn validation(name: &'static str, source: &'static str) -> Rule {
        Rule { name, level: Severity::Error, fixes: Fixes::Never, source, check: Check::Validation }
    }

    /// Returns its documentation.
    pub fn document(&self) -> Document<'_> {
        Document::of_module(self.source)
    }
}

/// Returns the rule `name`, if it is one for every environment.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}

/// Returns the rule to which the compiler's `code` belongs.
pub fn rule_of(code: Code) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.check.codes().contains(&code)).copied()
}

/// The diagnostics of one rule.
pub struct Findings<'r> {
    name: &'r str,
    level: Severity,
    list: Diagnostics,
}

impl<'r> Findings<'r> {
    /// Creates an empty list.
    pub fn new(name: &'r str, level: Severity) -> Self {
        Findings { name, level, list: Diagnostics::default() }
    }

    /// Creates a diagnostic of this rule, to be completed and passed to [`Findings::push`].
    pub fn say(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::lint(self.name, self.level, span, message)
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, finding: Diagnostic) {
        self.list.push(finding);
    }

    /// Returns the diagnostics.
    pub fn finish(self) -> Diagnostics {
        self.list
    }
}

/// Runs every rule over an analyzed release of `input`. The diagnostics replace those of the analysis, which are
/// included. The returned claims are to be compared with those of the other releases of the run.
pub fn lint(input: &LoadedInput, analysis: &mut Analysis) -> Vec<statement::UniqueClaim> {
    let mut findings = input.values().map(|read| values(read, &input.sources)).unwrap_or_default();
    let mut claims = Vec::new();
    if let Some(subject) = analysis.subject(input) {
        let known = &analysis.built.diagnostics;
        let (found, claimed) = release(&subject, !known.has_errors());
        found.into_vec().into_iter().filter(|d| !is_echo(d, known)).for_each(|d| findings.push(d));
        claims.extend(claimed);
    }
    // If a rule and the compiler report the same mistake, the first one is kept, which is the rule's, as it has a fix.
    findings.extend(std::mem::take(&mut analysis.built.diagnostics));
    analysis.built.diagnostics = findings;
    claims
}

/// Adds to an analyzed release of `input` what its routes don't do of what its environment guarantees, unless it has errors. The
/// environments that come with relc are tested with all strategies and ready sets; a release can't change what they guarantee.
pub fn prove(input: &LoadedInput, analysis: &mut Analysis) {
    let Some(subject) = analysis.subject(input).filter(|_| !analysis.built.diagnostics.has_errors()) else { return };
    if is_environment_of_relc(&subject) {
        return;
    }
    let traffic = Traffic::new(&subject);
    let mut found = Diagnostics::default();
    for rule in RULES {
        if let Check::Proof(check) = rule.check {
            let mut findings = Findings::new(rule.name, rule.level);
            check(&subject, &traffic, &mut findings);
            found.extend(findings.finish());
        }
    }
    analysis.built.diagnostics.extend(found);
}

/// Returns true if the environment comes with relc.
fn is_environment_of_relc(subject: &Subject<'_>) -> bool {
    subject.sources.file(subject.prepared.plan.environment.declaration.item.span.file).is_embedded()
}

/// Returns true if a version on an environment of relc has an object that the user specifies as a whole. Its name, its annotations or its
/// own traffic can decide who answers, so that the environment guarantees nothing.
fn has_own_objects(subject: &Subject<'_>) -> bool {
    let is_whole = |ty: &Type| matches!(ty.present(), Type::Partial(_));
    let mut fields =
        { subject.given.versions.iter() }.flat_map(|version| version.fields.iter().zip(&subject.prepared.version));
    is_environment_of_relc(subject) && fields.any(|(value, ty)| value.is_some() && is_whole(ty))
}

/// Returns true if a rule about traffic could find something. Tests prove what the environments of relc guarantee. A release on them
/// adds the requests that it states, candidates that get the same ones, and numbers of pods.
fn has_questions_of_traffic(subject: &Subject<'_>) -> bool {
    let has_pods = |document: &Value| document.get("spec").and_then(|spec| spec.get("replicas")).is_some();
    !is_environment_of_relc(subject)
        || subject.given.versions.len() > 2
        || subject.manifests.is_some()
        || subject.given.versions.iter().any(states_requests)
        || subject.documents.iter().any(has_pods)
}

/// Returns true for an error about an object that has an unknown key, which may be what the object seems to lack.
fn is_echo(finding: &Diagnostic, known: &Diagnostics) -> bool {
    let span = finding.span;
    let mut keys = known.iter().filter(|error| error.code == Code::UnknownKey).map(|error| error.span);
    finding.severity == Severity::Error && keys.any(|key| span.contains(key))
}

/// Returns all diagnostics of rules for a release. Lint statements are evaluated only if it `is_sound`, without errors.
pub fn release(subject: &Subject<'_>, is_sound: bool) -> (Diagnostics, Vec<statement::UniqueClaim>) {
    let mut out = Diagnostics::default();
    let traffic = (is_sound && has_questions_of_traffic(subject)).then(|| Traffic::new(subject));
    let is_proven = !has_own_objects(subject);
    for rule in RULES {
        let mut findings = Findings::new(rule.name, rule.level);
        match (&rule.check, &traffic) {
            (Check::Release(check), _) => check(subject, &mut findings),
            (Check::Proof(_), _) if !is_proven => {}
            (Check::Traffic(check) | Check::Proof(check), Some(traffic)) => check(subject, traffic, &mut findings),
            _ => {}
        }
        out.extend(findings.finish());
    }
    let said = statement::release(subject, is_sound);
    let told = keys_of(subject, &said.places);
    let mut all = Diagnostics::default();
    out.into_vec().into_iter().filter(|finding| !told.contains(&finding.span)).for_each(|finding| all.push(finding));
    all.extend(said.findings);
    (all, said.claims)
}

/// Returns the keys of the fields whose values are at `places`, and a `when` that is there. The diagnostic of a lint statement replaces that of a
/// general rule for the same field, as it is more specific.
fn keys_of(subject: &Subject<'_>, places: &HashSet<Span>) -> HashSet<Span> {
    let keys = subject.fields().filter(|entry| places.contains(&entry.value.span)).map(|entry| entry.key_span);
    let stated = subject.release.versions.iter().filter_map(|version| version.when.as_ref()).map(|when| when.span);
    keys.chain(stated.filter(|span| places.contains(span))).collect()
}

/// Returns all diagnostics of rules for a values file as parsed.
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
