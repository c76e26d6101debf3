//! The depth of an expression, computed from its tokens: the depth to which the grammar, the tree and every later phase
//! recurse.

/// The current expression between two separators of a bracket.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Height {
    /// Prefix keywords: `if`, `for`, `not`, `case`.
    pub prefixes: usize,
    /// Height of the left operand of the last operator.
    left: usize,
    /// Height of the current operand.
    operand: usize,
    /// Largest height of an entry so far.
    highest: usize,
}

impl Height {
    /// Returns the height of the current entry.
    pub(super) fn entry(self) -> usize {
        self.prefixes + self.left.max(self.operand)
    }

    /// Returns the height of a bracket's contents.
    pub(super) fn total(self) -> usize {
        self.highest.max(self.entry())
    }

    /// Handles a separator: the next entry starts.
    pub(super) fn separate(&mut self) {
        *self = Height { highest: self.total(), ..Height::default() };
    }

    /// Handles a binary operator; operators are left-associative.
    pub(super) fn infix(&mut self) {
        self.left = self.left.max(self.operand) + 1;
        self.operand = 0;
    }

    /// Handles a postfix step: `.name`, `!`.
    pub(super) fn postfix(&mut self) {
        self.operand += 1;
    }

    /// Handles a bracket of this height, as an operand or a postfix.
    pub(super) fn bracket(&mut self, inner: usize) {
        self.operand = self.operand.max(inner) + 1;
    }
}
