//! Where space stands between two parts of a line.

use crate::layout::{Bracket, Piece, PieceKind};

/// Set off on both sides.
const OPERATORS: [&str; 10] = ["=", "==", "!=", "<=", ">=", "<", ">", "??", "|", ":="];

/// Joined to what stands before.
const SUFFIXES: [&str; 6] = [",", ":", "?", "!", ".", "?."];

/// Joined to what stands behind.
const PREFIXES: [&str; 3] = [".", "?.", "..."];

/// Whether space stands between `before` and `piece` where they share a line.
pub(super) fn between(before: &Piece, piece: &Piece) -> bool {
    let (left, right) = (Part::of(&before.kind), Part::of(&piece.kind));
    match (left, right) {
        (Part::Comment, _) | (_, Part::Comment) => true,
        (_, Part::Behind | Part::Angle(_)) | (Part::Angle("<"), _) => false,
        (_, Part::Sign(sign)) if SUFFIXES.contains(&sign) => false,
        (Part::Sign(sign), _) if PREFIXES.contains(&sign) => false,
        (Part::Sign(sign), _) if OPERATORS.contains(&sign) || matches!(sign, ":" | ",") => true,
        (_, Part::Sign(sign)) if OPERATORS.contains(&sign) => true,
        (_, Part::Group) | (Part::Group | Part::Behind, Part::Word) => true,
        // Two words have space between them already; where a number has none, as in `30%` and `1..9`, it means something.
        (Part::Word | Part::Group | Part::Behind | Part::Sign(_) | Part::Angle(_), _) => {
            piece.spaced || texts(before, piece)
        }
    }
}

/// What a piece is to its neighbours.
enum Part<'p> {
    Word,
    Sign(&'p str),
    Angle(&'p str),
    Comment,
    Group,
    Behind,
}

impl Part<'_> {
    fn of(kind: &PieceKind) -> Part<'_> {
        match kind {
            PieceKind::Token(text) if text.starts_with(is_word) || text.starts_with('"') => Part::Word,
            PieceKind::Token(text) => Part::Sign(text),
            PieceKind::Angle(text) => Part::Angle(text),
            PieceKind::Comment(_) => Part::Comment,
            PieceKind::Unread(_) => Part::Word,
            PieceKind::Group(group) if group.bracket == Bracket::Behind => Part::Behind,
            PieceKind::Group(_) => Part::Group,
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether one of two words is a text in quotes, which needs no space to be told from the other.
fn texts(before: &Piece, piece: &Piece) -> bool {
    let text = |piece: &Piece| matches!(&piece.kind, PieceKind::Token(text) if text.starts_with('"'));
    let word = |piece: &Piece| matches!(&piece.kind, PieceKind::Token(text) if text.starts_with(is_word) || text.starts_with('"'));
    word(before) && word(piece) && (text(before) || text(piece))
}
