//! Routes break a guarantee of their environment.
//!
//! ## What
//! Reports a request for which the routes of a release don't do what the environment guarantees, with the set of ready versions, the
//! answer, and the rule that decided. relc answers every group of requests for every set of ready versions.
//!
//! | guarantee | meaning, while at least one version is ready |
//! |---|---|
//! | `answered` | a request that is answered with all versions ready is answered, and no request goes to a Service that doesn't exist |
//! | `ready-candidates` | no request and no copy reaches a candidate that isn't ready |
//! | `ready-primary` | no request reaches the primary while it isn't ready and a version with weight is |
//! | `shares` | with all versions ready, traffic is split or copied as the release declares; without weights, the primary gets requests |
//! | `copies` | no copy reaches the primary, or the version that answers the request |
//!
//! An environment lists the guarantees of its routes in `let guarantees`. Without it, a route that the controller writes guarantees
//! all of them, and a static one `answered`, `shares` and `copies`. `relc preview` lists what an environment doesn't guarantee.
//! The routes of an Argo Rollout or a Flagger Canary are checked at each step of the rollout, where `shares` means that the new version gets
//! at most what the release declares until it is promoted.
//! relc's own environments guarantee nothing about an object that a release specifies as a whole, such as `ksvcSpecification`.
//!
//! ## Why
//! Such a route loses requests when a version is not ready, or splits traffic otherwise than the release declares.
//!
//! ## Bad
//! ```definition
//! environment eager extends deployment-istio {
//!   // Without `if live(v)`, the rule of a candidate that isn't ready stays in the route.
//!   replace fragment canary() = virtual_service([
//!     for v in others: for r in rules(v, v.conditions): r
//!     for r in rules(primary): r
//!   ])
//! }
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" when header traffic is "test"
//! >
//! ```
//!
//! ## Source
//! `relc preview --all` shows the answers that are compared.

use relc_core::value::Value;
use relc_routing::{Guarantee, Traffic, Violation, at_pointer};
use relc_syntax::diagnostic::{Severity, quoted};
use relc_syntax::source::Span;
use crate::{Check, Findings, Fixes, Rule, Subject};

pub const RULE: Rule = Rule {
    name: "broken-guarantee",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("broken_guarantee.rs"),
    check: Check::Proof(check),
};

fn check(subject: &Subject<'_>, traffic: &Traffic, out: &mut Findings<'_>) {
    // The violations of a release usually have one cause, and are one finding.
    let Some((first, others)) = traffic.proof.violations.split_first() else { return };
    let request = &first.request;
    let label = format!("for the host `{}` through {}", request.host, request.via);
    let mut finding = out.say(subject.given.span, message(first, &traffic.names)).label(label);
    if let Some((route, Some(object))) = &first.rule {
        let rule = format!("{}, {} ({}) decides", route.object, route.title(), route.asks());
        finding = finding.related(place(subject, object, &route.pointer), rule);
    }
    for other in others {
        if let Some((route, Some(object))) = &other.rule {
            finding = finding.related(place(subject, object, &route.pointer), message(other, &traffic.names));
        }
    }
    if let Some(place) = traffic.routing.guarantees.place.filter(|place| is_own(subject, *place)) {
        finding = finding.related(place, "guaranteed here");
    }
    let names: Vec<&str> = traffic.proof.violations.iter().map(|violation| violation.guarantee.name()).collect();
    let (environment, names) = (&subject.release.environment.text, quoted(names));
    out.push(finding.help(match first.guarantee {
        Guarantee::ReadyCandidates | Guarantee::ReadyPrimary if first.stage.is_none() => format!(
            "write the destination only `if live(v)` in the environment `{environment}`, or remove {names} from its `guarantees`"
        ),
        _ => {
            format!("change the routes of the environment `{environment}`, or remove {names} from its `guarantees`")
        }
    }));
}

/// The place of a rule: the innermost one in a file that doesn't come with relc, if there is one.
fn place(subject: &Subject<'_>, object: &Value, pointer: &str) -> Span {
    let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
    let values: Vec<Span> = ends.filter_map(|end| at_pointer(object, &pointer[..end])).map(|value| value.span).collect();
    let own = values.iter().rev().find(|span| is_own(subject, **span));
    own.or(values.last()).copied().unwrap_or(object.span)
}

/// Returns true for a place in a file that doesn't come with relc.
fn is_own(subject: &Subject<'_>, span: Span) -> bool {
    !subject.sources.file(span.file).is_embedded()
}

fn message(violation: &Violation, versions: &[String]) -> String {
    let Violation { guarantee, request, ready, cell, stage, .. } = violation;
    let versions = stage.as_ref().map_or(versions, |(_, names)| names);
    let names: Vec<&str> = { versions.iter().zip(ready) }.filter(|(_, ready)| **ready).map(|(name, _)| name.as_str()).collect();
    let list = names.join(" and ");
    let verb = if names.len() == 1 { "is" } else { "are" };
    let set = if ready.contains(&false) { format!("while only {list} {verb} ready") } else { "with all versions ready".to_owned() };
    let set = stage.as_ref().map_or(set.clone(), |(step, _)| format!("at the step `{step}` {set}"));
    let answer = cell.text(versions);
    match guarantee {
        Guarantee::Answered => format!("`{request}` is not answered {set}, but gets: {answer}"),
        Guarantee::ReadyCandidates | Guarantee::ReadyPrimary => format!("`{request}` reaches a version that isn't ready {set}: {answer}"),
        Guarantee::Shares => format!("`{request}` is not routed as the release declares {set}: {answer}"),
        Guarantee::Copies => format!("copies of `{request}` reach the primary or the version that answers {set}: {answer}"),
    }
}
