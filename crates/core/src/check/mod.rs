//! Releases are checked against the environment that they name.
//!
//! In: a [`Release`](crate::frontend::Release) of either front end and a [`Prepared`] environment. Out: what it gives,
//! typed ([`Given`](crate::eval::Given)), or what is wrong with it. Environment files themselves are checked in
//! `definition`.

pub mod controller;
pub mod describe;
mod prepared;
mod reads;
mod release;
mod weights;

pub use prepared::Prepared;
pub use reads::{Live, Reads};
pub use release::{Front, release};
pub use weights::DEFAULT_WEIGHT;
