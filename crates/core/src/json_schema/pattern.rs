//! Regular expressions that mean the same to relc, to Helm (Go) and to editors (JavaScript, which rejects unknown
//! escapes).

/// Returns true if all of them interpret `pattern` in the same way. A pattern that is not portable is omitted from a
/// schema, which then accepts more.
pub fn portable(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '\\' => escape(rest, ""),
            '[' => class(rest),
            '(' if rest.starts_with("(?") => rest.starts_with("(?:").then_some(3),
            '{' => quantifier(rest),
            // Literal in some engines, and an error in others.
            '}' | ']' => None,
            _ => Some(c.len_utf8()),
        };
        let Some(taken) = taken else { return false };
        rest = &rest[taken..];
    }
    true
}

/// Returns the length of the escape at the start of `rest`: an ASCII character class, a control character, a syntax
/// character, or one of `more`. Engines differ on white space and word boundaries.
fn escape(rest: &str, more: &str) -> Option<usize> {
    let escaped = rest.chars().nth(1)?;
    if escaped == 'x' {
        let digits = rest.get(2..4)?;
        return digits.bytes().all(|c| c.is_ascii_hexdigit()).then_some(4);
    }
    let known = "dDwWtnrfv^$\\.*+?()[]{}|/".contains(escaped) || more.contains(escaped);
    known.then(|| 1 + escaped.len_utf8())
}

/// Returns the length of the bracketed class at the start of `rest`.
fn class(rest: &str) -> Option<usize> {
    let mut at = if rest.starts_with("[^") { 2 } else { 1 };
    if rest[at..].starts_with(']') {
        return None; // A bracket to some, an empty class to others.
    }
    loop {
        let left = &rest[at..];
        let c = left.chars().next()?;
        // Set operations and nested classes, which not all engines have.
        if ["&&", "--", "~~", "["].iter().any(|set| left.starts_with(set)) {
            return None;
        }
        match c {
            ']' => return Some(at + 1),
            '\\' => at += escape(left, "-")?,
            _ => at += c.len_utf8(),
        }
    }
}

/// Returns the length of `{n}`, `{n,}` or `{n,m}` at the start of `rest`.
fn quantifier(rest: &str) -> Option<usize> {
    let end = rest.find('}')?;
    let (least, most) = rest[1..end].split_once(',').unwrap_or((&rest[1..end], ""));
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    (!least.is_empty() && digits(least) && digits(most)).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_read_alike_is_portable() {
        for pattern in
            ["[a-z]([-a-z0-9]*[a-z0-9])?", "^/.*", "a{2}b{1,}c{1,3}", "[\\-.\\x60|~]+", "(?:a|b)\\.\\d", "[^]a-c]|"]
        {
            assert_eq!(portable(pattern), !pattern.contains("[^]"), "{pattern}");
        }
        for pattern in [
            "\\p{Greek}",
            "(?i)a",
            "(?P<a>b)",
            "[[:alpha:]]",
            "[a&&b]",
            "a}",
            "{",
            "a{,2}",
            "\\-",
            "\\s",
            "\\x{41}",
            "[]a]",
            "[",
            "\\",
        ] {
            assert!(!portable(pattern), "{pattern}");
        }
    }
}
