//! A `when` has no effect under the strategy.
//!
//! ## What
//! Reports the `when` of a version, if the environment doesn't read it under the strategy.
//!
//! ## Why
//! The requests that it describes get the same answers as all others.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" when header traffic is "test"
//! >
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
//! The environments' definitions: none of what they emit depends on it.

use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_syntax::diagnostic::Severity;

pub const RULE: Rule = Rule {
    name: "when-without-effect",
    level: Severity::Warning,
    fixes: Fixes::Never,
    source: include_str!("when_without_effect.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let mut stated = subject.release.versions.iter().filter_map(|version| version.when.as_ref()).peekable();
    if stated.peek().is_none() || !subject.knows_strategy() || subject.prepared.reads().when() {
        return;
    }
    let strategy = subject.prepared.plan.strategy.as_ref().map_or("none", |strategy| strategy.name());
    for when in stated {
        let message = format!("`when` has no effect under `{strategy}`");
        out.push(out.say(when.span, message).help("remove it, or choose a strategy that selects requests"));
    }
}
