//! Diagnostics, as data only.
//!
//! Every phase returns [`Diagnostics`] in addition to its result; `relc-render` turns them into text. This module
//! depends on neither a renderer nor a terminal.

mod mistakes;

pub use mistakes::{Places, Reported};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::source::{FileId, Sources, Span};

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Informational.
    Info,
    /// Probably not what was intended; the build succeeds.
    Warning,
    /// The build fails.
    Error,
}

impl Severity {
    /// Returns the severity's name: `error`, `warning`, `info`.
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
        /// The kind of a diagnostic. Its number and its name are stable and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// Returns the number, such as `E0201`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$variant => $id,)* }
            }

            /// Returns the name, such as `unknown-key`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }
        }
    };
}

// The macro keeps the number, name and variant of each code in one place.
codes! {
    /// The file is not valid UTF-8, or it is too large.
    UnreadableText = "E0001" "unreadable-text",
    /// A referenced file is missing, unreadable, or outside the root.
    UnreadableFile = "E0002" "unreadable-file",
    /// There are more errors than are shown.
    TooManyErrors = "E0003" "too-many-errors",
    /// The syntax is invalid.
    Syntax = "E0101" "syntax",
    /// Brackets, conditions, types or parts are nested deeper than the limit.
    NestingTooDeep = "E0102" "nesting-too-deep",
    /// A string has an escape that JSON doesn't have, or an invalid interpolation.
    InvalidString = "E0103" "invalid-string",
    /// A construct is in a position where it is not allowed.
    Misplaced = "E0104" "misplaced",
    /// The YAML is malformed.
    YamlSyntax = "E0110" "yaml-syntax",
    /// YAML aliases expand beyond the budget.
    YamlBudget = "E0111" "yaml-budget",
    /// A `--set` flag is malformed.
    InvalidSet = "E0112" "invalid-set",
    /// An unquoted Helm template in values, which Helm never expands.
    HelmTemplateInValues = "E0113" "helm-template-in-values",
    /// A name is not defined.
    UnknownName = "E0201" "unknown-name",
    /// A key is not declared for its object.
    UnknownKey = "E0202" "unknown-key",
    /// No environment has this name.
    UnknownEnvironment = "E0203" "unknown-environment",
    /// No environment has a strategy of this name.
    UnknownStrategy = "E0204" "unknown-strategy",
    /// The environment doesn't have this strategy, but others do.
    UnsupportedStrategy = "E0205" "unsupported-strategy",
    /// A name is declared twice.
    DuplicateName = "E0206" "duplicate-name",
    /// A key is set twice.
    DuplicateKey = "E0207" "duplicate-key",
    /// An import is circular, or its target is missing.
    InvalidImport = "E0208" "invalid-import",
    /// Names refer to each other in a cycle.
    Cycle = "E0209" "cycle",
    /// A value doesn't have the expected type.
    WrongType = "E0301" "wrong-type",
    /// A value is outside its bounds, or a string doesn't match its pattern.
    OutOfRange = "E0302" "out-of-range",
    /// A required field is missing.
    MissingField = "E0303" "missing-field",
    /// A value may be absent where one is required.
    MaybeAbsent = "E0304" "maybe-absent",
    /// A value that only the controller knows is used where it is required at build time.
    RunTimeValue = "E0305" "run-time-value",
    /// Keys that exclude each other are set.
    ConflictingKeys = "E0306" "conflicting-keys",
    /// A call, branch or default is invalid.
    InvalidExpression = "E0307" "invalid-expression",
    /// Evaluation exceeds its budget.
    Budget = "E0308" "budget",
    /// A word that YAML 1.1 reads as a boolean is used as a string.
    Yaml11Boolean = "E0309" "yaml11-boolean",
    /// A number is used as a string.
    NumericString = "E0310" "numeric-string",
    /// An environment doesn't define an abstract field of a part that it extends.
    UndefinedAbstractField = "E0401" "undefined-abstract-field",
    /// A declaration of an environment or part is invalid.
    InvalidDeclaration = "E0402" "invalid-declaration",
    /// A watched object is emitted in a version but not tracked, or the reverse.
    Untracked = "E0403" "untracked",
    /// The schema of a kind is missing or invalid.
    UnknownKind = "E0404" "unknown-kind",
    /// A schema accepts fields that it doesn't declare.
    OpenSchema = "E0405" "open-schema",
    /// A release has no versions.
    NoVersions = "E0501" "no-versions",
    /// Two versions have the same label or name.
    DuplicateVersion = "E0502" "duplicate-version",
    /// Percentages don't add up to 100.
    PercentSum = "E0503" "percent-sum",
    /// A release mixes percentages and relative weights.
    MixedWeights = "E0504" "mixed-weights",
    /// A weight is not a number that the controller can parse.
    WeightNotUint = "E0505" "weight-not-uint",
    /// A `when` is not allowed here.
    InvalidWhen = "E0506" "invalid-when",
    /// A requirement of the environment is not met.
    Requirement = "E0507" "requirement",
    /// Two objects have the same kind, name and namespace.
    DuplicateObject = "E0508" "duplicate-object",
    /// Two releases have the same name and namespace.
    DuplicateRelease = "E0509" "duplicate-release",
    /// A release has no name.
    UnnamedRelease = "E0510" "unnamed-release",
    /// A name or label is longer than Kubernetes allows.
    NameTooLong = "E0511" "name-too-long",
    /// A name is not valid in Kubernetes.
    InvalidName = "E0512" "invalid-name",
    /// A route is invalid for some set of ready versions.
    InvalidRoute = "E0513" "invalid-route",
    /// Objects of two versions have the same name.
    DuplicateVersionName = "E0514" "duplicate-version-name",
    /// An object of a version has the name of an object that is shared by all versions.
    VersionNamedAsApplication = "E0515" "version-named-as-application",
}

/// The kind of a diagnostic: a code of the compiler, or the name of a lint rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Topic {
    /// A code of the compiler.
    Code(Code),
    /// The name of a lint rule. Environments declare their own rules, so the names are not fixed.
    Rule(Arc<str>),
}

impl Topic {
    /// Returns the stable id: a code's number, or a rule's name.
    pub fn id(&self) -> &str {
        match self {
            Topic::Code(code) => code.id(),
            Topic::Rule(name) => name,
        }
    }

    /// Returns the name, such as `unknown-key`.
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

/// A secondary span with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The span.
    pub span: Span,
    /// The message, in a few words.
    pub message: String,
}

/// The safety of a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Applicability {
    /// Preserves the meaning of everything else.
    Safe,
    /// Needs review: it may not be what was intended.
    Unsafe,
}

/// A replacement of the text at `span`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The text to replace; empty for an insertion.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// Edits that resolve a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// The safety of the fix.
    pub applicability: Applicability,
    /// The edits, which don't overlap, in the order of their spans.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Returns what it does, for a menu of fixes; `name` is the name of the diagnostic.
    pub fn title(&self, name: &str, sources: &Sources) -> String {
        match &self.edits[..] {
            [edit] if edit.text.is_empty() => "Remove it".to_owned(),
            [edit] if edit.span.start == edit.span.end => format!("Write `{}`", shorten(&edit.text)),
            [edit] => format!("Replace `{}` by `{}`", shorten(sources.text(edit.span)), shorten(&edit.text)),
            _ => format!("Fix `{name}`"),
        }
    }
}

/// Returns the first line of a text, shortened to 40 characters.
fn shorten(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("");
    if line.chars().count() <= 40 { line.to_owned() } else { line.chars().take(40).chain(['…']).collect() }
}

/// A diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The kind.
    pub code: Topic,
    /// The severity.
    pub severity: Severity,
    /// One lower-case sentence with the user's own names in backticks.
    pub message: String,
    /// The primary span.
    pub span: Span,
    /// The label of the primary span, in a few words; empty if the message is enough.
    pub label: String,
    /// The secondary labels.
    pub labels: Vec<Label>,
    /// The help.
    pub help: Option<String>,
    /// The fix.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Creates an error at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic::new(code.into(), Severity::Error, span, message)
    }

    /// Creates a diagnostic of a lint rule at `span`.
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

    /// Iterates over all spans of the diagnostic.
    pub fn spans_mut(&mut self) -> impl Iterator<Item = &mut Span> {
        let labels = self.labels.iter_mut().map(|label| &mut label.span);
        let edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
        std::iter::once(&mut self.span).chain(labels).chain(edits)
    }

    /// Extends the spans that end inside of a character of their file's text, as those of a replaced lookalike do, to
    /// whole characters. A fix with such a span is removed.
    pub fn extend_to_characters<'t>(&mut self, text: impl Fn(FileId) -> &'t str) {
        let is_whole = |span: Span| text(span.file).get(span.range()).is_some();
        if self.fix.as_ref().is_some_and(|fix| fix.edits.iter().any(|edit| !is_whole(edit.span))) {
            self.fix = None;
        }
        for span in self.spans_mut().filter(|span| !is_whole(**span)) {
            let text = text(span.file);
            let (start, end) = (span.start as usize, span.end as usize);
            *span = Span::new(span.file, text.floor_char_boundary(start), text.ceil_char_boundary(end));
        }
    }

    /// Creates a warning at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    /// Sets the label of the primary span.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.label = message.into();
        self
    }

    /// Adds a secondary label.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Sets the help.
    #[must_use]
    pub fn help(mut self, message: impl Into<String>) -> Self {
        self.help = Some(message.into());
        self
    }

    /// Sets a fix that replaces the text at `span`.
    #[must_use]
    pub fn fix(mut self, applicability: Applicability, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { applicability, edits: vec![Edit { span, text: text.into() }] });
        self
    }

    /// Sets a fix with `edits`, if there are any.
    #[must_use]
    pub fn edits(mut self, applicability: Applicability, edits: Option<Vec<Edit>>) -> Self {
        self.fix = edits.map(|edits| Fix { applicability, edits }).or(self.fix);
        self
    }
}

/// The diagnostics of a phase, in the order in which they were reported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// Number of errors in the list.
    errors: usize,
}

/// Largest number of errors, and of other diagnostics, kept for a phase: a file of many million characters can have as
/// many mistakes, and nobody reads past the first hundred.
pub const MOST_KEPT: usize = 20_000;

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(found: T) -> Self {
        let mut diagnostics = Diagnostics::default();
        found.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
        diagnostics
    }
}

impl Diagnostics {
    /// Adds a diagnostic, unless one with the same name was already reported at the same span.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let known = |known: &&mut Diagnostic| mistakes::is_same(known, &diagnostic);
        // Only the latest ones are compared: a duplicate follows immediately, and files can have many thousand errors.
        match self.list.iter_mut().rev().take(64).find(known) {
            Some(known) if known.severity < diagnostic.severity => {
                self.errors += usize::from(diagnostic.severity == Severity::Error);
                *known = diagnostic;
            }
            Some(_) => {}
            None => self.keep(diagnostic),
        }
    }

    /// Adds a diagnostic, unless there are too many of its severity.
    fn keep(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.severity == Severity::Error;
        let alike = if is_error { self.errors } else { self.list.len() - self.errors };
        if alike < MOST_KEPT {
            self.errors += usize::from(is_error);
            self.list.push(diagnostic);
        }
    }

    /// Adds all diagnostics of another phase.
    pub fn extend(&mut self, other: Diagnostics) {
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }

    /// Returns true if there is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Returns true if there is an error with a code. An error of a rule can be allowed, and nothing depends on it.
    pub fn has_coded_errors(&self) -> bool {
        self.list.iter().any(|known| known.severity == Severity::Error && matches!(known.code, Topic::Code(_)))
    }

    /// Iterates over the diagnostics.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Iterates over the fixes of diagnostics with `code`.
    pub fn fixes_mut(&mut self, code: Code) -> impl Iterator<Item = &mut Fix> {
        self.list.iter_mut().filter(move |found| found.code == code).filter_map(|found| found.fix.as_mut())
    }

    /// Returns the number of diagnostics.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the diagnostics as a list.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.list
    }
}

/// Returns the candidate most similar to `name`, if one is similar enough: by its spelling, as an abbreviation, or by its last word.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let (wanted, length) = (fold(name), name.chars().count());
    let mut candidates: Vec<&str> =
        candidates.into_iter().filter(|candidate| *candidate != name && !differ_in_digits(name, candidate)).collect();
    // Long names often share their endings: more than three edits make a different name, and so do two edits of a short one.
    let limit = (length / 3).clamp(1, 3);
    let by_spelling = candidates
        .iter()
        // Most candidates of most names go by their length: a file can have many thousand misspellings.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit + 1)
        .map(|candidate| (strsim::osa_distance(&wanted, &fold(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    if by_spelling.is_some() {
        return by_spelling;
    }
    let wanted = words(name);
    candidates.sort_unstable();
    candidates.dedup();
    let alone = |is_meant: &dyn Fn(&[String]) -> bool| {
        let mut found = candidates.iter().copied().filter(|candidate| is_meant(&words(candidate)));
        found.next().filter(|_| found.next().is_none())
    };
    let alike = [
        // `istio-deployment` has the words of `deployment-istio`.
        &|long: &[String]| wanted.len() > 1 && sorted(&wanted) == sorted(long),
        &|long: &[String]| length > 2 && abbreviates(&wanted, long),
        &|long: &[String]| {
            wanted.len() > 1
                && wanted.last().filter(|word| word.len() > 7).is_some_and(|last| long.last() == Some(last))
        },
        // `Rolling` begins `RollingUpdate`.
        &|long: &[String]| length > 5 && long.starts_with(&wanted),
        // `deployment-gateway` is `deployment-gtw`, written out.
        &|short: &[String]| wanted.len() > 1 && shortens(short, &wanted),
    ] as [&dyn Fn(&[String]) -> bool; 5];
    alike.into_iter().find_map(alone)
}

/// Returns true if two names differ only in their digits: `v1`, `v3`. Neither is a misspelling of the other one.
fn differ_in_digits(name: &str, candidate: &str) -> bool {
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let without = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    has_digit(name) && has_digit(candidate) && without(name) == without(candidate)
}

fn sorted(words: &[String]) -> Vec<&str> {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// Returns true if each word of `short` has letters of the word of `long` at its position, in their order, and begins
/// with its first one: `gtw` and `gateway`.
fn shortens(short: &[String], long: &[String]) -> bool {
    let is_within = |short: &str, long: &str| {
        let mut rest = long.chars();
        short.chars().next() == long.chars().next() && short.chars().all(|c| rest.any(|next| next == c))
    };
    short.len() == long.len() && short.iter().zip(long).all(|(short, long)| is_within(short, long))
}

/// Returns true if each word of `short` begins the word of `long` at its position: `serviceSpec`, `strat`.
fn abbreviates(short: &[String], long: &[String]) -> bool {
    short.len() == long.len() && short.iter().zip(long).all(|(short, long)| long.starts_with(short.as_str()))
}

/// Splits a name into words: `storageUri`, `storage_uri` and `storage-uri` have two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        let begins = c.is_uppercase() || matches!(c, '_' | '-' | ' ' | '.');
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// Joins names in backticks with commas.
pub fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Normalizes case and separators.
fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Returns true if two names differ only in case and separators: `service_account_name`, `serviceAccountName`.
pub fn same_name(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
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
        assert_eq!(nearest("next", ["let", "type"]), None);
        assert_eq!(nearest("serviceSpec", ["serviceSpecification", "strategy"]), Some("serviceSpecification"));
        assert_eq!(nearest("knativeSpecification", ["ksvcSpecification", "port"]), Some("ksvcSpecification"));
        assert_eq!(nearest("istio-deployment", ["deployment", "deployment-istio"]), Some("deployment-istio"));
        assert_eq!(nearest("deployment-gateway", ["deployment-istio", "deployment-gtw"]), Some("deployment-gtw"));
        assert_eq!(nearest("v3", ["v1", "v2"]), None);
    }

    #[test]
    fn an_error_behind_any_number_of_warnings_is_kept() {
        let at = |at| Span::new(crate::source::FileId(0), at, at + 1);
        let mut found = Diagnostics::default();
        (0..3 * MOST_KEPT).for_each(|i| found.push(Diagnostic::warning(Code::Syntax, at(i), "suspicious")));
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
