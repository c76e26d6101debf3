//! Which version of a release answers which request, and what its routes guarantee.
//!
//! In: an analyzed release. Out: a [`Routing`], which answers a request for any set of ready versions by the model of `relc-traffic`;
//! and a [`Proof`], which compares these answers for all requests and ready sets with what the environment guarantees. Nothing is
//! read from disk.

mod capacity;
mod cell;
mod guarantee;
mod proof;
mod routing;
mod sets;
mod staged;
mod stages;
mod stream;
mod traffic;
mod transition;

pub use capacity::Load;
pub use cell::{Cell, Part, Target, percent};
pub use guarantee::{Guarantee, Guarantees};
pub use proof::{Declared, Match, Proof, Violation, at_pointer};
pub use routing::{Explanation, Routing, base, own_tables};
pub use sets::{ReadySets, heading};
pub use stages::Weakness;
pub use stream::manifests;
pub use traffic::{Traffic, states_requests};
pub use transition::{Interruption, interruption};
