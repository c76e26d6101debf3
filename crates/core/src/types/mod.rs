//! Types: their model, their syntax, and the coercion of values to them.
//!
//! In: type expressions, schemas and values. Out: [`Type`]s, and values that were checked against them. Expressions of
//! environment files are typed in `typeck/`.

mod coerce;
mod object_name;
mod path;
mod pattern;
pub mod synonyms;
mod ty;
mod unknown_kind;
pub mod written;

pub use coerce::{Coercion, coerce, field_path, validate};
pub use object_name::check_object_name;
pub use path::{ELEMENT, branches, record_field, step};
pub use pattern::{KnownPattern, Pattern};
pub use ty::{ListType, RecordField, RecordType, StringType, Type};
pub use written::BUILTIN_TYPES;

pub use relc_syntax::diagnostic::quoted;
