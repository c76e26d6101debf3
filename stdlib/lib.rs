//! relc's standard library: the environments, and the parts that they are made of, as text and as serialized syntax trees.
//!
//! `build.rs` parses each `.rel` file of this folder while relc is built, with relc's own parser: parsing them at each start
//! would be most of what a short run does. A test compares the stored trees with what the parser makes of the texts.

/// A file of the library.
#[derive(Debug)]
pub struct LibraryFile {
    /// The name by which other files import it: its file name without the extension.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
    /// Its serialized syntax tree; empty where the file has syntax errors, so that the program parses and reports it.
    pub tree: &'static [u8],
    /// The same tree without lint statements and documentation, which a build doesn't read.
    pub lean: &'static [u8],
    /// The environments that it declares.
    pub environments: &'static [&'static str],
}

/// The files, sorted by name. A file's position is the `FileId` in its tree.
pub const FILES: &[LibraryFile] = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));
