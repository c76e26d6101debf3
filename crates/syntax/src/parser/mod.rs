//! From the grammar's pairs to the syntax tree, a declaration at a time.
//!
//! In: the pairs of one `unit`. Out: items and diagnostics. A pair that stands for something missing or wrong becomes one
//! diagnostic here and a value of kind `Error`, or nothing, in the tree; later phases stay silent about those.

mod define;
mod expr;
mod items;
mod messages;
mod object;
mod release;
mod types;

use std::sync::Arc;

use crate::ast::{Expr, ExprKind, Item, Name};
use crate::diagnostic::{Applicability, Code, Diagnostic, Diagnostics};
use crate::recovery::Docs;
use crate::source::{FileId, Span};
use crate::strings::{self, Holes};
use relc_grammar::{Pair, Rule};

/// What the building of a file needs at hand.
pub struct Builder<'t> {
    /// The file of all spans.
    pub file: FileId,
    /// The whole text.
    pub text: &'t str,
    /// Where the declaration at hand begins in the text: its pairs count from there.
    pub base: usize,
    /// The `///` comments.
    pub docs: &'t Docs,
    /// What is wrong.
    pub diags: Diagnostics,
    /// The items so far.
    pub items: Vec<Item>,
}

impl<'t> Builder<'t> {
    fn span(&self, pair: &Pair<'_>) -> Span {
        let at = pair.as_span();
        Span::new(self.file, self.base + at.start(), self.base + at.end())
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn doc(&self, span: Span) -> Option<String> {
        self.docs.above(self.text, span.start as usize)
    }

    /// Reports an error and gives it to be completed.
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diags.push(diagnostic);
    }

    fn syntax(&mut self, span: Span, message: impl Into<String>, help: &str) {
        let error = Diagnostic::error(Code::Syntax, span, message);
        self.report(if help.is_empty() { error } else { error.help(help) });
    }

    /// A word as it stands.
    fn word(&self, pair: &Pair<'_>) -> Name {
        Name { text: Arc::from(pair.as_str()), span: self.span(pair) }
    }

    /// A word that declares something: neither reserved nor a type's.
    fn lower(&mut self, pair: &Pair<'_>) -> Name {
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
                .fix(Applicability::Unsafe, name.span, lower),
            );
        }
        name
    }

    /// The name that a missing one leaves: empty, at its place.
    fn no_name(&mut self, pair: &Pair<'_>, what: &str) -> Name {
        let span = self.place(pair);
        let found = self.found(span);
        let help = match what.rsplit('`').nth(1) {
            Some("let") => "write `let name = value`",
            Some("param") => "write `param name: string`",
            Some("as") => "write `import \"file.rel\" as name`",
            _ => "",
        };
        self.syntax(span, format!("expected {what}, found {found}"), help);
        Name { text: Arc::from(""), span }
    }

    fn declared(&mut self, pair: &Pair<'_>, what: &str) -> Name {
        match pair.as_rule() {
            Rule::word => self.lower(pair),
            _ => self.no_name(pair, what),
        }
    }

    /// A string's text, holes being text there. `what` is named where the string is missing.
    fn plain(&mut self, pair: &Pair<'_>, what: &str) -> Name {
        match pair.as_rule() {
            Rule::string | Rule::block => {
                let span = self.span(pair);
                strings::plain(self.file, self.text, span.range(), &mut self.diags)
            }
            Rule::open_string | Rule::open_block => {
                self.unterminated(pair);
                let text = pair.as_str().trim_start_matches('"').trim_end();
                Name { text: Arc::from(text), span: self.span(pair) }
            }
            _ => self.no_name(pair, what),
        }
    }

    /// A string as a value.
    fn string(&mut self, pair: &Pair<'_>) -> Expr {
        let span = self.span(pair);
        let kind = match pair.as_rule() {
            Rule::string | Rule::block => {
                ExprKind::String(strings::parts(self.file, self.text, span.range(), Holes::Filled, &mut self.diags))
            }
            Rule::odd_string => {
                self.odd_quotes(pair);
                ExprKind::Error
            }
            _ => {
                self.unterminated(pair);
                ExprKind::Error
            }
        };
        Expr { kind, span }
    }

    /// A string where one must stand: `missing_text` is reported as `what`.
    fn text_or(&mut self, pair: &Pair<'_>, what: &str) -> Expr {
        if pair.as_rule() == Rule::missing_text {
            let name = self.no_name(pair, what);
            return Expr { kind: ExprKind::Error, span: name.span };
        }
        self.string(pair)
    }
}

/// Words that no declaration may have as its name.
pub(super) fn is_reserved(word: &str) -> bool {
    const RESERVED: [&str; 14] =
        ["if", "then", "else", "for", "in", "case", "and", "or", "not", "true", "false", "null", "fail", "when"];
    RESERVED.contains(&word)
}
