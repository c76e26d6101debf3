//! Spaces that fixes need, so that they don't join two words.
//!
//! In: a text and the diagnostics of its syntax. Out: the same, with a space in each edit that would join what it writes, or what it
//! leaves, with a word next to it: `on` written before `"deployment"`, or a quote removed between two words.

use crate::diagnostic::{Code, Diagnostics, Edit};

/// Adds the spaces to the fixes of `found`, except those within a string.
pub(super) fn keep_words_apart(text: &str, found: &mut Diagnostics) {
    found.fixes_mut(Code::Syntax).flat_map(|fix| &mut fix.edits).for_each(|edit| keep_apart(text, edit));
}

fn keep_apart(text: &str, edit: &mut Edit) {
    let range = edit.span.range();
    let before = text[..range.start].chars().next_back().unwrap_or(' ');
    let after = text[range.end..].chars().next().unwrap_or(' ');
    let removed = &text[range];
    let joins = |left: char, right: char| is_word(left) && is_word(right);
    let first = |written: &str| written.chars().next().unwrap_or(after);
    let last = |written: &str| written.chars().next_back().unwrap_or(before);
    if joins(before, first(&edit.text)) && !joins(before, first(removed)) {
        edit.text.insert(0, ' ');
    }
    if joins(last(&edit.text), after) && !joins(last(removed), after) {
        edit.text.push(' ');
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::keep_apart;
    use crate::diagnostic::Edit;
    use crate::source::{FileId, Span};

    /// The text after an edit, in which the first `|` and the second one enclose what is replaced.
    fn edited(marked: &str, written: &str) -> String {
        let parts: Vec<&str> = marked.split('|').collect();
        let [before, removed, after] = parts.as_slice() else { panic!("{marked} has two bars") };
        let text = parts.concat();
        let span = Span::new(FileId(0), before.len(), before.len() + removed.len());
        let mut edit = Edit { span, text: written.to_owned() };
        keep_apart(&text, &mut edit);
        format!("{before}{}{after}", edit.text)
    }

    #[test]
    fn words_are_not_joined() {
        assert_eq!(edited("a|\"b\"|<", "b"), "a b<");
        assert_eq!(edited("a|\"|b", ""), "a b");
        assert_eq!(edited("a|:=|b", "on"), "a on b");
        assert_eq!(edited("hello||'x", "on "), "hello on 'x");
    }

    #[test]
    fn other_edits_are_kept() {
        assert_eq!(edited("a |b| c", "d"), "a d c");
        assert_eq!(edited("3|pct|,", "%"), "3%,");
        assert_eq!(edited("h|E|llo", "e"), "hello");
        assert_eq!(edited("a|:| b", ""), "a b");
    }
}
