//! How deep an expression is, counted from its tokens: what the grammar, the tree and every phase behind recurse on.

/// The expression at hand between two separators of one bracket.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Height {
    /// Words that go before an expression: `if`, `for`, `not`, `case`.
    pub prefixes: usize,
    /// Height of what is left of the last operator.
    left: usize,
    /// Height of the operand at hand.
    operand: usize,
    /// The highest entry so far.
    highest: usize,
}

impl Height {
    /// The entry at hand.
    pub(super) fn entry(self) -> usize {
        self.prefixes + self.left.max(self.operand)
    }

    /// The whole of a bracket's content.
    pub(super) fn total(self) -> usize {
        self.highest.max(self.entry())
    }

    /// A separator: the next entry begins.
    pub(super) fn separate(&mut self) {
        *self = Height { highest: self.total(), ..Height::default() };
    }

    /// An operator between two operands; operators lean to the left.
    pub(super) fn infix(&mut self) {
        self.left = self.left.max(self.operand) + 1;
        self.operand = 0;
    }

    /// A step behind an operand: `.name`, `!`.
    pub(super) fn postfix(&mut self) {
        self.operand += 1;
    }

    /// A bracket of this height, as an operand or behind one.
    pub(super) fn bracket(&mut self, inner: usize) {
        self.operand = self.operand.max(inner) + 1;
    }
}
