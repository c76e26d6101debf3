//! An environment variable that Kubernetes refuses.
//!
//! ## What
//! Reports, in `env` and `envFrom`: a variable without a name or with one that cannot be, `value` and `valueFrom` at once, a `valueFrom` with none or
//! several sources, a field of the pod that no variable can have, a resource or divisor that does not exist, and references without a name or key.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{
//!           name: "hello"
//!           image: "ghcr.io/example/hello:1.4"
//!           env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.node" } } }]
//!         }] }
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
//!   - image: ghcr.io/example/hello:1.4
//!     env:
//!       MODE=fast: "yes"
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment < "ghcr.io/example/hello:1.4" { env: { MODE: "fast" } } >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateEnv` and `ValidateEnvFrom` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{SUBDOMAIN, data_key_problem, key_problem, variable_problem};
use relc_syntax::diagnostic::nearest;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("env.rs");

/// The rule's name.
pub const RULE: &str = "invalid-env";

const SOURCES: &[&str] = &["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef"];

/// Fields of the pod that a variable can have.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Fields of the pod that a file can have.
pub const FILE_FIELDS: &[&str] =
    &["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"];

/// Checks `env` and `envFrom` of a container.
pub fn check(container: Field<'_>, found: &mut Findings<'_>) {
    for variable in container.list("env") {
        if let Some(name) = found.required(variable, "name", "a variable") {
            found.text(name, "variable name", variable_problem);
        }
        let Some(from) = variable.get("valueFrom") else { continue };
        let Some(source) = found.one_of(from, SOURCES, "`valueFrom`", false) else { continue };
        if let Some(value) = variable.get("value").filter(|value| value.text() != Some("")) {
            let message = format!("the variable {} has both `value` and `valueFrom`", quoted(variable.text_of("name")));
            found.forbid(value, message).related(from, "also set here").help("remove `value` or `valueFrom`");
        }
        match source.name {
            "fieldRef" => pod_field(source, FIELDS, true, found),
            "resourceFieldRef" => resource_field(source, false, found),
            _ => key_reference(source, found),
        }
    }
    for from in container.list("envFrom") {
        if let Some(prefix) = from.get("prefix").filter(|prefix| prefix.text() != Some("")) {
            found.text(prefix, "prefix of variables", variable_problem);
        }
        let Some(source) = found.one_of(from, &["configMapRef", "secretRef"], "an entry of `envFrom`", false) else {
            continue;
        };
        if let Some(name) = found.required(source, "name", &format!("the `{}`", source.name)) {
            // Kubernetes takes it for the beginning of a name here, which may end with hyphens.
            found.text(name, "object name", |text| SUBDOMAIN.problem(text.trim_end_matches('-')));
        }
    }
}

fn key_reference(source: Field<'_>, found: &mut Findings<'_>) {
    let what = format!("the `{}`", source.name);
    if let Some(name) = found.required(source, "name", &what) {
        found.form(name, &SUBDOMAIN, "object name");
    }
    if let Some(key) = found.required(source, "key", &what) {
        found.text(key, "key of a ConfigMap or Secret", data_key_problem);
    }
}

/// Checks a reference to a field of the pod.
pub fn pod_field(source: Field<'_>, fields: &[&str], annotations: bool, found: &mut Findings<'_>) {
    found.member(source, "apiVersion", &["v1"]);
    let Some(path) = found.required(source, "fieldPath", "the `fieldRef`") else { return };
    let Some(text) = path.text() else { return };
    // Kubernetes reads `spec.host` as `spec.nodeName`, as it was called once.
    if fields.contains(&text) || (annotations && text == "spec.host") {
        return;
    }
    let keyed = |prefix: &str| text.strip_prefix(prefix)?.strip_prefix("['")?.strip_suffix("']");
    let key = keyed("metadata.annotations").or_else(|| keyed("metadata.labels"));
    match key.map(key_problem) {
        Some(None) => {}
        Some(Some(problem)) => {
            found
                .refuse(path, format!("{} names no label or annotation: {problem}", quoted(text)))
                .help("write the key between `['` and `']`");
        }
        None => {
            let finding =
                found.refuse(path, format!("{} is not a field of the pod that can be had here", quoted(text)));
            let listed = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
            let near = fields.iter().copied().find(|field| field.eq_ignore_ascii_case(text));
            let near = near.or_else(|| nearest(text, fields.iter().copied()));
            finding.instead(near.map(str::to_owned), &format!("use one of {listed}"));
        }
    }
}

const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

/// Checks a reference to a resource of a container.
pub fn resource_field(source: Field<'_>, in_file: bool, found: &mut Findings<'_>) {
    if in_file {
        found.required(source, "containerName", "the `resourceFieldRef`");
    }
    let Some(resource) = found.required(source, "resource", "the `resourceFieldRef`") else { return };
    let Some(text) = resource.text() else { return };
    let is_huge = text.starts_with("limits.hugepages-") || text.starts_with("requests.hugepages-");
    if !is_huge && !RESOURCES.contains(&text) {
        let finding = found.refuse(resource, format!("{} is not a resource of a container", quoted(text)));
        let near = nearest(text, RESOURCES.iter().copied()).map(str::to_owned);
        finding.instead(near, "use `limits.cpu`, `requests.memory` and the like");
        return;
    }
    let Some(divisor) = source.get("divisor") else { return };
    let Some(amount) = divisor.quantity().filter(|amount| !amount.is_zero()) else { return };
    let units: &[&str] = if text.ends_with(".cpu") {
        &["1m", "1"]
    } else {
        &["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"]
    };
    let is_unit = units.iter().any(|unit| {
        crate::validate::quantity::Quantity::parse(unit).is_some_and(|unit| unit.nanos() == amount.nanos())
    });
    if !is_unit {
        let message = format!("{} does not divide `{text}`", divisor.said());
        found.refuse(divisor, message).help(format!("use one of {}", units.join(", ")));
    }
}
