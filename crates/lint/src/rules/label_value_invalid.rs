//! A label is invalid in Kubernetes.
//!
//! ## What
//! Reports labels of an object or its pods whose value is longer than 63 characters or contains characters other than
//! letters, digits, `-`, `_` and `.`, and labels with an invalid key.
//!
//! ## Why
//! The API server rejects the object.
//!
//! ## Helm
//! The chart doesn't check this.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { serviceSpecification: { metadata: { labels: { team: "web shop" } } } }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     serviceSpecification: { metadata: { labels: { team: web shop } } }
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { serviceSpecification: { metadata: { labels: { team: "web-shop" } } } }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     serviceSpecification: { metadata: { labels: { team: web-shop } } }
//! ```
//!
//! ## Source
//! Kubernetes API validation: apimachinery, `IsValidLabelValue` and `IsQualifiedName`.

use relc_syntax::diagnostic::Severity;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_core::value::{Entry, Object, Value};

pub const RULE: Rule = Rule {
    name: "label-value-invalid",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("label_value_invalid.rs"),
    check: Check::Release(check),
};

/// The longest value, and the longest name of a key.
const LONGEST: usize = 63;

/// The longest prefix of a key.
const LONGEST_PREFIX: usize = 253;

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    for document in subject.documents {
        document.each(&mut |value| {
            let labels = value.get("metadata").and_then(|metadata| metadata.get("labels"));
            for label in labels.and_then(Value::as_object).iter().flat_map(|labels: &&Object| &labels.entries) {
                self::label(subject, label, out);
            }
        });
    }
}

fn label(subject: &Subject<'_>, label: &Entry, out: &mut Findings<'_>) {
    if subject.is_users(label.key_span) && !is_key(&label.key) {
        let message = format!("`{}` is no key of a label", label.key);
        let help = "a key is a name, perhaps with a domain and `/` before it: `example.com/team`";
        out.push(out.say(label.key_span, message).help(help));
    }
    let Some(text) = label.value.as_str().filter(|text| !is_value(text)) else { return };
    if !subject.is_users(label.value.span) {
        return;
    }
    let length = text.chars().count();
    let message = if length > LONGEST {
        format!("the label `{}` has {length} characters, and Kubernetes takes {LONGEST}", label.key)
    } else {
        format!("`{text}` is no value of a label")
    };
    let help = "use letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit; or make it an annotation";
    out.push(out.say(label.value.span, message).help(help));
}

fn is_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => prefix.len() <= LONGEST_PREFIX && is_domain(prefix) && is_name(name),
        None => is_name(text),
    }
}

fn is_name(text: &str) -> bool {
    let edge = |c: Option<u8>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && edge(bytes.first().copied())
        && edge(bytes.last().copied())
        && bytes.iter().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(c))
}

fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        !label.is_empty() && label.bytes().all(allowed) && !label.starts_with('-') && !label.ends_with('-')
    })
}
