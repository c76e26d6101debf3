//! Requests and limits that Kubernetes refuses.
//!
//! ## What
//! Reports a request above its limit, a negative amount, a resource that does not exist, a fraction of what comes in whole pieces (such as a GPU) and a
//! request of it that is not its limit, and huge pages without memory or CPU.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   "ghcr.io/example/hello:1.4" { resources: { requests: { cpu: "2" }, limits: { cpu: "500m" } } }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     resources:
//!       limits: { disk: 1Gi }
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   "ghcr.io/example/hello:1.4" { resources: { requests: { cpu: "250m" }, limits: { cpu: "500m" } } }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `validateResourceRequirements` (`pkg/apis/core/validation`).

use std::collections::HashSet;

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{LABEL, key_problem};
use crate::validate::quantity::Quantity;
use relc_syntax::diagnostic::nearest;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("resources.rs");

/// The rule's name.
pub const RULE: &str = "invalid-resources";

/// The resources that every container can have.
const STANDARD: &[&str] = &["cpu", "memory", "ephemeral-storage"];

/// The prefix of the names of huge pages, before their size.
const HUGE: &str = "hugepages-";

/// Checks requests and limits of a container, or of a whole pod. `claims` are the names of the pod's resource claims.
pub fn check(resources: Field<'_>, claims: &HashSet<&str>, found: &mut Findings<'_>) {
    for amount in resources.map("limits").chain(resources.map("requests")) {
        name(amount, found);
        value(amount, found);
    }
    let limits = resources.get("limits");
    for request in resources.map("requests") {
        let limit = limits.and_then(|limits| limits.get(request.name));
        against_limit(request, limit, found);
    }
    huge_pages(resources, found);
    for claim in resources.list("claims") {
        let Some(named) = found.required(claim, "name", "a claim") else { continue };
        if let Some(text) = named.text().filter(|text| !claims.contains(text)) {
            let message = format!("{} is not a claim of the pod", quoted(text));
            found.refuse(named, message).help("declare it in `resourceClaims` of the pod");
        }
        found.form_if_set(claim, "request", &LABEL, "name of a request");
    }
    let keyed = resources.list("claims").map(|claim| ((claim.text_of("name"), claim.text_of("request")), claim));
    found.unique(
        keyed,
        |claim| format!("the claim {} is named twice", quoted(claim.text_of("name"))),
        "remove one of them",
    );
}

fn name(amount: Field<'_>, found: &mut Findings<'_>) {
    let name = amount.name;
    if STANDARD.contains(&name)
        || name.strip_prefix(HUGE).is_some_and(|size| !size.is_empty() && key_problem(name).is_none())
    {
        return;
    }
    let problem = match key_problem(name) {
        Some(problem) => problem,
        None if name.starts_with("requests.") => "it begins with `requests.`".to_owned(),
        None if !name.contains('/') => "only resources with a domain can be added".to_owned(),
        None => return,
    };
    let finding = found.forbid(amount, format!("{} is not a resource of containers: {problem}", quoted(name)));
    let near = nearest(name, STANDARD.iter().copied()).map(str::to_owned);
    finding.instead(
        near,
        "use `cpu`, `memory` or `ephemeral-storage`, or the full name of an extended resource such as `nvidia.com/gpu`",
    );
}

/// Returns true if its limits may exceed the requests.
fn is_shared(name: &str) -> bool {
    !name.starts_with(HUGE) && (!name.contains('/') || name.contains("kubernetes.io/"))
}

fn value(amount: Field<'_>, found: &mut Findings<'_>) {
    let Some(quantity) = amount.quantity() else { return };
    if quantity.is_negative() {
        found.refuse(amount, format!("{} is negative", amount.said())).help("use an amount of 0 or more");
    } else if amount.name.contains('/') && !is_shared(amount.name) && !quantity.is_whole() {
        let message = format!("{} is not a whole number, and `{}` comes in whole pieces", amount.said(), amount.name);
        found.refuse(amount, message).help("use a whole number");
    }
    let size = amount.name.strip_prefix(HUGE).and_then(Quantity::parse);
    if size.is_some_and(|size| !quantity.is_multiple_of(size) && !quantity.is_negative()) {
        let message = format!("{} is not a multiple of the size of its pages", amount.said());
        found.refuse(amount, message).help("use a multiple of the size in its name");
    }
}

fn against_limit(request: Field<'_>, limit: Option<Field<'_>>, found: &mut Findings<'_>) {
    let name = request.name;
    let Some(limit) = limit else {
        if !is_shared(name) {
            let message = format!("`{name}` is requested without a limit, and both must be the same");
            found.refuse(request, message).help(format!("set the limit of `{name}` to {}", request.shown()));
        }
        return;
    };
    let (Some(wanted), Some(most)) = (request.quantity(), limit.quantity()) else { return };
    let (asked, allowed) = (plain(request), plain(limit));
    if wanted > most {
        found
            .refuse(request, format!("the container requests {asked} of `{name}`, more than its limit of {allowed}"))
            .related(limit, "the limit")
            .help(format!("request {allowed} or less, or raise the limit"));
    } else if wanted < most && !is_shared(name) {
        found
            .refuse(
                request,
                format!(
                    "the container requests {asked} of `{name}` and has a limit of {allowed}: they must be the same"
                ),
            )
            .related(limit, "the limit")
            .help(format!("request {allowed}"));
    }
}

fn plain(amount: Field<'_>) -> String {
    format!("`{}`", amount.shown().trim_matches('"'))
}

fn huge_pages(resources: Field<'_>, found: &mut Findings<'_>) {
    let all = || resources.map("limits").chain(resources.map("requests"));
    let Some(pages) = all().find(|amount| amount.name.starts_with(HUGE)) else { return };
    if !all().any(|amount| matches!(amount.name, "cpu" | "memory")) {
        found
            .forbid(pages, format!("`{}` needs `cpu` or `memory` next to it", pages.name))
            .help("set a limit of `memory`, too");
    }
}
