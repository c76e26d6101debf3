//! A field has no effect because a whole specification replaces it.
//!
//! ## What
//! Reports a field of a version that is only read if a `…Specification` field isn't set, although it is set. relc takes the
//! relation of the two fields from the environment.
//!
//! ## Why
//! The value looks as if it had an effect. Usually it remained when the specification was added.
//!
//! ## Helm
//! The chart ignores the field without a warning.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 {
//!     replicas: 3
//!     deploymentSpecification: { spec: {
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - replicas: 3
//!     deploymentSpecification:
//!       spec:
//!         selector: { matchLabels: { app: hello-0 } }
//!         template:
//!           metadata: { labels: { app: hello-0 } }
//!           spec: { containers: [{ name: hello, image: "ghcr.io/example/hello:1.4" }] }
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 {
//!     deploymentSpecification: { spec: {
//!       replicas: 3
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - deploymentSpecification:
//!       spec:
//!         replicas: 3
//!         selector: { matchLabels: { app: hello-0 } }
//!         template:
//!           metadata: { labels: { app: hello-0 } }
//!           spec: { containers: [{ name: hello, image: "ghcr.io/example/hello:1.4" }] }
//! ```
//!
//! ## Source
//! The definition of the environment: the right side of a `??` whose left side is set.

use relc_core::check::LiveFields;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity};
use relc_core::eval::TypedVersion;
use relc_core::edit;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_core::frontend::Version;
use relc_syntax::source::Span;

pub const RULE: Rule = Rule {
    name: "conflicting-fields",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("conflicting_fields.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    if subject.documents.is_empty() {
        return;
    }
    let plan = &subject.prepared.plan;
    let all = subject.prepared.reads();
    if !all.may_hide(|name| is_there(subject, name), |name| is_given(subject, name)) {
        return;
    }
    let live: Vec<LiveFields> =
        (0..subject.given.versions.len()).map(|at| LiveFields::of(plan, &subject.evaluator, at)).collect();
    for (version, live) in subject.release.versions.iter().zip(&live) {
        for (key, place) in given(subject, version) {
            if let Some(instead) = live.hidden(key).filter(|_| all.version(key)) {
                out.push(finding(subject, out, (key, place), instead, version));
            }
        }
    }
    for entry in &subject.release.settings {
        if plan.settings_slot(&entry.key).is_some() {
            continue;
        }
        // What is given for all versions is without effect only where none of them takes it.
        let hidden: Option<Vec<&str>> = live.iter().map(|live| live.hidden(&entry.key)).collect();
        if let (Some([instead, ..]), [version, ..]) = (hidden.as_deref(), subject.release.versions.as_slice()) {
            out.push(finding(subject, out, (&entry.key, entry.key_span), instead, version));
        }
    }
}

/// Returns true if a version may have a value for the field `name`.
fn is_there(subject: &Subject<'_>, name: &str) -> bool {
    let plan = &subject.prepared.plan;
    let Some(at) = plan.version_field(name) else { return false };
    let has = |version: &TypedVersion| version.fields[at].as_ref().is_some_and(|value| !value.is_null());
    plan.version.fields[at].item.default.is_some() || subject.given.versions.iter().any(has)
}

/// Returns true if the release sets the field `name`, in a version or for all.
fn is_given(subject: &Subject<'_>, name: &str) -> bool {
    let by_version = |version: &Version| given(subject, version).iter().any(|(key, _)| *key == name);
    subject.release.versions.iter().any(by_version) || subject.release.settings.iter().any(|entry| &*entry.key == name)
}

/// The fields that a version gives, by their names, with their places.
fn given<'v>(subject: &'v Subject<'_>, version: &'v Version) -> Vec<(&'v str, Span)> {
    let plan = &subject.prepared.plan;
    let headline = plan.version.fields.iter().find(|field| field.item.headline);
    let headline = version.headline.as_ref().zip(headline);
    let headline = headline.map(|(value, field)| (&*field.item.name.text, value.span));
    let fields = version.fields.iter().filter(|entry| plan.version_field(&entry.key).is_some());
    headline.into_iter().chain(fields.map(|entry| (&*entry.key, entry.key_span))).collect()
}

fn finding(
    subject: &Subject<'_>,
    out: &Findings<'_>,
    (key, place): (&str, Span),
    instead: &str,
    version: &Version,
) -> Diagnostic {
    let message = format!("`{key}` has no effect: `{instead}` overrides it");
    let finding = out.say(place, message).help(format!("remove it, or set it in `{instead}`"));
    let finding = match version.fields.iter().find(|entry| &*entry.key == instead) {
        Some(entry) => finding.related(entry.key_span, "this is used instead"),
        None => finding,
    };
    finding.edits(Applicability::Unsafe, edit::remove(&subject.tree(place.file), place))
}
