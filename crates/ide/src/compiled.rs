//! A release of a file as it is built.

use super::{Candidate, FileContext};
use relc_core::check::Share;
use relc_core::compile::{self, Analysis, Input, LoadedFile, LoadedInput, Loader, Manifest, Options, Text};
use relc_syntax::diagnostic::{Code, Topic};

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

/// Returns false if the environment of the release `index` requires that it has no version more, as `added` is. It is asked by compiling
/// the text with it, where the files that it imports are not read: errors hide requirements.
pub fn takes_version(page: &FileContext<'_>, added: &Candidate, index: usize) -> bool {
    let with = |more: &str| {
        let (before, after) = (&page.text[..added.range.start], &page.text[added.range.end..]);
        unmet(page, &format!("{before}{}{more}{after}", added.filled()), index)
    };
    let now = unmet(page, page.text, index);
    with("") <= now || with(" when header traffic is \"test\"") <= now
}

/// Returns the number of requirements that a release of a text doesn't meet.
fn unmet(page: &FileContext<'_>, text: &str, index: usize) -> usize {
    let text = Text { name: String::new(), text: text.to_owned() };
    let input = compile::load(Input::Rel(text), &Options::default(), page.environments.catalog(), &NoFiles);
    let count = |index| {
        let found = input.analyze(index, page.environments).built.diagnostics;
        found.iter().filter(|found| matches!(found.code, Topic::Code(Code::Requirement))).count()
    };
    if index < input.len() { count(index) } else { 0 }
}

/// No files.
struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, _path: &str) -> Result<LoadedFile, String> {
        Err("file not found".to_owned())
    }
}
