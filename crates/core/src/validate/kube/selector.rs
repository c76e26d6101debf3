//! A selector that Kubernetes refuses, or that does not select the pods for it alone template.
//!
//! ## What
//! Reports a `selector` of a workload that is empty or asks for a label that the workload's pods do not have, and, in any label selector, an
//! expression whose operator and values do not go together, and keys and values of labels that do not exist.
//!
//! ## Why
//! The API server refuses the object. A Deployment finds its pods by its selector: it has to select those that it makes.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       selector: { matchLabels: { app: "hello" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   {
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
//! ## Source
//! Kubernetes, `ValidateLabelSelector` (`apimachinery/pkg/apis/meta/v1/validation`) and `ValidateDeploymentSpec` (`pkg/apis/apps/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{self, LABEL_VALUE};
use relc_syntax::diagnostic::Diagnostics;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("selector.rs");

/// The rule's name.
pub const RULE: &str = "invalid-selector";

/// Checks a label selector.
pub fn check(selector: Field<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    if let Some(labels) = selector.get("matchLabels") {
        found.labels(labels);
    }
    for expression in selector.list("matchExpressions") {
        requirement(expression, &["In", "NotIn", "Exists", "DoesNotExist"], &mut found);
    }
}

/// Checks a requirement on labels: a key, an operator, and its values.
pub fn requirement(expression: Field<'_>, operators: &[&str], found: &mut Findings<'_>) {
    if let Some(key) = expression.get("key")
        && let Some(problem) = key.text().and_then(form::key_problem)
    {
        let message = format!("{} is not a valid label key: {problem}", key.shown());
        found.refuse(key, message).help("write the key of a label that the objects have");
    }
    found.member(expression, "operator", operators);
    let values = expression.get("values");
    let count = values.map_or(0, |values| values.len());
    let place = values.unwrap_or(expression);
    match expression.text_of("operator") {
        operator @ ("In" | "NotIn") if count == 0 => {
            found
                .refuse(place, format!("`operator: {operator}` has no `values`"))
                .help("list the values, or use `operator: Exists`");
        }
        operator @ ("Exists" | "DoesNotExist") if count > 0 => {
            found
                .refuse(place, format!("`operator: {operator}` takes no `values`"))
                .help("remove `values`, or use `operator: In`");
        }
        operator @ ("Gt" | "Lt") if count != 1 => {
            found.refuse(place, format!("`operator: {operator}` takes one value")).help("use one number, as a string");
        }
        _ => {}
    }
    for value in expression.list("values") {
        if value.text() != Some("") {
            found.form(value, &LABEL_VALUE, "label value");
        }
    }
}

/// Checks the selector of a workload against the labels of its pod template. `kind` is the workload's.
pub fn of_workload(spec: Field<'_>, kind: &str, out: &mut Diagnostics) {
    let Some(selector) = spec.get("selector") else { return };
    check(selector, out);
    let (labels, expressions) = (selector.get("matchLabels"), selector.get("matchExpressions"));
    let mut found = Findings::new(RULE, out);
    if labels.is_none_or(|labels| labels.is_empty()) && expressions.is_none_or(|list| list.is_empty()) {
        let message = format!("the selector of the {kind} is empty, and would select every pod");
        found.refuse(selector, message).help("select the pods by a label: `matchLabels: { app: … }`");
        return;
    }
    let pods = spec.find(&["template", "metadata", "labels"]);
    let of_pods = |key: &str| pods.and_then(|pods| pods.get(key)).and_then(|label| label.text());
    for label in selector.map("matchLabels") {
        if label.text().is_some() && of_pods(label.name) != label.text() {
            mismatch(label, format!("{}: {}", label.name, label.shown()), kind, pods, &mut found);
        }
    }
    for expression in selector.list("matchExpressions") {
        let key = expression.text_of("key");
        let has = of_pods(key);
        let among = expression.list("values").any(|value| value.text().is_some() && value.text() == has);
        let holds = match expression.text_of("operator") {
            "In" => has.is_some() && among,
            "NotIn" => !among,
            "Exists" => has.is_some(),
            "DoesNotExist" => has.is_none(),
            _ => true,
        };
        if !holds {
            mismatch(expression, format!("{key} {} …", expression.text_of("operator")), kind, pods, &mut found);
        }
    }
}

fn mismatch(place: Field<'_>, wanted: String, kind: &str, pods: Option<Field<'_>>, found: &mut Findings<'_>) {
    let message = format!("the {kind} selects pods with `{}`, and its own pods do not match", wanted.replace('"', ""));
    let finding = found.refuse(place, message);
    let help = "make `spec.template.metadata.labels` and `spec.selector` agree";
    match pods {
        Some(pods) => finding.related(pods, "the labels of the pods").help(help),
        None => finding.help(help),
    }
}

/// Checks keys of labels that a constraint takes from the pod (`matchLabelKeys`).
pub fn label_keys(of: Field<'_>, name: &str, found: &mut Findings<'_>) {
    let selector = of.get("labelSelector");
    for key in of.list(name) {
        let Some(text) = key.text() else { continue };
        if selector.is_none() {
            found.refuse(key, format!("`{name}` needs a `labelSelector`")).help("set `labelSelector`");
            return;
        }
        if let Some(problem) = form::key_problem(text) {
            found
                .refuse(key, format!("{} is not a valid label key: {problem}", quoted(text)))
                .help("write the key of a label of the pods");
        }
    }
}
