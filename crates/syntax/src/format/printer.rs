//! Prints a layout.

use super::space;
use crate::layout::{Bracket, Group, Item, Layout, Piece, PieceKind};

/// Columns of indentation inside a bracket, or for a continued line.
const STEP: usize = 2;

/// Appends `layout` to `out`, one item per line.
pub(super) fn print(layout: &Layout, width: usize, out: &mut String) {
    let mut printer = Printer { out, width };
    printer.lines(layout, 0);
}

struct Printer<'o> {
    out: &'o mut String,
    width: usize,
}

impl Printer<'_> {
    /// Prints the items of `layout`, each on a line with the indentation `indent`.
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

    /// Prints an item on a line with the indentation `indent`, followed by `trailing` columns.
    fn item(&mut self, item: &Item, indent: usize, trailing: usize) {
        let breaks = self.breaks(item, trailing);
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
                | PieceKind::Unparsed(text) => {
                    self.out.push_str(text);
                }
                PieceKind::Group(group) => {
                    let rest = head_of(&item.pieces, &breaks, at + 1);
                    let trailing = if rest.ends { rest.columns } else { rest.columns + trailing };
                    self.group(group, line, trailing, ends_element(&item.pieces[at + 1..]));
                }
            }
        }
        for comment in &item.trailing {
            self.out.push(' ');
            self.out.push_str(comment);
        }
    }

    /// Returns which pieces of an item start a line: those that did, and the loosest operators if the first line is too
    /// long.
    fn breaks(&self, item: &Item, trailing: usize) -> Vec<bool> {
        let pieces = &item.pieces;
        let mut breaks = written_breaks(pieces);
        let head = head_of(pieces, &breaks, 0);
        if self.column() + head.columns + if head.ends { 0 } else { trailing } <= self.width {
            return breaks;
        }
        let is = |piece: &Piece, word: &str| matches!(&piece.kind, PieceKind::Token(text) if text == word);
        let operator = ["or", "and"].into_iter().find(|word| pieces.iter().any(|piece| is(piece, word)));
        for (at, piece) in pieces.iter().enumerate().skip(1) {
            breaks[at] |= operator.is_some_and(|word| is(piece, word));
        }
        breaks
    }

    /// Prints a bracket on a line with the indentation `indent`, followed by `trailing` columns; `last` is true if it
    /// ends its element.
    fn group(&mut self, group: &Group, indent: usize, trailing: usize, last: bool) {
        let head = head(group);
        let fits = self.column() + head.columns + if head.ends { 0 } else { trailing } <= self.width;
        self.out.push(group.open);
        if is_broken(group) || !fits && last && is_broken_first(group) {
            if let Some(comment) = &group.opening {
                self.out.push(' ');
                self.out.push_str(comment);
            }
            self.out.push('\n');
            self.lines(&group.content, indent + STEP);
            self.indent(indent);
        } else {
            self.inline(group, indent, trailing);
        }
        self.out.push(closing(group.open));
    }

    /// Prints the contents of a bracket on one line.
    fn inline(&mut self, group: &Group, indent: usize, trailing: usize) {
        let pad = pad(group);
        self.out.push_str(pad);
        for (at, item) in group.content.items.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            let last = at + 1 == group.content.items.len();
            self.item(item, indent, if last { trailing + pad.len() + 1 } else { 1 });
        }
        self.out.push_str(pad);
    }

    /// Returns the number of columns of the last line so far.
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

/// Returns true if a piece starts a line inside its element: it did in the source, and is not a bracket, which stays
/// after what it is the value of.
fn starts_line(before: &Piece, piece: &Piece) -> bool {
    match (&before.kind, &piece.kind) {
        (PieceKind::Comment(comment), _) => piece.new_line || comment.starts_with("//"),
        (PieceKind::Token(sign), PieceKind::Group(_)) if sign == ":" || sign == "=" => false,
        (_, PieceKind::Group(group)) if group.open == '<' => false,
        _ => piece.new_line,
    }
}

/// Returns which pieces start a line if nothing is too long.
fn written_breaks(pieces: &[Piece]) -> Vec<bool> {
    (0..pieces.len()).map(|at| at > 0 && starts_line(&pieces[at - 1], &pieces[at])).collect()
}

/// Returns true if a bracket always has its elements on lines of their own.
fn is_broken(group: &Group) -> bool {
    group.opening.is_some() || group.content.items.iter().any(|item| item.own_line || item.ends_in_line_comment())
}

/// The first line of a printed text.
struct Head {
    columns: usize,
    /// True if there are more lines.
    ends: bool,
}

/// Returns true if a bracket that is too long for its line is broken itself, and not a bracket inside it: one that ends
/// in another bracket shares its lines with it, as in `f([{`, and a parenthesized value has no elements.
fn is_broken_first(group: &Group) -> bool {
    let ends_in_bracket = |item: &Item| matches!(item.pieces.last(), Some(Piece { kind: PieceKind::Group(_), .. }));
    match &group.content.items[..] {
        [] => false,
        // Versions are below their header.
        [_] if group.open == '<' => true,
        [item] => group.bracket != Bracket::Value && !ends_in_bracket(item),
        _ => true,
    }
}

/// Returns true if the bracket before `rest` ends its element, as far as line breaks are concerned.
fn ends_element(rest: &[Piece]) -> bool {
    rest.iter().all(|piece| matches!(&piece.kind, PieceKind::Token(text) if text == "?" || text == "!"))
}

/// Returns the padding inside of a bracket.
fn pad(group: &Group) -> &'static str {
    if group.bracket == Bracket::Set && !group.content.items.is_empty() { " " } else { "" }
}

/// Returns the first line of a bracket that is not broken.
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
        head.add(head_of_item(item));
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

fn head_of_item(item: &Item) -> Head {
    let pieces = &item.pieces;
    let mut head = head_of(pieces, &written_breaks(pieces), 0);
    if !head.ends {
        head.columns += item.trailing.iter().map(|comment| 1 + columns(comment)).sum::<usize>();
    }
    head
}

/// Returns the line of `pieces` from the one at `from` on, with the space before it.
fn head_of(pieces: &[Piece], breaks: &[bool], from: usize) -> Head {
    let mut head = Head { columns: 0, ends: false };
    for at in from..pieces.len() {
        if breaks[at] {
            return Head { ends: true, ..head };
        }
        head.columns += usize::from(at > 0 && space::between(&pieces[at - 1], &pieces[at]));
        head.add(head_of_piece(&pieces[at]));
        if head.ends {
            break;
        }
    }
    head
}

fn head_of_piece(piece: &Piece) -> Head {
    match &piece.kind {
        PieceKind::Group(group) => head(group),
        PieceKind::Token(text) | PieceKind::Angle(text) | PieceKind::Comment(text) | PieceKind::Unparsed(text) => {
            let first = text.split('\n').next().unwrap_or("");
            Head { columns: columns(first), ends: first.len() < text.len() }
        }
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}
