//! All weights are 0.
//!
//! ## What
//! Reports a release that splits traffic and in which every version has the weight 0.
//!
//! ## Why
//! The controller then uses the weight 1 for the primary, which gets all traffic, although no weight in the release
//! requests that.
//!
//! ## Helm
//! The chart changes every 0 to 50.
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
//! Iter8 controller 1.1, `controllers/routemap.go`: if all weights are 0, the first version gets 1.

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
    let message = "all weights are 0, so all traffic goes to the first version";
    out.push(out.say(first.span, message).help("set the weight of at least one version"));
}
