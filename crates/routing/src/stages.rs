//! Rollouts by a controller: the routes at each stage, and the requests that are lost there.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::cell::{Cell, Target, percent};
use crate::guarantee::Guarantees;
use crate::routing::{Routing, base, own_tables};
use crate::sets;
use crate::stream::Stream;
use relc_core::compile::Routes;
use relc_core::library::ClusterSettings;
use relc_traffic::{Request, Rollout, Stage, VERSIONS, classes};

/// A counter-example: a stage at which requests reach a version that can't answer them.
#[derive(Clone, Debug, PartialEq)]
pub struct Weakness {
    /// The stage of a rollout.
    pub stage: Option<String>,
    /// The position of the version.
    pub version: usize,
    /// A request.
    pub request: String,
    /// The answer.
    pub answer: String,
    /// The pods of the version that are available then, of how many; `None` if none of them is.
    pub pods: Option<(u64, u64)>,
    /// The share of the requests that the version gets, from 0 to 1.
    share: f64,
}

impl Routing {
    /// The routes of a rollout, at the stage before it begins.
    pub(crate) fn of_rollout(rollout: Rollout, manifests: &[Json]) -> Routing {
        let routing = Routing {
            name: rollout.name.clone(),
            namespace: rollout.namespace.clone(),
            versions: rollout.versions.iter().map(|name| (*name).to_owned()).collect(),
            documents: manifests.iter().filter(|object| rollout.owns(object)).cloned().collect(),
            guarantees: Guarantees::none(),
            overload: ClusterSettings::default().overload,
            stream: None,
            routes: Routes::default(),
            declared: None,
            rollout: Some(Arc::new(rollout)),
            stage: None,
        };
        routing.at_stage(0)
    }

    /// The rollout by which a controller changes the routes, if there is one.
    pub fn rollout(&self) -> Option<&Rollout> {
        self.rollout.as_deref()
    }

    /// The title of the stage that it is at.
    pub fn stage_title(&self) -> Option<&str> {
        Some(self.rollout()?.stages.get(self.stage?)?.title.as_str())
    }

    /// Returns the routes at a stage of the rollout. Its versions are the one that runs and the new one.
    #[must_use]
    pub fn at_stage(&self, stage: usize) -> Routing {
        let Some(rollout) = &self.rollout else { return self.clone() };
        let versions = match &self.versions[..] {
            [_, _] => self.versions.clone(),
            // Only the new version is declared.
            [new] if new.parse::<usize>().is_err() => vec![rollout.versions[0].to_owned(), new.clone()],
            _ => rollout.versions.iter().map(|name| (*name).to_owned()).collect(),
        };
        let owners: BTreeMap<String, usize> = rollout.workloads.iter().cloned().zip(0..).collect();
        let stream = Some(Stream { owners, ready: vec![true; VERSIONS] });
        Routing { versions, stream, stage: Some(stage), ..self.clone() }
    }

    /// Returns for each version the stage at which it gets most requests while it can't answer them and another version can, and
    /// the stage at which its available pods get most of what they usually get. Manifests without a rollout have one stage.
    pub fn weaknesses(&self) -> Vec<Weakness> {
        let mut found: Vec<Weakness> = Vec::new();
        for (routing, set) in self.states() {
            for (request, cell) in routing.answers(&set) {
                for weakness in weaknesses_of(&routing, (&request, &cell), !set.contains(&false)) {
                    let is_same = |known: &&mut Weakness| {
                        known.version == weakness.version && known.pods.is_some() == weakness.pods.is_some()
                    };
                    match found.iter_mut().find(is_same) {
                        Some(known) if known.severity() < weakness.severity() => *known = weakness,
                        Some(_) => {}
                        None => found.push(weakness),
                    }
                }
            }
        }
        found
    }

    /// The stages of a rollout, each with the sets of ready versions in which one can answer; the state of other manifests.
    pub(crate) fn states(&self) -> Vec<(Routing, Vec<bool>)> {
        let Some(rollout) = self.rollout() else {
            let ready = self.stream.as_ref().map(|stream| stream.ready.clone());
            return ready.filter(|set| set.contains(&true)).map(|set| (self.clone(), set)).into_iter().collect();
        };
        let of_stage = |(at, stage): (usize, &Stage)| {
            let pods = stage.pods;
            // A version that has no pods can't answer in place of another.
            let can_answer = move |set: &Vec<bool>| set.iter().zip(pods).any(|(ready, pods)| *ready && pods > 0);
            let sets = sets::every(VERSIONS).into_iter().filter(can_answer);
            sets.map(|set| (self.at_stage(at), set)).collect::<Vec<_>>()
        };
        rollout.stages.iter().enumerate().flat_map(of_stage).collect()
    }

    /// Returns the answer to each group of requests while these versions are ready.
    pub(crate) fn answers(&self, ready: &[bool]) -> Vec<(Request, Cell)> {
        let model = self.model(ready);
        let own = self.own_host();
        let mut bases: Vec<Request> = own_tables(&model).into_iter().map(|table| base(table, &own)).collect();
        if bases.is_empty() {
            bases.push(self.base(&model));
        }
        let answer = |request: Request| (request.clone(), self.cell(&model.answer(&request), &request, ready));
        let groups = bases.iter().flat_map(|base| classes(&[&*model.rules(base)], base).0);
        groups.map(|class| answer(class.request)).collect()
    }
}

/// What is wrong with one answer.
fn weaknesses_of(routing: &Routing, (request, cell): (&Request, &Cell), is_all: bool) -> Vec<Weakness> {
    let weakness = |version: usize, share: f64, pods: Option<(u64, u64)>| Weakness {
        stage: routing.stage_title().map(str::to_owned),
        version,
        request: request.to_string(),
        answer: cell.text(&routing.versions),
        pods,
        share,
    };
    let rollout = routing.rollout();
    let stage = rollout.and_then(|rollout| rollout.stages.get(routing.stage?));
    let mut found = Vec::new();
    for part in &cell.parts {
        match (&part.to, rollout.zip(stage)) {
            // The new version is the only one that is meant to answer then.
            (Target::Version(1, false), Some((_, stage))) if stage.is_last() => {}
            (Target::Version(version, false), _) => found.push(weakness(*version, part.share, None)),
            // Requests with a match are few: only a split is compared with the number of pods.
            (Target::Version(1, true), Some((rollout, stage)))
                if is_all && request.headers.is_empty() && stage.least > 0 && !stage.is_last() =>
            {
                let usual = 1.0 / rollout.replicas.max(1) as f64;
                let is_overload = part.share / stage.least as f64 >= usual * routing.overload;
                found.extend(is_overload.then(|| weakness(1, part.share, Some((stage.least, rollout.replicas)))));
            }
            _ => {}
        }
    }
    found
}

impl Weakness {
    /// Returns true if none of the `known` ones is of its kind and as severe.
    pub fn is_new(&self, known: &[Weakness]) -> bool {
        let is_like = |one: &Weakness| one.version == self.version && one.pods.is_some() == self.pods.is_some();
        let is_as_severe = |one: &Weakness| self.pods.is_none() || one.severity() >= self.severity();
        !known.iter().any(|one| is_like(one) && is_as_severe(one))
    }

    /// The traffic that a pod gets, relative to that of others.
    fn severity(&self) -> f64 {
        match self.pods {
            Some((available, _)) => self.share / available as f64,
            None => self.share,
        }
    }

    /// Returns it as a sentence.
    pub fn text(&self, versions: &[String]) -> String {
        let Weakness { stage, version, request, answer, pods, share } = self;
        let name = &versions[*version];
        let at = stage.as_ref().map(|stage| format!(", at `{stage}`")).unwrap_or_default();
        match pods {
            None => format!("`{request}` reaches {name} while it isn't ready{at}: {answer}"),
            Some((available, all)) => {
                let times = share / *available as f64 * *all as f64;
                let factor = format!("{times:.1}");
                let factor = factor.trim_end_matches(".0");
                let pods = if *available == 1 { "pod is" } else { "pods are" };
                format!(
                    "{name} gets {} of the traffic when {available} {pods} available{at}: {factor} times as much per pod as with {all} pods for all traffic",
                    percent(*share)
                )
            }
        }
    }
}
