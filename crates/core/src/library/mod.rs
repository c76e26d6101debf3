//! Environment definitions: the libraries, parts and environments that define what relc deploys, as data.
//!
//! In: definition files (`.rel`), embedded from `stdlib/` or a release file's own imports. Out: [`Module`]s (one per
//! file) and, for an environment's name, its flattened [`Environment`]. No environment, strategy, object or field is
//! known here by name.

mod catalog;
mod flatten;
mod kinds;
mod memory;
mod model;
mod module;
mod watch;

pub use catalog::{Catalog, ClusterSettings, DefinitionFile, Found, NoFiles};
pub use flatten::{by_strategy, flatten, flatten_with, unknown_applied};
pub use kinds::{KindFiles, LoadedFile, Loader, ProjectKinds, check_schema, documents, file_of_kind, kind_of_file};
pub use memory::{MemoryFiles, lexical};
pub use model::{
    Clash, Definition, EmitDef, Environment, FieldSlot, FragmentDef, Layer, LetDef, LintPieces, Members, NO_STRATEGY,
    Plan, Slot, StrategyDef, some,
};
pub use module::{FoundPart, ImportContext, Item, Lookup, Module, link};
pub use watch::Watched;
