//! The concrete layout of a file: every token and comment, in a tree of brackets.
//!
//! In: the text. Out: a [`Layout`] that loses only spaces: line breaks and blank lines are kept as flags of what
//! follows them. The text between two separators of a bracket is one element; the grammar determines which commas and
//! newlines are separators. A declaration with syntax errors is one piece of text. The layout is what was written, for
//! the formatter; [`ast`](super::ast) is what it means, for the compiler.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::source::FileId;
use crate::{parse, recovery};
use relc_grammar::{Pair, Rule};

/// The contents of a bracket or a file: elements and comments, in their order.
#[derive(Debug, Default)]
pub struct Layout {
    /// The items.
    pub items: Vec<Item>,
}

/// An element between two separators, or a comment there.
#[derive(Debug)]
pub struct Item {
    /// True if it is first on its line.
    pub own_line: bool,
    /// True if it follows a blank line.
    pub blank: bool,
    /// Its tokens and brackets, or a single comment.
    pub pieces: Vec<Piece>,
    /// The comments after it, on its last line.
    pub trailing: Vec<String>,
}

impl Item {
    /// Appends what follows it on its line.
    fn append(&mut self, pieces: Vec<Piece>) {
        let comment = |text| Piece { new_line: false, blank: false, spaced: true, kind: PieceKind::Comment(text) };
        self.pieces.extend(self.trailing.drain(..).map(comment));
        self.pieces.extend(pieces);
    }

    /// Returns true if its last line ends in a comment, after which nothing else fits.
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
    /// True if it is first on its line.
    pub new_line: bool,
    /// True if it follows a blank line.
    pub blank: bool,
    /// True if it follows a space.
    pub spaced: bool,
    /// The kind.
    pub kind: PieceKind,
}

/// The kind of a piece.
#[derive(Debug)]
pub enum PieceKind {
    /// A word, a string, an operator.
    Token(String),
    /// A `<` or `>` of type arguments.
    Angle(String),
    /// A comment, including its delimiters.
    Comment(String),
    /// Text that could not be parsed, unchanged.
    Unparsed(String),
    /// A bracket with its contents.
    Group(Group),
}

/// A bracket with its contents.
#[derive(Debug)]
pub struct Group {
    /// The role of the bracket.
    pub bracket: Bracket,
    /// `{`, `[`, `(` or `<`.
    pub open: char,
    /// A comment after the opening bracket, on its line.
    pub opening: Option<String>,
    /// The contents.
    pub content: Layout,
}

/// The role of a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// Versions or braces: padded by spaces.
    Set,
    /// A list, a type, a key.
    Plain,
    /// A parenthesized value.
    Value,
    /// Arguments, parameters, an index: attached to what precedes it.
    Attached,
}

/// Returns the layout of `text`.
pub fn layout(text: &str) -> Layout {
    let marks = Marks::new(text);
    let tokens = tokens(text, &marks.unparsed);
    let partners = partners(&tokens, text, &marks);
    let items = marks.items.clone();
    Builder { text, tokens: &tokens, partners: &partners, marks: &marks, at: 0, depth: 0 }.layout(tokens.len(), &items)
}

/// Returns the ranges of the declarations of `text`, in their order.
pub fn declarations(text: &str) -> Vec<Range<usize>> {
    Marks::new(text).items
}

/// The grammar's information about positions in a text.
#[derive(Default)]
struct Marks {
    /// The declarations.
    items: Vec<Range<usize>>,
    /// The ranges that could not be parsed.
    unparsed: Vec<Range<usize>>,
    /// The elements of each bracket that has any, by the bracket's start.
    elements: HashMap<usize, Vec<Range<usize>>>,
    /// The starts of brackets that are attached to what precedes them.
    attached: HashSet<usize>,
    /// The `<` and `>` of versions.
    versions: HashSet<usize>,
    /// The `<` and `>` of type arguments.
    angles: HashSet<usize>,
}

impl Marks {
    fn new(text: &str) -> Marks {
        let scan = recovery::scan(FileId(0), text);
        let has_errors = !parse(FileId(0), text).1.is_empty();
        // Parsed by itself, as a mistake in one declaration is often reported at the next.
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

    fn units(&mut self, text: &str, range: Range<usize>, is_wrong: &dyn Fn(&Range<usize>) -> bool) {
        crate::parse::units(text, range, &mut |base, unit| {
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
            self.unparsed.push(item.clone());
        }
        self.items.push(item);
    }

    fn pair(&mut self, pair: Pair<'_>, base: usize, text: &str) {
        let (rule, span) = (pair.as_rule(), pair.as_span());
        let range = base + span.start()..base + span.end();
        match rule {
            Rule::params | Rule::call | Rule::index | Rule::element => {
                self.attached.insert(range.start);
            }
            Rule::optional_index => {
                self.attached.insert(range.start + "?".len());
            }
            Rule::file => {
                self.attached.insert(range.start + "file".len());
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
                // `unsafe` belongs to the fix before it, but is formatted on a line below it, like another statement of
                // the rule.
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

/// A token, a comment, or a range that could not be parsed.
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
    Unparsed,
}

/// The space between tokens. Other white space of Unicode is a mistake, and kept.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

fn tokens(text: &str, unparsed: &[Range<usize>]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut end = 0;
    let mut unparsed = unparsed.iter().peekable();
    loop {
        let space = &text[end..text.len() - text[end..].trim_start_matches(SPACE).len()];
        let start = end + space.len();
        if start == text.len() {
            return tokens;
        }
        let (class, length) = match unparsed.next_if(|range| range.start <= start) {
            Some(range) => (Class::Unparsed, text[start..range.end.max(start)].trim_end_matches(SPACE).len().max(1)),
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

/// Returns the class and length of the token at `start`.
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

/// Returns the index of the closing bracket for each opening one.
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
    /// Number of brackets around the current token.
    depth: usize,
}

impl<'t> Builder<'t> {
    fn text(&self, token: &Token) -> String {
        let text = self.text[token.range.clone()].replace("\r\n", "\n");
        match token.class {
            // An unclosed block comment extends to the end of the file.
            Class::LineComment | Class::BlockComment => text.trim_end().to_owned(),
            Class::Unparsed => text.trim_end_matches(SPACE).to_owned(),
            Class::Text => text,
        }
    }

    /// Returns the layout of the tokens before `end`, in the elements at `elements`.
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
                        Some(last) => last.append(pieces),
                        None => layout.items.push(item(token, pieces)),
                    }
                }
                None => self.between(&mut layout),
            }
        }
        layout
    }

    /// Returns the end of the comments at the start of an element's line.
    fn leading(&self, end: usize) -> usize {
        let is_comment = |at: usize| self.tokens[at].class == Class::BlockComment;
        let joined = |at: usize| at + 1 < end && !self.tokens[at + 1].new_line;
        (self.at..end).find(|at| !(is_comment(*at) && joined(*at))).unwrap_or(self.at)
    }

    /// Adds a token between elements: a separator, a comment, or text that could not be parsed.
    fn between(&mut self, layout: &mut Layout) {
        let token = &self.tokens[self.at];
        self.at += 1;
        let text = self.text(token);
        match token.class {
            Class::Text if text == "," && self.depth > 0 && !self.separates_doc_comment() => {}
            // There are no separators at the top level: text after a declaration is a mistake, and stays on its line.
            Class::Text if !token.new_line && self.depth == 0 && !layout.items.is_empty() => {
                let last = layout.items.last_mut().expect("there is one");
                last.append(vec![piece(token, PieceKind::Unparsed(text))]);
            }
            Class::LineComment | Class::BlockComment => {
                match layout.items.last_mut().filter(|last| !token.new_line && !last.ends_in_line_comment()) {
                    Some(last) => last.trailing.push(text),
                    None => layout.items.push(item(token, vec![piece(token, PieceKind::Comment(text))])),
                }
            }
            Class::Text | Class::Unparsed => {
                layout.items.push(item(token, vec![piece(token, PieceKind::Unparsed(text))]));
            }
        }
    }

    /// Returns true if the comma before the current token separates a doc comment from what follows. Then it is kept,
    /// on a line of its own, as otherwise the comment would document the following item.
    fn separates_doc_comment(&self) -> bool {
        let comma = &self.tokens[self.at - 1];
        let is_doc = |token: &Token| self.text[token.range.clone()].starts_with("///");
        let attached = self.tokens.get(self.at).is_some_and(|next| !next.new_line && is_doc(next));
        comma.new_line && (attached || self.at > 1 && is_doc(&self.tokens[self.at - 2]))
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
                        Class::Unparsed => PieceKind::Unparsed(text),
                    }
                }
            };
            pieces.push(piece(token, kind));
        }
        pieces
    }

    /// Returns the layout of the bracket that opens here and closes at the token `closing`.
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
            _ if self.marks.attached.contains(&place) => Bracket::Attached,
            "{" | "<" => Bracket::Set,
            "(" => Bracket::Value,
            _ => Bracket::Plain,
        };
        let open = text.chars().next().unwrap_or('{');
        Group { bracket, open, opening: comment, content }
    }

    /// Returns the contents of a bracket without separators: everything up to the token `closing` except surrounding
    /// comments, which are not part of an element.
    fn inside(&self, closing: usize) -> Option<Range<usize>> {
        let tokens = &self.tokens[self.at..closing];
        let first = tokens.iter().find(|token| !token.is_comment())?;
        let last = tokens.iter().rfind(|token| !token.is_comment())?;
        Some(first.range.start..last.range.end)
    }

    /// Returns the comments after an opening bracket that are not directly before an element.
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
