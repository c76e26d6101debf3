//! Objects, lists, guards, calls and cases: the contents of brackets.

use super::Builder;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::parser::{Pair, Rule};
use crate::serialize::Lazy;
use crate::source::Span;

impl Builder<'_> {
    pub(super) fn object(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let mut entries = Vec::new();
        let mut pairs = pair.into_inner();
        while let Some(pair) = pairs.next() {
            match pair.as_rule() {
                Rule::junk | Rule::missing_sep if self.lacks_colon(entries.last(), &pair) => {
                    if let Some(Entry::Shorthand(key)) = entries.pop() {
                        // After a missing separator, the value is the next entry.
                        let value = if pair.as_rule() == Rule::missing_sep { pairs.next() } else { None };
                        entries.push(self.colonless(key, &value.unwrap_or(pair)));
                    }
                }
                Rule::pair => entries.push(self.pair(pair)),
                Rule::computed => entries.push(self.computed(pair)),
                Rule::spread => entries.push(Entry::Spread(self.spread(pair))),
                Rule::shorthand => entries.push(Entry::Shorthand(self.word(&only_child(pair)))),
                Rule::for_ | Rule::if_ => {
                    if let Some(guard) = self.guard(pair) {
                        entries.push(Entry::Guard(guard));
                    }
                }
                Rule::inner_when => self.inner_when(&pair, span),
                Rule::bad_entry => self.bad_entry(&pair),
                _ => self.between(&pair),
            }
        }
        Expr { kind: ExprKind::Object(entries), span }
    }

    /// Returns true if `pair` is the value of the bare word before it, with the colon missing.
    fn lacks_colon(&self, before: Option<&Entry>, pair: &Pair<'_>) -> bool {
        let Some(Entry::Shorthand(key)) = before else { return false };
        let start = self.span(pair).start as usize;
        let text = &self.text[start..];
        let between = &self.text[key.span.end as usize..start];
        let value = text.starts_with(['"', '{', '\'']) || text.starts_with(|c: char| c.is_alphanumeric());
        // Two words and a colon are a key after something else.
        let next_key = text.trim_start_matches(|c: char| c.is_alphanumeric() || "_-".contains(c)).trim_start();
        between.starts_with([' ', '\t']) && value && !next_key.starts_with(':')
    }

    fn colonless(&mut self, key: Name, value: &Pair<'_>) -> Entry {
        let span = self.place(value);
        let at = key.span.at_end();
        let shown = self.shown(span);
        self.report(
            Diagnostic::error(
                Code::Syntax,
                key.span.to(span),
                format!("expected `:` between `{}` and its value", key.text),
            )
            .help(format!("write `{}: {}`", key.text, shown.trim_matches('`')))
            .fix(Applicability::Safe, at, ":"),
        );
        Entry::Pair { doc: None, key: Key::Plain(key), value: Expr { kind: ExprKind::Error, span } }
    }

    pub(super) fn pair(&mut self, pair: Pair<'_>) -> Entry {
        let span = self.span(&pair);
        let mut key = self.empty_name(span);
        let mut value = Expr { kind: ExprKind::Error, span: span.at_end() };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word => key = self.word(&pair),
                Rule::string => key = self.literal_string(&pair, "a key"),
                Rule::bad_key => key = self.bad_key(&pair),
                Rule::bad_eq_sign => self.not_a_colon(&pair),
                Rule::access => value = self.cond(pair),
                _ => value = self.value(pair, &key),
            }
        }
        Entry::Pair { doc: self.doc(span), key: Key::Plain(key), value }
    }

    /// Parses the value after a key's colon.
    fn value(&mut self, pair: Pair<'_>, key: &Name) -> Expr {
        match pair.as_rule() {
            Rule::expr => self.expr(pair),
            Rule::yaml_list => self.yaml_list(&pair),
            Rule::nested_key => self.nested_key(&pair, key),
            _ => self.missing_value(&pair, &format!("{}:", key.text)),
        }
    }

    fn not_a_colon(&mut self, pair: &Pair<'_>) {
        let span = self.span(pair);
        self.report(
            Diagnostic::error(Code::Syntax, span, "expected `:` after the key, found `=`").help("write `:`").fix(
                Applicability::Safe,
                span,
                ":",
            ),
        );
    }

    fn computed(&mut self, pair: Pair<'_>) -> Entry {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let error = Expr { kind: ExprKind::Error, span: span.at_end() };
        let key = inner.next().map_or(error.clone(), |key| match key.as_rule() {
            Rule::expr => self.expr(key),
            _ => self.missing_value(&key, "["),
        });
        let value = inner.next().map_or(error, |value| match value.as_rule() {
            Rule::missing_colon => {
                let at = self.place(&value);
                self.syntax(at, "expected `:` and a value after the computed key", "write `[key]: value`");
                Expr { kind: ExprKind::Error, span: at }
            }
            _ => {
                let name = self.empty_name(span);
                self.value(value, &name)
            }
        });
        Entry::Pair { doc: self.doc(span), key: Key::Computed(Box::new(key)), value }
    }

    pub(super) fn spread(&mut self, pair: Pair<'_>) -> Expr {
        let value = only_child(pair);
        match value.as_rule() {
            Rule::expr => self.expr(value),
            _ => self.missing_value(&value, "..."),
        }
    }

    pub(super) fn list(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let mut elements = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::spread => elements.push(Element::Spread(self.spread(pair))),
                Rule::expr if is_guard(&pair) => {
                    if let Some(guard) = self.guard(only_child(pair)) {
                        elements.push(Element::Guard(guard));
                    }
                }
                Rule::expr => elements.push(Element::Value(self.expr(pair))),
                Rule::late_for => match elements.pop() {
                    Some(Element::Value(element)) => {
                        elements.extend(self.late_for(element, pair).map(Element::Guard));
                    }
                    other => elements.extend(other),
                },
                Rule::bad_entry => self.junk(&pair),
                _ => self.between(&pair),
            }
        }
        Expr { kind: ExprKind::List(elements), span }
    }

    /// `if …: …` or `for …: …`.
    fn guard(&mut self, pair: Pair<'_>) -> Option<Guard> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::for_ => self.for_guard(pair, span),
            _ => self.if_guard(pair, span),
        }
    }

    fn if_guard(&mut self, pair: Pair<'_>, span: Span) -> Option<Guard> {
        let mut inner = pair.into_inner();
        let condition = self.cond(inner.next()?);
        let tail = inner.next()?;
        if tail.as_rule() != Rule::guard_branch {
            // An entry of an object can't be a value alone.
            let at = if tail.as_rule() == Rule::missing_then {
                self.place(&tail)
            } else {
                keyword(self.span(&tail), "then")
            };
            self.syntax(
                at,
                "expected `:` after the condition",
                "in an object write `if condition: { … }`, or `key: if condition then …`",
            );
            return None;
        }
        Some(Guard { head: GuardHead::If(Box::new(condition)), body: self.guard_body(tail).into(), span })
    }

    fn for_guard(&mut self, pair: Pair<'_>, span: Span) -> Option<Guard> {
        let (mut head, mut body) = (LoopHead::default(), None);
        for pair in pair.into_inner() {
            let Some(pair) = self.loop_part(pair, &mut head) else { continue };
            match pair.as_rule() {
                Rule::guard_branch => body = Some(self.guard_body(pair)),
                _ if self.reported_since(span) => return None,
                _ => {
                    let at = self.place(&pair);
                    let found = self.found(at);
                    self.syntax(
                        at,
                        format!("expected `:` after the loop's head, found {found}"),
                        "a loop is written `for x in list: …`",
                    );
                    return None;
                }
            }
        }
        Some(Guard { head: head.finish()?, body: body?.into(), span })
    }

    /// Parses the head of a loop without a body: the statements after it are repeated.
    pub(super) fn loop_head(&mut self, pair: Pair<'_>) -> Option<GuardHead> {
        let mut head = LoopHead::default();
        for pair in pair.into_inner() {
            self.loop_part(pair, &mut head);
        }
        head.finish()
    }

    /// Parses a pair of a loop's head; returns any other pair.
    fn loop_part<'i>(&mut self, pair: Pair<'i>, head: &mut LoopHead) -> Option<Pair<'i>> {
        match pair.as_rule() {
            Rule::word | Rule::missing_name => head.vars.push(self.declared_name(&pair, "a name after `for`")),
            Rule::odd_in => {
                let span = self.span(&pair);
                self.instead(span, format!("`{}` is written `in`", pair.as_str()), "in");
            }
            Rule::ty => head.ty = Some(Box::new(self.ty(pair))),
            Rule::cond => head.iter = Some(Box::new(self.cond(pair))),
            Rule::filter => head.condition = Some(self.cond(only_child(pair))),
            Rule::missing_word => {
                let at = self.place(&pair);
                self.syntax(at, "expected `in` and a list or map", "a loop is written `for x in list: …`");
                head.iter = Some(Box::new(Expr { kind: ExprKind::Error, span: at }));
            }
            _ => return Some(pair),
        }
        None
    }

    fn guard_body(&mut self, branch: Pair<'_>) -> GuardBody {
        let body = only_child(branch);
        if body.as_rule() == Rule::expr && is_guard(&body) {
            let error = Expr { kind: ExprKind::Error, span: self.span(&body) };
            return self
                .guard(only_child(body))
                .map_or(GuardBody::Expr(Box::new(error)), |guard| GuardBody::Guard(Box::new(guard)));
        }
        GuardBody::Expr(Box::new(self.expr_or_missing(body, ":")))
    }

    pub(super) fn expr_or_missing(&mut self, pair: Pair<'_>, before: &str) -> Expr {
        match pair.as_rule() {
            Rule::expr => self.expr(pair),
            _ => self.missing_value(&pair, before),
        }
    }

    pub(super) fn args(&mut self, call: Pair<'_>) -> Vec<Arg> {
        let mut args = Vec::new();
        for pair in call.into_inner() {
            match pair.as_rule() {
                Rule::argument => args.extend(self.arg(pair)),
                _ => self.between(&pair),
            }
        }
        args
    }

    fn arg(&mut self, pair: Pair<'_>) -> Option<Arg> {
        let (mut name, mut value) = (None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::lambda => {
                    self.lambda(&pair);
                    value = Some(Expr { kind: ExprKind::Error, span: self.span(&pair) });
                }
                Rule::argument_name => name = Some(self.word(&pair)),
                Rule::bad_eq_sign => self.not_a_colon(&pair),
                Rule::spread => {
                    let span = self.span(&pair);
                    self.syntax(span, "arguments can't be spread", "write each argument by itself");
                    value = Some(self.spread(pair));
                }
                Rule::expr | Rule::missing_value => value = Some(self.expr_or_missing(pair, ":")),
                _ => self.between(&pair),
            }
        }
        value.map(|value| Arg { name, value })
    }

    pub(super) fn case(&mut self, pair: Pair<'_>) -> ExprKind {
        let mut inner = pair.into_inner();
        let mut first = inner.next();
        if let Some(odd) = first.as_ref().filter(|pair| pair.as_rule() == Rule::odd_case) {
            let span = self.span(odd);
            self.instead(span, format!("`{}` is written `case`", odd.as_str()), "case");
            first = inner.next();
        }
        let (Some(subject), Some(body)) = (first, inner.next()) else { return ExprKind::Error };
        let subject = Box::new(self.cond(subject));
        if body.as_rule() == Rule::missing_body {
            if !matches!(subject.kind, ExprKind::Error) {
                let at = self.place(&body);
                self.syntax(at, "expected `{` and the cases", "a case is written `case value { member: … }`");
            }
            return ExprKind::Error;
        }
        let mut arms = Vec::new();
        for pair in body.into_inner() {
            match pair.as_rule() {
                Rule::arm => arms.extend(self.arm(pair)),
                _ => self.between(&pair),
            }
        }
        ExprKind::Case { subject, arms }
    }

    fn arm(&mut self, pair: Pair<'_>) -> Option<(Name, Expr)> {
        let mut inner = pair.into_inner();
        let member = inner.next()?;
        if member.as_rule() != Rule::word {
            self.between(&member);
            return None;
        }
        let name = self.word(&member);
        let mut value = inner.next()?;
        if value.as_rule() == Rule::odd_arrow {
            let span = self.span(&value);
            self.instead(span, format!("`{}` is written `:`", value.as_str()), ":");
            value = inner.next()?;
        }
        if value.as_rule() == Rule::missing_colon {
            let at = self.place(&value);
            self.syntax(
                at,
                format!("expected `:` and a value after `{}`", name.text),
                "a case is written `member: value`",
            );
            return Some((name, Expr { kind: ExprKind::Error, span: at }));
        }
        let value = self.value(value, &name);
        Some((name, value))
    }
}

/// Returns the single pair inside `pair`, which the grammar guarantees.
pub(super) fn only_child(pair: Pair<'_>) -> Pair<'_> {
    let whole = pair.clone();
    pair.into_inner().next().unwrap_or(whole)
}

/// Returns true if an expression is a guard: `if …: …` or `for …`.
fn is_guard(expr: &Pair<'_>) -> bool {
    let Some(inner) = expr.clone().into_inner().next() else { return false };
    match inner.as_rule() {
        Rule::for_ => true,
        Rule::if_ => inner.into_inner().nth(1).is_some_and(|tail| tail.as_rule() == Rule::guard_branch),
        _ => false,
    }
}

fn keyword(span: Span, word: &str) -> Span {
    Span { end: span.start + u32::try_from(word.len()).unwrap_or(0), ..span }
}

/// A partially parsed loop head.
#[derive(Default)]
struct LoopHead {
    vars: Vec<Name>,
    ty: Option<Box<TypeExpr>>,
    iter: Option<Box<Expr>>,
    condition: Option<Expr>,
}

impl LoopHead {
    fn finish(self) -> Option<GuardHead> {
        Some(GuardHead::For {
            vars: self.vars,
            ty: self.ty,
            iter: self.iter?,
            condition: self.condition.map(Lazy::from),
        })
    }
}
