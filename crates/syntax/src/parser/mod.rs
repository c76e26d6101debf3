//! Builds the syntax tree from the grammar's pairs, one declaration at a time.
//!
//! In: the pairs of one `unit`. Out: items and diagnostics. A pair for something missing or invalid becomes one
//! diagnostic here, and a node of kind `Error`, or nothing, in the tree; later phases report nothing about those.

mod define;
mod dialect;
mod expr;
mod items;
mod messages;
mod object;
mod order;
mod plain;
mod release;
mod slips;
mod types;
mod when;

use std::sync::Arc;

use crate::ast::{Expr, ExprKind, Item, Name, StringPart};
use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics};
use crate::recovery::{Docs, Scan, Stray};
use crate::source::{FileId, Span};
use crate::strings::{self, Braces};
use relc_grammar::{Pair, Rule};

/// The state of parsing a file.
pub struct Builder<'t> {
    /// The file of all spans.
    pub file: FileId,
    /// The whole text.
    pub text: &'t str,
    /// The offset of the current declaration, to which the offsets of its pairs are relative.
    pub base: usize,
    /// The `///` comments.
    pub docs: &'t Docs,
    /// The brackets that close nothing, which `text` lacks.
    pub strays: &'t [Stray],
    /// The syntax errors.
    pub diags: Diagnostics,
    /// The items so far.
    pub items: Vec<Item>,
}

impl<'t> Builder<'t> {
    /// Creates the state in which nothing of a file is parsed yet.
    pub fn new(file: FileId, scan: &'t Scan<'_>) -> Self {
        Builder {
            file,
            text: &scan.text,
            base: 0,
            docs: &scan.docs,
            strays: &scan.strays,
            diags: Diagnostics::default(),
            items: Vec::new(),
        }
    }

    /// Creates the state for a text whose brackets were scanned before, without a mistake.
    pub fn of_sound(file: FileId, text: &'t str, docs: &'t Docs) -> Self {
        Builder { file, text, base: 0, docs, strays: &[], diags: Diagnostics::default(), items: Vec::new() }
    }

    fn span(&self, pair: &Pair<'_>) -> Span {
        let at = pair.as_span();
        Span::new(self.file, self.base + at.start(), self.base + at.end())
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn doc(&self, span: Span) -> Option<String> {
        self.docs.doc_of(self.text, span.start as usize)
    }

    /// Reports an error, which the caller can extend.
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diags.push(diagnostic);
    }

    fn syntax(&mut self, span: Span, message: impl Into<String>, help: &str) {
        let error = Diagnostic::error(Code::Syntax, span, message);
        self.report(if help.is_empty() { error } else { error.help(help) });
    }

    /// Returns a word as a name.
    fn word(&self, pair: &Pair<'_>) -> Name {
        Name { text: Arc::from(pair.as_str()), span: self.span(pair) }
    }

    /// Parses the name of a declaration, which is neither a keyword nor a type name.
    fn lower_name(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.word(pair);
        if is_reserved(&name.text) {
            self.syntax(name.span, format!("`{}` is reserved and cannot be a name", name.text), "choose another name");
        } else if name.text.starts_with(|c: char| c.is_ascii_uppercase()) {
            let mut lower = name.text.to_string();
            lower[..1].make_ascii_lowercase();
            self.report(
                Diagnostic::error(
                    Code::Syntax,
                    name.span,
                    format!("`{}` begins with a capital, as types do", name.text),
                )
                .help(format!("write `{lower}`"))
                .fix(Applicability::Unsafe, name.span, &*lower),
            );
            return Name { text: lower.into(), ..name };
        }
        name
    }

    /// Returns the placeholder for a missing name: empty, at its position.
    fn missing_name(&mut self, pair: &Pair<'_>, what: &str) -> Name {
        let span = self.place(pair);
        let found = self.found(span);
        let help = match what.rsplit('`').nth(1) {
            Some("let") => "write `let name = value`",
            Some("param") => "write `param name: string`",
            Some("deprecated") => "write `deprecated \"use … instead\"` before the field",
            Some("fail") => "write `fail \"message\"`",
            Some("as") => "write `import \"file.rel\" as name`",
            _ if what.starts_with("a message") => {
                "write the message after the condition: `require condition \"message\"`"
            }
            _ => "",
        };
        self.syntax(span, format!("expected {what}, found {found}"), help);
        Name { text: Arc::from(""), span }
    }

    fn declared_name(&mut self, pair: &Pair<'_>, what: &str) -> Name {
        match pair.as_rule() {
            Rule::word => self.lower_name(pair),
            _ => self.missing_name(pair, what),
        }
    }

    /// A string's text, in which braces are text. `what` is named where the string is missing.
    fn literal_string(&mut self, pair: &Pair<'_>, what: &str) -> Name {
        match pair.as_rule() {
            Rule::string | Rule::block => {
                let span = self.span(pair);
                strings::literal(self.file, self.text, span.range(), &mut self.diags)
            }
            Rule::open_string | Rule::open_block => {
                self.unterminated(pair);
                let text = pair.as_str().trim_start_matches('"').trim_end();
                Name { text: Arc::from(text), span: self.span(pair) }
            }
            _ => self.missing_name(pair, what),
        }
    }

    /// Parses a string value.
    fn string(&mut self, pair: &Pair<'_>) -> Expr {
        let span = self.span(pair);
        let kind = match pair.as_rule() {
            Rule::string | Rule::block => ExprKind::String(strings::parts(
                self.file,
                self.text,
                span.range(),
                Braces::Interpolation,
                &mut self.diags,
            )),
            Rule::odd_string => {
                self.odd_quotes(pair);
                let inside = pair.as_str().trim_matches(|c| "'`\"“”„‘’".contains(c));
                ExprKind::String(vec![StringPart::Text(Arc::from(inside))])
            }
            _ => {
                self.unterminated(pair);
                ExprKind::Error
            }
        };
        Expr { kind, span }
    }

    /// Parses a required string: `missing_text` is reported as `what`.
    fn text_or(&mut self, pair: &Pair<'_>, what: &str) -> Expr {
        if pair.as_rule() == Rule::missing_text {
            let name = self.missing_name(pair, what);
            return Expr { kind: ExprKind::Error, span: name.span };
        }
        self.string(pair)
    }
}

/// Returns true for keywords that can't be the name of a declaration.
pub(super) fn is_reserved(word: &str) -> bool {
    crate::keywords::RESERVED.contains(&word)
}
