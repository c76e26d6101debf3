//! Tests of environments: a release, and what must hold of it.
//!
//! In: a release file or a values file that was opened, and what is written down beside it. Out: what does not hold. A test is an
//! input like any other, so that all that works on releases works on it; what must hold is said by comments in it
//! (`// relc: expect(rule) "part"`), by its whole output, and by routes for sets of ready versions. Which files are tests, and
//! where the texts beside them are, is not known here.

mod routes;

use std::collections::BTreeSet;

use relc_core::codegen::{Format, Stream};
use relc_core::compile::{Environments, LoadedInput, Routes};
use relc_core::library::Catalog;
use relc_lint::report::{CommentedFile, Suppressions};
use relc_syntax::ast::Item;
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};

/// What is written down beside a test.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The manifests that are built of it.
    pub output: Option<String>,
    /// Its routes, each below a line that says for which versions.
    pub routes: Option<String>,
}

/// What a test came to.
#[derive(Debug, Default)]
pub struct TestOutcome {
    /// Findings that nothing expects, and expectations that nothing meets.
    pub findings: Vec<Diagnostic>,
    /// Whether a comment expects something.
    pub expects: bool,
    /// The manifests; none where there are errors.
    pub output: Option<String>,
    /// What the text of the routes should be, or a line of it that asks for what is not there, from 1, and why.
    pub routes: Option<Result<String, (usize, String)>>,
}

/// A release of a test: its name and its route.
struct TestedRelease {
    name: String,
    routed: Routes,
}

/// Tries what `opened` holds. Errors must be expected, and so must whatever the lint statements of the user's own environments say:
/// a rule that speaks too often fails a test as one that keeps silent does.
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
        routes: recorded.routes.as_ref().map(|text| routes::now(text, &releases, sound)),
    };
    (opened, tried)
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}

/// The names of the lint statements in the user's definition files.
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
