//! The comments of a `.rel` text.

use std::ops::Range;

use super::lex;

/// Returns the comments of `text`, in their order, including slashes. Slashes inside a string don't start a comment.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let end = if rest.starts_with(b"//") {
            rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| at + length)
        } else if rest.starts_with(b"/*") {
            rest.windows(2).skip(2).position(|pair| pair == b"*/").map_or(text.len(), |length| at + length + 4)
        } else if rest.starts_with(b"\"\"\"") {
            at = lex::block(text, at).0.max(at + 3);
            continue;
        } else if rest.starts_with(b"\"") {
            at = lex::string(text, at).0.max(at + 1);
            continue;
        } else {
            at += 1;
            continue;
        };
        found.push(at..end);
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_hold_no_comments() {
        let text = "a: \"// no\" // yes\n/* also\n*/ b: \"\"\"\n// no\n\"\"\" // end";
        let found: Vec<&str> = comments(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["// yes", "/* also\n*/", "// end"]);
    }
}
