//! The proof that a rollout does what its environment guarantees at each of its steps, or a counter-example.
//!
//! In: the routes of a release whose versions a controller exchanges step by step. Every group of requests is answered at each step, for
//! every set of ready versions in which a version with pods can answer. Out: the first violation of each guarantee.

use crate::cell::{Cell, Target};
use crate::guarantee::Guarantee;
use crate::proof::{Declared, TOLERANCE, Violation, reaches_itself, reaches_unready_candidate};
use crate::routing::Routing;
use relc_traffic::{Request, Stage, VERSIONS};

/// Checks the guarantees of a release at each step of its rollout; without a rollout, there is nothing to check.
pub fn violations(routing: &Routing, declared: &Declared) -> Vec<Violation> {
    let Some(rollout) = routing.rollout() else { return Vec::new() };
    let first = routing.at_stage(0);
    let all = vec![true; VERSIONS];
    let before = first.model(&all);
    let mut found: Vec<Violation> = Vec::new();
    for (routing, ready) in routing.states() {
        let Some(stage) = routing.stage.and_then(|stage| rollout.stages.get(stage)) else { continue };
        for (request, cell) in routing.answers(&ready) {
            let earlier = first.cell(&before.answer(&request), &request, &all);
            let step = Step { stage, ready: &ready, earlier: &earlier, declared };
            for guarantee in step.broken(&request, &cell) {
                let is_new = !found.iter().any(|known| known.guarantee == guarantee);
                if is_new && routing.guarantees.list.contains(&guarantee) {
                    let at = Some((stage.title.clone(), routing.versions.clone()));
                    let (request, cell, ready) = (request.clone(), cell.clone(), ready.clone());
                    found.push(Violation { guarantee, request, ready, cell, rule: None, stage: at });
                }
            }
        }
    }
    found
}

/// A step with a set of ready versions.
struct Step<'s> {
    stage: &'s Stage,
    ready: &'s [bool],
    /// The answer before the rollout, with all versions ready.
    earlier: &'s Cell,
    declared: &'s Declared,
}

impl Step<'_> {
    /// The guarantees that an answer at this step breaks.
    fn broken(&self, request: &Request, cell: &Cell) -> Vec<Guarantee> {
        let is_on_its_way = !self.stage.is_last();
        let is_primary_unready = cell.parts.iter().any(|part| part.to == Target::Version(0, false));
        let all = [
            (Guarantee::Answered, self.earlier.errors() == 0.0 && cell.errors() > TOLERANCE),
            (Guarantee::ReadyCandidates, is_on_its_way && reaches_unready_candidate(cell)),
            (Guarantee::ReadyPrimary, is_on_its_way && is_primary_unready),
            (Guarantee::Copies, reaches_itself(cell)),
            (Guarantee::Shares, is_on_its_way && !self.ready.contains(&false) && self.exceeds(request, cell)),
        ];
        all.into_iter().filter(|(_, is_broken)| *is_broken).map(|(guarantee, _)| guarantee).collect()
    }

    /// Returns true if the new version gets more than the release declares for it at most. A match may give it all requests.
    fn exceeds(&self, request: &Request, cell: &Cell) -> bool {
        let most = self.declared.shares.as_ref().and_then(|shares| shares.last().copied()).unwrap_or(1.0);
        let share = cell.share_of(1);
        let is_match = self.declared.has_matches && (share > 1.0 - TOLERANCE || !request.headers.is_empty());
        share > most + TOLERANCE && !is_match
    }
}
