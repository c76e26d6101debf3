//! Characters that look like those of ASCII, as input methods, word processors and other alphabets have them.

/// Returns the ASCII character that `c` looks like, and what `c` is.
pub fn of(c: char) -> Option<(char, &'static str)> {
    let (ascii, name) = match c {
        '\u{ff01}'..='\u{ff5e}' => (char::from_u32(u32::from(c) - 0xfee0)?, "a full-width character"),
        '\u{2013}' => ('-', "an en dash"),
        '\u{2014}' => ('-', "an em dash"),
        '\u{2010}'..='\u{2012}' | '\u{2015}' => ('-', "a dash"),
        '\u{2212}' => ('-', "a minus sign"),
        '\u{2039}' | '\u{2329}' | '\u{3008}' => ('<', "an angle quotation mark"),
        '\u{203a}' | '\u{232a}' | '\u{3009}' => ('>', "an angle quotation mark"),
        '\u{3001}' => (',', "an ideographic comma"),
        '\u{3002}' => ('.', "an ideographic full stop"),
        '\u{2236}' | '\u{a789}' => (':', "another kind of colon"),
        '\u{37e}' => (';', "a Greek question mark"),
        _ => return letter(c),
    };
    Some((ascii, name))
}

fn letter(c: char) -> Option<(char, &'static str)> {
    const CYRILLIC: (&str, &str) = ("аеорсухіјѕԁһАВЕКМНОРСТХІЈЅ", "aeopcyxijsdhABEKMHOPCTXIJS");
    const GREEK: (&str, &str) = ("ανορυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "avopuABEZHIKMNOPTYX");
    let like = |(letters, ascii): (&str, &str)| letters.chars().zip(ascii.chars()).find(|(letter, _)| *letter == c);
    let cyrillic = like(CYRILLIC).map(|(_, ascii)| (ascii, "a Cyrillic letter"));
    cyrillic.or_else(|| like(GREEK).map(|(_, ascii)| (ascii, "a Greek letter")))
}

/// Returns true for a character without width, which nobody sees in a word.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Returns true for a space that is none of ASCII's.
pub fn is_odd_space(c: char) -> bool {
    c.is_whitespace() && !c.is_ascii()
}

/// Returns the word that `text` begins with, of ASCII letters, digits, dashes and characters that look like them, in ASCII,
/// and its length in `text`; `None` if all of it is ASCII.
pub fn word(text: &str) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut length = 0;
    for c in text.chars() {
        match c {
            _ if is_invisible(c) => {}
            _ if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') => word.push(c),
            _ => match of(c) {
                Some((ascii, _)) if ascii.is_ascii_alphanumeric() || ascii == '-' => word.push(ascii),
                _ => break,
            },
        }
        length += c.len_utf8();
    }
    (!word.is_empty() && !text[..length].is_ascii()).then_some((word, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_look_like_ascii() {
        assert_eq!(word("r\u{435}adiness: 1"), Some(("readiness".to_owned(), 10)));
        assert_eq!(word("blue\u{2013}green {"), Some(("blue-green".to_owned(), 12)));
        assert_eq!(word("na\u{200b}mes: x"), Some(("names".to_owned(), 8)));
        assert_eq!(word("port: 80"), None);
        assert_eq!(word("größe"), None);
    }

    #[test]
    fn each_letter_has_its_own() {
        assert_eq!(of('\u{ff1a}'), Some((':', "a full-width character")));
        assert_eq!(of('\u{445}'), Some(('x', "a Cyrillic letter")));
        assert_eq!(of('ß'), None);
    }
}
