//! What is done with findings: configuration, comments that allow them, a baseline.
//!
//! In: the findings of a file. Out: those that are to be said, at the level that they are to have. The compiler's errors
//! pass unchanged: what does not compile cannot be wished away.

mod baseline;
mod suppression;

pub use baseline::{Baseline, Obsolete};
pub use suppression::{CommentedFile, RuleNames, Suppressions};
