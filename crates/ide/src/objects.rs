//! What a version comes to.

use super::FileContext;
use relc_core::compile::Manifest;

/// The objects of the version `version` of the release `release` of the page, as `kind/name`; none where it has errors.
pub fn objects(page: &FileContext<'_>, release: usize, version: usize) -> Vec<String> {
    let opened = (page.open)();
    let analysis = opened.analyze(release, page.environments);
    let Some(subject) = analysis.subject(&opened) else { return Vec::new() };
    if analysis.built.diagnostics.has_errors() || version >= subject.given.versions.len() {
        return Vec::new();
    }
    let objects = subject.evaluator.version_objects(version);
    let manifests = objects.iter().flat_map(|object| Manifest::of(&object.value));
    manifests.map(|Manifest { kind, name, .. }| format!("{kind}/{name}")).collect()
}
