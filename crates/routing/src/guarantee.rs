//! What the router of an environment guarantees, whatever versions are ready.

use relc_core::compile::Subject;
use relc_syntax::source::Span;

/// The let of an environment with the guarantees of its router.
const GUARANTEES: &str = "guarantees";

/// A property of routes, for every set of ready versions that isn't empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guarantee {
    /// A request that is answered with all versions ready is answered, and by a version that exists.
    Answered,
    /// Neither a request nor a copy reaches a candidate that isn't ready.
    ReadyCandidates,
    /// No request reaches the primary while it isn't ready, and a version with weight is.
    ReadyPrimary,
    /// No copy of a request reaches the version that answers it, or the primary.
    Copies,
    /// With all versions ready, traffic is split as the release declares.
    Shares,
}

/// All guarantees, in their order in documentation.
pub const ALL: [Guarantee; 5] =
    [Guarantee::Answered, Guarantee::ReadyCandidates, Guarantee::ReadyPrimary, Guarantee::Copies, Guarantee::Shares];

impl Guarantee {
    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Guarantee::Answered => "answered",
            Guarantee::ReadyCandidates => "ready-candidates",
            Guarantee::ReadyPrimary => "ready-primary",
            Guarantee::Shares => "shares",
            Guarantee::Copies => "copies",
        }
    }

    /// Describes what can happen without it.
    pub fn without(self) -> &'static str {
        match self {
            Guarantee::Answered => "requests can get an error while a version isn't ready",
            Guarantee::ReadyCandidates => "requests can reach a candidate that isn't ready",
            Guarantee::ReadyPrimary => "requests can reach the primary while it isn't ready",
            Guarantee::Shares => "traffic can be split differently than declared",
            Guarantee::Copies => "copies can reach the version that answers",
        }
    }
}

/// The guarantees of a release's router.
#[derive(Clone, Debug)]
pub struct Guarantees {
    /// Those that hold.
    pub list: Vec<Guarantee>,
    /// Where the environment declares them; `None` if they are the default.
    pub place: Option<Span>,
}

impl Guarantees {
    /// Reads the let of the environment. By default, a route that the controller writes guarantees everything, and a static one
    /// that traffic is as declared.
    /// A controller of rollouts may follow what is ready.
    pub fn new(subject: &Subject<'_>, is_dynamic: bool, is_rollout: bool) -> Guarantees {
        // A static route doesn't know what is ready.
        let is_ready = |one: &Guarantee| matches!(one, Guarantee::ReadyCandidates | Guarantee::ReadyPrimary);
        let without = |follows: bool| ALL.into_iter().filter(move |one| follows || !is_ready(one));
        let declared = subject.evaluator.release_let(GUARANTEES);
        let Some((declared, elements)) = declared.as_ref().and_then(|list| Some((list, list.as_list()?))) else {
            return Guarantees { list: without(is_dynamic).collect(), place: None };
        };
        let names: Vec<&str> = elements.iter().filter_map(|element| element.value.as_str()).collect();
        let list = without(is_dynamic || is_rollout).filter(|one| names.contains(&one.name())).collect();
        Guarantees { list, place: Some(declared.span) }
    }

    /// Of routes of which nothing is known.
    pub fn none() -> Guarantees {
        Guarantees { list: Vec::new(), place: None }
    }

    /// Those that don't hold.
    pub fn missing(&self) -> Vec<Guarantee> {
        ALL.into_iter().filter(|one| !self.list.contains(one)).collect()
    }
}
