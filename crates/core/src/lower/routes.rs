//! Evaluates routes for every set of ready versions, as the controller will.

use crate::codegen;
use crate::eval::TypedRelease;
use crate::library::ProjectKinds;
use crate::validate::{self, ManifestObject, Users};
use crate::value::Value;
use relc_syntax::diagnostic::{Diagnostic, Diagnostics};
use relc_syntax::source::Sources;

/// Largest number of versions for which every set is evaluated; with more, only those of [`codegen::few_sets`] are.
const MAX_EXHAUSTIVE: usize = 8;

/// Checks the object that `template` yields for every set of ready versions. Only the first failure is reported.
pub fn check(
    template: &Value,
    given: &TypedRelease,
    users: Users,
    (kinds, sources): (&ProjectKinds, &Sources),
    out: &mut Diagnostics,
) {
    // A ready version has weight: a weight of 0 has the same result as the set without the version.
    let weights: Vec<Option<u64>> =
        given.weights().into_iter().map(|weight| Some(weight.unwrap_or(0).max(1))).collect();
    let count = given.versions.len();
    let sets = if count <= MAX_EXHAUSTIVE { codegen::every_set(count) } else { codegen::few_sets(count) };
    for ready in sets {
        let route = codegen::evaluate(template, &codegen::weights(&weights, &ready));
        let mut found = Diagnostics::default();
        if let Some(object) = route.as_object() {
            super::finished::against_schema(&route, object, (kinds, sources), &mut found);
        }
        if found.has_errors() {
            for error in found.into_vec() {
                out.push(with_set(error, &ready, given));
            }
            return;
        }
        // With all versions the route has all that users write. The requirements of the environment come first.
        if ready.iter().all(|is_ready| *is_ready) && !out.has_errors() {
            validate::route(&ManifestObject { value: &route, place: given.span }, users, out);
        }
    }
}

fn with_set(error: Diagnostic, ready: &[bool], given: &TypedRelease) -> Diagnostic {
    let names = given.versions.iter().enumerate().filter(|(at, _)| ready[*at]);
    let names: Vec<String> = names.map(|(at, version)| version.called(at)).collect();
    let when = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let message = format!("{} (in the route, while the ready versions are: {when})", error.message);
    Diagnostic { message, ..error }
}
