//! A release that was checked, and the environment under its strategy: what an environment's expressions look at.

use std::sync::Arc;

use crate::library::Plan;
use crate::types::Type;
use crate::value::{Value, ValueKind};
use relc_schema::SchemaRef;
use relc_syntax::ast::Name;
use relc_syntax::source::{Sources, Span, Syntax};

/// The values of a release, checked against the fields that its environment declares.
#[derive(Clone, Debug)]
pub struct TypedRelease {
    /// The release's name.
    pub name: Value,
    /// Its namespace, where no setting says otherwise.
    pub namespace: Value,
    /// The strategy's name.
    pub strategy: Value,
    /// The settings, in the order of the plan's fields.
    pub settings: Vec<Option<Value>>,
    /// The versions; the first is the primary.
    pub versions: Vec<TypedVersion>,
    /// The language that it is written in.
    pub syntax: Syntax,
    /// The release's header.
    pub span: Span,
}

/// The values of a version.
#[derive(Clone, Debug)]
pub struct TypedVersion {
    /// Its label.
    pub label: Option<Name>,
    /// Its weight, as the strategy reads it.
    pub weight: Value,
    /// The clauses of its `when`.
    pub when: Option<Value>,
    /// The fields, in the order of the plan's version fields; shared ones taken from the settings already.
    pub fields: Vec<Option<Value>>,
    /// The version itself.
    pub span: Span,
}

impl TypedVersion {
    /// Returns its name in messages: its label, or its position `at`.
    pub fn called(&self, at: usize) -> String {
        self.label.as_ref().map_or_else(|| at.to_string(), |label| label.text.to_string())
    }
}

impl TypedRelease {
    /// Returns the weight of each version, as the controller reads it.
    pub fn weights(&self) -> Vec<Option<u64>> {
        let weight = |version: &TypedVersion| match version.weight.data {
            ValueKind::Int(weight) => u64::try_from(weight).ok(),
            _ => None,
        };
        self.versions.iter().map(weight).collect()
    }

    /// Returns true if one of its values has a reported error.
    pub fn holds_error(&self) -> bool {
        let wrong = |value: &Option<Value>| value.as_ref().is_some_and(Value::holds_error);
        let version = |version: &TypedVersion| wrong(&version.when) || version.fields.iter().any(wrong);
        self.settings.iter().any(wrong) || self.versions.iter().any(version)
    }
}

/// A release and its plan.
#[derive(Clone, Copy)]
pub struct Instance<'a> {
    /// The environment under the release's strategy.
    pub plan: &'a Plan,
    /// The release.
    pub given: &'a TypedRelease,
    /// The kinds that the controller watches, with their short names.
    pub watches: &'a [(SchemaRef, Arc<str>)],
    /// The types of the settings' fields.
    pub settings: &'a [Type],
    /// The types of a version's fields.
    pub version: &'a [Type],
    /// The files, for messages about defaults.
    pub sources: &'a Sources,
    /// The features that the cluster has switched on.
    pub features: &'a Value,
    /// The kinds and names of the other manifests of the run, if there are any.
    pub manifests: Option<&'a Value>,
}

/// An object that a statement emits.
#[derive(Clone, Debug)]
pub struct EmittedObject {
    /// The object.
    pub value: Value,
    /// True if it is tracked.
    pub tracked: bool,
}
