//! The route of a release for given ready versions.

use crate::codegen;
use crate::compile::{Analysis, LoadedInput, Subject};
use crate::eval::EmittedObject;
use crate::value::Value;

/// The routes of a release.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// The labels of the versions, or their indices if they have none.
    pub versions: Vec<String>,
    weights: Vec<Option<u64>>,
    templates: Vec<Value>,
    /// The names of each version's objects.
    objects: Vec<Vec<String>>,
    /// The value of `v.name` of each version: the name of its backend, also where no object of the release has it.
    named: Vec<Option<String>>,
}

impl Routes {
    /// Returns whether there is a route that follows the set of ready versions.
    pub fn is_dynamic(&self) -> bool {
        !self.templates.is_empty()
    }

    /// The weight of each version, if it has one.
    pub fn weights(&self) -> &[Option<u64>] {
        &self.weights
    }

    /// The names of a version's objects, in order.
    pub fn names(&self, version: usize) -> &[String] {
        self.objects.get(version).map_or(&[], Vec::as_slice)
    }

    /// Returns the index of the version that has an object of this name, or this name itself.
    pub fn owner(&self, name: &str) -> Option<usize> {
        let has_object = self.objects.iter().position(|names| names.iter().any(|own| own == name));
        has_object.or_else(|| self.named.iter().position(|own| own.as_deref() == Some(name)))
    }

    /// Returns the objects that the controller writes while exactly the versions with a true `ready` are ready.
    pub fn objects(&self, ready: &[bool]) -> Vec<Value> {
        let weights = codegen::weights(&self.weights, ready);
        let objects = self.templates.iter().map(|template| codegen::evaluate(template, &weights));
        objects.filter(|object| !object.is_null()).collect()
    }
}

fn names(objects: &[EmittedObject]) -> Vec<String> {
    let name = |object: &EmittedObject| Some(object.value.get("metadata")?.get("name")?.as_str()?.to_owned());
    let mut names: Vec<String> = objects.iter().filter_map(name).collect();
    names.sort();
    names.dedup();
    names
}

impl Analysis {
    /// Returns the versions of the release and its route.
    pub fn routed(&self, input: &LoadedInput) -> Routes {
        self.subject(input).map(|subject| subject.routes()).unwrap_or_default()
    }
}

impl Subject<'_> {
    /// Returns the versions of the release and its route.
    pub fn routes(&self) -> Routes {
        let versions = self.given.versions.iter().enumerate().map(|(at, version)| version.called(at)).collect();
        let mut routed = Routes { versions, weights: self.given.weights(), ..Routes::default() };
        if !self.documents.is_empty() {
            let versions = 0..routed.versions.len();
            let name = |at| self.evaluator.member_of_version(at, "name")?.as_str().map(str::to_owned);
            routed.objects = versions.clone().map(|at| names(&self.evaluator.objects(Some(at)))).collect();
            routed.named = versions.map(name).collect();
        }
        routed.templates = self.evaluator.templates();
        routed
    }
}
