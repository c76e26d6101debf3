//! Positions: conversions between the protocol's and relc's.

use std::ops::Range;

use lsp_types::Position;

/// The unit in which columns are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, which every client supports.
    Utf16,
}

/// The line starts of a text.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    /// Finds the lines of `text`.
    pub fn new(text: &str, encoding: Encoding) -> Lines {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { starts, encoding }
    }

    /// Returns the unit of columns.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Returns the byte offset of a position. A position after the end of a line, or inside a character, is moved
    /// before it.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).map_or(text.len(), |next| next - 1);
        let line = &text[start..end];
        let wanted = position.character as usize;
        match self.encoding {
            Encoding::Utf8 => start + line.floor_char_boundary(wanted.min(line.len())),
            Encoding::Utf16 => {
                let mut units = 0;
                for (at, c) in line.char_indices() {
                    units += c.len_utf16();
                    if units > wanted {
                        return start + at;
                    }
                }
                end
            }
        }
    }

    /// Returns the position of the byte `offset`.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let before = &text[self.starts[line]..offset];
        let column = match self.encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 => before.encode_utf16().count(),
        };
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(column) }
    }

    /// Returns the range of these bytes.
    pub fn range(&self, text: &str, range: Range<usize>) -> lsp_types::Range {
        lsp_types::Range { start: self.position(text, range.start), end: self.position(text, range.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_what_the_client_counts() {
        let text = "a\r\n\u{1d11e}é漢x\nlast";
        for (encoding, column) in [(Encoding::Utf16, 4), (Encoding::Utf8, 9)] {
            let lines = Lines::new(text, encoding);
            let x = text.find('x').expect("it is there");
            assert_eq!(lines.position(text, x), Position { line: 1, character: column });
            assert_eq!(lines.offset(text, Position { line: 1, character: column }), x);
            // Inside the first character, after the end of the line, after the end of the file.
            assert_eq!(lines.offset(text, Position { line: 1, character: 1 }), 3);
            assert_eq!(lines.offset(text, Position { line: 1, character: 99 }), x + 1);
            assert_eq!(lines.offset(text, Position { line: 9, character: 0 }), text.len());
        }
    }
}
