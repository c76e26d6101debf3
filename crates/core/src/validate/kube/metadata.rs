//! Labels, annotations and finalizers that Kubernetes refuses.
//!
//! ## What
//! Reports, in the metadata of an object and of a pod template: a label's key or value of another form than Kubernetes takes, an annotation's
//! key, annotations of more than 256 KiB together, a finalizer without a domain, owners without a name, kind or UID, and the metadata of an
//! object that was copied from a cluster.
//!
//! ## Why
//! The API server refuses the object. A label's value has up to 63 letters, digits, `-`, `_` and `.`, and begins and ends with a letter or
//! digit; a key is such a name, with a DNS name and `/` before it if you like. An annotation's value may be any string.
//!
//! ## Bad
//! ```rel
//! release hello on deployment { annotations: { "a/b/c": "hello" } } < "ghcr.io/example/hello:1.4" >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata:
//!     name: hello
//!     annotations:
//!       my note: hello
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment { labels: { team: "web" }, annotations: { "example.com/note": "the web" } } <
//!   "ghcr.io/example/hello:1.4"
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateLabels`, `ValidateAnnotations` and `ValidateObjectMeta` (`apimachinery/pkg/api/validation`).

use crate::validate::check::Findings;
use crate::validate::check::KEY_RULE;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{self, LABEL, SUBDOMAIN};
use relc_syntax::diagnostic::Diagnostics;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("metadata.rs");

/// The rule's name.
pub const RULE: &str = "invalid-metadata";

/// The most bytes that all annotations of an object have.
const MAX_ANNOTATIONS: usize = 256 * 1024;

/// The names of Kubernetes' own finalizers: those of other controllers have a domain.
const FINALIZERS: &[&str] = &["kubernetes", "orphan", "foregroundDeletion"];

/// Checks the metadata of an object.
pub fn object(metadata: Field<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    labels_and_annotations(metadata, &mut found);
    of_cluster(metadata, &mut found);
    found.form_if_set(metadata, "namespace", &LABEL, "namespace");
    for finalizer in metadata.list("finalizers") {
        let Some(text) = finalizer.text() else { continue };
        if let Some(problem) = form::key_problem(text) {
            found
                .refuse(finalizer, format!("{} is not a valid finalizer: {problem}", quoted(text)))
                .help("name it `DOMAIN/NAME`");
        } else if !text.contains('/') && !FINALIZERS.contains(&text) {
            let message = format!("{} is not a valid finalizer: it has no domain", quoted(text));
            found.refuse(finalizer, message).help(format!("name it after a domain, such as `example.com/{text}`"));
        }
    }
    for owner in metadata.list("ownerReferences") {
        for name in ["apiVersion", "kind", "name", "uid"] {
            found.required(owner, name, "an owner");
        }
    }
    let controllers = metadata.list("ownerReferences").filter(|owner| owner.is_true("controller"));
    found.unique(
        controllers.map(|owner| ((), owner)),
        |_| "an object has one owner with `controller: true`".to_owned(),
        "keep one",
    );
}

/// What the API server sets. With the first two it refuses an object that is applied on the server's side.
const OF_CLUSTER: &[&str] = &[
    "uid",
    "managedFields",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

/// Reports metadata of an object that was copied from a cluster.
fn of_cluster(metadata: Field<'_>, found: &mut Findings<'_>) {
    let copied: Vec<Field<'_>> = OF_CLUSTER.iter().filter_map(|name| metadata.get(name)).collect();
    let refused = copied.iter().find(|field| OF_CLUSTER[..2].contains(&field.name));
    let Some(first) = refused else { return };
    let names: Vec<String> = copied.iter().map(|field| format!("`{}`", field.name)).collect();
    let message = format!("`{}` belongs to an object in a cluster, which sets it itself", first.name);
    found.forbid(*first, message).help(format!("remove {}", names.join(", ")));
}

/// Checks the labels and annotations of a template's metadata.
pub fn template(metadata: Field<'_>, out: &mut Diagnostics) {
    labels_and_annotations(metadata, &mut Findings::new(RULE, out));
}

fn labels_and_annotations(metadata: Field<'_>, found: &mut Findings<'_>) {
    if let Some(labels) = metadata.get("labels") {
        found.labels(labels);
    }
    let Some(annotations) = metadata.get("annotations") else { return };
    for entry in annotations.entries() {
        // Capitals pass in the prefix, too.
        if let Some(problem) = form::key_problem(&entry.name.to_lowercase()) {
            let near = form::nearest(entry.name, form::key_problem).map(|near| format!("write `{near}`"));
            found
                .forbid(entry, format!("{} is not a valid annotation key: {problem}", quoted(entry.name)))
                .help(near.as_deref().unwrap_or(KEY_RULE));
        }
    }
    let size: usize = annotations.entries().map(|entry| entry.name.len() + entry.text().unwrap_or("").len()).sum();
    if size > MAX_ANNOTATIONS {
        found
            .refuse(annotations, format!("the annotations have {size} bytes, more than {MAX_ANNOTATIONS}"))
            .help("put large values into a ConfigMap");
    }
}

/// Checks the name of an object that is named as DNS names are, where `named` says so.
pub fn is_dns_name(text: &str) -> bool {
    SUBDOMAIN.problem(text).is_none()
}
