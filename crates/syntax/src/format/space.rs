//! Spacing between two pieces of a line.

use crate::layout::{Bracket, Piece, PieceKind};

/// Operators with space on both sides.
const OPERATORS: [&str; 10] = ["=", "==", "!=", "<=", ">=", "<", ">", "??", "|", ":="];

/// Tokens without space before them.
const SUFFIXES: [&str; 6] = [",", ":", "?", "!", ".", "?."];

/// Tokens without space after them.
const PREFIXES: [&str; 3] = [".", "?.", "..."];

/// Returns true if there is a space between `before` and `piece` on a line.
pub(super) fn between(before: &Piece, piece: &Piece) -> bool {
    let (left, right) = (Role::of(&before.kind), Role::of(&piece.kind));
    match (left, right) {
        (Role::Comment, _) | (_, Role::Comment) => true,
        (_, Role::Attached | Role::Angle(_)) | (Role::Angle("<"), _) => false,
        (_, Role::Sign(sign)) if SUFFIXES.contains(&sign) => false,
        (Role::Sign(sign), _) if PREFIXES.contains(&sign) => false,
        (Role::Sign(sign), _) if OPERATORS.contains(&sign) || matches!(sign, ":" | ",") => true,
        (_, Role::Sign(sign)) if OPERATORS.contains(&sign) => true,
        (_, Role::Group) | (Role::Group | Role::Attached, Role::Word) => true,
        // Two words are already separated by space; the missing space after a number, as in `30%` and `1..9`, is
        // significant.
        (Role::Word | Role::Group | Role::Attached | Role::Sign(_) | Role::Angle(_), _) => {
            piece.spaced || quoted_strings(before, piece)
        }
    }
}

/// The role of a piece for the spacing next to it.
enum Role<'p> {
    Word,
    Sign(&'p str),
    Angle(&'p str),
    Comment,
    Group,
    Attached,
}

impl Role<'_> {
    fn of(kind: &PieceKind) -> Role<'_> {
        match kind {
            PieceKind::Token(text) if text.starts_with(is_word) || text.starts_with('"') => Role::Word,
            PieceKind::Token(text) => Role::Sign(text),
            PieceKind::Angle(text) => Role::Angle(text),
            PieceKind::Comment(_) => Role::Comment,
            PieceKind::Unparsed(_) => Role::Word,
            PieceKind::Group(group) if group.bracket == Bracket::Attached => Role::Attached,
            PieceKind::Group(_) => Role::Group,
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns true if one of two words is a quoted string, which is distinct without space.
fn quoted_strings(before: &Piece, piece: &Piece) -> bool {
    let text = |piece: &Piece| matches!(&piece.kind, PieceKind::Token(text) if text.starts_with('"'));
    let word = |piece: &Piece| matches!(&piece.kind, PieceKind::Token(text) if text.starts_with(is_word) || text.starts_with('"'));
    word(before) && word(piece) && (text(before) || text(piece))
}
