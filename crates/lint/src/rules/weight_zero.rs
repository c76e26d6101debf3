//! A weight is 0, which the chart changes to 50.
//!
//! ## What
//! Reports `weight: 0` under a strategy that uses weights.
//!
//! ## Why
//! In relc, such a version gets no traffic. The chart treats 0 as missing and uses 50. A move from the chart to relc, or
//! back, changes where traffic goes.
//!
//! ## Helm
//! The version gets the weight 50.
//!
//! ## Bad
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: blue-green
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 0
//! ```
//!
//! ## Good
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
//! The templates of the Iter8 release chart 1.1.

use relc_syntax::source::Syntax;
use relc_syntax::diagnostic::Severity;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_syntax::ast::WeightMode;

pub const RULE: Rule = Rule {
    name: "weight-zero",
    level: Severity::Warning,
    fixes: Fixes::Never,
    source: include_str!("weight_zero.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    // A `.rel` file is not for Helm, and the chart has no environment without the controller.
    let charts = subject.syntax == Syntax::Yaml && !subject.prepared.watches.is_empty();
    if !charts || subject.weights() == WeightMode::None {
        return;
    }
    // Where all are 0, that is what there is to say.
    let weights = subject.release.versions.iter().map(|version| version.weight.as_ref().and_then(|weight| weight.value));
    if weights.clone().all(|weight| weight == Some(0)) {
        return;
    }
    for weight in subject.release.versions.iter().filter_map(|version| version.weight.as_ref()) {
        if weight.value == Some(0) {
            let message = "with a weight of 0 this version gets no traffic, and the chart changes the weight to 50";
            out.push(out.say(weight.span, message).help("remove the version, or set another weight"));
        }
    }
}
