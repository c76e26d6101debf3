//! Diagnostics as text, one format a file.
//!
//! In: the [`Sources`](crate::source::Sources) of a run and some of its diagnostics. Out: text. A renderer is a function; it
//! does not know where the text goes, so whether there may be colour, and how wide it may be, is said to it in a [`Look`].

mod excerpt;
mod human;
pub mod json;
mod short;
mod visible;

pub use human::{Color, Look, human};
pub use short::short;
pub use visible::visible;
