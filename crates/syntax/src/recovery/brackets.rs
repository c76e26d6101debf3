//! The scan: a stack of brackets over a stream of tokens.

use std::borrow::Cow;
use std::ops::Range;

use super::depth::Height;
use super::{Docs, LIMIT, Scan, Stray, lex};
use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, Edit, nearest};
use crate::source::{FileId, Span};
use relc_grammar::Rule;

/// An open bracket.
struct Frame {
    open: u8,
    at: usize,
    /// True if it contains statements, so that `let` starts one of them.
    body: bool,
    height: Height,
    /// The first word of the current entry, empty if it is not a word; `None` before the entry starts.
    statement: Option<Range<usize>>,
}

/// The class of the previous token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// A word after which `<` starts type arguments.
    Generic,
    /// A token after which a line continues.
    Open,
    /// A dot: the next word is a field.
    Dot,
    Other,
}

pub(super) struct Pass<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    /// The root and the open brackets.
    stack: Vec<Frame>,
    /// The sum of the prefixes of all frames.
    prefixes: usize,
    last: Last,
    newline: bool,
    /// The start of the current declaration, and whether it is a release.
    item: usize,
    release: bool,
    first_token: Option<usize>,
    /// The end of the last string that is not closed on its line: closing brackets after it may be part of the string.
    open_string: Option<usize>,
    /// The ranges of unclosed brackets: errors of the grammar inside are consequences.
    unclosed: Vec<Range<usize>>,
    strays: Vec<Stray>,
    /// The start of the last declaration, even if it is invalid.
    declaration: usize,
    /// Brackets whose closing one has another indentation: one of them may be the unclosed one.
    suspects: Vec<(usize, usize)>,
    patches: Vec<(usize, u8)>,
    skipped: Vec<Range<usize>>,
    docs: Docs,
    diags: Diagnostics,
    /// The error about comments of another language.
    foreign_comment: Option<Diagnostic>,
}

impl<'t> Pass<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Pass {
            file,
            text,
            at: 0,
            stack: vec![frame(0, 0, true)],
            prefixes: 0,
            last: Last::Other,
            newline: true,
            item: 0,
            release: false,
            first_token: None,
            open_string: None,
            unclosed: Vec::new(),
            strays: Vec::new(),
            declaration: 0,
            suspects: Vec::new(),
            patches: Vec::new(),
            skipped: Vec::new(),
            docs: Docs::default(),
            diags: Diagnostics::default(),
            foreign_comment: None,
        }
    }

    pub(super) fn run(&mut self) {
        while let Some(byte) = self.text.as_bytes().get(self.at).copied() {
            match byte {
                b'\n' => {
                    self.newline = true;
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'/' if self.rest().starts_with("//") => self.line_comment(),
                b'/' if self.rest().starts_with("/*") => self.block_comment(),
                b'#' => self.foreign_comment(),
                b'-' if self.rest().starts_with("-- ")
                    || self.rest().starts_with("--") && self.leading(self.at).is_some() =>
                {
                    self.foreign_comment();
                }
                b'-' if self.rest().starts_with("->") => {
                    self.significant();
                    self.at += 2;
                    self.last = Last::Open;
                }
                0x80.. => self.non_ascii(),
                _ => self.token(byte),
            }
        }
    }

    pub(super) fn finish(mut self) -> Scan<'t> {
        self.close_all(1);
        if let Some(error) = self.foreign_comment.take() {
            self.diags.push(error);
        }
        self.docs.settle(self.text, self.first_token.unwrap_or(self.text.len()));
        let mut text = Cow::Borrowed(self.text);
        if !self.patches.is_empty() {
            let mut bytes = self.text.as_bytes().to_vec();
            for (at, byte) in self.patches {
                bytes[at] = byte;
            }
            // One ASCII byte replaces another, so this is still UTF-8.
            text = String::from_utf8(bytes).map_or(text, Cow::Owned);
        }
        Scan {
            text,
            skipped: self.skipped,
            unclosed: self.unclosed,
            strays: self.strays,
            docs: self.docs,
            diags: self.diags,
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn top(&mut self) -> &mut Frame {
        self.stack.last_mut().expect("the root is never taken off the stack")
    }

    fn line_comment(&mut self) {
        let end = self.rest().find('\n').map_or(self.text.len(), |at| self.at + at);
        let doc = self.rest().starts_with("///") && !self.rest().starts_with("////");
        if doc && self.leading(self.at).is_some() {
            self.docs.push(self.at, self.text[..end].trim_end().len().max(self.at + 3));
        }
        self.at = end;
    }

    /// Handles a comment of another language, up to the end of its line. The first one of a file is reported, with a
    /// fix for all of them.
    fn foreign_comment(&mut self) {
        let length = self.rest().bytes().take_while(|byte| matches!(byte, b'#' | b'-')).count();
        let mark = self.span(self.at, self.at + length);
        let edit = Edit { span: mark, text: "//".to_owned() };
        match &mut self.foreign_comment {
            Some(error) => error.fix.iter_mut().for_each(|fix| fix.edits.push(edit.clone())),
            None => {
                let message = format!("`{}` does not begin a comment", &self.rest()[..length]);
                let error = Diagnostic::error(Code::Syntax, mark, message).help("write `//`");
                self.foreign_comment = Some(error.edits(Applicability::Safe, Some(vec![edit])));
            }
        }
        let end = self.rest().find('\n').map_or(self.text.len(), |at| self.at + at);
        // Each byte becomes a space.
        self.patches.extend((self.at..end).map(|at| (at, b' ')));
        self.at = end;
    }

    fn block_comment(&mut self) {
        match self.rest()[2..].find("*/") {
            Some(end) => self.at += end + 4,
            None => {
                let error = Diagnostic::error(Code::Syntax, self.span(self.at, self.at + 2), "unterminated comment");
                self.diags.push(error.label("this is never closed").help("close it with `*/`"));
                self.at = self.text.len();
            }
        }
    }

    /// Returns the indentation before `at`, if nothing else is before it on its line.
    fn leading(&self, at: usize) -> Option<usize> {
        let before = self.text[..at].bytes().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let start = at - before;
        (start == 0 || self.text.as_bytes()[start - 1] == b'\n' || self.text[..start] == *"\u{feff}").then_some(before)
    }

    /// Handles a non-ASCII character outside of strings.
    fn non_ascii(&mut self) {
        let Some(character) = self.rest().chars().next() else { return };
        let length = character.len_utf8();
        let name = match character {
            '\u{a0}' | '\u{202f}' => "a no-break space",
            '\u{3000}' => "a wide space",
            '\u{200b}' => "a space without width",
            '\u{feff}' if self.at > 0 => "a byte order mark",
            '\u{feff}' => "",
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' => return self.foreign_quote(length),
            _ => {
                self.significant();
                self.last = Last::Other;
                self.at += length;
                return;
            }
        };
        if !name.is_empty() {
            let span = self.span(self.at, self.at + length);
            let error = Diagnostic::error(Code::Syntax, span, format!("this is {name}"));
            self.diags.push(error.help("replace it with a space").fix(Applicability::Safe, span, " "));
        }
        // Each byte of the character becomes a space.
        self.patches.extend((self.at..self.at + length).map(|at| (at, b' ')));
        self.at += length;
    }

    /// Handles a string in another language's quotes: its contents are ignored if it ends on its line.
    fn foreign_quote(&mut self, length: usize) {
        self.significant();
        let inside = &self.rest()[length..];
        let ends = ['\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '"', '\n'];
        let close = inside.find(ends).filter(|at| !inside[*at..].starts_with('\n'));
        self.at += length + close.map_or(0, |at| at + inside[at..].chars().next().map_or(0, char::len_utf8));
        self.last = Last::Other;
    }

    fn token(&mut self, byte: u8) {
        let begins = self.newline;
        if begins && matches!(byte, b'"' | b'0'..=b'9') {
            self.next_version(self.at);
        }
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => return self.word(begins),
            b'"' => return self.quoted(),
            b'\'' | b'`' => return self.foreign_quote(1),
            _ => {}
        }
        let continues = matches!(byte, b',' | b':' | b')' | b']' | b'}' | b'?') || byte == b'<' && self.release;
        if !continues {
            self.significant();
        }
        self.newline = false;
        self.first_token.get_or_insert(self.at);
        let last = std::mem::replace(&mut self.last, Last::Other);
        if byte != b',' {
            self.top().statement.get_or_insert(0..0);
        }
        match byte {
            b'{' | b'[' | b'(' => self.open(byte),
            b'}' | b']' | b')' => self.close(byte),
            b'<' => self.less_than(last, begins),
            b'>' => self.greater(begins),
            b',' => self.comma(),
            b';' => self.semicolon(),
            b':' if self.stack.len() == 1 && matches!(self.statement(), "environment" | "part") => {
                self.last = Last::Open;
                self.at += 1;
            }
            b':' => {
                self.top().statement = Some(0..0);
                self.last = Last::Open;
                self.at += 1;
            }
            b'.' => self.dots(),
            b'=' if self.rest().starts_with("=>") => {
                self.at += 2;
                self.last = Last::Open;
            }
            b'=' | b'!' | b'?' | b'&' | b'|' => self.operator(byte),
            b'0'..=b'9' => self.at = lex::word(self.text, self.at),
            _ => self.at += 1,
        }
    }

    /// Starts a new entry if the next token follows a separating newline.
    fn significant(&mut self) {
        self.first_token.get_or_insert(self.at);
        if std::mem::take(&mut self.newline) && self.last != Last::Open {
            self.separate();
        }
    }

    fn separate(&mut self) {
        while self.stack.len() > 1 && self.top().open == b'<' && !self.release_angle() {
            self.close_all(self.stack.len() - 1);
        }
        let prefixes = self.top().height.prefixes;
        self.prefixes -= prefixes;
        let top = self.top();
        top.height.separate();
        top.statement = None;
        if self.stack.len() == 1 {
            self.item = self.at;
            if lex::head(self.text, self.at, Rule::head) {
                self.declaration = self.at;
            }
            self.release = false;
            self.suspects.clear();
        }
    }

    /// Closes the brackets of a version where the line at `start` begins another one.
    fn next_version(&mut self, start: usize) -> bool {
        let is_within = self.release && self.stack.len() > 2 && self.stack[1].open == b'<';
        if !is_within || !lex::is_version(self.text, start) {
            return false;
        }
        self.close_all(2);
        self.last = Last::Other;
        true
    }

    /// Returns true if the innermost bracket contains the versions of a release.
    fn release_angle(&self) -> bool {
        self.release && self.stack.len() == 2 && self.stack[1].open == b'<'
    }

    fn quoted(&mut self) {
        self.significant();
        let block = self.rest().starts_with("\"\"\"");
        let (end, closed) = if block { lex::block(self.text, self.at) } else { lex::string(self.text, self.at) };
        let start = self.at;
        self.at = end.min(self.text.len());
        if !closed {
            self.open_string = Some(self.at);
        } else if !block && lex::ends_in_a_call(&self.text[start..self.at]) {
            // The rest of the line is what was meant to be in the string: its errors are consequences.
            let line = self.text[self.at..].find('\n').map_or(self.text.len(), |newline| self.at + newline);
            self.unclosed.push(self.at..line);
            self.at = line;
        }
        self.last = Last::Other;
    }

    fn word(&mut self, begins: bool) {
        let start = self.at;
        let end = lex::word(self.text, start);
        let word = &self.text[start..end];
        let field = self.last == Last::Dot;
        if begins && !field {
            self.head(start);
        }
        let key = !field && self.text[end..].trim_start_matches([' ', '\t']).starts_with(':');
        let goes_on = matches!(word, "and" | "or" | "then" | "else" | "when") && !key;
        if goes_on {
            self.newline = false;
        } else {
            self.significant();
        }
        self.at = end;
        self.last = Last::Other;
        self.top().statement.get_or_insert(start..end);
        if key || field {
            return;
        }
        match word {
            "if" | "for" | "not" | "case" => self.prefix(start),
            "and" | "or" | "in" => self.infix(start),
            "then" | "else" => self.last = Last::Open,
            "Map" | "Partial" => self.last = Last::Generic,
            _ if self.stack.len() == 1 && self.item == start => self.release = lex::is_release(self.text, start),
            _ => {}
        }
    }

    /// Closes every bracket that can't contain a declaration at the start of a line.
    fn head(&mut self, start: usize) {
        if self.stack.len() == 1 {
            // The list of an import may have a trailing comma.
            if self.last == Last::Open && self.statement() == "import" && lex::head(self.text, start, Rule::head) {
                self.last = Last::Other;
            }
            return;
        }
        if self.next_version(start) {
            return;
        }
        let strict =
            lex::head(self.text, start, Rule::head_release) || lex::head(self.text, start, Rule::head_definition);
        // Among versions, `environment base { … }` is a version, too.
        if self.release_angle() && !lex::head(self.text, start, Rule::version_head) {
            return;
        }
        let keep = if strict && self.leading(start) == Some(0) {
            1
        } else if !self.top().body && (strict || lex::head(self.text, start, Rule::head_let)) {
            self.stack.iter().rposition(|frame| frame.body).map_or(1, |body| body + 1)
        } else {
            return;
        };
        self.close_all(keep);
        self.last = Last::Other;
    }

    fn prefix(&mut self, at: usize) {
        self.top().height.prefixes += 1;
        self.prefixes += 1;
        self.last = Last::Open;
        self.limit(at);
    }

    fn infix(&mut self, at: usize) {
        self.top().height.infix();
        self.last = Last::Open;
        self.limit(at);
    }

    fn postfix(&mut self, at: usize) {
        self.top().height.postfix();
        self.limit(at);
    }

    fn dots(&mut self) {
        let at = self.at;
        let count = self.rest().bytes().take_while(|byte| *byte == b'.').count();
        self.at += count;
        if count == 1 {
            self.postfix(at);
            self.last = Last::Dot;
        }
    }

    fn operator(&mut self, byte: u8) {
        let at = self.at;
        let two = self.rest().as_bytes().get(1).copied();
        self.at += 1;
        match (byte, two) {
            (b'=' | b'!', Some(b'=')) | (b'&', Some(b'&')) | (b'|', Some(b'|')) | (b'?', Some(b'?')) => {
                self.newline = false;
                self.at += 1;
                self.infix(at);
            }
            (b'=' | b'|', _) => self.last = Last::Open,
            (b'!', _) => self.postfix(at),
            _ => {}
        }
    }

    fn comma(&mut self) {
        self.at += 1;
        // The commas of a list without brackets don't end its statement, nor does that between the types of `Map<string, int>`.
        let is_list = matches!(self.statement(), "environment" | "part" | "import" | "emit" | "track" | "watch");
        if is_list || self.top().open == b'<' && !self.release_angle() && self.closes_angle() {
            let prefixes = self.top().height.prefixes;
            self.prefixes -= prefixes;
            self.top().height.separate();
        } else {
            self.separate();
        }
        self.last = Last::Open;
    }

    /// Returns true if the rest of the line has a `>`, with only types before it.
    fn closes_angle(&self) -> bool {
        let is_type = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_' | '[' | ']' | '|' | ',' | '<');
        self.rest().find(|c| !is_type(c)).is_some_and(|end| self.rest()[end..].starts_with('>'))
    }

    /// Returns the first word of the current entry.
    fn statement(&mut self) -> &'t str {
        let range = self.top().statement.clone().unwrap_or(0..0);
        &self.text[range]
    }

    fn semicolon(&mut self) {
        let span = self.span(self.at, self.at + 1);
        let next = self.rest()[1..].trim_start_matches([' ', '\t', '\r']);
        let text = if next.is_empty() || next.starts_with(['\n', '}', ')', ']', '/', ';']) { "" } else { "," };
        let error = Diagnostic::error(Code::Syntax, span, "`;` is not a separator");
        let help = if text.is_empty() { "remove it" } else { "write `,`, or begin a new line" };
        self.diags.push(error.help(help).fix(Applicability::Safe, span, text));
        self.patches.push((self.at, b','));
        self.comma();
    }

    fn open(&mut self, byte: u8) {
        let at = self.at;
        self.at += 1;
        let depth = self.stack.len();
        let statement = self.statement();
        let body = byte == b'{'
            && self.stack[depth - 1].body
            && (matches!(statement, "environment" | "part" | "settings" | "version" | "strategy" | "replace")
                // Only environments and parts extend others, whatever their keyword is.
                || depth == 1 && self.text[self.item..at].contains(" extends ")
                || depth == 2 && is_misspelled_body(statement) && self.text[..at].trim_end().ends_with(statement));
        self.stack.push(frame(byte, at, body));
        self.last = Last::Open;
        self.limit(at);
    }

    fn pop(&mut self) -> Option<Frame> {
        if self.stack.len() == 1 {
            return None;
        }
        let frame = self.stack.pop()?;
        self.prefixes -= frame.height.prefixes;
        self.top().height.bracket(frame.height.total());
        self.newline = false;
        self.last = Last::Other;
        Some(frame)
    }

    /// Handles a closing bracket: of the innermost bracket, an outer one, or none.
    fn close(&mut self, byte: u8) {
        let at = self.at;
        self.at += 1;
        while self.top().open == b'<' && !self.release_angle() && self.stack.len() > 1 {
            self.close_all(self.stack.len() - 1);
        }
        let open = opening(byte);
        let depth = self.stack.len();
        if self.top().open == open {
            self.suspect(at);
            self.pop();
        } else if let Some(index) = self.stack.iter().skip(1).rposition(|frame| frame.open == open).map(|i| i + 1) {
            if self.next_is_stray(index) && !self.release_angle() {
                self.wrong_closer(at);
            } else {
                self.close_all(index + 1);
                self.pop();
            }
        } else if depth == 1
            || self.release_angle()
            || self.next_closer().is_some_and(|next| opening(next) == self.top().open) && self.rest_closes(at)
        {
            self.stray_closer(at, byte);
        } else {
            self.wrong_closer(at);
        }
        self.limit(at);
    }

    fn stray_closer(&mut self, at: usize, byte: u8) {
        self.patches.push((at, b' '));
        // After an unclosed string, a bracket may be part of the string.
        if self.open_string.is_some_and(|end| !self.text[end..at].contains('\n')) {
            return;
        }
        let span = self.span(at, at + 1);
        let error = Diagnostic::error(Code::Syntax, span, format!("this `{}` closes nothing", char::from(byte)));
        self.diags.push(error.help("remove it").fix(Applicability::Unsafe, span, ""));
        let line = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        self.strays.push(Stray { bracket: span, around: self.span(self.declaration, line) });
    }

    /// Returns true if the closing brackets that follow directly are enough for all that were opened on this line.
    fn rest_closes(&self, at: usize) -> bool {
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let opened = self.stack.iter().filter(|frame| frame.at >= line && matches!(frame.open, b'{' | b'[' | b'('));
        let run = self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'}' | b']' | b')'));
        run.filter(|byte| matches!(byte, b'}' | b']' | b')')).count() >= opened.count()
    }

    /// Returns true if the next closing bracket would be stray if everything above `index` were closed here.
    fn next_is_stray(&self, index: usize) -> bool {
        self.next_closer().is_some_and(|next| !self.stack[1..index].iter().any(|frame| frame.open == opening(next)))
    }

    /// Returns the next closing bracket, if only space precedes it.
    fn next_closer(&self) -> Option<u8> {
        let rest = &self.rest().as_bytes()[..self.rest().len().min(256)];
        let next = rest.iter().copied().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','))?;
        matches!(next, b'}' | b']' | b')').then_some(next)
    }

    fn wrong_closer(&mut self, at: usize) {
        let Some(frame) = self.pop() else { return };
        let (open, found) = (char::from(frame.open), char::from(self.text.as_bytes()[at]));
        let close = closing(frame.open);
        let span = self.span(at, at + 1);
        let error = Diagnostic::error(Code::Syntax, span, format!("`{found}` cannot close `{open}`"))
            .related(self.span(frame.at, frame.at + 1), "this is open")
            .help(format!("write `{}`", char::from(close)))
            .fix(Applicability::Unsafe, span, char::from(close).to_string());
        self.diags.push(error);
        self.patches.push((at, close));
    }

    /// Records a brace whose closing one is not indented like the line that opens it.
    fn suspect(&mut self, at: usize) {
        let open = self.top().at;
        if self.suspects.len() < 64
            && self.top().open == b'{'
            && self.leading(at).is_some_and(|column| column != self.indent(open))
        {
            self.suspects.push((open, at));
        }
    }

    fn indent(&self, at: usize) -> usize {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        self.text[start..at].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// Reports every bracket beyond the first `keep` frames as unclosed, as one mistake, and removes them.
    fn close_all(&mut self, keep: usize) {
        let Some(outer) = self.stack.get(keep) else { return };
        let outer = outer.at;
        let indent = if self.suspects.is_empty() { 0 } else { self.indent(outer) };
        let suspect = self.suspects.iter().find(|(open, close)| *open > outer && self.leading(*close) == Some(indent));
        let mut places: Vec<usize> = self.stack[keep..].iter().map(|frame| frame.at).collect();
        if let (Some((open, _)), 1) = (suspect, places.len()) {
            places[0] = *open;
        }
        let last = places.pop().unwrap_or(outer);
        let bracket = char::from(self.text.as_bytes()[last]);
        let close = char::from(closing(self.text.as_bytes()[last]));
        let mut error =
            Diagnostic::error(Code::Syntax, self.span(last, last + 1), format!("this `{bracket}` is never closed"))
                .label("opened here")
                .help(format!("close it with `{close}`"));
        for place in places.into_iter().rev() {
            let bracket = char::from(self.text.as_bytes()[place]);
            error = error.related(self.span(place, place + 1), format!("this `{bracket}` is not closed either"));
        }
        self.diags.push(error);
        if self.text.as_bytes()[last] != b'<' {
            self.unclosed.push(last..self.at);
        }
        while self.stack.len() > keep {
            self.pop();
        }
    }

    /// Handles `<`: of a type, of a release's versions, or a comparison.
    fn less_than(&mut self, last: Last, begins: bool) {
        let at = self.at;
        self.at += 1;
        if last == Last::Generic {
            self.stack.push(frame(b'<', at, false));
            self.last = Last::Open;
            return self.limit(at);
        }
        let has_versions = self.stack.get(1).is_some_and(|frame| frame.open == b'<');
        // After settings that are not closed on their line, only versions begin at its end.
        let ends_line = || self.rest().lines().next().unwrap_or("").trim().is_empty();
        let is_one_line = |frame: &Frame| frame.open == b'{' && !self.text[frame.at..at].contains('\n');
        let after_settings = self.stack.len() == 2 && is_one_line(&self.stack[1]) && ends_line();
        if self.release && !has_versions && (self.stack.len() == 1 || begins || after_settings) {
            self.close_all(1);
            if after_settings && self.text[..at].ends_with(' ') {
                // With the bracket that is missing, the settings are read as they are meant.
                self.patches.push((at - 1, b'}'));
                self.unclosed.pop();
            }
            self.stack.push(frame(b'<', at, false));
            self.last = Last::Open;
            return;
        }
        if self.rest().starts_with('=') {
            self.at += 1;
        }
        self.infix(at);
    }

    fn greater(&mut self, begins: bool) {
        let at = self.at;
        self.at += 1;
        if self.top().open == b'<' {
            self.pop();
            return;
        }
        let versions = self.release && self.stack.get(1).is_some_and(|frame| frame.open == b'<');
        if versions && begins {
            self.close_all(2);
            self.pop();
            return;
        }
        if self.rest().starts_with('=') {
            self.at += 1;
        }
        self.infix(at);
    }

    /// Reports excessive nesting and continues after its declaration.
    fn limit(&mut self, at: usize) {
        let depth = self.stack.len() - 1 + self.prefixes;
        let height = self.top().height.entry();
        if depth <= LIMIT && height <= LIMIT {
            return;
        }
        let error = Diagnostic::error(
            Code::NestingTooDeep,
            self.span(at, lex::next_char(self.text, at + 1)),
            format!("this is nested deeper than {LIMIT}"),
        );
        self.diags.push(error.help("name a part of it with `let`"));
        let mut next = self.at;
        loop {
            match self.text[next..].find('\n') {
                Some(newline) => next += newline + 1,
                None => next = self.text.len(),
            }
            if next == self.text.len() || lex::head(self.text, next, Rule::head) {
                break;
            }
        }
        self.skipped.push(self.item..next);
        self.stack.truncate(1);
        *self.top() = frame(0, next, true);
        (self.prefixes, self.at, self.newline, self.last, self.item, self.release) =
            (0, next, true, Last::Other, next, false);
        self.suspects.clear();
    }
}

fn frame(open: u8, at: usize, body: bool) -> Frame {
    Frame { open, at, body, height: Height::default(), statement: None }
}

/// Returns true for a word before `{` that is likely `settings` or `version`, misspelled.
fn is_misspelled_body(word: &str) -> bool {
    nearest(word, ["settings", "version"]).is_some()
}

fn opening(close: u8) -> u8 {
    match close {
        b'}' => b'{',
        b']' => b'[',
        _ => b'(',
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'{' => b'}',
        b'[' => b']',
        b'<' => b'>',
        _ => b')',
    }
}
