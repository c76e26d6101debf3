//! A field is deprecated.
//!
//! ## What
//! Reports a field that the environment declares as `deprecated`. The message contains the reason.
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
    let reads = subject.prepared.reads();
    for entry in &subject.release.settings {
        say(subject, entry, &plan.settings, reads.setting(&entry.key), out);
    }
    for entry in subject.release.versions.iter().flat_map(|version| &version.fields) {
        say(subject, entry, &plan.version, reads.version(&entry.key), out);
    }
}

fn say(subject: &Subject<'_>, entry: &Entry, members: &Members, read: bool, out: &mut Findings<'_>) {
    let field = members.fields.iter().find(|field| field.item.name.text == entry.key);
    let Some(why) = field.and_then(|field| field.item.deprecated.as_ref()) else { return };
    let finding = out.say(entry.key_span, format!("`{}` is deprecated: {}", entry.key, why.text));
    // What is still read cannot go unseen.
    let applicability = if read { Applicability::Unsafe } else { Applicability::Safe };
    let edits = edit::remove(&subject.tree(entry.key_span.file), entry.key_span);
    out.push(finding.help("remove it").edits(applicability, edits));
}
