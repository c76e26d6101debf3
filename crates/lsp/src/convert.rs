//! Positions: conversions between the protocol's and relc's.

use std::ops::Range;

use lsp_types::Position;
use relc_syntax::lines::{self, Column};

/// The lines of a text, with columns in the unit that was agreed on with the client.
#[derive(Clone, Debug)]
pub struct Lines {
    lines: lines::Lines,
    column: Column,
}

impl Lines {
    /// Finds the lines of `text`.
    pub fn new(text: &str, column: Column) -> Lines {
        Lines { lines: lines::Lines::new(text), column }
    }

    /// Returns the byte offset of a position. A position after the end of a line, or inside a character, is moved
    /// before it.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        self.lines.offset(text, (position.line, position.character), self.column)
    }

    /// Returns the position of the byte `offset`.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let (line, character) = self.lines.position(text, offset, self.column);
        Position { line, character }
    }

    /// Returns the range of these bytes.
    pub fn range(&self, text: &str, range: Range<usize>) -> lsp_types::Range {
        lsp_types::Range { start: self.position(text, range.start), end: self.position(text, range.end) }
    }
}
