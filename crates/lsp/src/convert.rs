//! Places as the protocol counts them, and as relc does.

use std::ops::Range;

use lsp_types::Position;

/// What columns count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
}

/// A text with the places where its lines begin.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    /// The lines of `text`.
    pub fn of(text: &str, encoding: Encoding) -> Lines {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { starts, encoding }
    }

    /// What its columns count.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Where a position is. One that is behind a line's end, or in the middle of a character, is moved before it.
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

    /// The position of the byte `offset`.
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

    /// The range of these bytes.
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
            let lines = Lines::of(text, encoding);
            let x = text.find('x').expect("it is there");
            assert_eq!(lines.position(text, x), Position { line: 1, character: column });
            assert_eq!(lines.offset(text, Position { line: 1, character: column }), x);
            // In the middle of the first character, behind the line, behind the file.
            assert_eq!(lines.offset(text, Position { line: 1, character: 1 }), 3);
            assert_eq!(lines.offset(text, Position { line: 1, character: 99 }), x + 1);
            assert_eq!(lines.offset(text, Position { line: 9, character: 0 }), text.len());
        }
    }
}
