//! User text on a terminal: nothing in a file may move the cursor or hide what is written.

use std::borrow::Cow;

/// Longest text that is shown in full, in bytes; a longer one is shortened in the middle.
const LONGEST: usize = 800;

/// Replaces each character of `text` that acts on a terminal by one that shows it, on one line, and shortens a long
/// text.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.len() > LONGEST {
        let head = &text[..text.floor_char_boundary(LONGEST / 2)];
        let tail = &text[text.ceil_char_boundary(text.len() - LONGEST / 4)..];
        return Cow::Owned(head.chars().chain(" … ".chars()).chain(tail.chars()).map(printable).collect());
    }
    if text.chars().all(|c| printable(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(printable).collect())
}

/// Returns the character that is shown for `c`.
pub(super) fn printable(c: char) -> char {
    match c {
        // Unicode has a picture of each control character.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // Other control characters, direction marks, and line separators.
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
