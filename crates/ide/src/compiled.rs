//! A release of a file as it is built.

use super::FileContext;
use relc_core::check::Share;
use relc_core::compile::{Analysis, LoadedInput, Manifest};

/// A release with the file that it was compiled from.
pub struct Compiled {
    input: LoadedInput,
    analysis: Analysis,
}

impl Compiled {
    /// Compiles the release `index` of the page.
    pub fn of(page: &FileContext<'_>, index: usize) -> Compiled {
        let input = (page.open)();
        let analysis = input.analyze(index, page.environments);
        Compiled { input, analysis }
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
