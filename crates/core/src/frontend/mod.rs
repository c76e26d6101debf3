//! Releases of both front ends, with their names resolved and their values made.
//!
//! In: the syntax tree of a `.rel` file, or the values of a values.yaml, and the environment's places. Out: [`Release`]s,
//! the same for both. What a release gives is not typed yet; that is `check/`.

mod places;
mod rel;
mod values;

pub use places::{HeaderPath, ValuesPath, ValuesPaths, settings_places, version_places};
pub use rel::release;
pub use values::{Header, header, settings_and_versions};

use std::sync::Arc;

use crate::value::{Entry, Value};
use relc_syntax::ast::Name;
use relc_syntax::source::Span;

/// A release as its front end gives it.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its name.
    pub name: Name,
    /// The environment that it names.
    pub environment: Name,
    /// The strategy that it names.
    pub strategy: Option<Name>,
    /// The settings, by the fields' names.
    pub settings: Vec<Entry>,
    /// The versions; the first is the primary.
    pub versions: Vec<Version>,
    /// Whether its versions stand where they cannot be read, which was reported.
    pub misplaced_versions: bool,
    /// The names that its bare words could have meant.
    pub names: Vec<Arc<str>>,
    /// Where to speak of the release as a whole.
    pub span: Span,
}

/// A version as its front end gives it.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its label.
    pub label: Option<Name>,
    /// Its weight.
    pub weight: Option<Weight>,
    /// The headline value.
    pub headline: Option<Value>,
    /// The fields, by their names.
    pub fields: Vec<Entry>,
    /// Which requests it gets.
    pub when: Option<When>,
    /// Where to speak of the version.
    pub span: Span,
}

/// A weight as given.
#[derive(Clone, Debug)]
pub struct Weight {
    /// The number; `None` where it is none that the controller can read.
    pub value: Option<u32>,
    /// Whether it is a percentage.
    pub percent: bool,
    /// Its place.
    pub span: Span,
}

/// The clauses of a `when`.
#[derive(Clone, Debug)]
pub struct When {
    /// The clauses, as `v.when` gives them.
    pub value: Value,
    /// Its place.
    pub span: Span,
}
