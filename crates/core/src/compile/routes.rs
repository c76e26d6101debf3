//! The route of a release, to be looked at for versions that are ready.

use crate::codegen;
use crate::compile::{Analysis, LoadedInput};
use crate::value::{Value, ValueKind};

/// What a release routes.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// The versions: their labels, or their positions where they have none.
    pub versions: Vec<String>,
    weights: Vec<Option<u64>>,
    templates: Vec<Value>,
}

impl Routes {
    /// The objects that the controller writes while just those versions are ready for which `ready` is true.
    pub fn objects(&self, ready: &[bool]) -> Vec<Value> {
        let weights = codegen::weights(&self.weights, ready);
        let objects = self.templates.iter().map(|template| codegen::evaluate(template, &weights));
        objects.filter(|object| !object.is_null()).collect()
    }
}

impl Analysis {
    /// Returns the versions of the release and its route.
    pub fn routed(&self, input: &LoadedInput) -> Routes {
        let mut routed = Routes::default();
        let Some(subject) = self.subject(input) else { return routed };
        for (at, version) in subject.given.versions.iter().enumerate() {
            routed.versions.push(version.called(at));
            routed.weights.push(match version.weight.data {
                ValueKind::Int(weight) => u64::try_from(weight).ok(),
                _ => None,
            });
        }
        routed.templates = subject.evaluator.templates();
        routed
    }
}
