//! Suppression comments and baselines.
//!
//! In: the diagnostics of a file. Out: those to report. Compiler errors can't be suppressed.

mod baseline;
mod suppression;

pub use baseline::{Baseline, Obsolete};
pub use suppression::{CommentedFile, RuleNames, Suppressions, unsuppressed, unsuppressed_in};
