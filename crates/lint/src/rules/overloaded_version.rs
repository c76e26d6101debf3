//! A version has too few pods for the traffic of others.
//!
//! ## What
//! Reports a version whose pods get more than twice the traffic of the busiest pod with all versions ready, while other versions aren't ready. It
//! checks releases that split traffic by weight and set `replicas`, or whose Deployments an autoscaler in `--manifests` scales; of an
//! autoscaler, the minimum counts.
//!
//! In a release that a controller rolls out step by step, it reports a step at which the available pods of the new version get more than
//! twice what a pod gets of all traffic.
//!
//! `overload` in the table `[cluster]` of `relc.toml` changes the factor.
//!
//! ## Why
//! The versions that are ready get the traffic of those that aren't. A candidate with 5% and one pod then gets 100%, and can fail as well.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green { names: labels } <
//!   stable 95% "ghcr.io/example/hello:1.4" { replicas: 5 }
//!   next    5% "ghcr.io/example/hello:1.5" { replicas: 1 }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green { names: labels } <
//!   stable 95% "ghcr.io/example/hello:1.4" { replicas: 5 }
//!   next    5% "ghcr.io/example/hello:1.5" { replicas: 3 }
//! >
//! ```
//!
//! ## Source
//! The split of the ready versions and the steps of a rollout, as `relc preview` shows them.

use relc_routing::{Load, Traffic, percent};
use relc_syntax::diagnostic::Severity;
use crate::{Check, Findings, Fixes, Rule, Subject};

pub const RULE: Rule = Rule {
    name: "overloaded-version",
    level: Severity::Warning,
    fixes: Fixes::Never,
    source: include_str!("overloaded_version.rs"),
    check: Check::Traffic(check),
};

fn check(subject: &Subject<'_>, traffic: &Traffic, out: &mut Findings<'_>) {
    let limit = subject.prepared.cluster.overload;
    steps(subject, traffic, out);
    // Shares are rounded to whole weights.
    for load in traffic.loads.iter().filter(|load| load.factor() > limit * 1.01) {
        let Load { version, ready, share, pods, usual } = load;
        let missing = { traffic.names.iter().zip(ready) }.filter(|(_, ready)| !**ready).map(|(name, _)| name.as_str());
        let missing: Vec<&str> = missing.collect();
        let verb = if missing.len() == 1 { "isn't" } else { "aren't" };
        let count = if *pods == 1 { "1 pod".to_owned() } else { format!("{pods} pods") };
        let message = format!(
            "{} gets {} of the traffic on {count} while {} {verb} ready: {:.1} times as much per pod as the busiest one usually gets, {}",
            traffic.names[*version],
            percent(*share),
            missing.join(" and "),
            load.factor(),
            percent(*usual),
        );
        let help = format!("run at least {} pods of this version, or set `overload` under `[cluster]` in relc.toml", load.needed(limit));
        out.push(out.say(subject.given.versions[*version].span, message).help(help));
    }
}

/// Reports the step of a rollout with the most traffic for each available pod.
fn steps(subject: &Subject<'_>, traffic: &Traffic, out: &mut Findings<'_>) {
    let Some(newest) = subject.given.versions.last().filter(|_| traffic.routing.rollout().is_some()) else { return };
    let names = traffic.routing.at_stage(0).versions;
    for weakness in traffic.routing.weaknesses().iter().filter(|weakness| weakness.pods.is_some()) {
        let help = "run more pods of the new version before this step, or set `overload` under `[cluster]` in relc.toml";
        out.push(out.say(newest.span, weakness.text(&names)).help(help.to_owned()));
    }
}
