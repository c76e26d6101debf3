//! Validation of finished objects by the cluster's rules, beyond the structure in their schemas.
//!
//! In: the objects of a release, with the user's place of each. Out: findings, each under the name of a rule whose documentation is
//! the head of the file that finds it. They are errors in a build, and each can be allowed where a cluster is known to take the object.

pub mod check;
pub mod custom;
pub mod field;
pub mod form;
pub mod kube;
pub mod quantity;
#[cfg(test)]
mod tests;

use crate::value::Value;
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{Span, SpanSet};

pub use field::{Field, Users};

/// An object, and where the user speaks of it.
pub struct ManifestObject<'v> {
    /// The object.
    pub value: &'v Value,
    /// Its version, or its release.
    pub place: Span,
}

/// Checks `objects`, which are those of one release.
///
/// Errors in their structure are already in `out`; a finding at the same place is the same mistake.
pub fn objects(objects: &[ManifestObject<'_>], users: Users, out: &mut Diagnostics) {
    let fields: Vec<Field<'_>> = objects.iter().map(|object| Field::root(object.value, object.place, users)).collect();
    let mut found = Diagnostics::default();
    for field in &fields {
        kube::check(*field, &mut found);
        custom::check(*field, &mut found);
    }
    kube::together(&fields, &mut found);
    add(found, out);
}

/// Checks `objects`, some of whose values are errors: an object that holds one is checked for what no other value can change.
pub fn partial(objects: &[ManifestObject<'_>], users: Users, out: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    for object in objects {
        let field = Field::root(object.value, object.place, users);
        if object.value.holds_error() {
            kube::metadata_of(field, &mut found);
        } else {
            kube::check(field, &mut found);
            custom::check(field, &mut found);
        }
    }
    add(found, out);
}

/// Checks the object that a route is for one set of ready versions.
pub fn route(object: &ManifestObject<'_>, users: Users, out: &mut Diagnostics) {
    let mut found = Diagnostics::default();
    custom::check(Field::root(object.value, object.place, users), &mut found);
    add(found, out);
}

fn add(found: Diagnostics, out: &mut Diagnostics) {
    let found = out.independent(found, &SpanSet::default());
    out.extend(found);
}
