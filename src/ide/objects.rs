//! What a version comes to.

use super::Page;
use crate::compile::Manifest;

/// The objects of the version `version` of the release `release` of the page, as `kind/name`; none where it has errors.
pub fn objects(page: &Page<'_>, release: usize, version: usize) -> Vec<String> {
    let opened = (page.open)();
    let mut found = Vec::new();
    let built = opened.build_and(release, page.environments, &mut |subject| {
        if version >= subject.given.versions.len() {
            return;
        }
        let objects = subject.evaluator.version_objects(version);
        let manifests = objects.iter().flat_map(|object| Manifest::of(&object.value));
        found.extend(manifests.map(|Manifest { kind, name, .. }| format!("{kind}/{name}")));
    });
    if built.diagnostics.has_errors() { Vec::new() } else { found }
}
