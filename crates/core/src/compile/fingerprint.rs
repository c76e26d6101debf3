//! The part of a release's cache key that depends on its file.

use super::{Content, LoadedInput};
use relc_syntax::source::{FileId, Span, SpanSet};

impl LoadedInput {
    /// Passes all texts that the diagnostics of the release at `index` depend on to `say`, and returns the release's
    /// span. Returns `None` for values files, which are one release, and if the dependencies are unknown: invalid
    /// syntax has consequences elsewhere.
    pub fn identity(&self, index: usize, say: &mut dyn FnMut(&[u8])) -> Option<Span> {
        let Content::Rel { module, outline } = &self.content else { return None };
        let own = outline.span(index);
        let said = || SpanSet::new(self.diagnostics.iter().map(|known| known.span).collect());
        if self.told.get_or_init(said).intersects(own) || self.misread.intersects(own) {
            return None;
        }
        say(self.sources.text(own).as_bytes());
        for item in module.items.values() {
            say(self.sources.text(item.span()).as_bytes());
        }
        for (name, import) in &module.imports {
            say(name.as_bytes());
            say(&import.file.0.to_le_bytes());
        }
        // Uses of a failed import are not reported, and its file is not among those below.
        say(&module.unread.len().to_le_bytes());
        module.unread.iter().for_each(|name| say(name.as_bytes()));
        say(&[u8::from(self.diagnostics.has_errors())]);
        let files = (self.definitions..u32::try_from(self.sources.len()).unwrap_or(u32::MAX)).map(FileId);
        for file in files.filter(|file| *file != self.main) {
            say(self.sources.file(file).name().as_bytes());
            say(self.sources.file(file).text().as_bytes());
        }
        Some(own)
    }
}
