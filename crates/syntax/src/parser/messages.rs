//! Messages of syntax errors, with those for common mistakes.

use super::{Builder, is_reserved};
use crate::ast::{Expr, ExprKind, Name, Version};
use crate::diagnostic::{Applicability, Code, Diagnostic, nearest};
use crate::keywords;
use crate::parser::{Pair, Rule};
use crate::source::Span;
use pest::Parser;
use relc_grammar::Grammar;

impl Builder<'_> {
    /// Returns the span of a pair, or the position where something is missing.
    pub(super) fn place(&self, pair: &Pair<'_>) -> Span {
        let span = self.span(pair);
        if span.start != span.end {
            return self.trimmed(span);
        }
        // What is missing at the end of a line is shown there, not where the next line begins.
        let rest = self.text[span.start as usize..].trim_start_matches([' ', '\t', '\r']);
        let before = self.text[..span.start as usize].trim_end().len();
        let crossed = self.text[before..span.start as usize].contains('\n');
        if crossed || rest.is_empty() || rest.starts_with('\n') { Span::new(self.file, before, before) } else { span }
    }

    pub(super) fn trimmed(&self, span: Span) -> Span {
        let text = self.slice(span);
        let end = span.start as usize + text.trim_end().len();
        Span::new(self.file, span.start as usize, end)
    }

    /// Returns a description of the text at the start of `span`, for a message.
    pub(super) fn found(&self, span: Span) -> String {
        let rest = &self.text[span.start as usize..];
        if rest.trim().is_empty() {
            return "the end of the file".to_owned();
        }
        let rest = rest.trim_start_matches([' ', '\t', '\r']);
        let Some(next) = rest.chars().next() else { return "the end of the file".to_owned() };
        if next == '\n' || rest.starts_with("//") {
            return "the end of the line".to_owned();
        }
        format!("`{}`", token(rest))
    }

    pub(super) fn shown(&self, span: Span) -> String {
        let text = self.slice(span).trim();
        let line = text.lines().next().unwrap_or("");
        let short: String = line.chars().take(40).collect();
        if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
    }

    /// Returns true if an error was reported at or after the start of `span`.
    pub(super) fn reported_since(&self, span: Span) -> bool {
        self.diags.iter().last().is_some_and(|last| last.span.start >= span.start)
    }

    pub(super) fn missing_value(&mut self, pair: &Pair<'_>, before: &str) -> Expr {
        let at = self.place(pair);
        let found = self.found(at);
        let message = match before {
            "" => format!("expected a value, found {found}"),
            _ => format!("expected a value after `{before}`, found {found}"),
        };
        let word = found.trim_matches('`');
        let help = match before {
            _ if is_reserved(word) => format!("`{word}` is a keyword; for a string, write `\"{word}\"`"),
            "..." => "write a name after the dots: `...base`".to_owned(),
            _ if before.ends_with(':') => "write a value, or `null` for none".to_owned(),
            _ => "write a value: a string in quotes, a number, `{ … }`, `[ … ]`, or a name".to_owned(),
        };
        self.syntax(at, message, &help);
        Expr { kind: ExprKind::Error, span: at }
    }

    /// Between entries: something too much, or a separator too little.
    pub(super) fn between(&mut self, pair: &Pair<'_>) {
        match pair.as_rule() {
            Rule::extra_comma => self.extra_comma(self.span(pair)),
            Rule::missing_sep => self.missing_sep(pair),
            Rule::bad_entry => self.bad_entry(pair),
            _ => self.junk(pair),
        }
    }

    /// A comma that begins at `span`, and separates nothing from what follows.
    fn extra_comma(&mut self, span: Span) {
        let span = Span { end: span.start + 1, ..span };
        self.report(Diagnostic::error(Code::Syntax, span, "this comma separates nothing").help("remove it").fix(
            Applicability::Safe,
            span,
            "",
        ));
    }

    /// Reports a separator that is missing after the last of `versions`. If that has an open bracket, a comma would be in it.
    pub(super) fn missing_sep_of_versions(&mut self, pair: &Pair<'_>, versions: &[Version]) {
        let at = self.span(pair).start as usize;
        let start = versions.last().map_or(at, |version| version.span.start as usize);
        let written = self.text.get(start..at).unwrap_or("");
        let mut open = 0_i32;
        for (part, text) in written.split('"').enumerate() {
            let count = |sign: char| i32::try_from(text.matches(sign).count()).unwrap_or(0);
            if part % 2 == 0 {
                open += count('{') + count('[') + count('(') - count('}') - count(']') - count(')');
            }
        }
        self.separate(pair, open <= 0);
    }

    pub(super) fn missing_sep(&mut self, pair: &Pair<'_>) {
        self.separate(pair, true);
    }

    /// Reports a missing separator, with a fix if `fixes`.
    fn separate(&mut self, pair: &Pair<'_>, fixes: bool) {
        let at = self.span(pair);
        // A bracket that does not close takes the newline behind it, and was reported.
        let before = &self.text[..at.start as usize];
        if before[before.trim_end().len()..].contains('\n') {
            return;
        }
        if self.diags.iter().last().is_some_and(|last| last.span.end + 1 >= at.start && last.span.start <= at.start) {
            return;
        }
        // A string that is never closed is reported, and what is before it may be a part of another string.
        let line = self.text[at.end as usize..].lines().next().unwrap_or("");
        let string = line.find('"').map_or("", |quote| &line[quote..]);
        if !string.is_empty() && !string.starts_with("\"\"\"") && Grammar::parse(Rule::string, string).is_err() {
            return;
        }
        let found = self.found(at);
        // Declarations begin lines of their own; a comma would be a part of what is open before one.
        let is_head = Grammar::parse(Rule::head, &self.text[at.end as usize..]).is_ok();
        let (message, help, separator) = match is_head {
            true => ("a new line", "begin a declaration on its own line", "\n"),
            false => ("a comma or a new line", "entries are separated by a comma or a new line", ", "),
        };
        let error = Diagnostic::error(Code::Syntax, at, format!("expected {message} before {found}"));
        let error = error.help(help);
        // Where the value of the entry before is missing, a comma would not complete it.
        let is_whole = !before.trim_end().ends_with(':');
        self.report(if fixes && is_whole { error.fix(Applicability::Safe, at, separator) } else { error });
    }

    /// Text behind an entry that is whole without it.
    pub(super) fn junk(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span);
        let start = span.start as usize;
        let touches = self.text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if touches && text.starts_with(['/', ':', '.', '@', '-', '+', '_', '*']) {
            return self.unquoted(span);
        }
        let shown = self.shown(span);
        let joins_objects = ["with", "|", "+", "&", "<>"]
            .iter()
            .any(|sign| text.strip_prefix(sign).is_some_and(|rest| rest.trim_start().starts_with('{')));
        let help = match text.chars().next() {
            _ if joins_objects => "objects are joined by a call, `merge(a, b)`, or by a spread: `{ ...a, key: value }`",
            _ if text.starts_with("if ") => "a condition goes before its value: `if condition then value`",
            Some('+' | '-' | '*' | '/' | '%') => {
                "numbers are computed by calls, `add(a, b)`, `sub(a, b)`, `mul(a, b)`, `div(a, b)` and `mod(a, b)`; strings are joined by interpolation: `\"{a}-{b}\"`"
            }
            Some('(') => "write the `(` of a call directly after its name",
            Some('[') => "an index touches what it is of; elements are separated by a comma or a new line",
            Some('=') => "`==` compares, `:` gives a key its value",
            Some('?') => "write `if condition then a else b`",
            Some('&' | '|') => "conditions are joined by `and` and `or`",
            Some('\'' | '`' | '“' | '”' | '‘' | '’') => "strings are written in double quotes",
            Some('<' | '>') => "versions go between `<` and `>` after the header of a release",
            Some('#') => "begin a comment with `//`",
            _ => "entries are separated by a comma or a new line",
        };
        self.syntax(span, format!("unexpected {shown}"), help);
    }

    /// A text without its quotes, of which the grammar read a part as something else.
    pub(super) fn unquoted(&mut self, span: Span) {
        let run = |c: char| c.is_alphanumeric() || "_-./:@%+*~$".contains(c);
        let (start, end) = (span.start as usize, span.end as usize);
        let start = start - self.text[..start].chars().rev().take_while(|c| run(*c)).map(char::len_utf8).sum::<usize>();
        let rest = &self.text[start..];
        let end = end.max(start + rest.find(|c| !run(c)).unwrap_or(rest.len()));
        let whole = Span::new(self.file, start, start + rest.find(|c| !run(c)).unwrap_or(rest.len()));
        let text = self.slice(whole);
        if let Some(key) = text.strip_suffix(':') {
            let help = format!("write `{{ {key}: … }}`, the brace on the line of what it belongs to");
            return self.syntax(whole, format!("the key `{key}` is outside of braces"), &help);
        }
        let is_bound = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
        if text.contains("..") && text.chars().all(is_bound) {
            let help = format!("write `int {text}` or `number {text}`");
            return self.syntax(whole, format!("the bounds `{text}` belong to the type `int` or `number`"), &help);
        }
        let at = if whole.end == whole.start { Span::new(self.file, start, end) } else { whole };
        self.report(
            Diagnostic::error(Code::Syntax, at, format!("the string `{text}` needs quotes"))
                .help(format!("write `\"{text}\"`"))
                .fix(Applicability::Unsafe, at, format!("\"{text}\"")),
        );
    }

    pub(super) fn bad_entry(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span);
        let shown = self.shown(span);
        if text.starts_with("- ") {
            return self.syntax(span, format!("expected `key: value`, found {shown}"), "a list is written `[a, b]`");
        }
        if text.starts_with('#') {
            return self.syntax(span, "`#` does not begin a comment", "write `//`: comments begin with it");
        }
        if text.starts_with('"') {
            let key = token(text);
            let span = Span::new(self.file, span.start as usize, span.start as usize + key.len());
            return self.syntax(
                span.at_end(),
                format!("expected `:` and a value after the key `{key}`"),
                "an entry is written `key: value`",
            );
        }
        let word = token(text);
        if let Some(rest) = text.strip_prefix("..").filter(|rest| !rest.starts_with('.')) {
            let dots = Span { end: span.start + 2, ..span };
            let path = rest.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(rest.len());
            let help = format!("write `...{}`", rest[..path].trim_end_matches('.'));
            return self.report(Diagnostic::error(Code::Syntax, dots, "a spread has three dots").help(help).fix(
                Applicability::Safe,
                dots,
                "...",
            ));
        }
        if is_reserved(word) {
            return self.syntax(
                span,
                format!("`{word}` is a keyword, not an entry"),
                "an entry is written `key: value`",
            );
        }
        self.syntax(
            span,
            format!("expected `key: value`, found {shown}"),
            "an entry is `key: value`, a name, `...spread`, or a guard",
        );
    }

    pub(super) fn bad_key(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.word(pair);
        self.report(
            Diagnostic::error(Code::Syntax, name.span, format!("the key `{}` needs quotes", name.text))
                .help(format!("write `\"{}\"`", name.text))
                .fix(Applicability::Safe, name.span, format!("\"{}\"", name.text)),
        );
        name
    }

    pub(super) fn nested_key(&mut self, pair: &Pair<'_>, key: &Name) -> Expr {
        let at = Span::new(self.file, key.span.end as usize, key.span.end as usize);
        self.syntax(
            at,
            format!("expected a value after `{}:`, found another key", key.text),
            &format!("write the keys of `{}` in braces: `{}: {{ … }}`", key.text, key.text),
        );
        Expr { kind: ExprKind::Error, span: self.span(pair) }
    }

    pub(super) fn yaml_list(&mut self, pair: &Pair<'_>) -> Expr {
        let span = self.trimmed(self.span(pair));
        self.syntax(
            Span { end: span.start + 1, ..span },
            "a list is not written with `-`",
            "write `[a, b]`, or one element on a line between `[` and `]`",
        );
        Expr { kind: ExprKind::Error, span }
    }

    pub(super) fn percent(&mut self, pair: &Pair<'_>) -> ExprKind {
        let (span, text) = (self.span(pair), pair.as_str());
        self.report(
            Diagnostic::error(Code::Syntax, span, format!("`{text}` is a weight, not a value"))
                .help(format!("for a string, write `\"{text}\"`"))
                .fix(Applicability::Safe, span, format!("\"{text}\"")),
        );
        ExprKind::Error
    }

    pub(super) fn bad_number(&mut self, pair: &Pair<'_>) -> ExprKind {
        let (span, text) = (self.span(pair), pair.as_str());
        let zeros = text.trim_start_matches('0');
        let error = if zeros.len() < text.len() && !zeros.is_empty() && zeros.bytes().all(|b| b.is_ascii_digit()) {
            Diagnostic::error(Code::Syntax, span, format!("`{text}` is not a number: it begins with a zero"))
                .help(format!("write `{zeros}`, or `\"{text}\"` for a string"))
        } else {
            let digits: String = text
                .chars()
                .map(|c| match c {
                    'O' | 'o' => '0',
                    'l' | 'I' => '1',
                    other => other,
                })
                .collect();
            let error = Diagnostic::error(Code::Syntax, span, format!("`{text}` is not a number"));
            if digits.chars().all(|c| c.is_ascii_digit()) {
                error.help(format!("did you mean `{digits}`? For a string, write `\"{text}\"`")).fix(
                    Applicability::Unsafe,
                    span,
                    digits,
                )
            } else {
                error.help(format!("for a string, write `\"{text}\"`")).fix(
                    Applicability::Unsafe,
                    span,
                    format!("\"{text}\""),
                )
            }
        };
        self.report(error);
        ExprKind::Error
    }

    pub(super) fn bad_value(&mut self, pair: &Pair<'_>) -> ExprKind {
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span);
        let shown = self.shown(span);
        if text.starts_with(['/', '.', '~']) && text.len() > 1 && !text.contains(' ') {
            self.unquoted(span);
            return ExprKind::Error;
        }
        let help = match text.chars().next() {
            Some('-') => "a list is written `[a, b]`; a hyphen is never a minus",
            Some('#') => "begin a comment with `//`",
            Some('|' | '>') => "write a string of several lines between `\"\"\"`",
            Some('$') => "write the name without `$`; in a string, write `{name}`",
            Some('&' | '*') => "in place of an anchor, declare a `let` and write its name",
            _ => "a value is a string in quotes, a number, `true`, `false`, `null`, `{ … }`, `[ … ]`, or a name",
        };
        self.syntax(span, format!("expected a value, found {shown}"), help);
        ExprKind::Error
    }

    pub(super) fn type_value(&mut self, pair: &Pair<'_>) -> ExprKind {
        let (span, text) = (self.span(pair), pair.as_str());
        let lower = text.to_lowercase();
        let error = Diagnostic::error(
            Code::Syntax,
            span,
            format!("`{text}` is not a value: names with a capital letter are types"),
        );
        self.report(match &*lower {
            "true" | "false" | "null" => error.help(format!("write `{lower}`")).fix(Applicability::Safe, span, lower),
            "none" | "nil" => error.help("write `null`"),
            _ => error.help(format!("for a string, write `\"{text}\"`; for an object of this kind, `{text} {{ … }}`")),
        });
        ExprKind::Error
    }

    pub(super) fn odd_quotes(&mut self, pair: &Pair<'_>) {
        let (span, text) = (self.span(pair), pair.as_str());
        let inside: String = text.chars().skip(1).take(text.chars().count().saturating_sub(2)).collect();
        let fixed = format!("\"{}\"", inside.replace('"', "\\\""));
        let message = match text.chars().next() {
            Some('\'' | '`') => "strings are written in double quotes",
            _ => "this string is in typographic quotes",
        };
        self.report(Diagnostic::error(Code::Syntax, span, message).help(format!("write `{fixed}`")).fix(
            Applicability::Safe,
            span,
            fixed,
        ));
    }

    pub(super) fn unterminated(&mut self, pair: &Pair<'_>) {
        let span = self.span(pair);
        let block = pair.as_rule() == Rule::open_block;
        let quote = Span { end: span.start + if block { 3 } else { 1 }, ..span };
        let (what, help) = if block {
            ("unterminated block", "close it with `\"\"\"`")
        } else {
            ("unterminated string", "close it with `\"` on the same line, or write several lines between `\"\"\"`")
        };
        let error = Diagnostic::error(Code::Syntax, quote, what).label("this is never closed");
        let text = self.slice(span).trim_end();
        // A string with spaces may end before one of them.
        let is_word = !block && text.len() > 1 && !text[1..].contains([' ', ',', '"', '{', '\\']);
        self.report(match is_word {
            true => {
                let end = Span::new(self.file, span.start as usize + text.len(), span.start as usize + text.len());
                error.help(format!("write `{text}\"`")).fix(Applicability::Unsafe, end, "\"")
            }
            false => error.help(help),
        });
    }

    pub(super) fn header_junk(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let shown = self.shown(span);
        self.syntax(
            span,
            format!("unexpected {shown} in the header"),
            if matches!(self.slice(span), "with" | "using" | "as" | "," | ":") { "remove it" } else { HEADER },
        );
    }

    pub(super) fn bad_version(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let shown = self.shown(span);
        let text = self.slice(span);
        let word = text.split_whitespace().next().unwrap_or("");
        let first = Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span };
        let number = word.trim_end_matches('%');
        if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') && number.parse::<f64>().is_ok() {
            let help = if word.ends_with('%') {
                "percentages are whole numbers; weights without `%` are relative, such as 333 and 667"
            } else {
                "weights are relative: 30 and 70, or 3 and 7"
            };
            return self.syntax(first, format!("`{word}` is not a valid weight"), help);
        }
        if text.starts_with(['\'', '`', '“', '”', '‘', '’']) {
            let inside = text.trim_matches(|c: char| "'`“”‘’".contains(c));
            return self.syntax(span, "strings are written in double quotes", &format!("write `\"{inside}\"`"));
        }
        self.syntax(
            span,
            format!("expected a version, found {shown}"),
            "a version is written `label 30% \"image:2\" { port: 80 }`, where each part is optional",
        );
    }

    pub(super) fn version_junk(&mut self, pair: &Pair<'_>, version: &Version, quiet: bool) {
        if quiet {
            return;
        }
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span);
        if text.starts_with('%') && version.weight.is_some() {
            return self.syntax(span, "the `%` of a weight touches its number", "write `30%`");
        }
        let touches = self.text[..span.start as usize].ends_with(|c: char| c.is_alphanumeric());
        if text.starts_with(':') && touches && version.headline.is_none() {
            return self.unquoted(span);
        }
        if text.starts_with(':') && version.label.is_none() && version.headline.is_some() {
            let help = "a version reads `label \"image\"`, without a colon";
            return self.syntax(
                Span { end: span.start + 1, ..span },
                "the label of a version is written without quotes",
                help,
            );
        }
        if let Some(joined) = text.strip_prefix('+') {
            let name = joined.trim_start().split([' ', '{', '"']).next().unwrap_or("");
            let headline = version.headline.as_ref().map_or("", |headline| self.slice(headline.span));
            let plus = Span { end: span.start + 1, ..span };
            let help = match headline.strip_suffix('"').filter(|_| !name.is_empty()) {
                Some(start) => format!("write an interpolation: `{start}{{{name}}}\"`"),
                None => "write an interpolation: `\"registry/image:{tag}\"`".to_owned(),
            };
            return self.syntax(plus, "strings are not joined by `+`", &help);
        }
        if let Some(number) = text.strip_prefix('-').filter(|number| number.starts_with(|c: char| c.is_ascii_digit())) {
            let length = number.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '%')).unwrap_or(number.len());
            let at = Span { end: span.start + 1 + u32::try_from(length).unwrap_or(0), ..span };
            let shown = self.slice(at);
            return self.syntax(at, format!("`{shown}` is not a valid weight"), "a weight is a whole number from 0");
        }
        let word = token(text);
        if version.weight.is_some()
            && version.label.is_none()
            && version.headline.is_none()
            && !is_reserved(word)
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            let label = Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span };
            let weight = version.weight.as_ref().map_or("", |weight| self.slice(weight.span));
            return self.syntax(
                label,
                "the label of a version goes before its weight",
                &format!("write `{word} {weight} …`"),
            );
        }
        if text.starts_with([':', '=']) && version.headline.is_none() {
            return self.syntax(
                Span { end: span.start + 1, ..span },
                format!("unexpected `{}` after the label of a version", &text[..1]),
                "write `label \"image\"`",
            );
        }
        self.junk(pair);
    }

    pub(super) fn bad_test(&mut self, pair: &Pair<'_>) {
        let at = self.place(pair);
        let found = self.found(at);
        let help = match found.trim_matches('`') {
            "(" => "remove the parentheses: `and` joins tests before `or` does".to_owned(),
            "not" | "!" => {
                "`when` has no negation: write which requests this version gets; all others go to the first version"
                    .to_owned()
            }
            "cookie" | "cookies" => {
                let mut words = self.slice(at).split_whitespace().skip(1);
                let name = words.next().map_or("NAME", |word| word.trim_matches(['"', ':']));
                let name = if matches!(name, "is" | "prefix" | "matches") { "NAME" } else { name };
                let value = self.slice(at).split('"').nth(1).filter(|value| !value.is_empty()).unwrap_or("VALUE");
                format!("a cookie is part of a header: write `header cookie matches \"(.*; )?{name}={value}(;.*)?\"`")
            }
            "uri" | "url" => "write `path prefix \"/…\"`".to_owned(),
            "param" | "parameter" | "queryParam" | "query_param" => "write `query NAME is \"VALUE\"`".to_owned(),
            "host" | "authority" => "a host is set for the whole release: see `hosts`".to_owned(),
            _ => "a test is written `header name is \"value\"`".to_owned(),
        };
        let message = match found.as_str() {
            "`header`" | "`query`" => format!("the name after {found} is written without brackets and dots"),
            _ => format!("expected `header`, `query`, `path` or `method`, found {found}"),
        };
        let error = Diagnostic::error(Code::Syntax, at, message);
        let meant = super::when::meant(self.slice(at));
        let help = meant.map_or(help, |meant| format!("write `{meant}`"));
        let code = help.strip_prefix("a cookie is part of a header: ").unwrap_or(&help);
        let code = code.strip_prefix("write `").and_then(|code| code.strip_suffix('`'));
        let code = code.filter(|code| !code.contains("NAME") && !code.contains("VALUE")).map(str::to_owned);
        let error = error.help(help);
        self.report(match code {
            Some(code) => error.fix(Applicability::Unsafe, at, code),
            None => error,
        });
    }

    pub(super) fn bad_item(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span);
        let word = token(text);
        let span = Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span };
        if word == "," {
            return self.extra_comma(span);
        }
        let is_import = matches!(word, "include" | "require" | "use" | "using" | "from" | "load");
        let known = keywords::DECLARATIONS.iter().map(|(word, _)| *word).chain(["open"]);
        let help = match nearest(word, known).or(is_import.then_some("import")) {
            _ if word == "#" => "begin a comment with `//`".to_owned(),
            Some(meant) => format!("did you mean `{meant}`?"),
            None if text[word.len()..].trim_start().starts_with(':') => "this looks like YAML; a release is written `release name on environment < … >`".to_owned(),
            None => "a file contains `release`, `let`, `param` and `import`, and an environment file also `environment`, `part`, `type` and `fragment`".to_owned(),
        };
        self.syntax(span, format!("expected a declaration, found `{word}`"), &help);
    }

    pub(super) fn bad_statement(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span);
        let word = token(text);
        let first = Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span };
        let rest = text[word.len()..].trim_start();
        if rest.starts_with('=') {
            return self.syntax(
                first,
                format!("the field `{word}` has no type"),
                "write `name: type = default` for a field, or `let name = value`",
            );
        }
        let help = match nearest(word, keywords::STATEMENTS).or_else(|| super::dialect::meant(word, &["fragment"])) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if word == "if" => "a condition that must hold is written `require condition \"message\"`".to_owned(),
            None if word == "weights" => "write it before the braces: `strategy name weights split { … }`".to_owned(),
            None if word == "for" => "write the loop in a list: `emit [for x in list: …]`".to_owned(),
            None => "a field is written `name: type`".to_owned(),
        };
        self.syntax(first, format!("expected a statement, found `{word}`"), &help);
    }
}

/// How a release is written, as help.
const HEADER: &str = "a release is written `release name on environment strategy { … } < … >`";

/// The first token of `text`, roughly: a word, a string, or a character.
fn token(text: &str) -> &str {
    let word = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len());
    let end = match text.strip_prefix('"') {
        Some(inside) => inside.find(['"', '\n']).map_or(1, |at| at + 2).min(text.trim_end().len()),
        None if word > 0 => word,
        None => text.chars().next().map_or(0, char::len_utf8),
    };
    text.get(..end).unwrap_or(text)
}
