//! Parts and environments, and the statements in their braces.

use std::sync::Arc;

use super::Builder;
use super::object::only_child;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic, Severity, nearest};
use crate::parser::{Pair, Rule};
use crate::serialize::Lazy;
use crate::source::Span;

/// The context of statements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Part,
    Settings,
    Version,
    Strategy,
}

impl Context {
    fn name(self) -> &'static str {
        match self {
            Context::Part => "a part or environment",
            Context::Settings => "`settings`",
            Context::Version => "`version`",
            Context::Strategy => "a strategy",
        }
    }

    fn allows(self, rule: Rule) -> bool {
        match rule {
            Rule::field => matches!(self, Context::Settings | Context::Version),
            Rule::track => self == Context::Version,
            Rule::let_ | Rule::require | Rule::lint | Rule::replace => true,
            Rule::emit | Rule::mutate => self != Context::Settings,
            Rule::settings | Rule::version_body => matches!(self, Context::Part | Context::Strategy),
            _ => self == Context::Part,
        }
    }
}

impl Builder<'_> {
    pub(super) fn part(&mut self, pair: Pair<'_>) -> Part {
        let span = self.span(&pair);
        let environment = pair.as_rule() == Rule::environment;
        let what = if environment { "a name after `environment`" } else { "a name after `part`" };
        let (mut name, mut extends, mut body) = (self.empty_name(span), Vec::new(), Body::default());
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::env_name => name = self.word(&pair),
                Rule::quoted_name => name = self.quoted_name(pair, "environment"),
                Rule::word | Rule::missing_name => name = self.declared_name(&pair, what),
                Rule::extends => extends = self.extends(pair),
                Rule::body => body = self.body(pair, Context::Part),
                Rule::missing_body if self.reported_since(span) => {}
                Rule::missing_body => self.missing_body(&pair, &name.text),
                _ => self.junk_before_body(&pair, "write `environment name extends part { … }`"),
            }
        }
        Part { doc: self.doc(span), name, extends, body: body.into(), span }
    }

    fn extends(&mut self, pair: Pair<'_>) -> Vec<Name> {
        let mut names = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::extended => names.push(self.word(&pair)),
                Rule::odd_extends => {
                    let span = self.span(&pair);
                    self.instead(span, format!("expected `extends`, found `{}`", pair.as_str()), "extends");
                }
                _ => {
                    self.missing_name(&pair, "a part or environment after `extends`");
                }
            }
        }
        names
    }

    fn missing_body(&mut self, pair: &Pair<'_>, of: &str) {
        let at = self.place(pair);
        let found = self.found(at);
        self.syntax(at, format!("expected `{{` after `{of}`, found {found}"), "an empty body is written `{}`");
    }

    fn body(&mut self, pair: Pair<'_>, place: Context) -> Body {
        let mut statements = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::bad_statement => self.bad_statement(&pair),
                Rule::misplaced_item => self.misplaced_item(only_child(pair)),
                Rule::extra_comma | Rule::junk | Rule::missing_sep => self.between(&pair),
                rule => {
                    let Some(rule) = (if is_odd(rule) { self.odd_statement(&pair) } else { Some(rule) }) else {
                        continue;
                    };
                    if !place.allows(rule) {
                        self.misplaced(&pair, rule, place);
                    }
                    statements.extend(match rule {
                        Rule::replace => self.replace(pair, place),
                        _ => self.statement(pair, rule, false),
                    });
                }
            }
        }
        Body { statements }
    }

    fn misplaced(&mut self, pair: &Pair<'_>, rule: Rule, place: Context) {
        let span = self.span(pair);
        let word = pair.as_str().split([' ', '\t', '\r', '\n', '{', ':']).next().unwrap_or("");
        let span = Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span };
        let (what, help) = match rule {
            Rule::field => ("a field".to_owned(), "move it into `settings { … }` or `version { … }`"),
            Rule::track => ("`track`".to_owned(), "move it into `version { … }`"),
            Rule::settings | Rule::version_body => {
                (format!("`{word}`"), "move it into a part, an environment, or a strategy")
            }
            Rule::emit | Rule::mutate => {
                (format!("`{word}`"), "move it into a part, an environment, a strategy, or `version { … }`")
            }
            _ => (format!("`{word}`"), "move it into a part or an environment"),
        };
        self.report(
            Diagnostic::error(Code::Misplaced, span, format!("{what} is not allowed in {}", place.name())).help(help),
        );
    }

    /// Reports a declaration inside a body. At the start of a line, the body was not closed, which is already reported.
    fn misplaced_item(&mut self, pair: Pair<'_>) {
        let span = self.span(&pair);
        let at_head = self.text[..span.start as usize].ends_with('\n');
        let Some(item) = self.item(pair) else { return };
        if !at_head {
            let word = self.slice(span).split([' ', '\t']).next().unwrap_or("");
            let span = Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span };
            self.report(
                Diagnostic::error(Code::Misplaced, span, format!("`{word}` is only allowed at the top of a file"))
                    .help("move it out of the braces"),
            );
        }
        self.items.push(item);
    }

    /// Parses a statement as one of `rule`; `replaces` if it is written after `replace`.
    fn statement(&mut self, pair: Pair<'_>, rule: Rule, replaces: bool) -> Option<Statement> {
        let span = self.span(&pair);
        Some(match rule {
            Rule::settings => Statement::Settings(self.inner_body(pair, Context::Settings), span),
            Rule::version_body => Statement::Version(self.inner_body(pair, Context::Version), span),
            Rule::field => Statement::Field(Arc::new(self.field(pair))),
            Rule::let_ => Statement::Let(Arc::new(self.let_(pair))),
            Rule::fragment => Statement::Fragment(Arc::new(self.fragment(pair))),
            Rule::emit => Statement::Emit(Arc::new(self.emit(pair))),
            Rule::track => Statement::Track(Arc::new(self.emit(pair))),
            Rule::mutate => Statement::Mutate(Arc::new(self.mutate(pair)?)),
            Rule::strategy => Statement::Strategy(Arc::new(self.strategy(pair, replaces))),
            Rule::require => Statement::Require(Arc::new(self.require(pair))),
            Rule::lint => Statement::Lint(Arc::new(self.lint(pair, replaces)?)),
            Rule::watch => Statement::Watch(Arc::new(self.watch(pair))),
            _ => return None,
        })
    }

    fn inner_body(&mut self, pair: Pair<'_>, place: Context) -> Body {
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::body => return self.body(pair, place),
                Rule::missing_body => self.missing_body(&pair, place.name().trim_matches('`')),
                _ => {}
            }
        }
        Body::default()
    }

    fn replace(&mut self, pair: Pair<'_>, place: Context) -> Option<Statement> {
        let span = self.span(&pair);
        let replaced = only_child(pair);
        if replaced.as_rule() == Rule::missing_word {
            let at = self.place(&replaced);
            let found = self.found(at);
            self.syntax(
                at,
                format!("expected `let`, `fragment`, `strategy`, `lint` or a field after `replace`, found {found}"),
                "",
            );
            return None;
        }
        let word = Span { end: span.start + 7, ..span };
        let rule = replaced.as_rule();
        if !place.allows(rule) {
            self.misplaced(&replaced, rule, place);
        }
        let mut statement = self.statement(replaced, rule, true)?;
        // The doc comment is above `replace`.
        let doc = self.doc(span);
        match &mut statement {
            Statement::Lint(lint) => Arc::make_mut(lint).doc = doc,
            Statement::Field(field) => Arc::make_mut(field).doc = doc,
            Statement::Strategy(strategy) => Arc::make_mut(strategy).doc = doc,
            Statement::Let(item) => Arc::make_mut(item).doc = doc,
            Statement::Fragment(item) => Arc::make_mut(item).doc = doc,
            _ => {}
        }
        Some(Statement::Replace(Box::new(statement), word))
    }

    fn field(&mut self, pair: Pair<'_>) -> Field {
        let span = self.span(&pair);
        let mut field = Field {
            doc: self.doc(span),
            headline: false,
            shared: false,
            deprecated: None,
            moved: None,
            name: self.empty_name(span),
            ty: TypeExpr { kind: TypeExprKind::Error, span: span.at_end() },
            default: None,
            at: FieldPlace::Named,
            span,
        };
        let mut optional = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::odd_word => {
                    let word = self.word(&pair);
                    match self.odd_mark(&word) {
                        Some("headline") => field.headline = true,
                        Some("shared") => field.shared = true,
                        Some(_) => {}
                        None => optional = Some(word.span).filter(|_| !self.reported_since(word.span)),
                    }
                }
                Rule::odd_optional => optional = Some(self.span(&pair)),
                Rule::swapped_type => field.ty = self.swapped_type(&pair),
                Rule::no_colon => self.no_colon(&pair, &field.name),
                Rule::odd_eq => {
                    let message = format!("the type of `{}` is written after `:`", field.name.text);
                    let span = self.span(&pair);
                    self.instead(span, message, ":");
                }
                Rule::odd_required => {
                    let mark = self.span(&pair);
                    self.odd_required(&mut field, mark);
                }
                Rule::odd_default => field.default = Some(self.odd_default(pair)),
                Rule::headline_mark => field.headline = true,
                Rule::shared_mark => field.shared = true,
                Rule::deprecated => self.deprecated(pair, &mut field),
                Rule::word => field.name = self.word(&pair),
                Rule::ty if field.name.text.is_empty() => {}
                Rule::ty => field.ty = self.ty(pair),
                Rule::place => field.at = self.field_place(pair),
                _ => self.value_of(pair, &mut field.default, "="),
            }
        }
        if let Some(mark) = optional {
            self.odd_optional(&mut field, mark);
        }
        field
    }

    fn deprecated(&mut self, pair: Pair<'_>, field: &mut Field) {
        for pair in pair.into_inner() {
            if pair.as_rule() == Rule::moved {
                field.moved = Some(self.word(&only_child(pair)));
            } else {
                let expected = "a reason in quotes, or `use` and the new field, after `deprecated`";
                field.deprecated = Some(self.literal_string(&pair, expected));
            }
        }
        if let (None, Some(new)) = (&field.deprecated, &field.moved) {
            field.deprecated = Some(Name { text: format!("use `{}`", new.text).into(), span: new.span });
        }
    }

    fn field_place(&mut self, pair: Pair<'_>) -> FieldPlace {
        let span = self.span(&pair);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::odd_at => {
                    let at = self.span(&pair);
                    self.instead(at, "the path of a field is written after `at`", "at");
                }
                Rule::nowhere => return FieldPlace::None(self.span(&pair)),
                Rule::bare_path => {
                    let path = self.word(&pair);
                    self.instead(path.span, "a path needs quotes", &format!("\"{}\"", path.text));
                    return FieldPlace::At(path);
                }
                _ => return FieldPlace::At(self.literal_string(&pair, "a path in quotes, or `none`, after `at`")),
            }
        }
        FieldPlace::None(span)
    }

    fn emit(&mut self, pair: Pair<'_>) -> Emit {
        let span = self.span(&pair);
        let word = if pair.as_rule() == Rule::track { "track" } else { "emit" };
        let (mut untracked, mut values) = (false, Vec::new());
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::untracked => untracked = true,
                Rule::odd_word => {}
                Rule::stray_colon => {
                    let colon = self.span(&pair);
                    self.instead(colon, format!("unexpected `:` after `{word}`"), "");
                }
                Rule::unbraced => values.push(self.unbraced(pair, word)),
                Rule::looped => values.push(self.looped(pair, word)),
                _ => values.push(self.expr_or_missing(pair, word)),
            }
        }
        Emit { untracked, values, span }
    }

    fn mutate(&mut self, pair: Pair<'_>) -> Option<Mutate> {
        let span = self.span(&pair);
        let (mut name, mut ty, mut value) = (self.empty_name(span), None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word | Rule::missing_name => {
                    name = self.declared_name(&pair, "a name for the object after `mutate`")
                }
                Rule::ty => ty = Some(self.ty(pair)),
                Rule::missing_type => {
                    let at = self.place(&pair);
                    let help = format!("write `mutate {}: Manifest = …` for objects of any kind", name.text);
                    self.syntax(at, "expected `:` and the type of the objects", &help);
                    return None;
                }
                _ => self.value_of(pair, &mut value, "="),
            }
        }
        if value.is_none() && !self.reported_since(span) {
            let help = format!("write `= merge({}, {{ … }})`", name.text);
            self.syntax(span.at_end(), "expected `=` and what the object becomes", &help);
        }
        Some(Mutate { name, ty: ty?, value: value?, span })
    }

    fn strategy(&mut self, pair: Pair<'_>, replaces: bool) -> Strategy {
        let span = self.span(&pair);
        let (mut name, mut weights, mut body) = (self.empty_name(span), None, Body::default());
        let mut extends_super = false;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::extends_super if replaces => extends_super = true,
                Rule::extends_super => {
                    let at = self.span(&pair);
                    let error = Diagnostic::error(
                        Code::Misplaced,
                        at,
                        "`extends super` is only allowed in a strategy that replaces another",
                    );
                    self.report(error.help(format!("write `replace strategy {} extends super`", name.text)));
                }
                Rule::word => name = self.word(&pair),
                Rule::stray_colon => self.instead(self.span(&pair), "unexpected `:` after `strategy`", ""),
                Rule::quoted_name => name = self.quoted_name(pair, "strategy"),
                Rule::missing_name => name = self.missing_name(&pair, "a name after `strategy`"),
                Rule::weights => weights = self.weights(pair),
                Rule::odd_word => {}
                Rule::body => body = self.body(pair, Context::Strategy),
                Rule::missing_body if self.reported_since(span) => {}
                Rule::missing_body => self.missing_body(&pair, &name.text),
                _ => self.junk_before_body(&pair, "a strategy is written `strategy name { … }`"),
            }
        }
        Strategy { doc: self.doc(span), name, weights, extends_super, body: body.into(), span }
    }

    fn weights(&mut self, pair: Pair<'_>) -> Option<(WeightMode, Span)> {
        let mut mode = None;
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::odd_weights => {
                    let span = self.span(&pair);
                    self.instead(span, "`weight` is not a keyword of a strategy", "weights");
                }
                _ => mode = self.weight_mode(&pair),
            }
        }
        mode
    }

    fn weight_mode(&mut self, pair: &Pair<'_>) -> Option<(WeightMode, Span)> {
        let at = self.place(pair);
        let mode = match pair.as_str() {
            "split" => WeightMode::Split,
            "percent" => WeightMode::Percent,
            "each" => WeightMode::Each,
            "none" => WeightMode::None,
            other => {
                let found = self.found(at);
                let meant = nearest(other, ["split", "percent", "each", "none"]);
                let help = meant.map_or(String::new(), |meant| format!("did you mean `{meant}`?"));
                self.syntax(
                    at,
                    format!("expected `split`, `percent`, `each` or `none` after `weights`, found {found}"),
                    &help,
                );
                return None;
            }
        };
        Some((mode, at))
    }

    fn require(&mut self, pair: Pair<'_>) -> Require {
        let span = self.span(&pair);
        let error = Expr { kind: ExprKind::Error, span: span.at_end() };
        let (commas, rest): (Vec<_>, Vec<_>) =
            pair.into_inner().partition(|pair| pair.as_rule() == Rule::message_comma);
        for comma in commas {
            let at = self.span(&comma);
            self.instead(at, format!("unexpected `{}` before the message", comma.as_str().trim_end()), "");
        }
        let mut inner = rest.into_iter().peekable();
        if let Some(called) = inner.next_if(|pair| pair.as_rule() == Rule::called) {
            return self.called_require(called, inner.next(), span);
        }
        let condition = inner.next().map_or(error.clone(), |pair| self.expr_or_missing(pair, "require"));
        let quiet = matches!(condition.kind, ExprKind::Error);
        let message = inner.next().filter(|pair| !(quiet && pair.as_rule() == Rule::missing_text));
        let message = message.map_or(error, |pair| self.text_or(&pair, "a message in quotes after the condition"));
        let at = inner.next().map(|at| self.cond(only_child(at)));
        Require { condition, message: message.into(), at, span }
    }

    /// Parses `require(condition, "message")`.
    fn called_require(&mut self, pair: Pair<'_>, after: Option<Pair<'_>>, span: Span) -> Require {
        let whole = self.span(&pair);
        let error = Expr { kind: ExprKind::Error, span: span.at_end() };
        let mut inner = pair.into_inner();
        let condition = inner.next().map_or(error.clone(), |pair| self.expr(pair));
        let message = inner.next().map_or(error, |pair| self.string(&pair));
        let fixed = format!("{} {}", self.slice(condition.span).trim(), self.slice(message.span));
        let report =
            Diagnostic::error(Code::Syntax, Span { end: whole.start + 1, ..whole }, "`require` takes no parentheses");
        let start = self.text[..whole.start as usize].trim_end().len();
        let fixed_span = Span { start: u32::try_from(start).unwrap_or(whole.start), ..whole };
        let report = report.help(format!("write `require {fixed}`"));
        self.report(report.fix(Applicability::Unsafe, fixed_span, format!(" {fixed}")));
        let at = after.filter(|pair| pair.as_rule() == Rule::at).map(|at| self.cond(only_child(at)));
        Require { condition, message: message.into(), at, span }
    }

    fn lint(&mut self, pair: Pair<'_>, replaces: bool) -> Option<Lint> {
        let span = self.span(&pair);
        let (mut name, mut level, mut required) = (self.empty_name(span), None, false);
        let (mut at, mut lines) = (None, LintLines::default());
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word | Rule::missing_name if name.text.is_empty() && level.is_none() => {
                    name = self.declared_name(&pair, "a name after `lint`");
                }
                Rule::word if pair.as_str() == "require" => (level, required) = (Some(Severity::Error), true),
                Rule::word | Rule::missing_word => level = self.level(&pair),
                Rule::at => at = Some(self.cond(only_child(pair))),
                Rule::lint_body => lines = self.lint_lines(pair, span, replaces),
                Rule::missing_body if replaces || self.reported_since(span) => {}
                Rule::missing_body => self.missing_body(&pair, &name.text),
                _ => self.lint_junk(&pair, &name),
            }
        }
        if !replaces && (lines.test.is_none() || lines.message.is_none()) {
            return None;
        }
        Some(Lint {
            doc: self.doc(span),
            name,
            level: level?,
            required,
            loops: lines.loops.into_iter().map(Lazy::from).collect(),
            test: lines.test.map(Lazy::from),
            report: LintReport { at, message: lines.message, help: lines.help, fixes: lines.fixes }.into(),
            span,
        })
    }

    fn level(&mut self, pair: &Pair<'_>) -> Option<Severity> {
        match pair.as_str() {
            "error" => return Some(Severity::Error),
            "warn" => return Some(Severity::Warning),
            "info" => return Some(Severity::Info),
            _ => {}
        }
        let at = self.place(pair);
        let lower = pair.as_str().to_lowercase();
        let meant = match &*lower {
            "warning" | "caution" => Some(("warn", Severity::Warning)),
            "err" | "fatal" | "deny" | "critical" => Some(("error", Severity::Error)),
            "information" | "notice" | "note" | "hint" => Some(("info", Severity::Info)),
            _ => nearest(&lower, ["error", "warn", "info"]).map(|near| match near {
                "error" => (near, Severity::Error),
                "warn" => (near, Severity::Warning),
                _ => (near, Severity::Info),
            }),
        };
        if let Some((word, level)) = meant {
            let message = format!("`{}` is not a level: expected `error`, `warn`, `info` or `require`", pair.as_str());
            self.instead(at, message, word);
            return Some(level);
        }
        if !self.reported_since(at) {
            let found = self.found(at);
            self.syntax(
                at,
                format!("expected `error`, `warn`, `info` or `require`, found {found}"),
                match pair.as_str().trim_start().starts_with("off") {
                    true => "rules are turned off in `relc.toml`: `[lint.levels]`, `RULE = \"off\"`",
                    false => "write `lint name warn { … }`",
                },
            );
        }
        None
    }

    fn lint_lines(&mut self, pair: Pair<'_>, lint: Span, replaces: bool) -> LintLines {
        let span = self.span(&pair);
        let mut lines = LintLines::default();
        let parts = pair.into_inner().flat_map(|pair| match pair.as_rule() {
            Rule::labeled => pair.into_inner().collect(),
            _ => vec![pair],
        });
        for pair in parts {
            match pair.as_rule() {
                Rule::label_word => {
                    let word = self.trimmed(self.span(&pair));
                    let message = format!("unexpected `{}`", self.slice(word));
                    let error = Diagnostic::error(Code::Syntax, word, message)
                        .help("remove it: the first string of a lint is the message, and the second is the help");
                    self.report(error.fix(Applicability::Safe, word, ""));
                }
                Rule::lint_for if lines.test.is_none() => lines.loops.extend(self.loop_head(pair)),
                Rule::lint_when if lines.test.is_none() => {
                    lines.test = Some(LintTest::When(self.expr_or_missing(only_child(pair), "when")));
                }
                Rule::lint_if if lines.test.is_none() => {
                    let word = self.span(&pair);
                    let word = Span { end: word.start + 2, ..word };
                    self.instead(word, "the condition of a lint is written after `when`", "when");
                    lines.test = Some(LintTest::When(self.expr_or_missing(only_child(pair), "when")));
                }
                Rule::lint_unique if lines.test.is_none() => {
                    lines.test = Some(LintTest::Unique(self.expr_or_missing(only_child(pair), "unique")));
                }
                Rule::lint_fix => lines.fixes.extend(self.lint_fix(pair)),
                Rule::string | Rule::block | Rule::open_string | Rule::open_block if lines.message.is_none() => {
                    lines.message = Some(self.string(&pair));
                }
                Rule::string | Rule::block | Rule::open_string | Rule::open_block if lines.help.is_none() => {
                    lines.help = Some(self.string(&pair));
                }
                Rule::bad_statement => self.junk(&pair),
                Rule::extra_comma | Rule::junk | Rule::missing_sep => self.between(&pair),
                _ => {
                    let again = self.span(&pair);
                    let help = "write loops, then `when` and one condition, the message, and what to do; split what is more into two lints";
                    self.syntax(again, "a lint has one condition and one message", help);
                }
            }
        }
        if !replaces && (lines.test.is_none() || lines.message.is_none()) && !self.reported_since(lint) {
            let what = if lines.test.is_none() { "`when` and a condition" } else { "a message in quotes" };
            self.syntax(
                Span { start: span.end.saturating_sub(1), ..span },
                format!("expected {what} in this lint"),
                "write `when condition`, and the message on the next line",
            );
        }
        lines
    }

    fn lint_fix(&mut self, pair: Pair<'_>) -> Option<LintFix> {
        let (mut fix, mut unsafe_) = (None, false);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::fix_unsafe => unsafe_ = true,
                Rule::missing_word => {
                    let at = self.place(&pair);
                    let found = self.found(at);
                    self.syntax(
                        at,
                        format!("expected `set` or `remove` after `fix`, found {found}"),
                        "write `fix set path = value` or `fix remove path`",
                    );
                }
                rule => fix = self.fix_action(pair, rule == Rule::fix_set),
            }
        }
        fix.map(|(path, value)| LintFix { path, value, unsafe_ })
    }

    fn fix_action(&mut self, pair: Pair<'_>, set: bool) -> Option<(Expr, Option<Expr>)> {
        let mut inner = pair.into_inner();
        let path = self.cond(inner.next()?);
        if !set {
            return Some((path, None));
        }
        let mut value = None;
        for pair in inner {
            if pair.as_rule() == Rule::missing_eq {
                let at = self.place(&pair);
                self.syntax(at, "expected `=` and the new value", "write `fix set path = value`");
            } else {
                self.value_of(pair, &mut value, "=");
            }
        }
        Some((path, Some(value?)))
    }

    fn watch(&mut self, pair: Pair<'_>) -> Watch {
        let span = self.span(&pair);
        let mut watch = Watch {
            short: self.empty_name(span),
            ty: TypeExpr { kind: TypeExprKind::Error, span: span.at_end() },
            plural: None,
            ready: Vec::new(),
            span,
        };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word | Rule::missing_name => {
                    watch.short = self.declared_name(&pair, "a short name after `watch`")
                }
                Rule::ty if watch.short.text.is_empty() && self.reported_since(span) => {}
                Rule::ty => {
                    let first = watch.short.text.is_empty();
                    watch.ty = self.ty(pair);
                    if first {
                        let shown = self.slice(watch.ty.span);
                        let short = shown.rsplit('.').next().unwrap_or(shown).to_lowercase();
                        let help = format!("write the name first, such as `watch {short} {shown}`");
                        self.syntax(watch.ty.span, "expected the short name of the kind before its type", &help);
                    }
                }
                Rule::plural => watch.plural = Some(self.literal_string(&only_child(pair), "a plural in quotes")),
                _ => {
                    for condition in pair.into_inner() {
                        watch.ready.push(self.literal_string(&condition, "a condition in quotes after `ready`"));
                    }
                }
            }
        }
        watch
    }
}

#[derive(Default)]
struct LintLines {
    loops: Vec<GuardHead>,
    test: Option<LintTest>,
    message: Option<Expr>,
    help: Option<Expr>,
    fixes: Vec<LintFix>,
}

/// Returns true for a statement that begins with another word than a keyword.
fn is_odd(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::odd_field | Rule::odd_let | Rule::odd_body | Rule::odd_strategy | Rule::odd_emit | Rule::odd_require
    )
}
