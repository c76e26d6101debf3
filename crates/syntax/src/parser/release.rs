//! Releases, their versions, and `when`.

use std::sync::Arc;

use super::Builder;
use super::order::{has_versions, spaced};
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::parser::{Pair, Rule};
use crate::source::Span;
use pest::Parser;
use relc_grammar::Grammar;

impl Builder<'_> {
    pub(super) fn release(&mut self, pair: Pair<'_>) -> Release {
        let span = self.span(&pair);
        let mut release = Release {
            doc: self.doc(span),
            name: self.empty_name(span),
            environment: self.empty_name(span),
            strategy: None,
            settings: None,
            versions: Vec::new(),
            span,
        };
        let mut before_on = true;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::odd_release => {
                    self.odd_release(&pair);
                    continue;
                }
                Rule::missing_release => {
                    let at = self.span(&pair);
                    let error = Diagnostic::error(Code::Syntax, at, "expected `release` before the name");
                    self.report(error.help("write `release`").fix(Applicability::Unsafe, at, "release "));
                    continue;
                }
                Rule::extra_name => release.name = self.several_names(&pair, &release.name),
                Rule::odd_on => {
                    let on = self.span(&pair);
                    self.instead(on, format!("expected `on` before the environment, found `{}`", pair.as_str()), "on");
                }
                Rule::stray_colon => {
                    let colon = self.span(&pair);
                    self.instead(colon, "unexpected `:` before the environment", "");
                }
                Rule::quoted_strategy => {
                    let name = self.literal_string(&super::object::only_child(pair), "a strategy");
                    self.instead(name.span, "the name of a strategy is written without quotes", &name.text);
                    release.strategy = Some(name);
                }
                Rule::stray_quote => {
                    let span = self.span(&pair);
                    let message = "the name of an environment is written without quotes";
                    let error = Diagnostic::error(Code::Syntax, span, message).help("remove this quote");
                    self.report(error.fix(Applicability::Unsafe, span, ""));
                }
                Rule::quoted_env => release.environment = self.quoted_environment(&pair),
                Rule::odd_env => self.stray_word(&pair, "environment"),
                Rule::odd_by => self.stray_word(&pair, "strategy"),
                Rule::braced_versions => self.braced_versions(pair, &mut release),
                Rule::bare_settings => release.settings = Some(self.bare_settings(pair)),
                Rule::last_settings => self.last_settings(pair, &mut release),
                Rule::env_name => release.environment = self.word(&pair),
                Rule::strategy_name => release.strategy = Some(self.word(&pair)),
                Rule::object => release.settings = Some(self.object(pair)),
                Rule::version => release.versions.extend(self.version(pair)),
                Rule::word => release.name = self.word(&pair),
                Rule::missing_on => self.missing_on(&pair, &mut release),
                Rule::less | Rule::greater => {}
                Rule::early_greater => {
                    let at = self.span(&pair);
                    self.instead(at, "this `>` ends the versions before the last one", "");
                }
                Rule::missing_sep => self.missing_sep_of_versions(&pair, &release.versions),
                _ if before_on => release.name = self.odd_name(&pair),
                Rule::header_junk if self.is_joined(&pair, &release) => self.joined(&pair, &mut release),
                _ => self.header(pair, &mut release),
            }
            before_on = false;
        }
        self.versions_in_settings(&mut release);
        release
    }

    /// Reports a name of several words, which is read as one.
    fn several_names(&mut self, pair: &Pair<'_>, first: &Name) -> Name {
        let rest: Vec<&str> = pair.as_str().split_whitespace().collect();
        let last = self.span(pair);
        let span = first.span.to(self.trimmed(last));
        let joined = format!("{}-{}", first.text, rest.join("-"));
        self.instead(span, "the name of a release is one word", &joined);
        Name { text: joined.into(), span }
    }

    /// Returns true for text that touches the name before it, as in `a/b`: it is a part of this name.
    fn is_joined(&self, pair: &Pair<'_>, release: &Release) -> bool {
        let at = self.span(pair);
        let before = release.strategy.as_ref().unwrap_or(&release.environment);
        before.span.end == at.start && !before.text.is_empty() && !pair.as_str().trim().contains(char::is_whitespace)
    }

    fn joined(&mut self, pair: &Pair<'_>, release: &mut Release) {
        let what = if release.strategy.is_some() { "a strategy" } else { "an environment" };
        let name = release.strategy.as_mut().unwrap_or(&mut release.environment);
        name.span = name.span.to(self.trimmed(self.span(pair)));
        name.text = self.slice(name.span).into();
        let odd = pair.as_str().chars().next().unwrap_or(' ');
        let message = format!("`{}` is not a valid name of {what}: `{odd}` is not allowed", name.text);
        let span = name.span;
        self.syntax(span, message, "`relc env list` lists the environments, each with its strategies");
    }

    /// Another word than `release`, read as if it was that.
    fn odd_release(&mut self, pair: &Pair<'_>) {
        let (span, word) = (self.span(pair), pair.as_str());
        self.report(
            Diagnostic::error(Code::Syntax, span, format!("`{word}` does not begin a declaration"))
                .help("did you mean `release`?")
                .fix(Applicability::Unsafe, span, "release"),
        );
    }

    /// Versions in braces, which hold settings.
    fn braced_versions(&mut self, pair: Pair<'_>, release: &mut Release) {
        let span = self.span(&pair);
        let open = Span { end: span.start + 1, ..span };
        let close = self.text[span.range()].trim_end().len();
        let close = Span::new(self.file, span.start as usize + close - 1, span.start as usize + close);
        let edits = vec![Edit { span: open, text: "<".to_owned() }, Edit { span: close, text: ">".to_owned() }];
        self.report(
            Diagnostic::error(Code::Syntax, open, "versions go between `<` and `>`, not in braces")
                .related(close, "and here")
                .help("write `<` in place of this `{`, and `>` in place of its `}`")
                .edits(Applicability::Unsafe, Some(edits)),
        );
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::version => release.versions.extend(self.version(pair)),
                Rule::missing_sep => self.missing_sep_of_versions(&pair, &release.versions),
                _ => self.header(pair, release),
            }
        }
    }

    /// Settings without their braces.
    fn bare_settings(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.trimmed(self.span(&pair));
        let text = self.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let first = self.slice(span).lines().next().unwrap_or("").trim_end();
        let at = Span { end: span.start + u32::try_from(first.len()).unwrap_or(0), ..span };
        let help = if first.len() == self.slice(span).len() {
            format!("write `{{ {text} }}` on the line of `release`, before `<`")
        } else {
            "write `{` at the end of the line of `release`, and `}` before `<`".to_owned()
        };
        self.syntax(at, "settings go in braces", &help);
        Expr { kind: ExprKind::Object(pair.into_inner().map(|pair| self.pair(pair)).collect()), span }
    }

    /// Settings after the versions.
    fn last_settings(&mut self, pair: Pair<'_>, release: &mut Release) {
        let object = super::object::only_child(pair);
        let span = self.span(&object);
        let brace = Span { end: span.start + 1, ..span };
        self.syntax(brace, "the settings are after the versions", "move `{ … }` before `<`");
        let settings = self.object(object);
        release.settings.get_or_insert(settings);
    }

    /// Reports what does not belong in a header, or is missing.
    fn header(&mut self, pair: Pair<'_>, release: &mut Release) {
        let at = self.place(&pair);
        match pair.as_rule() {
            Rule::missing_env => {
                let found = self.found(at);
                self.syntax(
                    at,
                    format!("expected an environment after `on`, found {found}"),
                    "write `release name on environment < … >`",
                );
            }
            // May be a consequence of what the header lacks.
            Rule::missing_open if self.reported_since(release.span) || has_versions(release) => {}
            Rule::missing_open => self.missing_open(at),
            Rule::late_settings => {
                let object = super::object::only_child(pair);
                let span = self.span(&object);
                self.syntax(
                    Span { end: span.start + 1, ..span },
                    "the settings must begin on the line of `release`",
                    "move this `{` to the end of the header",
                );
                release.settings = Some(self.object(object));
            }
            Rule::junk_version => self.junk(&pair),
            // A quoted name was reported.
            _ if self.reported_since(at) => {}
            _ if let Some(strategy) = release.strategy.as_ref().filter(|_| is_word(self.slice(self.trimmed(at)))) => {
                let message = format!("a release has one strategy, and `{}` is already set", strategy.text);
                self.syntax(self.trimmed(at), message, "remove one of the two");
            }
            _ => self.header_junk(&pair),
        }
    }

    fn missing_open(&mut self, at: Span) {
        let found = self.found(at);
        self.syntax(
            at,
            format!("expected `<` and the versions, found {found}"),
            "write the versions between `<` and `>`, each on its own line",
        );
    }

    fn missing_on(&mut self, pair: &Pair<'_>, release: &mut Release) {
        let at = self.place(pair);
        if release.name.text.is_empty() {
            return; // The missing name was reported.
        }
        let found = self.found(at);
        let error = if &*release.name.text == "on" {
            release.name.text = Arc::from("");
            Diagnostic::error(Code::Syntax, release.name.span, "expected the release's name, found `on`")
        } else {
            Diagnostic::error(
                Code::Syntax,
                at,
                format!("expected `on` and an environment after the release's name, found {found}"),
            )
        };
        let rest = Grammar::parse(Rule::env_name, &self.text[at.start as usize..]);
        let environment = rest.ok().and_then(|mut names| names.next()).map_or("", |name| name.as_str());
        let shown = if environment.is_empty() { "ENVIRONMENT" } else { environment };
        let name = if release.name.text.is_empty() { "NAME" } else { &release.name.text };
        let is_whole = !environment.is_empty() && !release.name.text.is_empty();
        let error = error.help(format!("write `release {name} on {shown}`"));
        self.report(if is_whole { error.fix(Applicability::Unsafe, at.at_start(), "on ") } else { error });
    }

    /// Reports a release name that is quoted or missing.
    fn odd_name(&mut self, pair: &Pair<'_>) -> Name {
        if pair.as_rule() == Rule::missing_name {
            return self.missing_name(pair, "the release's name");
        }
        let name = self.literal_string(pair, "the release's name");
        // A word can't begin with a digit, and `on` would be the keyword.
        let is_bare = Grammar::parse(Rule::word, &name.text)
            .is_ok_and(|mut pairs| pairs.next().is_some_and(|word| word.as_str().len() == name.text.len()));
        if !name.text.is_empty() && (!is_bare || &*name.text == "on") {
            return name;
        }
        self.report(
            Diagnostic::error(Code::Syntax, name.span, "the name of a release is written without quotes")
                .help(format!("write `{}`", name.text))
                .fix(Applicability::Safe, name.span, name.text.to_string()),
        );
        name
    }

    fn version(&mut self, pair: Pair<'_>) -> Option<Version> {
        let span = self.span(&pair);
        let mut version =
            Version { doc: self.doc(span), label: None, weight: None, headline: None, fields: None, when: None, span };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::extra_comma => {
                    self.between(&pair);
                    return None;
                }
                Rule::bad_version => self.bad_version(&pair),
                Rule::yaml_version => self.yaml_version(pair, &mut version),
                Rule::early_when => self.early_when(pair, &mut version),
                Rule::extra => self.extra(super::object::only_child(pair), &mut version),
                Rule::when => version.when = Some(self.when(pair, &version)),
                _ => self.version_part(pair, &mut version),
            }
        }
        Some(version)
    }

    fn version_part(&mut self, pair: Pair<'_>, version: &mut Version) {
        match pair.as_rule() {
            Rule::list_dash => {
                let dash = self.span(&pair);
                let message = "versions are not written with `-`";
                if !self.diags.iter().any(|known| known.message == message) {
                    self.syntax(dash, message, "remove the `-` before each version");
                }
            }
            Rule::weight_word => {
                let word = self.trimmed(self.span(&pair));
                self.instead(word, "a weight is written as a number alone", "");
            }
            Rule::quoted_label => {
                let span = self.span(&pair);
                let text = pair.as_str().trim_matches('"');
                self.instead(span, "the label of a version is written without quotes", text);
                version.label = Some(Name { text: text.into(), span });
            }
            Rule::quoted_weight => version.weight = Some(self.quoted_weight(&pair)),
            Rule::label_sign => {
                let sign = self.trimmed(self.span(&pair));
                self.instead(sign, format!("unexpected `{}` after the label of a version", pair.as_str().trim()), "");
            }
            Rule::odd_label => version.label = Some(self.odd_label(&pair)),
            Rule::label => version.label = Some(self.word(&pair)),
            Rule::label_colon => self.label_colon(&pair, version),
            Rule::weight | Rule::spaced_weight | Rule::decimal_weight => version.weight = Some(self.weight(&pair)),
            Rule::object => version.fields = Some(self.object(pair)),
            Rule::paren_fields => version.fields = Some(self.paren_fields(pair)),
            Rule::bare_fields => self.bare_fields(pair, version),
            Rule::headline => version.headline = Some(self.headline(super::object::only_child(pair))),
            _ => version.headline = Some(self.headline(pair)),
        }
    }

    fn headline(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::file => Expr { kind: self.file_of(pair), span },
            Rule::path => self.path(pair),
            _ => self.string(&pair),
        }
    }

    fn path(&mut self, pair: Pair<'_>) -> Expr {
        let mut path: Option<Expr> = None;
        let whole = self.span(&pair);
        for word in pair.into_inner() {
            let name = self.word(&word);
            path = Some(match path {
                None => Expr { span: name.span, kind: ExprKind::Name(name.text) },
                Some(base) => {
                    let span = base.span.to(name.span);
                    Expr { kind: ExprKind::Field { base: Box::new(base), name, optional: false }, span }
                }
            });
        }
        path.unwrap_or(Expr { kind: ExprKind::Error, span: whole })
    }

    fn weight(&mut self, pair: &Pair<'_>) -> Weight {
        let (text, span) = (pair.as_str(), self.span(pair));
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        match pair.as_rule() {
            Rule::spaced_weight => {
                self.report(Diagnostic::error(Code::Syntax, span, spaced(text)).help(format!("write `{digits}%`")).fix(
                    Applicability::Safe,
                    span,
                    format!("{digits}%"),
                ))
            }
            Rule::decimal_weight => self.decimal_weight(span, text, digits),
            _ => {}
        }
        Weight { value: digits.parse().ok(), percent: !text.ends_with(|c: char| c.is_ascii_digit()), span }
    }

    /// A weight in quotes.
    fn quoted_weight(&mut self, pair: &Pair<'_>) -> Weight {
        let (span, text) = (self.span(pair), pair.as_str().trim_matches('"'));
        self.instead(span, "a weight is written without quotes", text);
        Weight { value: text.trim_end_matches('%').parse().ok(), percent: text.ends_with('%'), span }
    }

    /// A weight with decimals: without `%`, weights are relative, and can be as fine.
    fn decimal_weight(&mut self, span: Span, text: &str, digits: &str) {
        let decimals = digits.split_once('.').map_or("", |(_, decimals)| decimals);
        let scaled = digits.replace('.', "");
        let scaled = scaled.trim_start_matches('0');
        let scale = format!("1{}", "0".repeat(decimals.len()));
        let help = if text.ends_with('%') {
            format!(
                "write relative weights without `%`: `{scaled}` here, and multiply the remaining percentages by {scale}"
            )
        } else {
            format!("weights are relative: write `{scaled}` here, and multiply the remaining weights by {scale}")
        };
        self.syntax(span, format!("the weight `{text}` is not a whole number"), &help);
    }

    /// Shows a version with its parts in order: all that is wrong is their order.
    fn reordered(&self, error: Diagnostic, version: &Version) -> Diagnostic {
        let (spans, text) = (parts(version), self.ordered(version));
        let whole = spans.iter().copied().reduce(|one, other| Span {
            start: one.start.min(other.start),
            end: one.end.max(other.end),
            ..one
        });
        let error = error.help(format!("write `{text}`"));
        match whole.filter(|_| !text.contains('…')) {
            Some(whole) => error.fix(Applicability::Unsafe, self.trimmed(whole), text),
            None => error,
        }
    }

    /// Returns how `version` is written, with its parts in order, up to `when`.
    pub(super) fn ordered(&self, version: &Version) -> String {
        let parts: Vec<&str> = parts(version).into_iter().map(|span| self.slice(span).trim()).collect();
        if parts.iter().any(|part| part.contains('\n')) {
            return "label 30% \"image\" { … }".to_owned();
        }
        parts.join(" ")
    }

    fn label_colon(&mut self, pair: &Pair<'_>, version: &Version) {
        let span = self.span(pair);
        let colon = Span { end: span.start + 1, ..span };
        let label = version.label.as_ref().map_or("", |label| &label.text);
        let rest = self.text[colon.end as usize..].lines().next().unwrap_or("").trim();
        let shown: String = rest.chars().take(50).collect();
        let end = if shown.len() < rest.len() { "…" } else { "" };
        self.report(
            Diagnostic::error(Code::Syntax, colon, format!("the label `{label}` is followed by a colon"))
                .help(format!("remove the `:`: `{label} {shown}{end}`"))
                .fix(Applicability::Safe, colon, ""),
        );
    }

    /// Fields in parentheses.
    fn paren_fields(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let text = self.slice(span);
        let inside = text.trim_start_matches('(').trim_end().trim_end_matches(')').trim();
        let fixed = format!("{{ {inside} }}");
        let error = Diagnostic::error(Code::Syntax, span, "the fields of a version go in braces");
        let help = if text.contains('\n') {
            "write `{ … }` in place of `( … )`".to_owned()
        } else {
            format!("write `{fixed}`")
        };
        self.report(error.help(help).fix(Applicability::Safe, span, fixed));
        self.object(pair)
    }

    /// Fields without braces, perhaps with the image as one of them.
    fn bare_fields(&mut self, pair: Pair<'_>, version: &mut Version) {
        let span = self.trimmed(self.span(&pair));
        let text = self.slice(span).to_owned();
        let before = self.ordered(version);
        let before = if before.is_empty() { before } else { before + " " };
        let line = self.text[span.end as usize..].lines().next().unwrap_or("").len();
        let end = span.end + u32::try_from(line).unwrap_or(0);
        let is_closed = self.strays.iter().any(|stray| (span.end..end).contains(&stray.bracket.start));
        let fixed = format!("{{ {text}{}", if is_closed { "" } else { " }" });
        let error = Diagnostic::error(Code::Syntax, span, "the fields of a version go in braces");
        let error = if text.contains('\n') || text.len() > 80 {
            error.help("write `{` before the fields and `}` after them")
        } else {
            error.help(format!("write `{before}{{ {text} }}`"))
        };
        self.report(error.fix(Applicability::Unsafe, span, fixed));
        let entries = pair.into_inner().map(|pair| self.pair(pair)).collect();
        version.fields = Some(Expr { kind: ExprKind::Object(entries), span });
    }

    /// Reports a surplus or misplaced item of a version. It is used if there is no other, so that later phases don't
    /// report it as missing, too.
    fn extra(&mut self, pair: Pair<'_>, version: &mut Version) {
        let span = self.span(&pair);
        let quiet = self.reported_since(version.span);
        if pair.as_rule() == Rule::bare_fields {
            return self.bare_fields(pair, version);
        }
        let (message, help) = match pair.as_rule() {
            Rule::weight | Rule::spaced_weight | Rule::decimal_weight if version.weight.is_some() => {
                ("a version takes at most one weight", "remove one of them")
            }
            Rule::weight | Rule::spaced_weight | Rule::decimal_weight => {
                ("the weight goes before the image and the fields", "")
            }
            Rule::object | Rule::paren_fields if version.fields.is_some() => {
                ("a version takes at most one `{ … }`", "put all fields into one")
            }
            Rule::junk_version => return self.version_junk(&pair, version, quiet),
            Rule::object | Rule::paren_fields => ("", ""),
            _ if version.headline.is_some() => (
                "a version takes at most one value before its fields",
                "begin the next version on its own line, or remove one of them",
            ),
            _ if version.fields.is_some() => ("the image goes before the fields", ""),
            _ => ("", ""),
        };
        match pair.as_rule() {
            Rule::weight | Rule::spaced_weight | Rule::decimal_weight if version.weight.is_none() => {
                version.weight = Some(self.weight(&pair));
            }
            Rule::weight | Rule::spaced_weight | Rule::decimal_weight => {}
            Rule::object if version.fields.is_some() => {
                self.object(pair);
            }
            Rule::object => version.fields = Some(self.object(pair)),
            Rule::paren_fields => {
                let fields = self.paren_fields(pair);
                version.fields.get_or_insert(fields);
            }
            _ if version.headline.is_none() => version.headline = Some(self.headline(pair)),
            _ => {
                self.headline(pair);
            }
        }
        if !quiet && !message.is_empty() {
            let error = Diagnostic::error(Code::Syntax, span, message);
            self.report(if help.is_empty() { self.reordered(error, version) } else { error.help(help) });
        }
    }

    fn when(&mut self, pair: Pair<'_>, version: &Version) -> When {
        let span = self.span(&pair);
        if version.label.is_none() && version.weight.is_none() && version.headline.is_none() && version.fields.is_none()
        {
            let word = Span { end: span.start + 4, ..span };
            self.syntax(word, "expected a version before `when`", "write `label \"image\" when …`");
        }
        let mut clauses = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::odd_or => self.report_spelling(&pair, "or"),
                Rule::odd_when => self.odd_when(&pair),
                Rule::clause => clauses.push(self.clause(pair)),
                _ => {}
            }
        }
        When { clauses, span }
    }

    fn clause(&mut self, pair: Pair<'_>) -> Clause {
        let span = self.span(&pair);
        let mut tests = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::odd_and if pair.as_str() == "," => {
                    self.instead(self.span(&pair), "tests are joined by `and`", " and");
                }
                Rule::odd_and => self.report_spelling(&pair, "and"),
                Rule::test => tests.extend(self.test(pair)),
                _ => {}
            }
        }
        Clause { tests, span }
    }

    fn test(&mut self, pair: Pair<'_>) -> Option<Test> {
        let span = self.span(&pair);
        let colons = pair.clone().into_inner().filter(|pair| pair.as_rule() == Rule::odd_colon);
        colons.for_each(|colon| self.odd_colon(&colon));
        let mut inner = pair.into_inner().filter(|pair| pair.as_rule() != Rule::odd_colon);
        let first = inner.next()?;
        let subject = match first.as_rule() {
            Rule::bad_test => {
                self.bad_test(&first);
                return None;
            }
            Rule::subject_plain if first.as_str() == "path" => Subject::Path,
            Rule::subject_plain => Subject::Method,
            _ => {
                let name = self.subject_name(&inner.next()?, first.as_str());
                if first.as_str() == "header" { Subject::Header(name) } else { Subject::Query(name) }
            }
        };
        let op = inner.next()?;
        let before = Span { end: self.span(&op).start, ..span };
        let before = self.slice(before).split_whitespace().collect::<Vec<_>>().join(" ");
        let quiet = self.reported_since(span);
        let op = self.test_op(&op, &before, quiet);
        let value = inner.next()?;
        let value = self.test_value(&value, quiet || op.is_none());
        Some(Test { subject, op: op?, value, span })
    }

    /// A colon that another notation has between the subject and its test.
    fn odd_colon(&mut self, pair: &Pair<'_>) {
        let span = self.trimmed(self.span(pair));
        let colon = Span { start: span.end - 1, ..span };
        self.report(
            Diagnostic::error(Code::Syntax, colon, "a test is written without a colon")
                .help("remove the `:`: `header name is \"value\"`")
                .fix(Applicability::Safe, colon, ""),
        );
    }

    fn subject_name(&mut self, pair: &Pair<'_>, subject: &str) -> Name {
        match pair.as_rule() {
            Rule::word => self.word(pair),
            _ => self.literal_string(
                pair,
                &format!("the name of the {}", if subject == "query" { "query parameter" } else { "header" }),
            ),
        }
    }

    fn test_op(&mut self, pair: &Pair<'_>, subject: &str, quiet: bool) -> Option<TestOp> {
        match (pair.as_rule(), pair.as_str()) {
            (Rule::test_op, "is") => Some(TestOp::Is),
            (Rule::test_op, "prefix") => Some(TestOp::Prefix),
            (Rule::test_op, _) => Some(TestOp::Matches),
            (Rule::negated_op, text) => {
                let span = self.span(pair);
                let message = format!("`{text}` is not supported: `when` has no negation");
                let help = "write which requests this version gets, with `is`, `prefix` or `matches`; all others go to the first version";
                self.syntax(span, message, help);
                None
            }
            _ if quiet => None,
            _ => {
                let at = self.place(pair);
                let found =
                    if pair.as_str().is_empty() { self.found(at) } else { format!("`{}`", pair.as_str().trim()) };
                let word = pair.as_str().split_whitespace().next().unwrap_or("");
                let meant = super::when::operator(word).map(|meant| format!("write `{meant}`"));
                let help = match word {
                    _ if let Some(meant) = &meant => meant.as_str(),
                    "==" | "=" | ":" => "write `is`",
                    "=~" | "~" | "~=" => "write `matches`",
                    "" => "write `SUBJECT is \"VALUE\"`",
                    "contains" | "includes" | "has" => "write `matches \".*VALUE.*\"`",
                    "endsWith" | "endswith" | "ends" | "suffix" => "write `matches \".*VALUE\"`",
                    "in" => "write one test for each value, joined by `or`",
                    _ => "a test is written `header name is \"value\"`",
                };
                let quoted = self.text[self.span(pair).end as usize..].lines().next().unwrap_or("");
                let value = quoted.split('"').nth(1).filter(|value| !value.is_empty()).unwrap_or("VALUE");
                let help = help.replace("VALUE", value).replace("SUBJECT", subject);
                let error =
                    Diagnostic::error(Code::Syntax, at, format!("expected `is`, `prefix` or `matches`, found {found}"));
                // Code with a value of its own stands for the operator and the string after it.
                let code = help.strip_prefix("write `").and_then(|code| code.strip_suffix('`')).map(str::to_owned);
                let end = quoted.match_indices('"').nth(1).map(|(at, _)| self.span(pair).end as usize + at + 1);
                let error = error.help(help);
                self.report(match (code, end) {
                    (Some(code), Some(_)) if pair.as_str().is_empty() && code.contains(" is ") => {
                        error.fix(Applicability::Unsafe, at.at_start(), "is ")
                    }
                    _ if pair.as_str().is_empty() => error,
                    (Some(code), Some(end)) if code.contains('"') => {
                        error.fix(Applicability::Unsafe, Span::new(self.file, at.start as usize, end), code)
                    }
                    (Some(code), _) if !code.contains('"') => error.fix(Applicability::Unsafe, at, code),
                    _ => error,
                });
                None
            }
        }
    }

    fn test_value(&mut self, pair: &Pair<'_>, quiet: bool) -> Expr {
        let span = self.place(pair);
        match pair.as_rule() {
            Rule::bad_text | Rule::missing_text if quiet => {}
            Rule::bad_text => self.unquoted(span),
            Rule::missing_text => {
                let found = self.found(span);
                self.syntax(
                    span,
                    format!("expected a string in quotes to compare with, found {found}"),
                    "a test is written `header name is \"value\"`",
                );
            }
            _ => return self.string(pair),
        }
        Expr { kind: ExprKind::Error, span }
    }
}

/// The places of a version's label, weight, image and fields, in the order in which they are written.
fn parts(version: &Version) -> Vec<Span> {
    let spans = [
        version.label.as_ref().map(|label| label.span),
        version.weight.as_ref().map(|weight| weight.span),
        version.headline.as_ref().map(|headline| headline.span),
        version.fields.as_ref().map(|fields| fields.span),
    ];
    spans.into_iter().flatten().collect()
}

fn is_word(text: &str) -> bool {
    const FILLERS: [&str; 3] = ["with", "using", "as"];
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !FILLERS.contains(&text) && !text.is_empty()
}
