//! The lines of source that a diagnostic shows, as miette reads them.
//!
//! In: the labels of one diagnostic, in any number of files. Out: a [`miette::SourceCode`] that contains these lines
//! and their context, and the labels' positions in it. miette takes a single text, counts columns in bytes, and prints
//! long lines and control characters unchanged. So the excerpt joins the lines of all files, shortens long ones to the
//! text around their labels, and replaces control characters.

use std::collections::BTreeMap;

use miette::{MietteError, SourceCode, SourceSpan, SpanContents};

use super::visible::{printable, visible};
use relc_syntax::source::{SourceFile, Sources, Span};

/// Number of context lines before and after a labelled one.
pub(super) const CONTEXT_LINES: usize = 1;

/// Smallest number of bytes shown around a label of a long line.
const MIN_LABEL_BYTES: usize = 30;

/// The lines that a diagnostic shows.
pub(super) struct Excerpt<'s> {
    text: String,
    lines: Vec<Line<'s>>,
}

struct Line<'s> {
    file: &'s SourceFile,
    /// The line's number in its file, from 1.
    number: usize,
    /// The offset of the line in the excerpt.
    start: usize,
    /// The offset of each character in the file and in the excerpt, ending with that of the line's end.
    marks: Vec<(usize, usize)>,
}

impl<'s> Excerpt<'s> {
    /// Creates an excerpt of the lines around `spans`, shortened to about `longest` columns, and returns it with the
    /// position of each span in it. A span of several lines is shown at its first line.
    pub(super) fn new(sources: &'s Sources, spans: &[Span], longest: usize) -> (Self, Vec<SourceSpan>) {
        let mut excerpt = Excerpt { text: String::new(), lines: Vec::new() };
        let mut places = vec![SourceSpan::from((0, 0)); spans.len()];
        let mut visited = Vec::new();
        for first in spans {
            if visited.contains(&first.file) {
                continue;
            }
            visited.push(first.file);
            let file = sources.file(first.file);
            for (number, labels) in lines_of(file, first.file, spans) {
                let line = file.line_range(number);
                let starts: Vec<usize> = labels.iter().map(|label| spans[*label].start as usize).collect();
                excerpt.line(file, number, &segments(&file.text()[line.clone()], line.start, &starts, longest));
                for label in labels {
                    places[label] = excerpt.place(spans[label]);
                }
            }
        }
        (excerpt, places)
    }

    /// Adds a line, of which only `segments` are shown.
    fn line(&mut self, file: &'s SourceFile, number: usize, segments: &[std::ops::Range<usize>]) {
        let range = file.line_range(number);
        let mut marks = Vec::new();
        let start = self.text.len();
        let mut at = range.start;
        for segment in segments {
            if segment.start > at {
                self.text.push('…');
            }
            for (offset, c) in file.text()[segment.clone()].char_indices() {
                marks.push((segment.start + offset, self.text.len()));
                self.text.push(if c == '\t' { c } else { printable(c) });
            }
            at = segment.end;
        }
        marks.push((at, self.text.len()));
        if at < range.end {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.push(Line { file, number, start, marks });
    }

    /// Returns the position of `span`, which starts on the line added last.
    fn place(&self, span: Span) -> SourceSpan {
        let marks = &self.lines.last().expect("a label's line was added").marks;
        let end = marks.last().expect("every line has its end").1;
        let find = |offset: u32| marks.iter().find(|(of, _)| *of >= offset as usize).map_or(end, |(_, to)| *to);
        let start = find(span.start);
        (start, find(span.end).saturating_sub(start)).into()
    }

    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.start <= offset).saturating_sub(1)
    }

    /// Returns true if the line at `index` and the next one are adjacent in the same file.
    fn is_contiguous(&self, index: usize) -> bool {
        let (Some(line), Some(next)) = (self.lines.get(index), self.lines.get(index + 1)) else { return false };
        std::ptr::eq(line.file, next.file) && line.number + 1 == next.number
    }
}

/// Returns the lines of one file to show, each with the labels that start on it.
fn lines_of(file: &SourceFile, id: relc_syntax::source::FileId, spans: &[Span]) -> BTreeMap<usize, Vec<usize>> {
    let mut lines: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (label, span) in spans.iter().enumerate().filter(|(_, span)| span.file == id) {
        let number = file.position(span.start).line;
        lines.entry(number).or_default().push(label);
        let around = number.saturating_sub(CONTEXT_LINES).max(1)..=number + CONTEXT_LINES;
        for near in around.filter(|near| !file.text()[file.line_range(*near)].trim().is_empty()) {
            lines.entry(near).or_default();
        }
    }
    lines
}

/// Returns the segments of `line`, which starts at `base`, to show: all of it, or the text around the labels at
/// `starts`.
fn segments(line: &str, base: usize, starts: &[usize], longest: usize) -> Vec<std::ops::Range<usize>> {
    let whole = base..base + line.len();
    if line.len() <= longest || (line.len() <= 4 * longest && line.chars().count() <= longest) {
        return vec![whole];
    }
    let share = (longest / starts.len().max(1)).max(MIN_LABEL_BYTES);
    let mut starts: Vec<usize> = starts.iter().map(|start| start.saturating_sub(base).min(line.len())).collect();
    starts.sort_unstable();
    if starts.is_empty() {
        starts.push(0);
    }
    let mut segments: Vec<std::ops::Range<usize>> = Vec::new();
    for start in starts {
        let from = line.floor_char_boundary(start.saturating_sub(share / 3));
        let to = line.ceil_char_boundary((from + share).min(line.len()));
        match segments.last_mut() {
            Some(last) if last.end >= base + from => last.end = base + to,
            _ => segments.push(base + from..base + to),
        }
    }
    segments
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (mut first, mut last) = (self.line_at(span.offset()), self.line_at(span.offset() + span.len()));
        if !(first..last).all(|index| self.is_contiguous(index)) {
            return Err(MietteError::OutOfBounds);
        }
        let line = &self.lines[first];
        let origin = line.marks.iter().find(|(_, to)| *to >= span.offset()).or(line.marks.last());
        let place = line.file.position(origin.map_or(0, |(of, _)| u32::try_from(*of).unwrap_or(u32::MAX)));
        for _ in 0..before {
            first -= usize::from(first > 0 && self.is_contiguous(first - 1));
        }
        for _ in 0..after {
            last += usize::from(self.is_contiguous(last));
        }
        let start = self.lines[first].start;
        let end = self.lines.get(last + 1).map_or(self.text.len(), |next| next.start);
        Ok(Box::new(Contents {
            text: &self.text[start..end],
            span: (start, end - start).into(),
            name: format!("{}:{}:{}", visible(line.file.name()), place.line, place.column),
            line: self.lines[first].number - 1,
            count: last - first + 1,
        }))
    }
}

struct Contents<'a> {
    text: &'a str,
    span: SourceSpan,
    name: String,
    line: usize,
    count: usize,
}

impl<'a> SpanContents<'a> for Contents<'a> {
    fn data(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn span(&self) -> &SourceSpan {
        &self.span
    }

    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn line(&self) -> usize {
        self.line
    }

    fn column(&self) -> usize {
        0
    }

    fn line_count(&self) -> usize {
        self.count
    }
}
