//! What the findings of a release follow from, as far as its input has it.

use super::{Content, Opened};
use crate::env::Item;
use crate::source::{FileId, Span, Stretches};

/// Which places of an input are a release's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// All of them.
    All,
    /// Those of a part of its file, which may stand elsewhere another time.
    Part(Span),
}

impl Opened {
    /// Says all texts of the input that findings of the release at `index` follow from, wherever they stand; and which places are its
    /// own. None where that cannot be told: what could not be read has consequences elsewhere.
    pub fn identity(&self, index: usize, say: &mut dyn FnMut(&[u8])) -> Option<Own> {
        let own = match &self.content {
            Content::Rel { module, releases } => {
                let span = releases[index].span;
                let said = || Stretches::new(self.diagnostics.iter().map(|known| known.span).collect());
                if self.told.get_or_init(said).meet(span) || self.misread.meet(span) {
                    return None;
                }
                say(self.sources.text(span).as_bytes());
                for item in module.items.values() {
                    say(self.sources.text(whole(item)).as_bytes());
                }
                for (name, import) in &module.imports {
                    say(name.as_bytes());
                    say(&import.file.0.to_le_bytes());
                }
                Own::Part(span)
            }
            Content::Values { .. } => Own::All,
            Content::Nothing => return None,
        };
        say(&[u8::from(self.diagnostics.has_errors())]);
        let files = (self.definitions..u32::try_from(self.sources.len()).unwrap_or(u32::MAX)).map(FileId);
        for file in files.filter(|file| own == Own::All || *file != self.main) {
            say(self.sources.file(file).name().as_bytes());
            say(self.sources.file(file).text().as_bytes());
        }
        Some(own)
    }
}

fn whole(item: &Item) -> Span {
    match item {
        Item::Let(item) => item.span,
        Item::Param(item) => item.span,
        Item::Type(item) => item.span,
        Item::Fragment(item) => item.span,
        Item::Part(item) | Item::Environment(item) => item.span,
    }
}
