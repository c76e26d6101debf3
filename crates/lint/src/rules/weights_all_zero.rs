//! Weights that are all 0.
//!
//! ## What
//! Flags a release that splits its traffic and gives every version the weight 0.
//!
//! ## Why
//! The controller then gives version 0 the weight 1: the primary gets everything, which nobody wrote.
//!
//! ## Helm
//! The chart makes every 0 a 50 (deviation D1).
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 0 "ghcr.io/example/hello:1.4"
//!   next 0 "ghcr.io/example/hello:1.5"
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
//!     weight: 0
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 0
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 100 "ghcr.io/example/hello:1.4"
//!   next 0 "ghcr.io/example/hello:1.5"
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
//!     weight: 99
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 1
//! ```
//!
//! ## Source
//! CONTROLLER: "If all are 0, version 0 gets 1."

use relc_syntax::diagnostic::Severity;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_syntax::ast::WeightMode;

pub const RULE: Rule = Rule {
    name: "weights-all-zero",
    level: Severity::Warning,
    fixes: Fixes::Never,
    source: include_str!("weights_all_zero.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let splits = matches!(subject.weights(), WeightMode::Split | WeightMode::Percent);
    let zero = subject.release.versions.iter().all(|v| v.weight.as_ref().is_some_and(|weight| weight.value == Some(0)));
    let first = subject.release.versions.first().and_then(|version| version.weight.as_ref());
    let Some(first) = first.filter(|_| splits && zero) else { return };
    let message = "all weights are 0, and the controller then sends everything to the primary";
    out.push(out.say(first.span, message).help("give one version a weight at least"));
}
