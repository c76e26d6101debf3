//! Tests of environments: a release and its expectations.
//!
//! In: a loaded release file or values file, and its expected texts. Out: the expectations that don't hold. A test is
//! an ordinary input, so everything that works on releases works on it. Expectations are comments in it (`// relc:
//! expect(rule) "part"`), its complete output, and routes for sets of ready versions. Finding tests and their expected
//! texts is not done here.

mod routes;

use std::collections::BTreeSet;

use relc_core::codegen::{Format, Stream};
use relc_core::compile::{Environments, LoadedInput, Routes};
use relc_core::library::Catalog;
use relc_lint::report::{CommentedFile, Suppressions};
use relc_syntax::ast::Item;
use relc_syntax::diagnostic::{Diagnostic, Reported, Severity, Topic};

/// The expected texts of a test.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The expected manifests.
    pub output: Option<String>,
    /// The expected routes, each below a line with its ready versions.
    pub routes: Option<String>,
}

/// The outcome of a test.
#[derive(Debug, Default)]
pub struct TestOutcome {
    /// Unexpected diagnostics, and expectations that are not met.
    pub findings: Vec<Diagnostic>,
    /// True if a comment expects something.
    pub expects: bool,
    /// The manifests; `None` if there are errors.
    pub output: Option<String>,
    /// The correct text of the routes, or a line number (from 1) with an invalid question, and the reason.
    pub routes: Option<Result<String, (usize, String)>>,
}

/// A release of a test: its name and its route.
struct TestedRelease {
    name: String,
    routed: Routes,
}

/// Runs the test `opened`. Errors must be expected, and so must the diagnostics of the user's own lint statements: a
/// rule that reports too much fails a test like one that reports too little.
pub fn run_test(
    mut opened: LoadedInput,
    recorded: &Expected,
    environments: &Environments<'_>,
    catalog: &Catalog,
) -> (LoadedInput, TestOutcome) {
    let mut findings = std::mem::take(&mut opened.diagnostics).into_vec();
    let sound = !findings.iter().any(is_error);
    let (mut releases, mut documents) = (Vec::new(), Vec::new());
    for at in 0..opened.len() {
        let mut analysis = opened.analyze(at, environments);
        relc_lint::lint(&opened, &mut analysis);
        let routed = analysis.routed(&opened);
        let built = analysis.built;
        releases.push(TestedRelease { name: built.name, routed });
        documents.extend(built.documents);
        findings.extend(built.diagnostics.into_vec());
    }
    let findings = Reported::default().retain_new(&opened.sources, findings);
    let sound = sound && !findings.iter().any(is_error);
    let mut comments = Suppressions::default();
    CommentedFile::files(&opened).for_each(|file| comments.read(&file));
    let own = own_rules(catalog);
    let told =
        |finding: &Diagnostic| is_error(finding) || matches!(&finding.code, Topic::Rule(rule) if own.contains(&**rule));
    let met: Vec<bool> = findings.iter().map(|finding| comments.expects(finding)).collect();
    let unmet = comments.unmet(&findings);
    let unexpected = findings.into_iter().zip(met).filter(|(_, met)| !met).map(|(finding, _)| finding);
    let mut left: Vec<Diagnostic> =
        comments.apply(unexpected.collect()).into_iter().filter(told).chain(unmet).collect();
    left.sort_by_key(|finding| (finding.span.file, finding.span.start));
    let tried = TestOutcome {
        findings: left,
        expects: comments.expect_something(),
        output: sound.then(|| Stream::piece(Format::Yaml, &documents)),
        routes: recorded.routes.as_ref().map(|text| routes::update(text, &releases, sound)),
    };
    (opened, tried)
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}

/// Returns the names of the lint statements in the user's definition files.
fn own_rules(catalog: &Catalog) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for item in catalog.users().filter_map(|file| catalog.tree(file)).flat_map(|tree| &tree.items) {
        if let Item::Part(part) | Item::Environment(part) = item {
            part.lints(&mut |lint| {
                names.insert(&*lint.name.text);
            });
        }
    }
    names
}
