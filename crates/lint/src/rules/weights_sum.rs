//! Weights look like percentages and don't sum to 100.
//!
//! ## What
//! Reports weights without `%` whose sum is between 80 and 120 but not 100, unless all are equal. Weights such as 3 and 7
//! are clearly relative and allowed.
//!
//! ## Why
//! The controller treats weights as relative. 70 and 20 aren't 70% and 20%, but 78% and 22%.
//!
//! ## Helm
//! The chart writes the numbers as they are.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 70 "ghcr.io/example/hello:1.4"
//!   next 20 "ghcr.io/example/hello:1.5"
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
//!     weight: 70
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 20
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next 20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 7 "ghcr.io/example/hello:1.4"
//!   next 2 "ghcr.io/example/hello:1.5"
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
//! Iter8 controller 1.1: weights are relative numbers, not percentages.

use relc_syntax::source::Syntax;
use relc_syntax::diagnostic::{Applicability, Severity};
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_syntax::ast::WeightMode;

pub const RULE: Rule = Rule {
    name: "weights-sum",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("weights_sum.rs"),
    check: Check::Release(check),
};

/// Sums that are near enough to 100 to be meant for it.
const NEAR: std::ops::RangeInclusive<u64> = 80..=120;

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let weights: Option<Vec<_>> = subject.release.versions.iter().map(|version| version.weight.as_ref()).collect();
    let Some(weights) = weights.filter(|_| subject.weights() == WeightMode::Split) else { return };
    let numbers: Vec<u64> = weights.iter().filter_map(|weight| weight.value.map(u64::from)).collect();
    let sum: u64 = numbers.iter().sum();
    let (Some(first), Some(last)) = (numbers.first(), weights.last()) else { return };
    let equal = numbers.iter().all(|number| number == first);
    if numbers.len() < weights.len() || weights.iter().any(|w| w.percent) || equal || sum == 100 || !NEAR.contains(&sum) {
        return;
    }
    let message = format!("the weights sum to {sum}, not to 100: they are relative, not percentages");
    let help = match subject.syntax {
        Syntax::Rel => "make them sum to 100, or write them with `%`, and relc sees to the sum",
        Syntax::Yaml => "make them sum to 100, so that each is the percentage that it looks like",
    };
    let finding = out.say(last.span, message).help(help);
    // The primary takes what the others leave.
    let rest = (100 + first).checked_sub(sum).filter(|rest| *rest > 0);
    out.push(match rest {
        Some(rest) => finding.fix(Applicability::Unsafe, weights[0].span, rest.to_string()),
        None => finding,
    });
}
