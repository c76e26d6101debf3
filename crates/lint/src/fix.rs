//! Applies fixes to the text of a file.

use relc_syntax::diagnostic::{Applicability, Edit, Fix};

/// Which fixes to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixPolicy {
    /// Those that are safe.
    Safe,
    /// Those that need review, too.
    All,
}

impl FixPolicy {
    /// Returns true if `fix` should be applied.
    pub fn takes(self, fix: &Fix) -> bool {
        self == FixPolicy::All || fix.applicability == Applicability::Safe
    }
}

/// Applies as many of `fixes` to `text` as don't conflict, and returns their number. A fix is applied as a whole or not
/// at all; of two that touch the same bytes, the first is applied, as the other may be an alternative.
pub fn apply(text: &str, fixes: &[&Fix]) -> (String, usize) {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        let fits = |edit: &Edit| taken.iter().all(|other| apart(edit, other)) && text.get(edit.span.range()).is_some();
        if !fix.edits.is_empty() && fix.edits.iter().all(fits) {
            taken.extend(&fix.edits);
            count += 1;
        }
    }
    taken.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in taken {
        out.push_str(&text[at..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(&text[at..]);
    (out, count)
}

/// Returns true if neither edit touches the other.
pub(crate) fn apart(a: &Edit, b: &Edit) -> bool {
    // Two insertions at the same position have no order.
    a.span.end < b.span.start || b.span.end < a.span.start || {
        let touches = a.span.end == b.span.start || b.span.end == a.span.start;
        touches && a.span.start != a.span.end && b.span.start != b.span.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relc_syntax::source::{FileId, Span};

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edits = edits
            .iter()
            .map(|(start, end, text)| Edit { span: Span::new(FileId(0), *start, *end), text: (*text).to_owned() });
        Fix { applicability: Applicability::Safe, edits: edits.collect() }
    }

    #[test]
    fn fixes_are_applied_whole_and_beside_each_other() {
        let (first, second) = (fix(&[(0, 1, "A"), (4, 5, "E")]), fix(&[(2, 3, "")]));
        assert_eq!(apply("abcde", &[&first, &second]), ("AbdE".to_owned(), 2));
        let overlapping = fix(&[(2, 3, "C"), (4, 5, "X")]);
        assert_eq!(apply("abcde", &[&first, &overlapping]), ("AbcdE".to_owned(), 1));
        let (insertion, another) = (fix(&[(2, 2, "-")]), fix(&[(2, 2, "+")]));
        assert_eq!(apply("abcde", &[&insertion, &another]), ("ab-cde".to_owned(), 1));
    }

    #[test]
    fn places_that_the_text_does_not_have_are_left() {
        assert_eq!(apply("é", &[&fix(&[(1, 2, "x")])]), ("é".to_owned(), 0));
        assert_eq!(apply("a", &[&fix(&[(0, 9, "x")])]), ("a".to_owned(), 0));
    }
}
