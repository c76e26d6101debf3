//! What tests of environments came to, for other programs: as JSON, and as JUnit's XML.
//!
//! The JSON is one object: `{"version":1,"tests":[…],"summary":{…}}`. Lines and columns count from 1. Keys are added over time and
//! never change their meaning within a version.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// A test, or a text beside none, and what it came to.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// Its file.
    pub path: String,
    /// What it came to.
    pub outcome: CaseOutcome,
    /// What is wrong; nothing where it passed.
    pub failures: Vec<Failure>,
    /// The files that were written.
    pub written: Vec<String>,
}

/// What a test came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseOutcome {
    /// All that it says holds.
    Passed,
    /// Something does not.
    Failed,
    /// It could not be tried.
    Broken,
}

/// Something that does not hold.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Failure {
    /// The rule of a finding that was not expected, or of an expectation that was not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// A sentence.
    pub message: String,
    /// The file that it is about.
    pub file: String,
    /// The line there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// How a text that is written down differs, as `diff -u` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

impl Failure {
    /// What `finding` says.
    pub fn of(sources: &Sources, finding: &Diagnostic) -> Failure {
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

    /// Its place and its message, and what is known beyond.
    fn lines(&self) -> String {
        let place: Vec<String> = [self.line, self.column].into_iter().flatten().map(|at| format!(":{at}")).collect();
        let said = format!("{}{}: {}", self.file, place.concat(), self.message);
        let all = [Some(&said), self.help.as_ref(), self.difference.as_ref()];
        all.into_iter().flatten().map(|text| text.trim_end()).collect::<Vec<_>>().join("\n")
    }
}

/// How many tests came to what.
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

/// The cases as JSON.
pub fn json(cases: &[Case]) -> String {
    let count = |outcome| cases.iter().filter(|case| case.outcome == outcome).count();
    let summary = Counts {
        passed: count(CaseOutcome::Passed),
        failed: count(CaseOutcome::Failed),
        broken: count(CaseOutcome::Broken),
    };
    let document = Document { version: 1, tests: cases, summary };
    serde_json::to_string_pretty(&document).expect("texts and numbers are always JSON") + "\n"
}

/// The cases as JUnit's XML: one suite, in which a case that failed says all that is wrong with it.
pub fn junit(cases: &[Case]) -> String {
    let mut suite = TestSuite::new("relc test");
    for case in cases {
        let kind = match case.outcome {
            CaseOutcome::Passed => None,
            CaseOutcome::Failed => Some(NonSuccessKind::Failure),
            CaseOutcome::Broken => Some(NonSuccessKind::Error),
        };
        let status = kind.map_or_else(TestCaseStatus::success, |kind| wrong(kind, &case.failures));
        let mut found = TestCase::new(case.path.as_str(), status);
        found.set_classname(case.path.rsplit_once('/').map_or(".", |(folder, _)| folder));
        suite.add_test_case(found);
    }
    let mut report = Report::new("relc");
    report.add_test_suite(suite);
    let text = report.to_string().expect("texts are always XML, as what it does not have is taken out");
    format!("{}\n", text.trim_end())
}

fn wrong(kind: NonSuccessKind, failures: &[Failure]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let first = failures.first();
    status.set_type(first.and_then(|failure| failure.rule.as_deref()).unwrap_or("test"));
    status.set_message(first.map_or("", |failure| failure.message.as_str()));
    let lines: Vec<String> = failures.iter().map(Failure::lines).collect();
    status.set_description(lines.join("\n\n"));
    status
}
