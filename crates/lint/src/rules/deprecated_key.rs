//! A field is deprecated.
//!
//! ## What
//! Reports a field that the environment declares as `deprecated`. The message contains the reason. If the field was renamed
//! (`deprecated use`), the value still has its effect, and the fix renames it.
//!
//! ## Why
//! The field only exists so that existing files still work.
//!
//! ## Helm
//! The chart has the key in its default values, but no template reads it.
//!
//! ## Bad
//! ```yaml
//! environment: deployment-istio
//! istioGateway: istio-system/main
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
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
//! The Iter8 release chart 1.1: no template reads `istioGateway`, which is in the chart's own values. The key that works is
//! `gateway`.

use relc_syntax::diagnostic::{Applicability, Severity};
use relc_core::library::Members;
use relc_core::edit;
use crate::changes;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_core::value::Entry;

pub const RULE: Rule = Rule {
    name: "deprecated-key",
    level: Severity::Warning,
    fixes: Fixes::Safe,
    source: include_str!("deprecated_key.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let plan = &subject.prepared.plan;
    let (reads, release) = (subject.prepared.reads(), subject.release);
    for entry in &release.settings {
        let scope = Scope { version: None, members: &plan.settings, fields: &release.settings };
        say(subject, entry, &scope, reads.setting(&entry.key), out);
        // A field of all versions.
        let scope = Scope { members: &plan.version, ..scope };
        say(subject, entry, &scope, reads.version(&entry.key), out);
    }
    for (at, version) in release.versions.iter().enumerate() {
        let scope = Scope { version: Some(at), members: &plan.version, fields: &version.fields };
        for entry in &version.fields {
            say(subject, entry, &scope, reads.version(&entry.key), out);
        }
    }
}

/// The braces that a field is set in.
struct Scope<'s> {
    /// The version; `None` for the settings.
    version: Option<usize>,
    /// The declared fields.
    members: &'s Members,
    /// What the release sets.
    fields: &'s [Entry],
}

fn say(subject: &Subject<'_>, entry: &Entry, scope: &Scope<'_>, read: bool, out: &mut Findings<'_>) {
    let field = scope.members.fields.iter().find(|field| field.item.name.text == entry.key);
    let Some((field, why)) = field.and_then(|field| Some((&field.item, field.item.deprecated.as_ref()?))) else {
        return;
    };
    let finding = out.say(entry.key_span, format!("`{}` is deprecated: {}", entry.key, why.text));
    let is_set = |name: &str| scope.fields.iter().any(|other| *other.key == *name && !other.value.is_null());
    out.push(match &field.moved {
        Some(new) if !is_set(&new.text) => {
            let edits = changes::moved(subject, scope.version, entry, &new.text, &entry.value);
            finding.help(format!("rename it to `{}`", new.text)).edits(Applicability::Safe, edits)
        }
        moved => {
            // What is still read cannot go unseen.
            let applicability = if read && moved.is_none() { Applicability::Unsafe } else { Applicability::Safe };
            let edits = edit::remove(&subject.tree(entry.key_span.file), entry.key_span);
            let help = match moved {
                Some(new) => format!("remove it: `{}` is set", new.text),
                None => "remove it".to_owned(),
            };
            finding.help(help).edits(applicability, edits)
        }
    });
}
