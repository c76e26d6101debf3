//! Texts of users on a terminal: nothing in a file may move the cursor or hide what is written.

use std::borrow::Cow;

/// Longest text that is shown whole, in bytes; of a longer one the middle is left out.
const LONGEST: usize = 800;

/// `text` with each character that acts on a terminal replaced by one that shows it, on one line, shortened if it is long.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST {
        let head = &text[..text.floor_char_boundary(LONGEST / 2)];
        let tail = &text[text.ceil_char_boundary(text.len() - LONGEST / 4)..];
        return Cow::Owned(head.chars().chain(" … ".chars()).chain(tail.chars()).map(shown).collect());
    }
    if text.chars().all(|c| shown(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(shown).collect())
}

/// The character that is shown for `c`.
pub(super) fn shown(c: char) -> char {
    match c {
        // Unicode has a picture of each control character.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // The rest of the controls, the marks of direction, and what breaks lines elsewhere.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(visible("a\x1b[2J\r\n\u{202e}b"), "a␛[2J␍␊\u{fffd}b");
        assert!(visible(&"ü".repeat(10_000)).len() < 800);
    }
}
