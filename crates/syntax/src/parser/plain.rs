//! Releases as most people write them, without the grammar's help.
//!
//! In: the text at the start of a declaration. Out: the release there, if it has no mistake, and no expressions other than literals and bare
//! words; `None` leaves it to the grammar. Reading such a release with the grammar, which also knows
//! every mistake, takes more time than building its manifests. A test compares the two: what is read here is what the grammar reads.

use std::ops::Range;
use std::sync::Arc;

use super::Builder;
use super::expr::{literal, number};
use crate::ast::{
    Clause, Element, Entry, Expr, ExprKind, Key, Name, Release, Subject, Test, TestOp, Version, Weight, When,
};
use crate::diagnostic::Diagnostics;
use crate::keywords::{DECLARATIONS, RESERVED};
use crate::source::Span;
use crate::strings::{self, Braces};

/// Words with which the grammar may begin something else than a name, a label or a strategy.
const OTHERS: [&str; 12] =
    ["open", "weight", "file", "strategy", "with", "using", "as", "where", "unless", "match", "matching", "on"];

impl Builder<'_> {
    /// Reads a release at the start of `range`, and returns it with the offset after it; `None` if the grammar has to read what is there.
    pub(crate) fn plain_release(&self, range: Range<usize>) -> Option<(Release, usize)> {
        let mut reader = Reader { builder: self, at: range.start, end: range.end };
        let release = reader.release()?;
        Some((release, reader.at))
    }
}

struct Reader<'b, 't> {
    builder: &'b Builder<'t>,
    at: usize,
    end: usize,
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<u8> {
        (self.at < self.end).then(|| self.builder.text.as_bytes()[self.at])
    }

    /// Consumes `byte`, if it is next.
    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn take_while(&mut self, holds: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&holds) {
            self.at += 1;
        }
        self.at - start
    }

    /// Skips space within a line.
    fn space(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    }

    /// Skips space over lines, and line comments.
    fn gap(&mut self) {
        loop {
            self.take_while(|byte| byte.is_ascii_whitespace() && byte != b'\x0c');
            if !self.comes("//") {
                return;
            }
            self.take_while(|byte| byte != b'\n');
        }
    }

    fn comes(&self, text: &str) -> bool {
        self.builder.text.as_bytes()[self.at..self.end].starts_with(text.as_bytes())
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.builder.file, start, self.at)
    }

    /// A word; with dots before digits, as the names of environments have them, if `dots`.
    fn word(&mut self, dots: bool) -> Option<Name> {
        let start = self.at;
        if !self.peek()?.is_ascii_alphabetic() {
            return None;
        }
        loop {
            self.take_while(is_word);
            let end = self.at;
            let dashes = self.take_while(|byte| byte == b'-');
            let is_joined = dashes > 0 && self.peek().is_some_and(is_word)
                || dashes == 0 && dots && self.eat(b'.') && self.peek().is_some_and(|byte| byte.is_ascii_digit());
            if !is_joined {
                self.at = end;
                break;
            }
        }
        let text = &self.builder.text[start..self.at];
        Some(Name { text: Arc::from(text), span: self.span(start) })
    }

    /// A word that begins nothing else.
    fn free_word(&mut self, dots: bool) -> Option<Name> {
        let word = self.word(dots)?;
        let text = &*word.text;
        let is_taken = RESERVED.contains(&text) || OTHERS.contains(&text) || begins_declaration(text);
        (!is_taken).then_some(word)
    }

    fn keyword(&mut self, keyword: &str) -> Option<()> {
        (*self.word(false)?.text == *keyword).then_some(())
    }

    fn release(&mut self) -> Option<Release> {
        self.gap();
        let start = self.at;
        self.keyword("release")?;
        self.space();
        let name = self.free_word(false)?;
        self.space();
        self.keyword("on")?;
        self.space();
        let environment = self.free_word(true)?;
        self.space();
        let strategy = if self.peek()?.is_ascii_alphabetic() { Some(self.free_word(false)?) } else { None };
        self.space();
        let settings = if self.peek() == Some(b'{') { Some(self.object()?) } else { None };
        self.gap();
        if !self.eat(b'<') {
            return None;
        }
        let versions = self.versions()?;
        let span = self.span(start);
        self.space();
        let is_ended = matches!(self.peek(), None | Some(b'\n')) || self.comes("//");
        self.gap();
        let begins = self.peek().is_none() || self.next_word().is_some_and(begins_declaration);
        if !is_ended || !begins {
            return None;
        }
        let doc = self.builder.doc(span);
        Some(Release { doc, name, environment, strategy, settings, versions, span })
    }

    /// The versions after `<`, and the `>` after them.
    fn versions(&mut self) -> Option<Vec<Version>> {
        let mut versions = Vec::new();
        self.gap();
        while !self.eat(b'>') {
            versions.push(self.version()?);
            self.separator(b'>')?;
        }
        Some(versions)
    }

    fn version(&mut self) -> Option<Version> {
        let start = self.at;
        let label = if self.peek()?.is_ascii_alphabetic() { Some(self.free_word(false)?) } else { None };
        let mut end = self.at;
        let (mut weight, mut headline, mut fields) = (None, None, None);
        self.space();
        if self.peek()?.is_ascii_digit() {
            weight = Some(self.weight()?);
            end = self.at;
            self.space();
        }
        if self.peek()? == b'"' {
            headline = Some(self.string()?);
            end = self.at;
            self.space();
        }
        if self.peek()? == b'{' {
            fields = Some(self.object()?);
            end = self.at;
        }
        if weight.is_none() && headline.is_none() && fields.is_none() {
            return None;
        }
        self.at = end;
        self.gap();
        let when = if self.next_word() == Some("when") { Some(self.when()?) } else { None };
        self.at = when.as_ref().map_or(end, |_| self.at);
        let span = self.span(start);
        Some(Version { doc: self.builder.doc(span), label, weight, headline, fields, when, span })
    }

    /// The word that comes next, which is not consumed.
    fn next_word(&mut self) -> Option<&str> {
        let start = self.at;
        self.word(false)?;
        let end = std::mem::replace(&mut self.at, start);
        Some(&self.builder.text[start..end])
    }

    fn when(&mut self) -> Option<When> {
        let start = self.at;
        self.keyword("when")?;
        self.space();
        let clauses = self.joined("or", |reader| {
            let start = reader.at;
            let tests = reader.joined("and", Reader::test)?;
            Some(Clause { tests, span: reader.span(start) })
        })?;
        Some(When { clauses, span: self.span(start) })
    }

    /// One part or several, with `word` between them.
    fn joined<T>(&mut self, word: &str, part: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut parts = vec![part(self)?];
        loop {
            let end = self.at;
            self.gap();
            if self.next_word() != Some(word) {
                self.at = end;
                return Some(parts);
            }
            self.at += word.len();
            self.gap();
            parts.push(part(self)?);
        }
    }

    fn test(&mut self) -> Option<Test> {
        let start = self.at;
        let subject = self.word(false)?;
        self.space();
        let subject = match &*subject.text {
            "path" => Subject::Path,
            "method" => Subject::Method,
            "header" => Subject::Header(self.subject_name()?),
            "query" => Subject::Query(self.subject_name()?),
            _ => return None,
        };
        self.space();
        let op = operator(&self.word(false)?.text)?;
        self.space();
        let value = if self.peek()? == b'"' { self.string()? } else { return None };
        Some(Test { subject, op, value, span: self.span(start) })
    }

    /// The name of a header or a query parameter.
    fn subject_name(&mut self) -> Option<Name> {
        match self.peek()? {
            b'"' => self.literal(),
            _ => self.word(false).filter(|word| operator(&word.text).is_none()),
        }
    }

    /// A string without interpolations.
    fn literal(&mut self) -> Option<Name> {
        let token = self.token()?;
        let mut found = Diagnostics::default();
        let name = strings::literal(self.builder.file, self.builder.text, token, &mut found);
        found.is_empty().then_some(name)
    }

    fn weight(&mut self) -> Option<Weight> {
        let start = self.at;
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let text = &self.builder.text[start..start + digits];
        let percent = self.eat(b'%');
        let is_whole =
            matches!(self.peek()?, b' ' | b'\t' | b'\r' | b'\n' | b',') && (digits == 1 || !text.starts_with('0'));
        let is_spaced = { self.builder.text[self.at..self.end].trim_start_matches(' ').starts_with(['%', 'p']) };
        (is_whole && !is_spaced).then(|| Weight { value: text.parse().ok(), percent, span: self.span(start) })
    }

    /// What comes between two entries, or before `close`, which is not consumed.
    fn separator(&mut self, close: u8) -> Option<()> {
        self.space();
        match self.peek()? {
            b',' => self.at += 1,
            b'\n' => {
                self.gap();
                self.eat(b',');
            }
            b'/' if self.comes("//") => {}
            byte if byte == close => return Some(()),
            _ => return None,
        }
        self.gap();
        (self.peek()? != b',').then_some(())
    }

    fn object(&mut self) -> Option<Expr> {
        let start = self.at;
        let mut entries = Vec::new();
        self.at += 1;
        self.gap();
        while !self.eat(b'}') {
            entries.push(self.entry()?);
            self.separator(b'}')?;
        }
        Some(Expr { kind: ExprKind::Object(entries), span: self.span(start) })
    }

    fn entry(&mut self) -> Option<Entry> {
        let start = self.at;
        let key = match self.peek()? {
            b'"' => self.literal()?,
            _ => self.word(false).filter(|word| !RESERVED.contains(&&*word.text))?,
        };
        self.space();
        if !self.eat(b':') {
            return None;
        }
        self.gap();
        let value = self.value()?;
        Some(Entry::Pair { doc: self.builder.doc(self.span(start)), key: Key::Plain(key), value })
    }

    /// A value, and the certainty that nothing is joined to it.
    fn value(&mut self) -> Option<Expr> {
        let value = match self.peek()? {
            b'"' => self.string()?,
            b'{' => self.object()?,
            b'[' => self.list()?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.bare_word()?,
        };
        let end = self.at;
        self.space();
        let is_alone = matches!(self.peek()?, b',' | b'\n' | b'}' | b']') || self.comes("//");
        self.at = end;
        is_alone.then_some(value)
    }

    fn list(&mut self) -> Option<Expr> {
        let start = self.at;
        let mut elements = Vec::new();
        self.at += 1;
        self.gap();
        while !self.eat(b']') {
            elements.push(Element::Value(self.value()?));
            self.separator(b']')?;
        }
        Some(Expr { kind: ExprKind::List(elements), span: self.span(start) })
    }

    fn number(&mut self) -> Option<Expr> {
        let start = self.at;
        self.eat(b'-');
        let digits = self.at;
        let is_whole = self.take_while(|byte| byte.is_ascii_digit()) > 0;
        let has_zero = self.builder.text.as_bytes()[digits] == b'0' && self.at - digits > 1;
        let has_decimals = !self.eat(b'.') || self.take_while(|byte| byte.is_ascii_digit()) > 0;
        let kind = number(&self.builder.text[start..self.at]);
        (is_whole && !has_zero && has_decimals).then(|| Expr { kind, span: self.span(start) })
    }

    /// `true`, `false`, `null`, or a name.
    fn bare_word(&mut self) -> Option<Expr> {
        let word = self.word(false)?;
        let kind = match &*word.text {
            "true" | "false" | "null" => literal(&word.text),
            text if text.starts_with(|c: char| c.is_ascii_lowercase()) && !RESERVED.contains(&text) => {
                ExprKind::Name(word.text)
            }
            _ => return None,
        };
        Some(Expr { kind, span: word.span })
    }

    fn string(&mut self) -> Option<Expr> {
        let start = self.at;
        let token = self.token()?;
        let mut found = Diagnostics::default();
        let parts = strings::parts(self.builder.file, self.builder.text, token, Braces::Interpolation, &mut found);
        found.is_empty().then(|| Expr { kind: ExprKind::String(parts), span: self.span(start) })
    }

    /// The range of a string on one line, with its quotes.
    fn token(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if self.comes("\"\"\"") {
            return None;
        }
        self.at += 1;
        loop {
            self.take_while(|byte| !matches!(byte, b'"' | b'\n' | b'\\'));
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    let escaped = self.builder.text[self.at..self.end].chars().next().filter(|c| *c != '\n')?;
                    self.at += escaped.len_utf8();
                }
                _ => return None,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }
}

fn begins_declaration(word: &str) -> bool {
    DECLARATIONS.iter().any(|(keyword, _)| *keyword == word)
}

fn operator(word: &str) -> Option<TestOp> {
    match word {
        "is" => Some(TestOp::Is),
        "prefix" => Some(TestOp::Prefix),
        "matches" => Some(TestOp::Matches),
        _ => None,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::ast::Item;
    use crate::parse::units;
    use crate::parser::Builder;
    use crate::recovery;
    use crate::source::FileId;

    const RELEASES: [&str; 5] = [
        "release hello on knative-istio blue-green <\n  v1 30% \"ghcr.io/hello:v1\"\n  v2 70% \"ghcr.io/hello:v2\"\n>\n",
        "/// The shop.\nrelease shop on iter8.1 canary { gateway: \"infra/main\", port: 8080 } < // two\n  \"shop:1\" { env: { A: \"b\" } }\n  next 5 { image: tag, ratio: -0.5 }, { on: true }\n>",
        "release a on b\n<\n  v-1 {\n    /// The spec.\n    spec: { containers: [{ image: \"a\\\"b {tag}\", args: [x, 1, null], } // c\n    ] }\n    \"a/b\": []\n  }\n>\nlet x = 1\n",
        "release a on b <\n  v1 1 \"x\" when header \"a\" is \"b\"\n  2% \"y\" { a: 1 ?? 2 }\n>\nrelease c on d < \"e\" >\n",
        "release a on b none <\n  \"x\"\n  n \"y\"\n    when header X-A is \"b\" and path prefix \"/a\" or query \"q r\" matches \"c.*\"\n    // d\n    or method is \"GET\"\n>\n",
    ];

    /// Texts that are put in place of others, between spaces.
    const PIECES: &str = "\n , : { } [ ] < > ( ) \" \"a\" % 1 01 30% - -1 .5 1.5 x Y a-b when and or in if let release on open weight with file(\"a\") null \
        true //c /*c*/ ///d ... ?? ? + = ! && \"\"\" \\ pct é header path is prefix matches not";

    /// Compares each release that is read plainly with what the grammar reads there, and returns their number.
    fn compared(text: &str) -> usize {
        let scan = recovery::scan(FileId(0), text);
        let mut plain = 0;
        let mut start = 0;
        while start < text.len() {
            let short = Builder::new(FileId(0), &scan).plain_release(start..text.len());
            let mut whole = Builder::new(FileId(0), &scan);
            let mut length = 0;
            units(whole.text, start..text.len(), &mut |base, unit| {
                if length == 0 {
                    length = unit.as_span().end();
                    whole.base = base;
                    whole.unit(unit);
                }
            });
            match short {
                Some((release, end)) => {
                    assert_eq!([Item::Release(Arc::new(release))], *whole.items, "{text:?}");
                    assert!(whole.diags.is_empty(), "{text:?}: {:?}", whole.diags);
                    let rest = |at: usize| text[at..].trim_start();
                    assert!(
                        rest(end).ends_with(rest(start + length)) || rest(start + length).ends_with(rest(end)),
                        "{text:?}"
                    );
                    plain += 1;
                    start = end;
                }
                None if length == 0 => break,
                None => start += length,
            }
        }
        plain
    }

    #[test]
    fn releases_are_read_as_the_grammar_reads_them() {
        assert_eq!(RELEASES.map(compared), [1, 1, 1, 1, 1]);
    }

    #[test]
    fn releases_with_mistakes_are_left_to_the_grammar() {
        let mut random = 1_u64;
        let mut next = move |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap_or(0) % below
        };
        let pieces: Vec<&str> = PIECES.split(' ').chain([" ", "\r\n", "//c\n"]).collect();
        let mut plain = 0;
        for _ in 0..2_000 {
            let mut text = RELEASES[next(RELEASES.len())].to_owned();
            for _ in 0..=next(2) {
                let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                let at = starts[next(starts.len())];
                let end = starts.iter().copied().find(|end| *end >= at + next(4)).unwrap_or(text.len());
                text.replace_range(at..end, pieces[next(pieces.len())]);
            }
            plain += compared(&text);
        }
        assert!(plain > 500, "few are read plainly: {plain}");
    }
}
