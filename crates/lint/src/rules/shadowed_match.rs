//! A match clause never matches.
//!
//! ## What
//! Reports a clause of a version that no request meets first while all versions are ready, because other clauses take all of its
//! requests: an equal clause, a more general one that comes first, or a prefix of its path.
//!
//! ## Why
//! The version never gets these requests. Istio uses the first rule that matches, and compares prefixes character by character: `/cart`
//! matches `/carts`, too. The Gateway API prefers the more specific match.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio canary <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" when header beta is "yes"
//!   "ghcr.io/example/hello:1.6" when header beta is "yes" and path prefix "/new"
//! >
//! ```
//!
//! ```rel
//! release hello on deployment-istio canary <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" { match: [{ uri: { prefix: "/cart" } }] }
//!   "ghcr.io/example/hello:1.6" { match: [{ uri: { prefix: "/carts" } }] }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: canary
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!   - image: ghcr.io/example/hello:1.5
//!   - image: ghcr.io/example/hello:1.6
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio canary <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" when header beta is "yes" and path prefix "/new"
//!   "ghcr.io/example/hello:1.6" when header beta is "yes"
//! >
//! ```
//!
//! ## Source
//! Istio, analysis messages IST0130 and IST0131. Gateway API, HTTPRouteRule: precedence of matches.

use std::collections::BTreeMap;

use relc_core::value::{Value, ValueKind};
use relc_routing::{Match, Traffic};
use relc_syntax::diagnostic::Severity;
use relc_syntax::source::Span;
use crate::{Check, Findings, Fixes, Rule, Subject};

pub const RULE: Rule = Rule {
    name: "shadowed-match",
    level: Severity::Warning,
    fixes: Fixes::Never,
    source: include_str!("shadowed_match.rs"),
    check: Check::Traffic(check),
};

fn check(subject: &Subject<'_>, traffic: &Traffic, out: &mut Findings<'_>) {
    // An environment can write several rules for a clause: it is shadowed if all of them are.
    let mut clauses: BTreeMap<(usize, Span), Vec<&Match>> = BTreeMap::new();
    for one in &traffic.proof.matches {
        if let Some(version) = traffic.routing.version_of(&one.route).filter(|version| *version > 0) {
            clauses.entry((version, clause(subject, version, one))).or_default().push(one);
        }
    }
    for ((version, span), matches) in clauses {
        let taken: Option<Vec<_>> = matches.iter().map(|one| one.taken_by.as_ref()).collect();
        let Some(taken_by) = taken.and_then(|taken| taken.first().copied()) else { continue };
        let first = traffic.routing.version_of(taken_by).and_then(|at| traffic.names.get(at));
        let rule = first.map_or_else(|| taken_by.title(), |name| format!("a match of {name}"));
        let asked = matches.first().map_or_else(String::new, |one| one.route.asks());
        let message = format!("{} never gets these requests (`{asked}`): {rule} comes first", traffic.names[version]);
        let is_equal = matches.iter().any(|one| one.route.conditions == taken_by.conditions);
        let is_prefix = taken_by.asks().starts_with('/');
        out.push(out.say(span, message).help(match (is_equal, is_prefix) {
            (true, _) => "remove the match from one of the versions",
            (false, true) => "move the more specific match first, or end the prefix with `/`",
            (false, false) => "move the more specific match first",
        }));
    }
}

/// The clause that a match is made from, or the version if none is written.
fn clause(subject: &Subject<'_>, version: usize, one: &Match) -> Span {
    let version = &subject.given.versions[version];
    let mut users = Vec::new();
    let mut add = |value: &Value| {
        if value.as_str().is_some() && subject.is_users(value.span) {
            users.push(value.span);
        }
    };
    if let Some(value) = &one.value {
        value.each(&mut add);
    }
    let written = version.when.iter().chain(version.fields.iter().flatten());
    written.filter_map(|value| element(value, &users)).next().unwrap_or(version.span)
}

/// The outermost list element in `value` that contains one of `spans`.
fn element(value: &Value, spans: &[Span]) -> Option<Span> {
    let contains = |outer: Span| spans.iter().any(|span| outer.contains(*span));
    match &value.data {
        ValueKind::List(elements) => elements.iter().map(|element| element.value.span).find(|span| contains(*span)),
        ValueKind::Object(object) => object.entries.iter().find_map(|entry| element(&entry.value, spans)),
        _ => None,
    }
}
