//! The route of a release for given ready versions.

use crate::codegen;
use crate::compile::{Analysis, LoadedInput};
use crate::value::{Value, ValueKind};

/// The routes of a release.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// The labels of the versions, or their indices if they have none.
    pub versions: Vec<String>,
    weights: Vec<Option<u64>>,
    templates: Vec<Value>,
}

impl Routes {
    /// Returns the objects that the controller writes while exactly the versions with a true `ready` are ready.
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
