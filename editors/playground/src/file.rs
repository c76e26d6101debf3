//! The file that a question is about, loaded with the files that it imports.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::LazyLock;

use relc_core::compile::{self, Environments, Input, LoadedInput, Options, Releases, Text, Unnamed, link_file};
use relc_core::library::{Catalog, MemoryFiles};
use relc_ide::{FileContext, ParsedFile};
use relc_syntax::lines::{Column, Lines};
use relc_syntax::source::Syntax;
use serde::Deserialize;
use serde_json::{Value, json};

/// The environments that come with relc, each prepared when a question first needs it.
pub static ENVIRONMENTS: LazyLock<Environments<'static>> = LazyLock::new(|| Environments::new(Catalog::builtin()));

/// A file of the page.
#[derive(Deserialize)]
pub struct File {
    /// Its name, whose end determines the format.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The files that it can import, by their paths.
    #[serde(default)]
    pub others: BTreeMap<PathBuf, String>,
}

impl File {
    /// Returns the format of the file.
    pub fn syntax(&self) -> Syntax {
        Syntax::of_name(&self.name).unwrap_or(Syntax::Rel)
    }

    fn named_text(&self) -> Text {
        Text { name: self.name.clone(), text: self.text.clone() }
    }

    /// Loads the file, which may have no releases, and values that set no name.
    pub fn load(&self) -> LoadedInput {
        let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
        let input = Input::new(self.syntax(), self.named_text());
        compile::load(input, &options, Catalog::builtin(), &MemoryFiles(&self.others))
    }

    /// Runs `ask` on the file as an editor's questions read it.
    pub fn query<R>(&self, ask: impl FnOnce(&FileContext<'_>) -> R) -> R {
        let read = match self.syntax() {
            Syntax::Rel => {
                ParsedFile::linked(link_file(self.named_text(), Catalog::builtin(), &MemoryFiles(&self.others)))
            }
            Syntax::Yaml => ParsedFile::alone(&self.text, Syntax::Yaml),
        };
        ask(&FileContext {
            syntax: self.syntax(),
            text: &self.text,
            environments: &ENVIRONMENTS,
            read: &read,
            open: &|| self.load(),
        })
    }

    /// Returns the lines of the file, for the positions of an answer.
    pub fn positions(&self) -> Positions<'_> {
        Positions { text: &self.text, lines: Lines::new(&self.text) }
    }
}

/// The positions of a text, as the page counts them.
pub struct Positions<'t> {
    text: &'t str,
    lines: Lines,
}

impl Positions<'_> {
    /// Returns the byte at a position.
    pub fn offset(&self, at: (u32, u32)) -> usize {
        self.lines.offset(self.text, at, Column::Utf16)
    }

    /// Returns the first and last position of a range of bytes.
    pub fn range(&self, range: Range<usize>) -> Value {
        json!([self.position(range.start), self.position(range.end)])
    }

    fn position(&self, offset: usize) -> (u32, u32) {
        self.lines.position(self.text, offset, Column::Utf16)
    }
}
