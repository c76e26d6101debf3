//! An edited tree is the tree of the edited text: what the scanner remembers does not outlive what it was said of.

use tree_sitter::{InputEdit, Parser, Point, Tree};

use crate::inputs::inputs;
use crate::{language, parse};

/// Numbers that only look random, so that a failure is found again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("it has 31 bits") % bound.max(1)
    }
}

const TYPED: &[&str] = &[
    "\n", "// c\n", "/*", "*/", "\"", "\"\"\"", "{", "}", "<", ">", ",", ":", " and ", "else ", "when ", "1", "%", "",
    "",
];

#[test]
fn edited_trees_are_those_of_the_edited_texts() {
    let mut numbers = Numbers(1);
    let mut edits = 0;
    for input in inputs().into_iter().step_by(5).filter(|input| input.text.len() < 20_000) {
        let mut parser = Parser::new();
        parser.set_language(&language()).expect("the versions of generator and library fit");
        let (mut text, mut tree) = (input.text.clone(), parse(&input.text));
        for _ in 0..5 {
            let start = next_boundary(&text, numbers.below(text.len()));
            let end = next_boundary(&text, (start + numbers.below(4)).min(text.len()));
            let typed = TYPED[numbers.below(TYPED.len())];
            let old_end_position = point(&text, end);
            let start_position = point(&text, start);
            text.replace_range(start..end, typed);
            let new_end_byte = start + typed.len();
            tree.edit(&InputEdit {
                start_byte: start,
                old_end_byte: end,
                new_end_byte,
                start_position,
                old_end_position,
                new_end_position: point(&text, new_end_byte),
            });
            tree = parser.parse(&text, Some(&tree)).expect("nothing interrupts the parser");
            edits += 1;
            // Where there is an error, what the parser finds around it may depend on where it came from.
            let fresh = parse(&text);
            let seen = |tree: &Tree| (!tree.root_node().has_error()).then(|| tree.root_node().to_sexp());
            assert_eq!(seen(&tree), seen(&fresh), "{}, edited:\n{text}", input.name);
        }
    }
    assert!(edits > 500, "only {edits} edits were made");
}

fn next_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

fn point(text: &str, at: usize) -> Point {
    let before = &text[..at];
    Point::new(before.matches('\n').count(), before.len() - before.rfind('\n').map_or(0, |newline| newline + 1))
}
