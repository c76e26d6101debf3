//! The kinds of objects that an environment makes, as far as its file tells.

use super::checker::Checker;
use super::inferred::kinds;
use super::scope::TypeScope;
use super::with_room;
use crate::hir::Site;
use crate::library::{Layer, Plan};
use relc_schema::SchemaRef;
use relc_syntax::source::Sources;

/// A kind of object that is made.
#[derive(Clone, Debug, PartialEq)]
pub struct ManifestKind {
    /// The kind.
    pub kind: SchemaRef,
    /// True if a version depends on it.
    pub tracked: bool,
    /// True if each version has one.
    pub per_version: bool,
}

/// The kinds that `layer` makes, seen from `plan`; each once. Manifests of which nothing is known are left out.
pub fn objects(plan: &Plan, layer: &Layer, sources: &Sources) -> Vec<ManifestKind> {
    with_room(|| {
        let mut checker = Checker::new(sources, plan.environment.declaration.module.file, Some(plan));
        let mut made = Vec::new();
        for (members, place) in [(&layer.version, Site::Version), (&layer.body, Site::Body)] {
            for emit in &members.emits {
                let scope = TypeScope::new(&emit.definition.module, place);
                for value in &emit.definition.item.values {
                    let known = checker.silent(None, |checker| checker.infer(value, &scope));
                    for kind in kinds(&known.ty) {
                        let one = ManifestKind { kind, tracked: emit.track, per_version: place == Site::Version };
                        if !made.contains(&one) {
                            made.push(one);
                        }
                    }
                }
            }
        }
        made
    })
}
