//! Random choices that a seed repeats.

/// A deterministic pseudo-random generator.
pub struct Drawn(pub u64);

impl Drawn {
    /// Draws a number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    /// Picks an element.
    pub fn one_of<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// Picks a text.
    pub fn text(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }
}
