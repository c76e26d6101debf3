//! Only some versions have a weight.
//!
//! ## What
//! Reports the first version without a weight in a release that splits traffic, if other versions have one. With
//! percentages, one version can omit its weight and gets the rest.
//!
//! ## Why
//! A missing weight is 50. Next to a weight of 90, this is a third of the traffic, and next to a weight of 1 nearly all of
//! it.
//!
//! ## Helm
//! The version gets the weight 50, as in relc.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 90 "ghcr.io/example/hello:1.4"
//!   next "ghcr.io/example/hello:1.5"
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
//!     weight: 90
//!   - image: ghcr.io/example/hello:1.5
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 90 "ghcr.io/example/hello:1.4"
//!   next 10 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 90% "ghcr.io/example/hello:1.4"
//!   next "ghcr.io/example/hello:1.5"
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
//!     weight: 90
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 10
//! ```
//!
//! ## Source
//! Iter8 controller 1.1: weights are relative. The default of 50 is that of the chart.

use relc_syntax::source::Syntax;
use relc_syntax::diagnostic::{Applicability, Edit, Severity};
use relc_core::edit;
use crate::{Check, Findings, Fixes, Rule, Subject};
use relc_core::frontend::Version;
use relc_syntax::ast::WeightMode;
use relc_core::value::{ValueKind, Value};

pub const RULE: Rule = Rule {
    name: "weight-partial",
    level: Severity::Warning,
    fixes: Fixes::Safe,
    source: include_str!("weight_partial.rs"),
    check: Check::Release(check),
};

fn check(subject: &Subject<'_>, out: &mut Findings<'_>) {
    let versions = &subject.release.versions;
    let percent = versions.iter().any(|version| version.weight.as_ref().is_some_and(|weight| weight.percent));
    if subject.weights() != WeightMode::Split || percent || versions.iter().all(|version| version.weight.is_none()) {
        return;
    }
    let missing: Vec<usize> = (0..versions.len()).filter(|at| versions[*at].weight.is_none()).collect();
    let Some(first) = missing.first() else { return };
    let names: Vec<String> = missing.iter().map(|at| name(*at, &versions[*at])).collect();
    let number = match subject.given.versions[*first].weight.data {
        ValueKind::Int(number) => number,
        _ => return,
    };
    let verb = if names.len() == 1 { "has no weight, and gets" } else { "have no weight, and each gets" };
    let message = format!("{} {verb} {number}, next to those that have one", names.join(" and "));
    let finding = out.say(versions[*first].span, message).help("set a weight on every version");
    let edits: Option<Vec<Vec<Edit>>> = missing.iter().map(|at| insert(subject, &versions[*at], number)).collect();
    out.push(finding.edits(Applicability::Safe, edits.map(|edits| edits.concat())));
}

fn name(at: usize, version: &Version) -> String {
    version.label.as_ref().map_or_else(|| format!("version {at}"), |label| format!("`{}`", label.text))
}

/// Writes the weight down that the version has anyway.
fn insert(subject: &Subject<'_>, version: &Version, number: i64) -> Option<Vec<Edit>> {
    let tree = subject.tree(version.span.file);
    match subject.syntax {
        Syntax::Rel => edit::insert_weight(&tree, version.span, u32::try_from(number).ok()?),
        Syntax::Yaml => {
            edit::insert_beside(&tree, version.span, "weight", &Value::new(ValueKind::Int(number), version.span))
        }
    }
}
