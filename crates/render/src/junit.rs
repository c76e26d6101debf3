//! JUnit XML for continuous integration: one suite per input, one failed case per diagnostic.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// A report under construction.
pub struct Junit {
    report: Report,
}

impl Default for Junit {
    fn default() -> Self {
        Junit { report: Report::new("relc") }
    }
}

impl Junit {
    /// Adds the diagnostics of the input `name`; without any, the input has one case that succeeds.
    pub fn add(&mut self, name: &str, sources: &Sources, diagnostics: &[Diagnostic]) {
        let mut suite = TestSuite::new(name);
        for diagnostic in diagnostics {
            let place = sources.position(diagnostic.span);
            let file = sources.file(diagnostic.span.file).name();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(diagnostic.severity.name()).set_message(diagnostic.message.as_str());
            let help = diagnostic.help.as_deref().unwrap_or_default();
            status.set_description(format!("{file}:{}:{}: {}\n{help}", place.line, place.column, diagnostic.message));
            let case = format!("{} at {}:{}", diagnostic.code.name(), place.line, place.column);
            let mut case = TestCase::new(case, status);
            case.set_classname(file);
            suite.add_test_case(case);
        }
        if diagnostics.is_empty() {
            suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        }
        self.report.add_test_suite(suite);
    }

    /// Returns the complete report.
    pub fn document(&self) -> String {
        let text = self.report.to_string().expect("strings are always XML, as invalid characters are removed");
        format!("{}\n", text.trim_end())
    }
}
