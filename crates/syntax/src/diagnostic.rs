//! What relc says about its input: data only.
//!
//! Every phase returns [`Diagnostics`] beside its result; `render/` turns them into text. This module knows neither a
//! renderer nor a terminal.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant; nothing is refused.
    Warning,
    /// Nothing is built.
    Error,
}

impl Severity {
    /// The word for it: `error`, `warning`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $id:literal $name:literal,)*) => {
        /// What a finding is about. Its number and its name are stable and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The number, such as `E0201`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$variant => $id,)* }
            }

            /// The name, such as `unknown-key`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

// A macro, as number, name and variant of each code stand together only so.
codes! {
    /// The file's bytes are not UTF-8, or it is larger than relc reads.
    UnreadableText = "E0001" "unreadable-text",
    /// A file that is named is missing, unreadable, or outside of the root.
    UnreadableFile = "E0002" "unreadable-file",
    /// More errors than are shown.
    TooManyErrors = "E0003" "too-many-errors",
    /// The text is not of the language.
    Syntax = "E0101" "syntax",
    /// Brackets or conditions stand deeper than the limit.
    NestingTooDeep = "E0102" "nesting-too-deep",
    /// A string has an escape that JSON does not have, or a brace that refers to nothing.
    InvalidString = "E0103" "invalid-string",
    /// A construct of the language stands where it cannot.
    Misplaced = "E0104" "misplaced",
    /// The YAML text is malformed.
    YamlSyntax = "E0110" "yaml-syntax",
    /// Aliases expand to more than the budget.
    YamlBudget = "E0111" "yaml-budget",
    /// A `--set` flag cannot be read.
    InvalidSet = "E0112" "invalid-set",
    /// An unquoted Helm template in values, which Helm never expands.
    HelmTemplateInValues = "E0113" "helm-template-in-values",
    /// A name refers to nothing.
    UnknownName = "E0201" "unknown-name",
    /// A key is declared nowhere at its place.
    UnknownKey = "E0202" "unknown-key",
    /// No environment has this name.
    UnknownEnvironment = "E0203" "unknown-environment",
    /// No environment has a strategy of this name.
    UnknownStrategy = "E0204" "unknown-strategy",
    /// Other environments have this strategy, this one has not.
    UnsupportedStrategy = "E0205" "unsupported-strategy",
    /// Two declarations of one name.
    DuplicateName = "E0206" "duplicate-name",
    /// One key is given twice.
    DuplicateKey = "E0207" "duplicate-key",
    /// An import leads to itself or to nothing.
    InvalidImport = "E0208" "invalid-import",
    /// Names refer to each other in a circle.
    Cycle = "E0209" "cycle",
    /// A value of another type than expected.
    WrongType = "E0301" "wrong-type",
    /// A value outside of its bounds, or a text that its pattern refuses.
    OutOfRange = "E0302" "out-of-range",
    /// Something required is missing.
    MissingField = "E0303" "missing-field",
    /// A value may be absent where one is needed.
    MaybeAbsent = "E0304" "maybe-absent",
    /// A value that only the controller knows stands where it is needed now.
    RunTimeValue = "E0305" "run-time-value",
    /// Keys of which at most one may be given.
    ConflictingKeys = "E0306" "conflicting-keys",
    /// A call, branch or default that makes no sense.
    InvalidExpression = "E0307" "invalid-expression",
    /// Evaluation meets its budget.
    Budget = "E0308" "budget",
    /// A word that YAML 1.1 takes for a boolean stands where a text is needed.
    Yaml11Boolean = "E0309" "yaml11-boolean",
    /// A number stands where a text is needed.
    NumericString = "E0310" "numeric-string",
    /// A hole of a part that an environment extends is not filled.
    UnfilledHole = "E0401" "unfilled-hole",
    /// A declaration of an environment or part that cannot stand.
    InvalidDeclaration = "E0402" "invalid-declaration",
    /// A watched object is emitted in a version and not tracked, or the reverse.
    Untracked = "E0403" "untracked",
    /// A schema that a kind names does not exist or cannot be read.
    UnknownKind = "E0404" "unknown-kind",
    /// A release without versions.
    NoVersions = "E0501" "no-versions",
    /// Two versions of one label or name.
    DuplicateVersion = "E0502" "duplicate-version",
    /// Weights given in percent do not add up.
    PercentSum = "E0503" "percent-sum",
    /// Weights in percent and bare ones in one release.
    MixedWeights = "E0504" "mixed-weights",
    /// A weight that the controller cannot read.
    WeightNotUint = "E0505" "weight-not-uint",
    /// A `when` that cannot stand.
    InvalidWhen = "E0506" "invalid-when",
    /// What an environment requires does not hold.
    Requirement = "E0507" "requirement",
    /// Two objects of one kind, name and namespace.
    DuplicateObject = "E0508" "duplicate-object",
    /// Two releases of one name and namespace.
    DuplicateRelease = "E0509" "duplicate-release",
    /// A release has no name.
    UnnamedRelease = "E0510" "unnamed-release",
    /// A name or label is longer than Kubernetes allows.
    NameTooLong = "E0511" "name-too-long",
    /// A name is not one that Kubernetes allows.
    InvalidName = "E0512" "invalid-name",
    /// A route does not hold for some set of ready versions.
    InvalidRoute = "E0513" "invalid-route",
    /// Two versions whose objects have one name.
    DuplicateVersionName = "E0514" "duplicate-version-name",
    /// A version's object has the name of one that belongs to all versions.
    VersionNamedAsApplication = "E0515" "version-named-as-application",
}

/// What a finding is about: a code of the compiler, or a lint rule by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Topic {
    /// The compiler's.
    Code(Code),
    /// A lint rule's. Environments declare rules of their own, so the names are not known here.
    Rule(Arc<str>),
}

impl Topic {
    /// The stable id: a code's number, a rule's name.
    pub fn id(&self) -> &str {
        match self {
            Topic::Code(code) => code.id(),
            Topic::Rule(name) => name,
        }
    }

    /// The name, such as `unknown-key`.
    pub fn name(&self) -> &str {
        match self {
            Topic::Code(code) => code.name(),
            Topic::Rule(name) => name,
        }
    }
}

impl From<Code> for Topic {
    fn from(code: Code) -> Self {
        Topic::Code(code)
    }
}

impl PartialEq<Code> for Topic {
    fn eq(&self, code: &Code) -> bool {
        matches!(self, Topic::Code(own) if own == code)
    }
}

/// A place beside the primary one, with what there is to say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there, in a few words.
    pub message: String,
}

/// Whether a fix can be applied unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Applicability {
    /// Keeps the meaning of everything else.
    Safe,
    /// Needs a look: it may not be what was meant.
    Unsafe,
}

/// A replacement of the text under `span`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The text to replace; empty for an insertion.
    pub span: Span,
    /// The text instead.
    pub text: String,
}

/// A change that removes the finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Whether it can be applied unseen.
    pub applicability: Applicability,
    /// Edits that do not overlap, in the order of their places.
    pub edits: Vec<Edit>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What it is about.
    pub code: Topic,
    /// How much it weighs.
    pub severity: Severity,
    /// One lower-case sentence with the user's own names in backticks.
    pub message: String,
    /// The place.
    pub span: Span,
    /// What is at the place, in a few words; empty where the message says it.
    pub label: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// A change that does it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic::new(code.into(), Severity::Error, span, message)
    }

    /// A finding of a lint rule at `span`.
    pub fn lint(rule: impl Into<Arc<str>>, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Diagnostic::new(Topic::Rule(rule.into()), severity, span, message)
    }

    fn new(code: Topic, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity,
            message: message.into(),
            span,
            label: String::new(),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Every place that it speaks of.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let labels = self.labels.iter_mut().map(|label| &mut label.span);
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
        std::iter::once(&mut self.span).chain(labels).chain(edits)
    }

    /// A warning at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// Says what is at the primary place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.label = message.into();
        self
    }

    /// Adds a related place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, message: impl Into<String>) -> Self {
        self.help = Some(message.into());
        self
    }

    /// Offers to replace the text under `span`.
    #[must_use]
    pub fn fix(mut self, applicability: Applicability, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { applicability, edits: vec![Edit { span, text: text.into() }] });
        self
    }

    /// Offers `edits`, where there are any.
    #[must_use]
    pub fn edits(mut self, applicability: Applicability, edits: Option<Vec<Edit>>) -> Self {
        self.fix = edits.map(|edits| Fix { applicability, edits }).or(self.fix);
        self
    }
}

/// The findings of a phase, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// How many of the list are errors.
    errors: usize,
}

/// How many errors of a phase, and how many other findings, are kept: a file of many million characters can have as many
/// mistakes, and nobody reads past the first hundred.
pub const MOST_KEPT: usize = 20_000;

impl Diagnostics {
    /// Adds a finding, unless one of the same name was already reported at the same place.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        // By their names: where the compiler and a rule of the same name both see it, it is one mistake.
        let known = |d: &&mut Diagnostic| d.span == diagnostic.span && d.code.name() == diagnostic.code.name();
        // Only the latest are compared: a repetition comes right behind, and files can hold many thousand errors.
        match self.list.iter_mut().rev().take(64).find(known) {
            Some(known) if known.severity < diagnostic.severity => {
                self.errors += usize::from(diagnostic.severity == Severity::Error);
                *known = diagnostic;
            }
            Some(_) => {}
            None => self.keep(diagnostic),
        }
    }

    /// Keeps a finding while there are few of its sort; what is behind them is in the count of none.
    fn keep(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.severity == Severity::Error;
        let alike = if is_error { self.errors } else { self.list.len() - self.errors };
        if alike < MOST_KEPT {
            self.errors += usize::from(is_error);
            self.list.push(diagnostic);
        }
    }

    /// Adds all of another phase.
    pub fn extend(&mut self, other: Diagnostics) {
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }

    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The findings, to keep.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// The candidate nearest to `name`, if one is near enough to have been meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (wanted, length) = (fold(name), name.chars().count());
    // Long names share their endings; more than three edits are another name.
    let limit = (length / 3).clamp(2, 3);
    candidates
        .into_iter()
        // Most candidates of most names go by their length: a file can have many thousand misspellings.
        .filter(|candidate| *candidate != name && candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(&wanted, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Names in backticks, with commas between them.
pub fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Case and the kind of separator count as nothing.
fn fold(name: &str) -> String {
    name.to_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_forgives_case_and_transposition() {
        let names = ["blue-green", "canary", "mirror", "none"];
        assert_eq!(nearest("canray", names), Some("canary"));
        assert_eq!(nearest("Blue_Green", names), Some("blue-green"));
        assert_eq!(nearest("weighted", names), None);
    }

    #[test]
    fn an_error_behind_any_number_of_warnings_is_kept() {
        let at = |at| Span::new(crate::source::FileId(0), at, at + 1);
        let mut found = Diagnostics::default();
        (0..3 * MOST_KEPT).for_each(|i| found.push(Diagnostic::warning(Code::Syntax, at(i), "doubtful")));
        assert!(found.len() == MOST_KEPT && !found.has_errors());
        found.push(Diagnostic::error(Code::Syntax, at(3 * MOST_KEPT), "wrong"));
        assert!(found.len() == MOST_KEPT + 1 && found.has_errors());
    }

    #[test]
    fn codes_are_unique() {
        let mut ids: Vec<_> = Code::ALL.iter().map(|c| c.id()).collect();
        ids.dedup();
        assert_eq!(ids.len(), Code::ALL.len());
    }
}
