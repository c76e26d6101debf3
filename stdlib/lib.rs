//! relc's standard library: the environments and their parts, as text and as serialized syntax trees.
//!
//! `build.rs` parses each `.rel` file of this folder while relc is built, with relc's own parser: parsing at each start
//! would take most of a short run. A test compares the stored trees with those that the parser creates from the texts.

/// A file of the library.
#[derive(Debug)]
pub struct LibraryFile {
    /// The name by which other files import it: the file name without its extension.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
    /// The serialized syntax tree; empty if the file has syntax errors, so that the program parses and reports it.
    pub tree: &'static [u8],
    /// The same tree without lint statements and documentation, which builds don't use.
    pub lean: &'static [u8],
    /// The names of the environments that it declares.
    pub environments: &'static [&'static str],
}

/// The files, sorted by name. A file's index is the `FileId` in its tree.
pub const FILES: &[LibraryFile] = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

/// The number of the files, and the first `FileId` that is none of theirs.
#[expect(clippy::cast_possible_truncation, reason = "there are a few dozen")]
pub const COUNT: u32 = FILES.len() as u32;

/// The strings of all trees, one after the other.
pub const TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/texts.txt"));

/// The end of each of them, in bytes.
pub const TEXT_ENDS: &[u32] = include!(concat!(env!("OUT_DIR"), "/text_ends.rs"));

/// Other words for keys and values, one a line; what the columns mean is at its head.
pub const SYNONYMS: &str = include_str!("synonyms.txt");

/// What people write most, one place a line; what the columns mean is at its head.
pub const USUAL: &str = include_str!("usual.txt");
