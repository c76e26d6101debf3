//! Writes a layout in lines.

use super::space;
use crate::layout::{Bracket, Group, Item, Layout, Piece, PieceKind};

/// What a line is indented by, inside of a bracket or behind a broken one.
const STEP: usize = 2;

/// Appends `layout` to `out`, an item on each line.
pub(super) fn print(layout: &Layout, width: usize, out: &mut String) {
    let mut printer = Printer { out, width };
    printer.lines(layout, 0);
}

struct Printer<'o> {
    out: &'o mut String,
    width: usize,
}

impl Printer<'_> {
    /// The items of `layout`, each on a line that `indent` indents.
    fn lines(&mut self, layout: &Layout, indent: usize) {
        for (at, item) in layout.items.iter().enumerate() {
            if item.blank && at > 0 {
                self.out.push('\n');
            }
            self.indent(indent);
            self.item(item, indent, 0);
            self.out.push('\n');
        }
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    /// An item on a line that is indented by `indent`; `behind` columns stand behind it.
    fn item(&mut self, item: &Item, indent: usize, behind: usize) {
        let breaks = self.breaks(item, behind);
        let mut line = indent;
        for (at, piece) in item.pieces.iter().enumerate() {
            if breaks[at] {
                line = indent + STEP;
                self.out.push_str(if piece.blank { "\n\n" } else { "\n" });
                self.indent(line);
            } else if at > 0 && space::between(&item.pieces[at - 1], piece) {
                self.out.push(' ');
            }
            match &piece.kind {
                PieceKind::Token(text)
                | PieceKind::Angle(text)
                | PieceKind::Comment(text)
                | PieceKind::Unread(text) => {
                    self.out.push_str(text);
                }
                PieceKind::Group(group) => {
                    let rest = head_of(&item.pieces, &breaks, at + 1);
                    let behind = if rest.ends { rest.columns } else { rest.columns + behind };
                    self.group(group, line, behind, ends(&item.pieces[at + 1..]));
                }
            }
        }
        for comment in &item.trailing {
            self.out.push(' ');
            self.out.push_str(comment);
        }
    }

    /// Which pieces of an item begin a line: those that did, and where the first line is too long, its loosest operators.
    fn breaks(&self, item: &Item, behind: usize) -> Vec<bool> {
        let pieces = &item.pieces;
        let mut breaks = written(pieces);
        let head = head_of(pieces, &breaks, 0);
        if self.column() + head.columns + if head.ends { 0 } else { behind } <= self.width {
            return breaks;
        }
        let is = |piece: &Piece, word: &str| matches!(&piece.kind, PieceKind::Token(text) if text == word);
        let operator = ["or", "and"].into_iter().find(|word| pieces.iter().any(|piece| is(piece, word)));
        for (at, piece) in pieces.iter().enumerate().skip(1) {
            breaks[at] |= operator.is_some_and(|word| is(piece, word));
        }
        breaks
    }

    /// A bracket on a line that is indented by `indent`; `behind` columns stand behind it, and `last` says that nothing else of its
    /// element does.
    fn group(&mut self, group: &Group, indent: usize, behind: usize, last: bool) {
        let head = head(group);
        let fits = self.column() + head.columns + if head.ends { 0 } else { behind } <= self.width;
        self.out.push(group.open);
        if is_broken(group) || !fits && last && takes_lines(group) {
            if let Some(comment) = &group.opening {
                self.out.push(' ');
                self.out.push_str(comment);
            }
            self.out.push('\n');
            self.lines(&group.content, indent + STEP);
            self.indent(indent);
        } else {
            self.inline(group, indent, behind);
        }
        self.out.push(closing(group.open));
    }

    /// What is in a bracket, on the line of the bracket.
    fn inline(&mut self, group: &Group, indent: usize, behind: usize) {
        let pad = pad(group);
        self.out.push_str(pad);
        for (at, item) in group.content.items.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            let last = at + 1 == group.content.items.len();
            self.item(item, indent, if last { behind + pad.len() + 1 } else { 1 });
        }
        self.out.push_str(pad);
    }

    /// How many columns the last line has so far.
    fn column(&self) -> usize {
        let start = self.out.rfind('\n').map_or(0, |newline| newline + 1);
        columns(&self.out[start..])
    }
}

fn closing(open: char) -> char {
    match open {
        '{' => '}',
        '[' => ']',
        '(' => ')',
        _ => '>',
    }
}

/// Whether a piece begins a line of its own inside of its element: where it did, but for brackets, which stay behind what they are
/// the value of.
fn goes_below(before: &Piece, piece: &Piece) -> bool {
    match (&before.kind, &piece.kind) {
        (PieceKind::Comment(comment), _) => piece.new_line || comment.starts_with("//"),
        (PieceKind::Token(sign), PieceKind::Group(_)) if sign == ":" || sign == "=" => false,
        (_, PieceKind::Group(group)) if group.open == '<' => false,
        _ => piece.new_line,
    }
}

/// Which pieces begin a line where nothing is too long.
fn written(pieces: &[Piece]) -> Vec<bool> {
    (0..pieces.len()).map(|at| at > 0 && goes_below(&pieces[at - 1], &pieces[at])).collect()
}

/// Whether a bracket has its elements on lines of their own whatever their length.
fn is_broken(group: &Group) -> bool {
    group.opening.is_some() || group.content.items.iter().any(|item| item.own_line || item.ends_in_line_comment())
}

/// The first line of what is written.
struct Head {
    columns: usize,
    /// Whether there are more lines.
    ends: bool,
}

/// Whether a bracket that is too long for its line is broken, and not a bracket in it: one that ends in another bracket shares its lines
/// with that, as in `f([{`, and one around a value has no elements.
fn takes_lines(group: &Group) -> bool {
    let ends_in_bracket = |item: &Item| matches!(item.pieces.last(), Some(Piece { kind: PieceKind::Group(_), .. }));
    match &group.content.items[..] {
        [] => false,
        // Versions stand below their header.
        [_] if group.open == '<' => true,
        [item] => group.bracket != Bracket::Value && !ends_in_bracket(item),
        _ => true,
    }
}

/// Whether an element ends with the bracket before `rest`, as far as lines are concerned.
fn ends(rest: &[Piece]) -> bool {
    rest.iter().all(|piece| matches!(&piece.kind, PieceKind::Token(text) if text == "?" || text == "!"))
}

/// What stands inside of a bracket, beside it.
fn pad(group: &Group) -> &'static str {
    if group.bracket == Bracket::Set && !group.content.items.is_empty() { " " } else { "" }
}

/// The first line of a bracket that is not broken.
fn head(group: &Group) -> Head {
    if is_broken(group) {
        return Head { columns: 1, ends: true };
    }
    let pad = pad(group).len();
    let mut head = Head { columns: 1 + pad, ends: false };
    for (at, item) in group.content.items.iter().enumerate() {
        if at > 0 {
            head.columns += 2;
        }
        head.add(of_item(item));
        if head.ends {
            return head;
        }
    }
    head.columns += pad + 1;
    head
}

impl Head {
    fn add(&mut self, next: Head) {
        self.columns += next.columns;
        self.ends = next.ends;
    }
}

fn of_item(item: &Item) -> Head {
    let pieces = &item.pieces;
    let mut head = head_of(pieces, &written(pieces), 0);
    if !head.ends {
        head.columns += item.trailing.iter().map(|comment| 1 + columns(comment)).sum::<usize>();
    }
    head
}

/// The line of `pieces` from the one at `from` on, with the space before it.
fn head_of(pieces: &[Piece], breaks: &[bool], from: usize) -> Head {
    let mut head = Head { columns: 0, ends: false };
    for at in from..pieces.len() {
        if breaks[at] {
            return Head { ends: true, ..head };
        }
        head.columns += usize::from(at > 0 && space::between(&pieces[at - 1], &pieces[at]));
        head.add(of_piece(&pieces[at]));
        if head.ends {
            break;
        }
    }
    head
}

fn of_piece(piece: &Piece) -> Head {
    match &piece.kind {
        PieceKind::Group(group) => head(group),
        PieceKind::Token(text) | PieceKind::Angle(text) | PieceKind::Comment(text) | PieceKind::Unread(text) => {
            let first = text.split('\n').next().unwrap_or("");
            Head { columns: columns(first), ends: first.len() < text.len() }
        }
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}
