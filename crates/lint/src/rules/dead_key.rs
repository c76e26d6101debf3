//! A field has no effect under the environment and strategy of the release.
//!
//! ## What
//! Reports a setting or a field of a version that no object of the release depends on: the environment accepts it but never
//! reads it, or not under this strategy.
//!
//! ## Why
//! The author expects an effect. Usually the field remained when the strategy or environment was changed, or it belongs on
//! another level.
//!
//! ## Helm
//! The chart ignores the key without a warning.
//!
//! ## Bad
//! ```rel
//! release hello on deployment {
//!   gateway: "istio-system/main"
//! } <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! gateway: istio-system/main
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary {
//!   gateway: "istio-system/main"
//! } <
//!   v1 "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! gateway: istio-system/main
//! application:
//!   metadata: { name: hello }
//!   strategy: canary
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Source
//! The definition of the environment.

use relc_core::check::TypedPlan;
use relc_syntax::diagnostic::{Applicability, Severity};
use relc_core::library::FieldSlot;
use relc_core::edit;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_core::value::Entry;

pub const RULE: Rule = Rule {
    name: "dead-key",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("dead_key.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    if !subject.knows_strategy() {
        return;
    }
    let plan = &subject.prepared.plan;
    let reads = subject.prepared.reads();
    for entry in &subject.release.settings {
        let dead = match plan.settings_field(&entry.key) {
            // What is deprecated is told as that.
            Some(FieldSlot::Setting(at)) => {
                plan.settings.fields[at].item.deprecated.is_none() && !reads.setting(&entry.key)
            }
            Some(FieldSlot::Version(at)) => {
                plan.version.fields[at].item.deprecated.is_none() && !reads.version(&entry.key)
            }
            None => false,
        };
        if dead {
            say(subject, entry, out);
        }
    }
    for version in &subject.release.versions {
        for entry in &version.fields {
            let field = plan.version_field(&entry.key).map(|at| &plan.version.fields[at].item);
            if field.is_some_and(|field| field.deprecated.is_none()) && !reads.version(&entry.key) {
                say(subject, entry, out);
            }
        }
    }
}

fn say(subject: &Subject<'_>, entry: &Entry, out: &mut Findings<'_>) {
    let written = subject.sources.text(entry.key_span).trim_matches(['"', '\'']);
    let key = if written.is_empty() { &entry.key } else { written };
    let message = format!("`{key}` has no effect: {} does not read it", reader(subject.prepared));
    let finding = out.say(entry.key_span, message).help("remove it, or move it to where it is read");
    let edits = edit::remove(&subject.tree(entry.key_span.file), entry.key_span);
    out.push(finding.edits(Applicability::Unsafe, edits));
}

/// Returns the name of the environment that does not read a field, with its strategy if it has several.
fn reader(prepared: &TypedPlan) -> String {
    let plan = &prepared.plan;
    match &plan.strategy {
        Some(strategy) if plan.environment.strategies.len() > 1 => {
            format!("`{}` under `{}`", plan.environment.name(), strategy.name())
        }
        _ => format!("`{}`", plan.environment.name()),
    }
}
