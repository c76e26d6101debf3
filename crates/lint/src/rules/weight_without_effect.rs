//! A weight has no effect under the strategy.
//!
//! ## What
//! Reports the weight of a version under a strategy that doesn't use weights, and the weight of the primary under a
//! strategy that uses the weight of each other version independently.
//!
//! ## Why
//! The number looks like a traffic share, but has no effect.
//!
//! ## Helm
//! The chart writes the number, but the controller doesn't use it.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio canary <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next   20 "ghcr.io/example/hello:1.5"
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
//!     weight: 20
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next   20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: blue-green
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     weight: 80
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 20
//! ```
//!
//! ## Source
//! Iter8 controller 1.1: templates use weights only where the strategy writes them.

use relc_syntax::diagnostic::{Applicability, Severity};
use relc_core::edit;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_syntax::ast::WeightMode;

pub const RULE: Rule = Rule {
    name: "weight-without-effect",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("weight_without_effect.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    if !subject.knows_strategy() {
        return;
    }
    let plan = &subject.prepared.plan;
    let mode = subject.weights();
    let read_by = |at: usize| match mode {
        WeightMode::Split | WeightMode::Percent => true,
        WeightMode::Each => at > 0,
        WeightMode::None => false,
    };
    for (at, version) in subject.release.versions.iter().enumerate() {
        let Some(weight) = version.weight.as_ref().filter(|_| !read_by(at)) else { continue };
        let strategy = plan.strategy.as_ref().map_or("none", |strategy| strategy.name());
        let whose = if mode == WeightMode::Each { "the primary's weight" } else { "a weight" };
        let message = format!("{whose} has no effect under `{strategy}`");
        let finding = out.say(weight.span, message).help("remove it, or choose a strategy that splits the traffic");
        let edits = edit::remove(&subject.tree(weight.span.file), weight.span);
        out.push(finding.edits(Applicability::Unsafe, edits));
    }
}
