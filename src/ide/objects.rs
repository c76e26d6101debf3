//! What a version comes to.

use super::Page;

/// The objects of the version `version` of the release `release` of the page, as `kind/name`; none where it has errors.
pub fn objects(page: &Page<'_>, release: usize, version: usize) -> Vec<String> {
    let opened = (page.open)();
    let mut found = Vec::new();
    let built = opened.build_and(release, page.environments, &mut |subject| {
        if version >= subject.given.versions.len() {
            return;
        }
        for object in subject.evaluator.version_objects(version).iter() {
            let text = |value: Option<&crate::value::Value>| value.and_then(|value| value.as_str()).map(str::to_owned);
            let name = text(object.value.get("metadata").and_then(|metadata| metadata.get("name")));
            if let (Some(kind), Some(name)) = (text(object.value.get("kind")), name) {
                found.push(format!("{kind}/{name}"));
            }
        }
    });
    if built.diagnostics.has_errors() { Vec::new() } else { found }
}
