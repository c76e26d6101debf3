//! Lines and columns of a text.

use std::ops::Range;

use line_index::{LineCol, LineIndex, TextSize, WideEncoding, WideLineCol};

/// The unit of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Bytes of UTF-8.
    Bytes,
    /// Units of UTF-16.
    Utf16,
    /// Characters (Unicode scalar values).
    Characters,
}

impl Column {
    fn wide(self) -> Option<WideEncoding> {
        match self {
            Column::Bytes => None,
            Column::Utf16 => Some(WideEncoding::Utf16),
            Column::Characters => Some(WideEncoding::Utf32),
        }
    }
}

/// The starts of a text's lines, and its wide characters. A line ends at `\n`; the `\r` of `\r\n` belongs to it.
#[derive(Clone, Debug)]
pub struct Lines {
    index: LineIndex,
}

impl Lines {
    /// Finds the lines of `text`. All other methods take the same text.
    pub fn new(text: &str) -> Lines {
        Lines { index: LineIndex::new(text) }
    }

    /// Returns the line and column of the byte `offset`, both from 0. An offset within a character is that of its first byte; one
    /// past the end is the end.
    pub fn position(&self, text: &str, offset: usize, column: Column) -> (u32, u32) {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let at = TextSize::try_from(offset).ok().and_then(|offset| self.index.try_line_col(offset));
        let at = at.unwrap_or(LineCol { line: 0, col: 0 });
        let wide = column.wide().and_then(|encoding| self.index.to_wide(encoding, at));
        (at.line, wide.map_or(at.col, |wide| wide.col))
    }

    /// Returns the byte at a line and column, both from 0. A column within a character is that of its first byte; one past the end of
    /// the line is its end; a line past the end is the end of the text.
    pub fn offset(&self, text: &str, (line, col): (u32, u32), column: Column) -> usize {
        let Some(range) = self.range(line) else { return text.len() };
        let narrow = match column.wide() {
            Some(encoding) => self.index.to_utf8(encoding, WideLineCol { line, col }).map(|at| at.col),
            None => Some(col),
        };
        let offset = narrow.map_or(range.end, |col| range.start + col as usize);
        text.floor_char_boundary(offset.min(range.end))
    }

    /// Returns the bytes of a line, counted from 0, without its `\n`.
    pub fn range(&self, line: u32) -> Option<Range<usize>> {
        let range = self.index.line(line)?;
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        // Every line but the last one has its `\n`.
        let last = self.index.line(line + 1).is_none();
        Some(start..if last { end } else { end - 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_was_asked_for() {
        let text = "a\r\n\u{1d11e}é漢x\nlast";
        let lines = Lines::new(text);
        let x = text.find('x').expect("it is in the text");
        for (unit, column) in [(Column::Bytes, 9), (Column::Utf16, 4), (Column::Characters, 3)] {
            assert_eq!(lines.position(text, x, unit), (1, column), "{unit:?}");
            assert_eq!(lines.offset(text, (1, column), unit), x, "{unit:?}");
            assert_eq!(lines.offset(text, (1, 99), unit), x + 1, "{unit:?}");
            assert_eq!(lines.offset(text, (9, 0), unit), text.len(), "{unit:?}");
        }
        assert_eq!(lines.offset(text, (1, 1), Column::Bytes), 3);
        assert_eq!(lines.offset(text, (1, 1), Column::Utf16), 3);
        assert_eq!(lines.position(text, 5, Column::Characters), (1, 0));
        assert_eq!(lines.position(text, 99, Column::Characters), (2, 4));
        assert_eq!(
            ["a\r", "\u{1d11e}é漢x", "last"],
            [0, 1, 2].map(|line| &text[lines.range(line).expect("it is a line")])
        );
        assert_eq!(lines.range(3), None);
        assert_eq!(Lines::new("a\n").range(1), Some(2..2));
    }
}
