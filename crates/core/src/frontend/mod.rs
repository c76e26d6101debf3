//! Releases of both front ends, with names resolved and values evaluated.
//!
//! In: the syntax tree of a `.rel` file, or the values of a values.yaml, and the paths of the environment's fields.
//! Out: [`Release`]s, the same for both. Values are typed later, in `check/`.

pub mod embedded;
mod hints;
mod places;
mod rel;
mod values;

pub use hints::{Hints, MOST_HELPED, is_plural};
pub use places::{ValuesPath, ValuesPaths, settings_places, version_places};
pub use rel::release;
pub use values::{Header, header, repaired, settings_and_versions};

use std::sync::Arc;

use crate::helm_values::header::HeaderKey;
use crate::value::{Entry, Value};
use relc_syntax::ast::Name;
use relc_syntax::source::Span;

/// A release from its front end.
#[derive(Clone, Debug)]
pub struct Release {
    /// Its name.
    pub name: Name,
    /// The name of its environment.
    pub environment: Name,
    /// The name of its strategy.
    pub strategy: Option<Name>,
    /// The settings, by field names.
    pub settings: Vec<Entry>,
    /// The versions; the first is the primary.
    pub versions: Vec<Version>,
    /// The parts of it that an error hides.
    pub unread: Unread,
    /// The names that its bare words could have meant.
    pub names: Vec<Arc<str>>,
    /// The span for diagnostics of the whole release.
    pub span: Span,
}

/// The parts of a release that an error hides: they are not missing.
#[derive(Clone, Debug, Default)]
pub struct Unread {
    /// True if some of its text could not be parsed, which may be any part of it.
    pub is_any: bool,
    /// True if a weight of a version could not be parsed.
    pub is_weight: bool,
    /// The keys of the header that misspelled or misplaced keys seem to be.
    pub keys: Vec<HeaderKey>,
}

impl Unread {
    /// Returns true if an error may hide the value of `key`.
    pub fn may_have(&self, key: HeaderKey) -> bool {
        self.is_any || self.keys.contains(&key)
    }
}

/// A version from its front end.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its label.
    pub label: Option<Name>,
    /// Its weight.
    pub weight: Option<Weight>,
    /// The bare value.
    pub headline: Option<Value>,
    /// The fields, by name.
    pub fields: Vec<Entry>,
    /// The requests that it gets.
    pub when: Option<When>,
    /// The span for diagnostics of the whole version.
    pub span: Span,
}

/// A weight as set.
#[derive(Clone, Debug)]
pub struct Weight {
    /// The number; `None` if the controller can't parse it.
    pub value: Option<u32>,
    /// True if it is a percentage.
    pub percent: bool,
    /// The span.
    pub span: Span,
}

/// A parsed `when`.
#[derive(Clone, Debug)]
pub struct When {
    /// Its conjunctions, as in `v.when`.
    pub value: Value,
    /// The span.
    pub span: Span,
}
