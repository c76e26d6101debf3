//! Source text, spans and positions.
//!
//! In: file names and their text. Out: [`SourceFile`]s, addressed by [`FileId`], and [`Span`]s into them. This module
//! doesn't access the disk (the project's loader does) and prints nothing.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

/// Identifies a file of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A range of bytes in one file: `start` is inclusive, `end` exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

impl Span {
    /// Creates the span of the bytes `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let bound = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file, start: bound(start), end: bound(end) }
    }

    /// Returns the smallest span that covers both, which are in one file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the empty span at the start of this one.
    pub fn at_start(self) -> Span {
        Span { end: self.start, ..self }
    }

    /// Returns the empty span at the end of this one.
    pub fn at_end(self) -> Span {
        Span { start: self.end, ..self }
    }

    /// Returns the bytes as a range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A set of text ranges, merged where they overlap.
#[derive(Clone, Debug, Default)]
pub struct SpanSet {
    /// The merged ranges, in the order of the text.
    merged: Vec<Span>,
}

impl SpanSet {
    /// Creates the union of `spans`.
    pub fn new(mut spans: Vec<Span>) -> Self {
        spans.sort();
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if last.file == span.file && span.start <= last.end => last.end = last.end.max(span.end),
                _ => merged.push(span),
            }
        }
        SpanSet { merged }
    }

    /// Returns true if one of the ranges contains all of `span`.
    pub fn contains(&self, span: Span) -> bool {
        self.last_before(span.file, span.start).is_some_and(|around| span.end <= around.end)
    }

    /// Returns true if one of the ranges overlaps `span`.
    pub fn intersects(&self, span: Span) -> bool {
        self.last_before(span.file, span.end).is_some_and(|near| near.end >= span.start)
    }

    /// Returns the last range that starts at or before the byte `at`.
    fn last_before(&self, file: FileId, at: u32) -> Option<Span> {
        let behind = self.merged.partition_point(|span| (span.file, span.start) <= (file, at));
        self.merged[..behind].last().copied().filter(|span| span.file == file)
    }
}

/// A position for people: line and column start at 1, and columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1. A line ends with `
    /// `; the `\r` of `\r
    /// ` is part of it.
    pub line: usize,
    /// Column, from 1, in characters (Unicode scalar values).
    pub column: usize,
}

/// The name and text of a file.
#[derive(Debug)]
pub struct SourceFile {
    name: String,
    text: Cow<'static, str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// Creates a file that messages call `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceFile { name: name.into(), text: Cow::Owned(text.into()), line_starts: OnceLock::new() }
    }

    /// Creates a file whose text is embedded in the program.
    pub fn embedded(name: impl Into<String>, text: &'static str) -> Self {
        SourceFile { name: name.into(), text: Cow::Borrowed(text), line_starts: OnceLock::new() }
    }

    /// Returns the displayed name: a path relative to the working directory, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the position of the byte `offset`.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let line = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = starts[line] as usize;
        let end = (offset as usize).min(self.text.len());
        let before = self.text.get(start..end).unwrap_or("");
        Position { line: line + 1, column: before.chars().count() + 1 }
    }

    /// Returns the byte range of the line `line` (from 1), without its line break.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text));
        let start = starts.get(line - 1).map_or(self.text.len(), |s| *s as usize);
        let end = starts.get(line).map_or(self.text.len(), |s| *s as usize);
        start..start + self.text[start..end].trim_end_matches(['\r', '\n']).len()
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
        .collect()
}

/// The files of a compilation. Adding a file never changes the ids of others.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.add_shared(Arc::new(file))
    }

    /// Adds a shared file and returns its id in this set.
    pub fn add_shared(&mut self, file: Arc<SourceFile>) -> FileId {
        self.files.push(file);
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// Returns the file with the id `id`.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// Returns the file with the id `id`, shared.
    pub fn shared(&self, id: FileId) -> Arc<SourceFile> {
        Arc::clone(&self.files[id.0 as usize])
    }

    /// Returns the text at `span`.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text().get(span.range()).unwrap_or("")
    }

    /// Returns the position of the start of `span`.
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file).position(span.start)
    }

    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Returns true if there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_behind_tabs_wide_characters_and_crlf() {
        let file = SourceFile::new("t", "a\r\n\té漢x\n");
        let x = u32::try_from(file.text().find('x').unwrap_or(0)).unwrap_or(0);
        assert_eq!(file.position(x), Position { line: 2, column: 4 });
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.line_range(1), 0..1);
    }
}
