//! The route of a release, to be looked at for versions that are ready.

use crate::compile::{Built, Environments, Opened};
use crate::emit;
use crate::value::{Data, Value};

/// What a release routes.
#[derive(Clone, Debug, Default)]
pub struct Routed {
    /// The versions: their labels, or their positions where they have none.
    pub versions: Vec<String>,
    weights: Vec<Option<u64>>,
    templates: Vec<Value>,
}

impl Routed {
    /// The objects that the controller writes while just those versions are ready for which `ready` is true.
    pub fn objects(&self, ready: &[bool]) -> Vec<Value> {
        let weights = emit::weights(&self.weights, ready);
        let objects = self.templates.iter().map(|template| emit::evaluate(template, &weights));
        objects.filter(|object| !object.is_null()).collect()
    }
}

impl Opened {
    /// The release at `index`, built and looked at with every lint rule, and its route.
    pub fn try_out(&self, index: usize, environments: &Environments<'_>) -> (Built, Routed) {
        let mut routed = Routed::default();
        let (built, _) = self.lint_and(index, environments, &mut |subject| {
            for (at, version) in subject.given.versions.iter().enumerate() {
                routed.versions.push(version.called(at));
                routed.weights.push(match version.weight.data {
                    Data::Int(weight) => u64::try_from(weight).ok(),
                    _ => None,
                });
            }
            routed.templates = subject.evaluator.templates();
        });
        (built, routed)
    }
}
