//! The names of objects.

use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

/// Longest name of any object (RFC 1123 subdomain; Kubernetes, "Object Names and IDs").
const LONGEST_NAME: usize = 253;

/// Checks the name of an object against the rules that every kind has in common.
pub fn check_object_name(text: &str, span: Span) -> Option<Diagnostic> {
    if text.len() > LONGEST_NAME {
        let message = format!("the name `{text}` has {} characters, of at most {LONGEST_NAME}", text.len());
        return Some(Diagnostic::error(Code::NameTooLong, span, message).help("shorten the name"));
    }
    if is_subdomain(text) {
        return None;
    }
    let message = format!("`{text}` is not a valid name of an object");
    let help = "use lower-case letters, digits, `-` and `.`, and begin and end with a letter or digit";
    Some(Diagnostic::error(Code::InvalidName, span, message).help(help))
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(|label| {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        !label.is_empty() && label.bytes().all(allowed) && !label.starts_with('-') && !label.ends_with('-')
    })
}
