//! Names and imports.
