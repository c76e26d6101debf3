//! Name resolution: what each name in a `.rel` file refers to.
//!
//! In: a file's module, and the [`Plan`](crate::library::Plan) of the part at hand. Out: a [`Resolution`] for one name
//! ([`Scope::resolve`], which holds the rules), or [`Names`], the table of every name of a file. The evaluator and the checker
//! resolve a name where they use it, by the same rules, so that a build makes no table; editors read the table.

mod builtins;
mod names;
mod scope;
mod sort;
mod walk;

pub use builtins::{Builtin, ReleaseField, VersionField};
pub use names::{Definition, LocalScope, Names, Reference, ReleaseFields};
pub use scope::{Callee, Local, Replaced, Resolution, SUPER, Scope, Site, VersionMember, version_member};
pub use sort::Sort;
