//! What follows from a character that was typed: the indentation of a line, and the end of a release that begins.

use std::ops::Range;

use super::complete::declaration;
use super::complete::lexical::{Lexical, lexical, open_brackets};

/// The characters after which [`typed`] has something to add.
pub const TYPED: [&str; 5] = ["\n", ">", "}", "]", ")"];

/// Columns of an indentation.
const INDENT: usize = 2;

/// Returns the edits after a character was typed before `offset`: a new line is indented by the brackets around it, and a bracket that
/// closes on its own line is indented like the line of the one that it closes. After the line that opens the versions of a release,
/// their end is added.
pub fn typed(text: &str, offset: usize, character: &str) -> Vec<(Range<usize>, String)> {
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].split('\n').next().unwrap_or("").trim_end_matches('\r');
    let around = declaration(text, start);
    let is_closed_here = || text[start..offset].trim() == character;
    if lexical(text, around.start, start) != Lexical::Code || character != "\n" && !is_closed_here() {
        return Vec::new();
    }
    let open = open_brackets(&text[around.start..start]);
    let Some((closer, at)) = open.last().map(|(closer, at)| (*closer, around.start + at)) else { return Vec::new() };
    let outer = indentation(text, at);
    let is_closing = line.trim_start().starts_with(closer);
    let indent = if is_closing { outer } else { outer + INDENT };
    let written = line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut edits = Vec::new();
    let spaces = " ".repeat(indent);
    if line[..written] != spaces {
        edits.push((start..start + written, spaces));
    }
    let begins_versions = closer == '>' && text[at + 1..start].trim().is_empty();
    let is_open = open_brackets(&text[around]).iter().any(|(closer, _)| *closer == '>');
    if character == "\n" && begins_versions && is_open && line.trim().is_empty() {
        let end = start + line.len();
        edits.push((end..end, format!("\n{}>", " ".repeat(outer))));
    }
    edits
}

/// The indentation of the line around `offset`, in columns.
fn indentation(text: &str, offset: usize) -> usize {
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].len() - text[start..].trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use super::typed;

    /// The text after `character` is typed at `‸`, and what follows from it is done.
    fn after(text: &str, character: &str) -> String {
        let at = text.find('‸').expect("a cursor");
        let mut text = text.replacen('‸', character, 1);
        for (range, new) in typed(&text.clone(), at + character.len(), character).into_iter().rev() {
            text.replace_range(range, &new);
        }
        text
    }

    #[test]
    fn a_new_line_is_indented_by_the_brackets_around_it() {
        assert_eq!(after("release a on b {‸}\n", "\n"), "release a on b {\n}\n");
        assert_eq!(after("release a on b {‸\n", "\n"), "release a on b {\n  \n");
        assert_eq!(after("let a = { b: [{‸ c: 1 }] }\n", "\n"), "let a = { b: [{\n  c: 1 }] }\n");
        assert_eq!(after("part p {\n  version {‸\n  }\n}\n", "\n"), "part p {\n  version {\n    \n  }\n}\n");
        assert_eq!(after("let a = 1‸\n", "\n"), "let a = 1\n\n");
        assert_eq!(after("let a = \"\"\"\n  {‸\n\"\"\"\n", "\n"), "let a = \"\"\"\n  {\n\n\"\"\"\n");
        assert_eq!(after("/* release a on b <‸\n*/\n", "\n"), "/* release a on b <\n\n*/\n");
    }

    #[test]
    fn the_versions_of_a_release_are_closed() {
        assert_eq!(after("release a on b <‸\n", "\n"), "release a on b <\n  \n>\n");
        assert_eq!(after("release a on b <‸\n\nlet c = 1\n", "\n"), "release a on b <\n  \n>\n\nlet c = 1\n");
        assert_eq!(after("release a on b <‸>\n", "\n"), "release a on b <\n>\n");
        assert_eq!(after("release a on b <‸\n  v1 \"x\"\n>\n", "\n"), "release a on b <\n  \n  v1 \"x\"\n>\n");
    }

    #[test]
    fn a_closing_bracket_is_indented_like_the_line_of_its_opening_one() {
        assert_eq!(after("release a on b <\n  v1 \"x\"\n  ‸\n", ">"), "release a on b <\n  v1 \"x\"\n>\n");
        assert_eq!(after("let a = { b: [{\n  c: 1\n    ‸] }\n", "}"), "let a = { b: [{\n  c: 1\n}] }\n");
        // In the middle of a line, nothing moves.
        assert_eq!(after("let a = [\n      f(1‸\n]\n", ")"), "let a = [\n      f(1)\n]\n");
        assert_eq!(after("part p {\n  require a ‸ 1 \"x\"\n}\n", ">"), "part p {\n  require a > 1 \"x\"\n}\n");
    }
}
