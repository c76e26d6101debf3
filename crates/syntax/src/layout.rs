//! A file as it is laid out: every token and comment, in a tree of brackets.
//!
//! In: the text. Out: a [`Layout`] that loses nothing but space: where lines were broken and where blank lines stood is kept as
//! a mark on what stands behind. What is between two separators of a bracket is one element, and which commas and newlines are
//! separators is the grammar's word. A declaration with syntax errors is one piece of text. This is what was written, for the
//! formatter, as [`ast`](super::ast) is what it means, for the compiler.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::source::FileId;
use crate::{parse, recovery};
use relc_grammar::{Pair, Rule};

/// What stands between brackets, or in a file: elements and comments, in their order.
#[derive(Debug, Default)]
pub struct Layout {
    /// Each with what belongs to it.
    pub items: Vec<Item>,
}

/// What stands between two separators, or a comment there.
#[derive(Debug)]
pub struct Item {
    /// Whether a line begins with it.
    pub own_line: bool,
    /// Whether a blank line stands before it.
    pub blank: bool,
    /// Its tokens and brackets; where it is a comment, that alone.
    pub pieces: Vec<Piece>,
    /// The comments behind it, on its last line.
    pub trailing: Vec<String>,
}

impl Item {
    /// Adds what stands behind it on its line.
    fn go_on(&mut self, pieces: Vec<Piece>) {
        let comment = |text| Piece { new_line: false, blank: false, spaced: true, kind: PieceKind::Comment(text) };
        self.pieces.extend(self.trailing.drain(..).map(comment));
        self.pieces.extend(pieces);
    }

    /// Whether its last line ends in a comment that nothing can stand behind.
    pub fn ends_in_line_comment(&self) -> bool {
        let last = match (self.trailing.last(), self.pieces.last()) {
            (Some(comment), _) | (None, Some(Piece { kind: PieceKind::Comment(comment), .. })) => comment,
            (None, _) => return false,
        };
        last.starts_with("//")
    }
}

/// A part of an element.
#[derive(Debug)]
pub struct Piece {
    /// Whether a line begins with it.
    pub new_line: bool,
    /// Whether a blank line stands before it.
    pub blank: bool,
    /// Whether space stands before it.
    pub spaced: bool,
    /// What it is.
    pub kind: PieceKind,
}

/// What a part of an element is.
#[derive(Debug)]
pub enum PieceKind {
    /// A word, a text, an operator.
    Token(String),
    /// A `<` or `>` around the arguments of a type.
    Angle(String),
    /// A comment, with what marks it.
    Comment(String),
    /// What could not be read, as it stands.
    Unread(String),
    /// A bracket with what is in it.
    Group(Group),
}

/// A bracket with what is in it.
#[derive(Debug)]
pub struct Group {
    /// What it is for.
    pub bracket: Bracket,
    /// `{`, `[`, `(` or `<`.
    pub open: char,
    /// A comment behind the opening bracket, on its line.
    pub opening: Option<String>,
    /// What is in it.
    pub content: Layout,
}

/// What a bracket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// Versions, or what braces hold: set off by a space.
    Set,
    /// A list, a type, a key.
    Plain,
    /// A value in parentheses.
    Value,
    /// Arguments, parameters, an index: it belongs to what stands before it.
    Behind,
}

/// The layout of `text`.
pub fn layout(text: &str) -> Layout {
    let marks = Marks::of(text);
    let tokens = tokens(text, &marks.unread);
    let partners = partners(&tokens, text, &marks);
    let items = marks.items.clone();
    Builder { text, tokens: &tokens, partners: &partners, marks: &marks, at: 0, depth: 0 }.layout(tokens.len(), &items)
}

/// Where the declarations of `text` are, in their order.
pub fn declarations(text: &str) -> Vec<Range<usize>> {
    Marks::of(text).items
}

/// What the grammar says of places in a text.
#[derive(Default)]
struct Marks {
    /// The declarations.
    items: Vec<Range<usize>>,
    /// Those of them, and what else, that could not be read.
    unread: Vec<Range<usize>>,
    /// The elements of each bracket that has any, by the place where it opens.
    elements: HashMap<usize, Vec<Range<usize>>>,
    /// Where brackets open that belong to what stands before them.
    behind: HashSet<usize>,
    /// The `<` that open versions and the `>` that close them.
    versions: HashSet<usize>,
    /// The `<` and `>` around the arguments of a type.
    angles: HashSet<usize>,
}

impl Marks {
    fn of(text: &str) -> Marks {
        let scan = recovery::scan(FileId(0), text);
        let has_errors = !parse(FileId(0), text).1.is_empty();
        // By itself: what is wrong in one declaration is often said at the next.
        let is_wrong = |item: &Range<usize>| has_errors && !parse(FileId(0), &text[item.clone()]).1.is_empty();
        let mut marks = Marks::default();
        let mut start = 0;
        for skipped in &scan.skipped {
            marks.units(&scan.text, start..skipped.start, &is_wrong);
            marks.item(skipped.clone(), true);
            start = skipped.end;
        }
        marks.units(&scan.text, start..text.len(), &is_wrong);
        marks
    }

    fn units(&mut self, text: &str, stretch: Range<usize>, is_wrong: &dyn Fn(&Range<usize>) -> bool) {
        crate::parse::units(text, stretch, &mut |base, unit| {
            let parts: Vec<Pair<'_>> = unit.into_inner().collect();
            let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
            let item = base + first.as_span().start()..base + last.as_span().end();
            let is_wrong = is_wrong(&item);
            self.item(item, is_wrong);
            if !is_wrong {
                parts.into_iter().for_each(|part| self.pair(part, base, text));
            }
        });
    }

    fn item(&mut self, item: Range<usize>, is_wrong: bool) {
        if is_wrong {
            self.unread.push(item.clone());
        }
        self.items.push(item);
    }

    fn pair(&mut self, pair: Pair<'_>, base: usize, text: &str) {
        let (rule, span) = (pair.as_rule(), pair.as_span());
        let range = base + span.start()..base + span.end();
        match rule {
            Rule::params | Rule::call | Rule::index | Rule::element => {
                self.behind.insert(range.start);
            }
            Rule::file => {
                self.behind.insert(range.start + "file".len());
            }
            Rule::ty_map | Rule::ty_partial => {
                let opening = text[range.clone()].find('<').map(|at| range.start + at);
                self.angles.extend(opening.into_iter().chain([range.end - 1]));
            }
            _ => {}
        }
        let inner: Vec<Pair<'_>> = pair.into_inner().collect();
        let part = |pair: &Pair<'_>| base + pair.as_span().start()..base + pair.as_span().end();
        if matches!(
            rule,
            Rule::params
                | Rule::call
                | Rule::body
                | Rule::lint_body
                | Rule::ty_record
                | Rule::arms
                | Rule::object
                | Rule::list
        ) {
            let mut elements = Vec::new();
            for pair in inner.iter().filter(|pair| pair.as_rule() != Rule::extra_comma) {
                let element = part(pair);
                // `unsafe` belongs to the fix before it, and stands below it as if it were one more of the rule's statements.
                let below =
                    pair.clone().into_inner().find(|inner| inner.as_rule() == Rule::fix_unsafe).map(|pair| part(&pair));
                match below.filter(|word| text[element.start..word.start].contains('\n')) {
                    Some(word) => elements.extend([element.start..word.start, word]),
                    None => elements.push(element),
                }
            }
            self.elements.insert(range.start, elements);
        }
        if let Some(less) = inner.iter().find(|pair| pair.as_rule() == Rule::less) {
            let versions = inner.iter().filter(|pair| pair.as_rule() == Rule::version).map(part).collect();
            self.elements.insert(base + less.as_span().start(), versions);
            let angles = inner.iter().filter(|pair| matches!(pair.as_rule(), Rule::less | Rule::greater));
            self.versions.extend(angles.map(|pair| base + pair.as_span().start()));
        }
        inner.into_iter().for_each(|pair| self.pair(pair, base, text));
    }
}

/// A token, a comment, or a stretch that could not be read.
struct Token {
    range: Range<usize>,
    class: Class,
    new_line: bool,
    blank: bool,
    spaced: bool,
}

impl Token {
    fn is_comment(&self) -> bool {
        matches!(self.class, Class::LineComment | Class::BlockComment)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    LineComment,
    BlockComment,
    Unread,
}

fn tokens(text: &str, unread: &[Range<usize>]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut end = 0;
    let mut unread = unread.iter().peekable();
    loop {
        let space = &text[end..text.len() - text[end..].trim_start_matches([' ', '\t', '\r', '\n']).len()];
        let start = end + space.len();
        if start == text.len() {
            return tokens;
        }
        let (class, length) = match unread.next_if(|range| range.start <= start) {
            Some(range) => (Class::Unread, text[start..range.end.max(start)].trim_end().len().max(1)),
            None => token(text, start),
        };
        let newlines = space.matches('\n').count();
        let new_line = newlines > 0 || tokens.is_empty();
        end = recovery::next_char(text, start + length);
        tokens.push(Token { range: start..end, class, new_line, blank: newlines > 1, spaced: !space.is_empty() });
    }
}

/// Operators of several characters, longer ones first.
const OPERATORS: [&str; 8] = ["...", "..", "??", "?.", "==", "!=", "<=", ">="];

/// What the token at `start` is, and how long.
fn token(text: &str, start: usize) -> (Class, usize) {
    let rest = &text[start..];
    if rest.starts_with("//") {
        return (Class::LineComment, rest.find('\n').unwrap_or(rest.len()));
    }
    if let Some(inside) = rest.strip_prefix("/*") {
        return (Class::BlockComment, inside.find("*/").map_or(rest.len(), |end| end + 4));
    }
    let length = if rest.starts_with('"') {
        recovery::text_end(text, start) - start
    } else if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
        operator.len()
    } else {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        rest.find(|c| !word(c)).unwrap_or(rest.len()).max(1)
    };
    (Class::Text, length)
}

/// For each opening bracket among the tokens, the one that closes it.
fn partners(tokens: &[Token], text: &str, marks: &Marks) -> HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut partners = HashMap::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.class == Class::Text) {
        match &text[token.range.clone()] {
            "{" | "[" | "(" => open.push(at),
            "<" if marks.versions.contains(&token.range.start) => open.push(at),
            "}" | "]" | ")" => partners.extend(open.pop().map(|opening| (opening, at))),
            ">" if marks.versions.contains(&token.range.start) => {
                partners.extend(open.pop().map(|opening| (opening, at)));
            }
            _ => {}
        }
    }
    partners
}

struct Builder<'t> {
    text: &'t str,
    tokens: &'t [Token],
    partners: &'t HashMap<usize, usize>,
    marks: &'t Marks,
    at: usize,
    /// How many brackets are around the place at hand.
    depth: usize,
}

impl<'t> Builder<'t> {
    fn text(&self, token: &Token) -> String {
        let text = self.text[token.range.clone()].replace("\r\n", "\n");
        match token.class {
            // A block comment that is never closed goes to the end of the file.
            Class::LineComment | Class::BlockComment | Class::Unread => text.trim_end().to_owned(),
            Class::Text => text,
        }
    }

    /// What stands before the token `end`, in the elements at `elements`.
    fn layout(&mut self, end: usize, elements: &[Range<usize>]) -> Layout {
        let mut layout = Layout::default();
        let mut elements = elements.iter().peekable();
        while self.at < end {
            let token = &self.tokens[self.at];
            let first = &self.tokens[self.leading(end)];
            while elements.next_if(|element| element.end <= first.range.start).is_some() {}
            match elements.peek().filter(|element| element.contains(&first.range.start)) {
                Some(element) => {
                    let pieces = self.pieces(element.end.max(first.range.end), end);
                    match layout.items.last_mut().filter(|_| self.depth == 0 && !token.new_line) {
                        Some(last) => last.go_on(pieces),
                        None => layout.items.push(item(token, pieces)),
                    }
                }
                None => self.between(&mut layout),
            }
        }
        layout
    }

    /// Where the line goes on behind comments in front of an element.
    fn leading(&self, end: usize) -> usize {
        let is_comment = |at: usize| self.tokens[at].class == Class::BlockComment;
        let joined = |at: usize| at + 1 < end && !self.tokens[at + 1].new_line;
        (self.at..end).find(|at| !(is_comment(*at) && joined(*at))).unwrap_or(self.at)
    }

    /// A token between elements: a separator, a comment, or what could not be read.
    fn between(&mut self, layout: &mut Layout) {
        let token = &self.tokens[self.at];
        self.at += 1;
        let text = self.text(token);
        match token.class {
            Class::Text if text == "," && self.depth > 0 && !self.parts_docs() => {}
            // At the top nothing separates: what stands behind a declaration is a mistake, and stays there.
            Class::Text if !token.new_line && self.depth == 0 && !layout.items.is_empty() => {
                let last = layout.items.last_mut().expect("there is one");
                last.go_on(vec![piece(token, PieceKind::Unread(text))]);
            }
            Class::LineComment | Class::BlockComment => {
                match layout.items.last_mut().filter(|last| !token.new_line && !last.ends_in_line_comment()) {
                    Some(last) => last.trailing.push(text),
                    None => layout.items.push(item(token, vec![piece(token, PieceKind::Comment(text))])),
                }
            }
            Class::Text | Class::Unread => {
                layout.items.push(item(token, vec![piece(token, PieceKind::Unread(text))]));
            }
        }
    }

    /// Whether the comma before the place at hand keeps a documentation comment from what stands behind it. It is written again then, on a line of
    /// its own, as the comment would belong to that otherwise.
    fn parts_docs(&self) -> bool {
        let comma = &self.tokens[self.at - 1];
        let is_doc = |token: &Token| self.text[token.range.clone()].starts_with("///");
        let behind = self.tokens.get(self.at).is_some_and(|next| !next.new_line && is_doc(next));
        comma.new_line && (behind || self.at > 1 && is_doc(&self.tokens[self.at - 2]))
    }

    fn pieces(&mut self, until: usize, end: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while self.at < end && self.tokens[self.at].range.start < until {
            let token = &self.tokens[self.at];
            let kind = match (token.class, self.partners.get(&self.at)) {
                (Class::Text, Some(closing)) => PieceKind::Group(self.group(*closing)),
                (class, _) => {
                    self.at += 1;
                    let text = self.text(token);
                    match class {
                        Class::Text if self.marks.angles.contains(&token.range.start) => PieceKind::Angle(text),
                        Class::Text => PieceKind::Token(text),
                        Class::LineComment | Class::BlockComment => PieceKind::Comment(text),
                        Class::Unread => PieceKind::Unread(text),
                    }
                }
            };
            pieces.push(piece(token, kind));
        }
        pieces
    }

    /// The bracket that opens here and closes at the token `closing`.
    fn group(&mut self, closing: usize) -> Group {
        let opening = &self.tokens[self.at];
        let (place, text) = (opening.range.start, &self.text[opening.range.clone()]);
        self.at += 1;
        let comment = self.opening(closing);
        let inside = self.inside(closing);
        let elements = self.marks.elements.get(&place).map_or(inside.as_slice(), Vec::as_slice);
        self.depth += 1;
        let content = self.layout(closing, elements);
        self.depth -= 1;
        self.at = closing + 1;
        let bracket = match text {
            _ if self.marks.behind.contains(&place) => Bracket::Behind,
            "{" | "<" => Bracket::Set,
            "(" => Bracket::Value,
            _ => Bracket::Plain,
        };
        let open = text.chars().next().unwrap_or('{');
        Group { bracket, open, opening: comment, content }
    }

    /// What is in a bracket without separators: all up to the token `closing`, but for the comments around it, which stand beside
    /// an element and not in it.
    fn inside(&self, closing: usize) -> Option<Range<usize>> {
        let tokens = &self.tokens[self.at..closing];
        let first = tokens.iter().find(|token| !token.is_comment())?;
        let last = tokens.iter().rfind(|token| !token.is_comment())?;
        Some(first.range.start..last.range.end)
    }

    /// The comments that stand behind an opening bracket, and are not in front of an element.
    fn opening(&mut self, end: usize) -> Option<String> {
        let mut comments = Vec::new();
        while self.at < end {
            let token = &self.tokens[self.at];
            let ends_line = self.tokens.get(self.at + 1).is_some_and(|next| next.new_line);
            if !token.is_comment() || token.new_line || !ends_line {
                break;
            }
            comments.push(self.text(token));
            self.at += 1;
        }
        (!comments.is_empty()).then(|| comments.join(" "))
    }
}

fn item(first: &Token, pieces: Vec<Piece>) -> Item {
    Item { own_line: first.new_line, blank: first.blank, pieces, trailing: Vec::new() }
}

fn piece(token: &Token, kind: PieceKind) -> Piece {
    Piece { new_line: token.new_line, blank: token.blank, spaced: token.spaced, kind }
}
