//! Source text, spans and positions.
//!
//! In: file names and their text. Out: [`SourceFile`]s, addressed by [`FileId`], and [`Span`]s into them. This module
//! doesn't access the disk (the project's loader does) and prints nothing.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::lines::{Column, Lines};

/// The language that a file is written in, and so the front end that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// The language of `.rel` files.
    Rel,
    /// YAML, and so JSON: values files.
    Yaml,
}

impl Syntax {
    /// Returns the language of a file name, by its extension.
    pub fn of_name(name: &str) -> Option<Syntax> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "rel" => Some(Syntax::Rel),
            "yaml" | "yml" | "json" => Some(Syntax::Yaml),
            _ => None,
        }
    }
}

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

    /// Returns true if `inner` is in the same file and inside of this one, or equal to it.
    pub fn contains(self, inner: Span) -> bool {
        self.file == inner.file && self.start <= inner.start && inner.end <= self.end
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

    /// Returns true if one of the ranges has a byte in common with `span`, or is empty and inside of it.
    pub fn overlaps(&self, span: Span) -> bool {
        let before = self.merged.partition_point(|known| (known.file, known.start) < (span.file, span.end));
        self.merged[..before].last().is_some_and(|last| last.file == span.file && span.start < last.end)
    }

    /// Iterates over the ranges, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = Span> {
        self.merged.iter().copied()
    }

    /// Returns true if there are no ranges.
    pub fn is_empty(&self) -> bool {
        self.merged.is_empty()
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
    lines: OnceLock<Lines>,
}

impl SourceFile {
    /// Creates a file that messages call `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceFile { name: name.into(), text: Cow::Owned(text.into()), lines: OnceLock::new() }
    }

    /// Creates a file whose text is embedded in the program.
    pub fn embedded(name: impl Into<String>, text: &'static str) -> Self {
        SourceFile { name: name.into(), text: Cow::Borrowed(text), lines: OnceLock::new() }
    }

    /// Returns true if its text is embedded in the program.
    pub fn is_embedded(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
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
        let (line, column) = self.lines().position(&self.text, offset as usize, Column::Characters);
        Position { line: line as usize + 1, column: column as usize + 1 }
    }

    /// Returns the byte range of the line `line` (from 1), without its line break.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let end = self.text.len();
        let line = u32::try_from(line - 1).ok().and_then(|line| self.lines().range(line)).unwrap_or(end..end);
        line.start..line.start + self.text[line.clone()].trim_end_matches('\r').len()
    }

    /// The lines of the text.
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(&self.text))
    }
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

    /// Returns the id of a file that others hold, too; adds it if it is not among these.
    pub fn find_or_add(&mut self, file: Arc<SourceFile>) -> FileId {
        let known = self.files.iter().position(|known| Arc::ptr_eq(known, &file)).and_then(|at| u32::try_from(at).ok());
        known.map_or_else(|| self.add_shared(file), FileId)
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
