//! Scalars: which strings need no quotes, and how strings are quoted.
//!
//! In: strings and numbers. Out: YAML scalars that every YAML 1.1 or 1.2 parser reads as the same string or number.

use std::fmt::Write;

/// The processing of a quoted string, in addition to a YAML parser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Nothing: it is in a manifest.
    Manifest,
    /// Go's html/template, which interprets `{{`, and `<` as the start of a tag.
    Template,
}

/// Words that some parser reads as a boolean, a null or a number; in lower case.
const RESOLVED: &[&str] =
    &["true", "false", "yes", "no", "on", "off", "y", "n", "null", "none", "inf", "infinity", "nan"];

/// The length of the longest of them, in bytes.
const LONGEST: usize = 8;

/// For each byte, whether it can be in a string without quotes, after the first one.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut at = 0;
    while at < 128 {
        plain[at] = (at as u8).is_ascii_alphanumeric();
        at += 1;
    }
    let others = b" _-./:@+=,()";
    at = 0;
    while at < others.len() {
        plain[others[at] as usize] = true;
        at += 1;
    }
    plain
};

/// Returns true if every parser reads `text` as itself without quotes, also as a key.
///
/// This is stricter than YAML: a leading letter excludes numbers, dates and indicators in any version of YAML.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return false };
    (first.is_ascii_alphabetic() || *first == b'/')
        && rest.iter().all(|byte| PLAIN[usize::from(*byte)])
        && !bytes.ends_with(b" ")
        && !bytes.ends_with(b":")
        && !bytes.windows(2).any(|pair| pair == b": ")
        && !(text.len() <= LONGEST && RESOLVED.iter().any(|word| word.eq_ignore_ascii_case(text)))
}

/// Writes `text` in double quotes, on one line.
pub(super) fn quoted(text: &str, inside: Inside, out: &mut String) {
    out.push('"');
    escaped(text, inside, out);
    out.push('"');
}

/// Writes `text` as it is between double quotes.
pub(super) fn escaped(text: &str, inside: Inside, out: &mut String) {
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        if stands(c, inside) {
            continue;
        }
        out.push_str(&text[copied..at]);
        copied = at + c.len_utf8();
        escape(c, out);
    }
    out.push_str(&text[copied..]);
}

/// Returns true if `c` needs no escape in double quotes.
fn stands(c: char, inside: Inside) -> bool {
    match c {
        '"' | '\\' => false,
        '{' | '<' => inside == Inside::Manifest,
        _ => c == ' ' || is_printable(c),
    }
}

/// Returns true if `c` is visible in YAML: no control character, no line break of any kind, no byte order mark, no
/// non-character.
pub(super) fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' => true,
        '\u{e000}'..='\u{fffd}' => c != '\u{feff}' && !('\u{fdd0}'..='\u{fdef}').contains(&c),
        '\u{10000}'.. => u32::from(c) & 0xfffe != 0xfffe,
        _ => false,
    }
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ if c > '\u{ffff}' => push(format_args!("\\U{:08x}", u32::from(c)), out),
        _ => push(format_args!("\\u{:04x}", u32::from(c)), out),
    }
}

/// Appends formatted text.
pub(super) fn push(text: std::fmt::Arguments, out: &mut String) {
    out.write_fmt(text).expect("writing to a String does not fail");
}

/// Writes a number that is not an integer, or too large for one. It is JSON, and has the decimal point and the sign
/// without which YAML 1.1 reads `1e16` as a string.
pub(super) fn float(number: f64, out: &mut String) {
    let start = out.len();
    push(format_args!("{number:?}"), out);
    let Some(exponent) = out[start..].find('e').map(|at| start + at) else { return };
    if !out.as_bytes()[exponent + 1..].starts_with(b"-") {
        out.insert(exponent + 1, '+');
    }
    if !out[start..exponent].contains('.') {
        out.insert_str(exponent, ".0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_only_what_no_reader_resolves() {
        for text in ["hello", "apps/v1", "kennethreitz/httpbin:2", "iter8.tools/watch", "Hello, world (again)", "/beta"]
        {
            assert!(is_plain(text), "{text}");
        }
        let resolved =
            ["", "yes", "On", "y", "NO", "~", "null", "<<", "=", "1_000", "0x1f", "1:30", "2001-12-14", ".inf"];
        let shaped =
            ["a: b", "a #b", " a", "a ", "a:", "- a", "-", "--- a", "? a", "@a", "`a`", "#", "a\nb", "é", "1e3", "+1"];
        for text in resolved.into_iter().chain(shaped) {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn floats_keep_point_and_sign() {
        let text = |number| {
            let mut out = String::new();
            float(number, &mut out);
            out
        };
        assert_eq!(text(0.5), "0.5");
        assert_eq!(text(1e16), "1.0e+16");
        assert_eq!(text(-1.5e-9), "-1.5e-9");
        assert_eq!(text(2.0), "2.0");
    }
}
