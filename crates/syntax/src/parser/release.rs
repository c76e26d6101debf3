//! Releases, their versions, and `when`.

use std::sync::Arc;

use super::Builder;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::parser::{Pair, Rule};
use crate::source::Span;

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
                Rule::env_name => release.environment = self.word(&pair),
                Rule::strategy_name => release.strategy = Some(self.word(&pair)),
                Rule::object => release.settings = Some(self.object(pair)),
                Rule::version => release.versions.extend(self.version(pair)),
                Rule::word => release.name = self.word(&pair),
                Rule::missing_on => self.missing_on(&pair, &mut release),
                Rule::less | Rule::greater => {}
                _ if before_on => release.name = self.odd_name(&pair),
                _ => self.header(pair, &mut release),
            }
            before_on = false;
        }
        release
    }

    /// Reports what is invalid or missing in a header.
    fn header(&mut self, pair: Pair<'_>, release: &mut Release) {
        let at = self.place(&pair);
        match pair.as_rule() {
            Rule::missing_env if self.text[at.start as usize..].starts_with('"') => {
                let quoted = self.text[at.start as usize..].split('"').nth(1).unwrap_or("");
                let span = Span { end: at.start + u32::try_from(quoted.len()).unwrap_or(0) + 2, ..at };
                self.report(
                    Diagnostic::error(Code::Syntax, span, "an environment's name stands without quotes")
                        .help(format!("write `{quoted}`"))
                        .fix(Applicability::Safe, span, quoted),
                );
                release.environment = Name { text: quoted.into(), span };
            }
            Rule::missing_env => {
                let found = self.found(at);
                self.syntax(
                    at,
                    format!("expected an environment behind `on`, found {found}"),
                    "write `release name on environment < … >`",
                );
            }
            // May be a consequence of what the header lacks.
            Rule::missing_open if self.reported_since(release.span) => {}
            Rule::missing_open => self.missing_open(at),
            Rule::late_settings => {
                let object = super::object::only_child(pair);
                let span = self.span(&object);
                self.syntax(
                    Span { end: span.start + 1, ..span },
                    "the settings begin on the line of `release`",
                    "move this `{` to the end of the header",
                );
                release.settings = Some(self.object(object));
            }
            Rule::junk_version => self.junk(&pair),
            // A quoted name was reported.
            _ if self.reported_since(at) => {}
            _ => self.header_junk(&pair),
        }
    }

    fn missing_open(&mut self, at: Span) {
        let found = self.found(at);
        self.syntax(
            at,
            format!("expected `<` and the versions, found {found}"),
            "versions stand between `<` and `>`, one on a line",
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
        self.report(error.help("write `release name on environment < … >`"));
    }

    /// Reports a release name that is quoted or missing.
    fn odd_name(&mut self, pair: &Pair<'_>) -> Name {
        if pair.as_rule() == Rule::missing_name {
            return self.missing_name(pair, "the release's name");
        }
        let name = self.literal_string(pair, "the release's name");
        self.report(
            Diagnostic::error(Code::Syntax, name.span, "a release's name stands without quotes")
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
                Rule::extra => self.extra(super::object::only_child(pair), &mut version),
                Rule::when => version.when = Some(self.when(pair, &version)),
                _ => self.version_part(pair, &mut version),
            }
        }
        Some(version)
    }

    fn version_part(&mut self, pair: Pair<'_>, version: &mut Version) {
        match pair.as_rule() {
            Rule::label => version.label = Some(self.word(&pair)),
            Rule::weight => version.weight = Some(self.weight(&pair)),
            Rule::object => version.fields = Some(self.object(pair)),
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
        let digits = pair.as_str().trim_end_matches('%');
        Weight { value: digits.parse().ok(), percent: digits.len() < pair.as_str().len(), span: self.span(pair) }
    }

    /// Reports a surplus or misplaced item of a version. It is used if there is no other, so that later phases don't
    /// report it as missing, too.
    fn extra(&mut self, pair: Pair<'_>, version: &mut Version) {
        let span = self.span(&pair);
        let quiet = self.reported_since(version.span);
        let (message, help) = match pair.as_rule() {
            Rule::weight if version.weight.is_some() => ("a version takes at most one weight", "remove one of them"),
            Rule::weight => ("a weight stands before the headline and the fields", "write `label 30% \"image\" { … }`"),
            Rule::object if version.fields.is_some() => {
                ("a version takes at most one `{ … }`", "put all fields into one")
            }
            Rule::junk_version => return self.version_junk(&pair, version, quiet),
            Rule::object => ("", ""),
            _ if version.headline.is_some() => (
                "a version takes at most one headline",
                "begin the next version on its own line, or remove one of them",
            ),
            _ if version.fields.is_some() => {
                ("a headline stands before the fields", "write `label 30% \"image\" { … }`")
            }
            _ => ("", ""),
        };
        if !quiet && !message.is_empty() {
            self.syntax(span, message, help);
        }
        match pair.as_rule() {
            Rule::weight if version.weight.is_none() => version.weight = Some(self.weight(&pair)),
            Rule::weight => {}
            Rule::object if version.fields.is_some() => {
                self.object(pair);
            }
            Rule::object => version.fields = Some(self.object(pair)),
            _ if version.headline.is_none() => version.headline = Some(self.headline(pair)),
            _ => {
                self.headline(pair);
            }
        }
    }

    fn when(&mut self, pair: Pair<'_>, version: &Version) -> When {
        let span = self.span(&pair);
        if version.label.is_none() && version.weight.is_none() && version.headline.is_none() && version.fields.is_none()
        {
            let word = Span { end: span.start + 4, ..span };
            self.syntax(word, "expected a version before `when`", "write `label \"image\" when …`");
        }
        let clauses = pair.into_inner().filter(|pair| pair.as_rule() == Rule::clause);
        When { clauses: clauses.map(|pair| self.clause(pair)).collect(), span }
    }

    fn clause(&mut self, pair: Pair<'_>) -> Clause {
        let span = self.span(&pair);
        let tests = pair.into_inner().filter(|pair| pair.as_rule() == Rule::test);
        Clause { tests: tests.filter_map(|pair| self.test(pair)).collect(), span }
    }

    fn test(&mut self, pair: Pair<'_>) -> Option<Test> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
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
        let quiet = self.reported_since(span);
        let op = self.test_op(&op, quiet);
        let value = inner.next()?;
        let value = self.test_value(&value, quiet || op.is_none());
        Some(Test { subject, op: op?, value, span })
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

    fn test_op(&mut self, pair: &Pair<'_>, quiet: bool) -> Option<TestOp> {
        match (pair.as_rule(), pair.as_str()) {
            (Rule::test_op, "is") => Some(TestOp::Is),
            (Rule::test_op, "prefix") => Some(TestOp::Prefix),
            (Rule::test_op, _) => Some(TestOp::Matches),
            _ if quiet => None,
            _ => {
                let at = self.place(pair);
                let found =
                    if pair.as_str().is_empty() { self.found(at) } else { format!("`{}`", pair.as_str().trim()) };
                let help = match pair.as_str().trim() {
                    "==" | "=" | ":" | "equals" | "eq" => "write `is`",
                    "=~" | "~" | "~=" | "match" | "regex" => "write `matches`",
                    _ => "a test is written `header name is \"value\"`",
                };
                self.syntax(at, format!("expected `is`, `prefix` or `matches`, found {found}"), help);
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
                    format!("expected a text in quotes to compare with, found {found}"),
                    "a test is written `header name is \"value\"`",
                );
            }
            _ => return self.string(pair),
        }
        Expr { kind: ExprKind::Error, span }
    }
}
