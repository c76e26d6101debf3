//! A release of a file as it is built.

use super::{Candidate, FileContext};
use relc_core::check::Share;
use relc_core::compile::{self, Analysis, Input, LoadedFile, LoadedInput, Loader, Manifest, Options, Text};
use relc_syntax::diagnostic::{Code, Diagnostic, Severity, Topic};

/// A release with the file that it was compiled from.
pub struct Compiled {
    input: LoadedInput,
    analysis: Analysis,
}

impl Compiled {
    /// Compiles the release `index` of the page. The tree of a page with mistakes can have a release that its compilation doesn't.
    pub fn of(page: &FileContext<'_>, index: usize) -> Option<Compiled> {
        let input = (page.open)();
        if index >= input.len() {
            return None;
        }
        let analysis = input.analyze(index, page.environments);
        Some(Compiled { input, analysis })
    }

    /// Returns the objects of the version at `at` as `kind/name`; none where the release has errors.
    pub fn objects(&self, at: usize) -> Vec<String> {
        let Some(subject) = self.analysis.subject(&self.input) else { return Vec::new() };
        if self.analysis.built.diagnostics.has_errors() || at >= subject.given.versions.len() {
            return Vec::new();
        }
        let objects = subject.evaluator.objects(Some(at));
        let manifests = objects.iter().flat_map(|object| Manifest::of(&object.value));
        manifests.map(|Manifest { kind, name, .. }| format!("{kind}/{name}")).collect()
    }

    /// Returns the share of traffic that each version gets; none where its strategy does not split traffic by weight.
    pub fn shares(&self) -> Option<Vec<Share>> {
        self.analysis.subject(&self.input)?.shares()
    }
}

/// Returns the number of fields that the release `index` misses with the version `added`; `None` if it gets other errors by it. The files
/// that it imports are not read.
pub fn missing_with(page: &FileContext<'_>, added: &Candidate, index: usize) -> Option<usize> {
    let (before, after) = (&page.text[..added.range.start], &page.text[added.range.end..]);
    let (now, _) = errors(page, page.text, index);
    let (new, missing) = errors(page, &format!("{before}{}{after}", added.filled()), index);
    (new <= now).then_some(missing)
}

/// Returns the number of errors of a release of a text, and of those about missing fields, apart.
fn errors(page: &FileContext<'_>, text: &str, index: usize) -> (usize, usize) {
    let text = Text { name: String::new(), text: text.to_owned() };
    let input = compile::load(Input::Rel(text), &Options::default(), page.environments.catalog(), &NoFiles);
    if index >= input.len() {
        return (0, 0);
    }
    let found = input.analyze(index, page.environments).built.diagnostics;
    let errors = found.iter().filter(|found| found.severity == Severity::Error);
    let is_missing = |found: &&Diagnostic| matches!(found.code, Topic::Code(Code::MissingField));
    let (missing, others): (Vec<_>, Vec<_>) = errors.partition(is_missing);
    (others.len(), missing.len())
}

/// No files.
struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, _path: &str) -> Result<LoadedFile, String> {
        Err("file not found".to_owned())
    }
}
