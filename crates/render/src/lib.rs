//! Diagnostics as text, one format per file.
//!
//! In: the [`Sources`](relc_syntax::source::Sources) of a run and some of its diagnostics. Out: text. A renderer is a
//! function that doesn't know where its text goes; the caller sets color and width in a [`Look`].

pub mod cases;
mod excerpt;
mod github;
mod gitlab;
mod human;
pub mod json;
mod junit;
mod medium;
mod sarif;
mod short;
mod visible;

pub use github::github;
pub use gitlab::Gitlab;
pub use human::{Color, Look, human};
pub use junit::Junit;
pub use medium::medium;
pub use sarif::Sarif;
pub use short::short;
pub use visible::visible;
