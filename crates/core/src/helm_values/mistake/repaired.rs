//! A text with repairs, which knows where each of its bytes is in the text that the user wrote.

use std::borrow::Cow;
use std::ops::Range;

/// A stretch of the repaired text, up to the next one.
#[derive(Clone, Copy)]
struct Stretch {
    start: usize,
    origin: usize,
    /// True if a repair inserted it: all of it has one position in the user's text.
    inserted: bool,
}

/// A text with repairs.
pub struct Repaired<'t> {
    /// The text after the repairs.
    pub text: Cow<'t, str>,
    stretches: Vec<Stretch>,
    /// Places of the user's text whose values are uncertain.
    uncertain: Vec<Range<usize>>,
}

impl<'t> Repaired<'t> {
    /// The text as the user wrote it.
    pub fn new(text: &'t str) -> Self {
        let whole = Stretch { start: 0, origin: 0, inserted: false };
        Repaired { text: Cow::Borrowed(text), stretches: vec![whole], uncertain: Vec::new() }
    }

    /// The place in the user's text of the byte `at`.
    pub fn origin(&self, at: usize) -> usize {
        let after = self.stretches.partition_point(|stretch| stretch.start <= at);
        let stretch = self.stretches[after.saturating_sub(1)];
        if stretch.inserted { stretch.origin } else { stretch.origin + (at - stretch.start) }
    }

    /// Notes that the value at `at` of the repaired text may not be what was meant.
    pub fn doubt(&mut self, at: Range<usize>) {
        self.uncertain.push(self.origin(at.start)..self.origin(at.end));
    }

    /// Returns true if a repair inserted something at `at` of the repaired text: a fix there would be one of the repair.
    pub fn is_inserted(&self, at: Range<usize>) -> bool {
        let ends = { self.stretches.iter().skip(1) }.map(|next| next.start).chain([usize::MAX]);
        self.stretches.iter().zip(ends).any(|(stretch, end)| {
            stretch.inserted && stretch.start < end && stretch.start < at.end.max(at.start + 1) && at.start < end
        })
    }

    /// Returns true if the value at `at` of the user's text may not be the intended one.
    pub fn is_uncertain(&self, at: Range<usize>) -> bool {
        self.uncertain.iter().any(|place| place.start <= at.start && at.start < place.end.max(place.start + 1))
    }

    /// Replaces `at` by `with`.
    pub fn replace(&mut self, at: Range<usize>, with: &str) {
        let (start, end) = (self.origin(at.start), self.origin(at.end));
        let after = self.stretches.partition_point(|stretch| stretch.start <= at.end);
        let rest_is_inserted = self.stretches[after.saturating_sub(1)].inserted;
        let shift = |place: usize| place - at.end + at.start + with.len();
        let behind: Vec<Stretch> = { self.stretches[after..].iter() }
            .map(|stretch| Stretch { start: shift(stretch.start), ..*stretch })
            .collect();
        self.stretches.retain(|stretch| stretch.start < at.start);
        self.stretches.push(Stretch { start: at.start, origin: start, inserted: true });
        self.stretches.push(Stretch { start: at.start + with.len(), origin: end, inserted: rest_is_inserted });
        self.stretches.extend(behind);
        self.text.to_mut().replace_range(at, with);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_user() {
        let mut text = Repaired::new("ab: c\nd: e\n");
        text.replace(4..5, "\"c\"");
        text.replace(8..8, "  ");
        assert_eq!(text.text, "ab: \"c\"\n  d: e\n");
        assert_eq!([0, 4, 7, 8, 10, 13].map(|at| text.origin(at)), [0, 4, 5, 6, 6, 9]);
        assert_eq!(
            [0..4, 3..5, 6..6, 7..8, 9..10, 10..12].map(|at| text.is_inserted(at)),
            [false, true, true, false, true, false]
        );
    }
}
