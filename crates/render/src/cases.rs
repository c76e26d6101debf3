//! Results of environment tests for other programs: as JSON, and as JUnit XML.
//!
//! The JSON is one object: `{"version":1,"tests":[…],"summary":{…}}`. Lines and columns start at 1. Keys are added over
//! time and never change their meaning within a version.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// A test, or an expected text without a test, and its outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// The test's file.
    pub path: String,
    /// The outcome.
    pub outcome: CaseOutcome,
    /// The failures; empty if the test passed.
    pub failures: Vec<Failure>,
    /// The files written by the run.
    pub written: Vec<String>,
}

/// The outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseOutcome {
    /// All expectations hold.
    Passed,
    /// At least one expectation doesn't hold.
    Failed,
    /// The test could not be run.
    Broken,
}

/// An expectation that doesn't hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Failure {
    /// The rule of an unexpected diagnostic, or of an expectation that was not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The message.
    pub message: String,
    /// The file that the failure is in.
    pub file: String,
    /// The line in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The difference from the expected text, in the format of `diff -u`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

impl Failure {
    /// Creates a failure from a diagnostic.
    pub fn from_diagnostic(sources: &Sources, finding: &Diagnostic) -> Failure {
        let place = sources.position(finding.span);
        Failure {
            rule: Some(finding.code.name().to_owned()),
            message: finding.message.clone(),
            file: sources.file(finding.span.file).name().to_owned(),
            line: Some(place.line),
            column: Some(place.column),
            help: finding.help.clone(),
            difference: None,
        }
    }

    /// Returns the position and the message, then the help and the difference, if any.
    fn lines(&self) -> String {
        let place: Vec<String> = [self.line, self.column].into_iter().flatten().map(|at| format!(":{at}")).collect();
        let message = format!("{}{}: {}", self.file, place.concat(), self.message);
        let all = [Some(&message), self.help.as_ref(), self.difference.as_ref()];
        all.into_iter().flatten().map(|text| text.trim_end()).collect::<Vec<_>>().join("\n")
    }
}

/// The number of tests by outcome.
#[derive(Serialize)]
struct Counts {
    passed: usize,
    failed: usize,
    broken: usize,
}

#[derive(Serialize)]
struct Document<'c> {
    version: u32,
    tests: &'c [Case],
    summary: Counts,
}

/// Renders the cases as JSON.
pub fn json(cases: &[Case]) -> String {
    let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count();
    let summary = Counts {
        passed: count(CaseOutcome::Passed),
        failed: count(CaseOutcome::Failed),
        broken: count(CaseOutcome::Broken),
    };
    let document = Document { version: 1, tests: cases, summary };
    serde_json::to_string_pretty(&document).expect("strings and numbers are always JSON") + "\n"
}

/// Renders the cases as JUnit XML: one suite, in which a failed case lists all of its failures.
pub fn junit(cases: &[Case]) -> String {
    let mut suite = TestSuite::new("relc test");
    for case in cases {
        let kind = match case.outcome {
            CaseOutcome::Passed => None,
            CaseOutcome::Failed => Some(NonSuccessKind::Failure),
            CaseOutcome::Broken => Some(NonSuccessKind::Error),
        };
        let status = kind.map_or_else(TestCaseStatus::success, |kind| failure_status(kind, &case.failures));
        let mut junit_case = TestCase::new(case.path.as_str(), status);
        junit_case.set_classname(case.path.rsplit_once('/').map_or(".", |(folder, _)| folder));
        suite.add_test_case(junit_case);
    }
    let mut report = Report::new("relc");
    report.add_test_suite(suite);
    let text = report.to_string().expect("strings are always XML, as invalid characters are removed");
    format!("{}\n", text.trim_end())
}

fn failure_status(kind: NonSuccessKind, failures: &[Failure]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let first = failures.first();
    status.set_type(first.and_then(|failure| failure.rule.as_deref()).unwrap_or("test"));
    status.set_message(first.map_or("", |failure| failure.message.as_str()));
    let lines: Vec<String> = failures.iter().map(Failure::lines).collect();
    status.set_description(lines.join("\n\n"));
    status
}
