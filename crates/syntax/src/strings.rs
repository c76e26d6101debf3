//! The inside of strings and blocks: escapes, interpolations, and the indentation of a block.
//!
//! In: the token's range in the text. Out: its unescaped parts. The contents of an interpolation and the end of the
//! token are defined by the grammar.

use std::sync::Arc;

use pest::Parser;

use super::ast::{Arg, Expr, ExprKind, Name, StringPart};
use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};
use relc_grammar::{Grammar, Pair, Rule};

/// The treatment of `{name}` in a string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Braces {
    /// A value: braces are interpolations.
    Interpolation,
    /// A key, a file name and the like: braces are text.
    Literal,
}

/// Parses the string or block whose token is `start..end` of `text`, including quotes.
pub(super) fn parts(
    file: FileId,
    text: &str,
    token: std::ops::Range<usize>,
    holes: Braces,
    diags: &mut Diagnostics,
) -> Vec<StringPart> {
    let block = text[token.clone()].starts_with("\"\"\"");
    let quote = if block { 3 } else { 1 };
    let closed = token.len() >= 2 * quote && text[token.clone()].ends_with(&"\"\"\""[..quote]);
    let (start, end) = (token.start + quote, if closed { token.end - quote } else { token.end });
    let mut reader = Reader { file, text, at: start, end, holes, diags, parts: Vec::new(), run: String::new() };
    if block {
        reader.block()
    } else {
        reader.line()
    }
    reader.flush();
    reader.parts
}

/// Parses a string without interpolations.
pub(super) fn literal(file: FileId, text: &str, token: std::ops::Range<usize>, diags: &mut Diagnostics) -> Name {
    let span = Span::new(file, token.start, token.end);
    let whole = match parts(file, text, token, Braces::Literal, diags).into_iter().next() {
        Some(StringPart::Text(whole)) => whole,
        Some(StringPart::Hole(_)) | None => Arc::from(""),
    };
    Name { text: whole, span }
}

struct Reader<'t, 'd> {
    file: FileId,
    text: &'t str,
    at: usize,
    end: usize,
    holes: Braces,
    diags: &'d mut Diagnostics,
    parts: Vec<StringPart>,
    run: String,
}

impl<'t> Reader<'t, '_> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    fn flush(&mut self) {
        if !self.run.is_empty() {
            self.parts.push(StringPart::Text(Arc::from(std::mem::take(&mut self.run))));
        }
    }

    fn line(&mut self) {
        while self.at < self.end {
            self.piece();
        }
    }

    fn block(&mut self) {
        let content = self.rest();
        let last = content.rfind('\n').map_or("", |newline| &content[newline + 1..]);
        let indent = last[..last.len() - last.trim_start_matches([' ', '\t']).len()].to_owned();
        let head = content.trim_start_matches([' ', '\t', '\r']);
        if head.starts_with('\n') {
            self.at = self.end - head.len() + 1;
            self.skip_indent(&indent);
        }
        while self.at < self.end {
            if self.rest().starts_with("\r\n") {
                self.at += 1;
            }
            let newline = self.rest().starts_with('\n');
            self.piece();
            if newline {
                self.skip_indent(&indent);
            }
        }
    }

    fn skip_indent(&mut self, indent: &str) {
        self.at += self.rest().bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
    }

    /// Parses one escape, interpolation, newline, or run of other text.
    fn piece(&mut self) {
        let rest = self.rest();
        match rest.as_bytes()[0] {
            b'\\' => self.escape(),
            b'{' if self.holes == Braces::Interpolation
                && rest.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase) =>
            {
                self.hole();
            }
            b'\n' => self.text(1),
            control if control < 0x20 && control != b'\r' => self.control(control),
            _ => {
                let stop = |(at, byte): &(usize, u8)| *at > 0 && (*byte < 0x20 || *byte == b'\\' || *byte == b'{');
                let length = rest.bytes().enumerate().find(stop).map_or(rest.len(), |(at, _)| at);
                self.text(length);
            }
        }
    }

    fn text(&mut self, length: usize) {
        let text = self.text;
        self.run.push_str(&text[self.at..self.at + length]);
        self.at += length;
    }

    /// Reports a raw control character. JSON doesn't allow one in a string; a block may contain tabs.
    fn control(&mut self, control: u8) {
        let span = Span::new(self.file, self.at, self.at + 1);
        let in_block = control == b'\t' && self.text[..self.end].len() < self.text.len() && self.is_block();
        if !in_block {
            let (name, escape) = match control {
                b'\t' => ("a tab".to_owned(), "\\t".to_owned()),
                other => (format!("the control character {other:#04x}"), format!("\\u{other:04x}")),
            };
            self.diags.push(
                Diagnostic::error(Code::InvalidString, span, format!("{name} is not allowed in a string"))
                    .help(format!("write `{escape}`"))
                    .fix(Applicability::Safe, span, escape),
            );
        }
        self.text(1);
    }

    fn is_block(&self) -> bool {
        self.text[self.end..].starts_with("\"\"\"")
    }

    fn escape(&mut self) {
        let start = self.at;
        let Some(escaped) = self.rest()[1..].chars().next() else {
            self.at = self.end;
            return;
        };
        self.at += 1 + escaped.len_utf8();
        let character = match escaped {
            '"' | '\\' | '/' | '{' => escaped,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(start),
            other => return self.bad_escape(start, other),
        };
        self.run.push(character);
    }

    fn bad_escape(&mut self, start: usize, escaped: char) {
        let span = Span::new(self.file, start, self.at);
        let error = Diagnostic::error(Code::InvalidString, span, format!("`\\{escaped}` is not an escape sequence"));
        let error = match escaped {
            '}' => error.help("write `}`: only an opening brace is escaped").fix(Applicability::Safe, span, "}"),
            '\'' => error.help("write `'` without a backslash").fix(Applicability::Safe, span, "'"),
            _ => error.help(format!("for a backslash, write `\\\\{escaped}`; in a path, write `/`")).fix(
                Applicability::Safe,
                span,
                format!("\\\\{escaped}"),
            ),
        };
        self.diags.push(error);
        self.run.push(escaped);
    }

    /// Parses four hexadecimal digits, and four more if they are the first half of a surrogate pair.
    fn unicode(&mut self, start: usize) {
        let first = self.hex();
        let joined = match first {
            Some(high @ 0xd800..=0xdbff) if self.rest().starts_with("\\u") => {
                self.at += 2;
                self.hex()
                    .filter(|low| (0xdc00..=0xdfff).contains(low))
                    .map(|low| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
            }
            other => other,
        };
        match joined.and_then(char::from_u32) {
            Some(character) => self.run.push(character),
            None => {
                let span = Span::new(self.file, start, self.at);
                let error = match first {
                    None => Diagnostic::error(Code::InvalidString, span, "`\\u` needs four hexadecimal digits")
                        .help("write `\\u00e9`, or the character itself"),
                    Some(_) => {
                        Diagnostic::error(Code::InvalidString, span, "half of a surrogate pair is not a character")
                            .help("write both halves, or the character itself")
                    }
                };
                self.diags.push(error);
                self.run.push('\u{fffd}');
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        let value = u32::from_str_radix(&self.rest()[..digits], 16).ok();
        self.at += digits;
        value.filter(|_| digits == 4)
    }

    fn hole(&mut self) {
        let rest = self.rest();
        let stop = rest.bytes().position(|byte| matches!(byte, b'}' | b'\n' | b'"')).unwrap_or(rest.len());
        let closed = rest.as_bytes().get(stop) == Some(&b'}');
        let length = if closed { stop + 1 } else { stop };
        let pairs = Grammar::parse(Rule::hole, &rest[..length]).ok().filter(|_| closed);
        match pairs.and_then(|mut pairs| pairs.next()) {
            Some(pair) => {
                self.flush();
                let path = content_of_hole(self.file, self.at, pair);
                self.parts.push(StringPart::Hole(Box::new(path)));
                self.at += length;
            }
            None => self.bad_hole(length, closed),
        }
    }

    fn bad_hole(&mut self, length: usize, closed: bool) {
        let shown: String = self.rest()[..length].chars().take(40).collect();
        let span = Span::new(self.file, self.at, self.at + length);
        let brace = Span::new(self.file, self.at, self.at + 1);
        let error = if closed {
            let message = format!(
                "`{shown}` is not an interpolation: it takes a name with its fields, or a call such as `{{lower(name)}}`"
            );
            let error = Diagnostic::error(Code::InvalidString, span, message)
                .help("name the value with `let` and write `{name}`, or write `\\{` for a literal brace");
            error.fix(Applicability::Unsafe, brace, "\\{")
        } else {
            let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let path: String = self.rest()[1..].chars().take_while(|c| is_path(*c)).collect();
            let path = path.trim_end_matches(['.', '-']);
            if self.rest()[1 + path.len()..].starts_with('(') {
                Diagnostic::error(Code::InvalidString, span, "a call in a string takes names, and no other values")
                    .help(format!("name the value with `let`, as in `let text = {path}(…)`, and write `{{text}}`"))
            } else {
                let end = Span::new(self.file, self.at + 1 + path.len(), self.at + 1 + path.len());
                Diagnostic::error(Code::InvalidString, brace, format!("the interpolation `{{{path}` is not closed"))
                    .help(format!("write `{{{path}}}`, or `\\{{` for a literal brace"))
                    .fix(Applicability::Unsafe, end, "}")
            }
        };
        self.diags.push(error);
        // What the string is, is not known.
        self.flush();
        self.parts.push(StringPart::Hole(Box::new(Expr { kind: ExprKind::Error, span })));
        self.text(1);
    }
}

/// Parses `{v.name!}` or `{weight(v)}`, whose text starts at `base`. The span is that of the contents, without the braces.
fn content_of_hole(file: FileId, base: usize, hole: Pair<'_>) -> Expr {
    let mut content = Expr { kind: ExprKind::Error, span: Span::new(file, base, base) };
    for pair in hole.into_inner() {
        let at = pair.as_span();
        let span = Span::new(file, base + at.start(), base + at.end());
        let around = content.span.to(span);
        content = match pair.as_rule() {
            Rule::hole_mark => Expr { span: around, kind: ExprKind::Unwrap(Box::new(content)) },
            Rule::hole_arguments => {
                let argument = |path| Arg { name: None, value: path_of_hole(file, base, path) };
                let args = pair.into_inner().map(argument).collect();
                Expr { span: around, kind: ExprKind::Call { callee: Box::new(content), args } }
            }
            _ => path_of_hole(file, base, pair),
        };
    }
    content
}

fn path_of_hole(file: FileId, base: usize, path: Pair<'_>) -> Expr {
    let mut known: Option<Expr> = None;
    for pair in path.into_inner() {
        let at = pair.as_span();
        let span = Span::new(file, base + at.start(), base + at.end());
        known = Some(match known {
            Some(base) => {
                let name = Name { text: Arc::from(pair.as_str()), span };
                Expr { span: base.span.to(span), kind: ExprKind::Field { base: Box::new(base), name, optional: false } }
            }
            None => Expr { kind: ExprKind::Name(Arc::from(pair.as_str())), span },
        });
    }
    known.unwrap_or(Expr { kind: ExprKind::Error, span: Span::new(file, base, base) })
}
