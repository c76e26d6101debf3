//! Diagnostics as text, one format a file.
//!
//! In: the [`Sources`](relc_syntax::source::Sources) of a run and some of its diagnostics. Out: text. A renderer is a function; it
//! does not know where the text goes, so whether there may be colour, and how wide it may be, is said to it in a [`Look`].

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
