//! Scalars of YAML: plain where every reader takes them as they are, quoted elsewhere.

use std::fmt::Write as _;

/// Words that YAML 1.1 or 1.2 reads as something else than text, in any case of letters.
const RESERVED: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Whether `text` can stand without quotes: letters, digits and a few marks, and no word or number of YAML's own. It
/// is stricter than YAML, so that no reader has to be trusted.
pub fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return false };
    let starts = first.is_ascii_alphabetic() || matches!(first, b'/' | b'_');
    let ends = bytes.last().is_some_and(|last| !matches!(last, b' ' | b':'));
    let inner =
        |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'/' | b'-' | b':' | b'@' | b'+' | b' ');
    starts
        && ends
        && bytes.iter().all(inner)
        && !text.contains(": ")
        && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Writes `text` in double quotes.
pub fn quote(text: &str, out: &mut String) {
    quote_with(text, out, |_| false);
}

/// Writes `text` in double quotes, with what Go's html/template would read escaped: `{` begins an action, `<` a tag.
/// Quotes, `&` and `>` are text to it outside of a tag.
pub fn quote_for_template(text: &str, out: &mut String) {
    quote_with(text, out, |c| matches!(c, '{' | '<'));
}

fn quote_with(text: &str, out: &mut String, escaped: impl Fn(char) -> bool) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if escaped(c) || !is_printable(c) => escape(c, out),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn escape(c: char, out: &mut String) {
    let code = u32::from(c);
    // Writing to a string does not fail.
    let _ = if code <= 0xffff { write!(out, "\\u{code:04x}") } else { write!(out, "\\U{code:08x}") };
}

/// Whether every reader takes the character as it is: no control, no line break of its own, no byte order mark, nothing of
/// the private or unassigned ends of a plane (YAML 1.2.2, production 1).
pub fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        && u32::from(c) & 0xfffe != 0xfffe
}

/// A float as YAML 1.1, YAML 1.2 and JSON read it: with a point, and a sign in the exponent.
pub fn float(number: f64, out: &mut String) {
    let text = format!("{number:?}");
    match text.split_once('e') {
        None => out.push_str(&text),
        Some((mantissa, exponent)) => {
            out.push_str(mantissa);
            if !mantissa.contains('.') {
                out.push_str(".0");
            }
            out.push('e');
            if !exponent.starts_with('-') {
                out.push('+');
            }
            out.push_str(exponent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_reads_otherwise_is_quoted() {
        for text in [
            "yes",
            "On",
            "y",
            "null",
            "1_000",
            "0x1f",
            "1:30",
            "2024-01-01",
            "=",
            "<<",
            "~",
            ".inf",
            "-",
            "a: b",
            "a #b",
            "",
            " a",
            "a ",
            "a:",
            "1e3",
            "+1",
            "- a",
            "é",
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
        for text in ["hello", "iter8.tools/watch", "ghcr.io/knative/helloworld-go:v1", "/ready", "hello world"] {
            assert!(is_plain(text), "{text:?}");
        }
    }

    #[test]
    fn floats_have_a_point_and_a_signed_exponent() {
        let written = |number| {
            let mut out = String::new();
            float(number, &mut out);
            out
        };
        assert_eq!(written(1.5), "1.5");
        assert_eq!(written(1e300), "1.0e+300");
        assert_eq!(written(2.5e-9), "2.5e-9");
    }
}
