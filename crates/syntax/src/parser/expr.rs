//! Expressions: the grammar yields operators and operands in a flat list, which is grouped here.

use std::iter::Peekable;
use std::sync::Arc;

use pest::iterators::Pairs;

use super::Builder;
use super::object::only_child;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::parser::{Pair, Rule};
use crate::source::Span;

type Flat<'t> = Peekable<Pairs<'t, Rule>>;

impl Builder<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let mut flat = pair.into_inner().peekable();
        match flat.peek().map(|pair| pair.as_rule()) {
            Some(Rule::if_) => self.if_(first_of(flat), span),
            Some(Rule::for_) => self.stray_for(first_of(flat), span),
            _ => self.chain(&mut flat, span),
        }
    }

    pub(super) fn cond(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        self.chain(&mut pair.into_inner().peekable(), span)
    }

    /// Groups a complete flat list.
    fn chain(&mut self, flat: &mut Flat<'_>, span: Span) -> Expr {
        if flat.peek().is_none() {
            return Expr { kind: ExprKind::Error, span };
        }
        let whole = self.or(flat);
        let whole = match flat.next_if(|pair| pair.as_rule() == Rule::ternary) {
            Some(pair) => self.ternary(whole, pair),
            None => whole,
        };
        // Nothing is left, unless a keyword such as `not` is in the position of an operand, which was reported.
        flat.for_each(drop);
        whole
    }

    fn or(&mut self, flat: &mut Flat<'_>) -> Expr {
        let mut left = self.and(flat);
        loop {
            if let Some(pair) = flat.next_if(|pair| self.is_default(pair)) {
                self.instead(self.span(&pair), "a default is written after `??`, not `||`", "??");
                let right = self.and(flat);
                left = binary(BinaryOp::Coalesce, left, right);
            } else if self.eat_word(flat, Rule::kw_or, "||") {
                let right = self.and(flat);
                left = binary(BinaryOp::Or, left, right);
            } else {
                return left;
            }
        }
    }

    /// Returns true for `||` before a string or a number, which is no condition.
    fn is_default(&self, pair: &Pair<'_>) -> bool {
        let next = || self.text[self.span(pair).range().end..].trim_start();
        pair.as_str() == "||" && next().starts_with(|c: char| c == '"' || c.is_ascii_digit())
    }

    fn and(&mut self, flat: &mut Flat<'_>) -> Expr {
        let mut left = self.not(flat);
        while self.eat_word(flat, Rule::kw_and, "&&") {
            let right = self.not(flat);
            left = binary(BinaryOp::And, left, right);
        }
        left
    }

    /// Consumes `and` or `or`, also in the spelling of other languages.
    fn eat_word(&mut self, flat: &mut Flat<'_>, rule: Rule, other: &str) -> bool {
        let comes =
            |pair: &Pair<'_>| pair.as_rule() == rule || pair.as_rule() == Rule::bad_infix && pair.as_str() == other;
        let Some(pair) = flat.next_if(comes) else { return false };
        if pair.as_rule() == Rule::bad_infix {
            self.report_spelling(&pair, if other == "||" { "or" } else { "and" });
        }
        true
    }

    pub(super) fn report_spelling(&mut self, pair: &Pair<'_>, word: &str) {
        let span = self.span(pair);
        let text = if self.text[span.range().end..].starts_with(' ') { word.to_owned() } else { format!("{word} ") };
        self.report(
            Diagnostic::error(Code::Syntax, span, format!("`{}` is written `{word}`", pair.as_str()))
                .help(format!("write `{word}`"))
                .fix(Applicability::Safe, span, text),
        );
    }

    fn not(&mut self, flat: &mut Flat<'_>) -> Expr {
        let mut starts = Vec::new();
        while let Some(pair) = flat.next_if(|pair| matches!(pair.as_rule(), Rule::kw_not | Rule::bad_not)) {
            if pair.as_rule() == Rule::bad_not {
                self.report_spelling(&pair, "not");
            }
            starts.push(self.span(&pair));
        }
        let mut value = self.compare(flat);
        for start in starts.into_iter().rev() {
            value = Expr { span: start.to(value.span), kind: ExprKind::Not(Box::new(value)) };
        }
        value
    }

    fn compare(&mut self, flat: &mut Flat<'_>) -> Expr {
        let mut left = self.coalesce(flat);
        let mut seen: Option<Span> = None;
        while let Some(pair) = flat.next_if(|pair| matches!(pair.as_rule(), Rule::compare | Rule::bad_compare)) {
            let at = self.span(&pair);
            if let Some(before) = seen {
                self.report(
                    Diagnostic::error(Code::Syntax, at, "comparisons do not chain")
                        .related(before, "the comparison before it")
                        .help("join two comparisons by `and`, or set parentheses"),
                );
            }
            seen = Some(at);
            let operator = match pair.as_rule() {
                Rule::compare => comparison(pair.as_str()),
                _ => self.bad_compare(&pair),
            };
            let right = self.coalesce(flat);
            left = binary(operator, left, right);
        }
        left
    }

    fn coalesce(&mut self, flat: &mut Flat<'_>) -> Expr {
        let mut left = self.sum(flat);
        while flat.next_if(|pair| pair.as_rule() == Rule::coalesce).is_some() {
            let right = self.sum(flat);
            left = binary(BinaryOp::Coalesce, left, right);
        }
        left
    }

    /// Parses operands that are joined by `+`, which is reported.
    fn sum(&mut self, flat: &mut Flat<'_>) -> Expr {
        let first = self.operand(flat);
        let mut operands = vec![first];
        let mut plus = None;
        while let Some(pair) = flat.next_if(|pair| pair.as_rule() == Rule::plus) {
            plus.get_or_insert(self.span(&pair));
            operands.push(self.operand(flat));
        }
        match plus {
            Some(plus) => self.plus(&operands, plus),
            None => operands.remove(0),
        }
    }

    fn operand(&mut self, flat: &mut Flat<'_>) -> Expr {
        if let Some(pair) = flat.next_if(|pair| matches!(pair.as_rule(), Rule::kw_not | Rule::bad_not)) {
            let span = self.span(&pair);
            self.syntax(span, "`not` after an operator needs parentheses", "write `(not …)`");
            return self.not(flat);
        }
        let Some(atom) = flat.next() else {
            return Expr { kind: ExprKind::Error, span: Span::new(self.file, self.base, self.base) };
        };
        let mut value = self.atom(atom);
        while let Some(pair) = flat.next_if(|pair| is_postfix(pair.as_rule())) {
            value = self.postfix(value, pair);
        }
        value
    }

    fn postfix(&mut self, base: Expr, pair: Pair<'_>) -> Expr {
        let span = base.span.to(self.span(&pair));
        let base = Box::new(base);
        let kind = match pair.as_rule() {
            Rule::call => ExprKind::Call { callee: base, args: self.args(pair) },
            Rule::odd_access => {
                let whole = self.span(&pair);
                let word = self.word(&only_child(pair));
                let mark = Span { end: word.span.start, ..whole };
                let written = self.slice(mark);
                self.instead(mark, format!("a field is written after `.`, not `{written}`"), ".");
                ExprKind::Field { base, name: word, optional: false }
            }
            Rule::odd_index => {
                self.odd_index(&base, &pair);
                self.index(pair);
                ExprKind::Error
            }
            Rule::index => ExprKind::Index { base, index: Box::new(self.index(pair)), optional: false },
            Rule::optional_index => ExprKind::Index { base, index: Box::new(self.index(pair)), optional: true },
            Rule::unwrap => ExprKind::Unwrap(base),
            rule => {
                let word = only_child(pair);
                let name = match word.as_rule() {
                    Rule::word => self.word(&word),
                    _ => self.missing_name(&word, "a field after the dot"),
                };
                ExprKind::Field { base, name, optional: rule == Rule::optional_field }
            }
        };
        Expr { kind, span }
    }

    /// Returns the single expression inside brackets.
    fn index(&mut self, pair: Pair<'_>) -> Expr {
        let mut value = Expr { kind: ExprKind::Error, span: self.span(&pair).at_end() };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::expr => value = self.expr(pair),
                Rule::missing_value => value = self.missing_value(&pair, "["),
                _ => self.between(&pair),
            }
        }
        value
    }

    fn atom(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::string | Rule::block | Rule::open_string | Rule::open_block | Rule::odd_string => {
                return self.string(&pair);
            }
            Rule::prefixed_string => return self.prefixed_string(pair),
            Rule::number => number(pair.as_str()),
            Rule::percent => self.percent(&pair),
            Rule::bad_number => self.bad_number(&pair),
            Rule::literal => literal(pair.as_str()),
            Rule::name => ExprKind::Name(Arc::from(pair.as_str())),
            Rule::object => return self.object(pair),
            Rule::list => return self.list(pair),
            // Parentheses are not in the tree; the span includes them, so that a fix can replace all of it.
            Rule::paren => self.index(pair).kind,
            Rule::case => self.case(pair),
            Rule::fail => self.fail(pair),
            Rule::file => self.file_of(pair),
            Rule::typed => self.typed(pair, span),
            Rule::type_value => self.type_value(&pair),
            Rule::missing_value => return self.missing_value(&pair, ""),
            _ => self.bad_value(&pair),
        };
        Expr { kind, span }
    }

    fn typed(&mut self, pair: Pair<'_>, span: Span) -> ExprKind {
        let mut inner = pair.into_inner();
        let (Some(ty), Some(object)) = (inner.next(), inner.next()) else {
            self.syntax(span, "expected a type and its object", "");
            return ExprKind::Error;
        };
        ExprKind::Typed { ty: Box::new(self.type_ref(ty)), object: Box::new(self.object(object)) }
    }

    pub(super) fn file_of(&mut self, pair: Pair<'_>) -> ExprKind {
        let path = only_child(pair);
        match path.as_rule() {
            Rule::bad_value | Rule::missing_value => {
                let span = self.place(&path);
                self.syntax(span, "expected a path in quotes inside of `file(…)`", "write `file(\"ksvc.yaml\")`");
                ExprKind::Error
            }
            _ => ExprKind::File(self.literal_string(&path, "a path in quotes")),
        }
    }

    fn if_(&mut self, pair: Pair<'_>, span: Span) -> Expr {
        let mut inner = pair.into_inner();
        let error = Expr { kind: ExprKind::Error, span };
        let (Some(condition), Some(tail)) = (inner.next(), inner.next()) else { return error };
        let condition = Box::new(self.cond(condition));
        match tail.as_rule() {
            Rule::then_branch => {
                let then = Box::new(self.expr_or_missing(only_child(tail), "then").into());
                let otherwise =
                    inner.next().map(|tail| Box::new(self.expr_or_missing(only_child(tail), "else").into()));
                Expr { kind: ExprKind::If { condition, then, otherwise }, span }
            }
            Rule::braced_branch => self.braced_branches(*condition, tail, span),
            Rule::guard_branch => {
                let colon = self.span(&tail);
                let colon = Span { end: colon.start + 1, ..colon };
                self.report(
                    Diagnostic::error(Code::Syntax, colon, "expected `then` after the condition, found `:`")
                        .help("a value is written `if condition then value`; `if condition: …` guards an element or fields")
                        .fix(Applicability::Unsafe, colon, " then"),
                );
                self.expr_or_missing(only_child(tail), "then");
                error
            }
            _ => {
                if !matches!(condition.kind, ExprKind::Error) {
                    let at = self.place(&tail);
                    let found = self.found(at);
                    self.syntax(
                        at,
                        format!("expected `then` after the condition, found {found}"),
                        "a value is written `if condition then value else value`",
                    );
                }
                error
            }
        }
    }

    fn stray_for(&mut self, pair: Pair<'_>, span: Span) -> Expr {
        let word = Span { end: span.start + 3, ..span };
        let _ = pair;
        self.syntax(word, "`for` is only allowed in a list or an object", "write `[for x in list: …]`");
        Expr { kind: ExprKind::Error, span }
    }

    fn fail(&mut self, pair: Pair<'_>) -> ExprKind {
        let mut inner = pair.into_inner();
        let Some(message) = inner.next() else { return ExprKind::Error };
        let message = Box::new(self.text_or(&message, "a message in quotes after `fail`"));
        let at = inner.next().map(|at| Box::new(self.cond(only_child(at))));
        ExprKind::Fail { message, at }
    }
}

fn first_of<'t>(mut flat: Flat<'t>) -> Pair<'t> {
    // The caller has checked it.
    flat.next().expect("an expression has a pair inside")
}

fn is_postfix(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::call
            | Rule::optional_index
            | Rule::odd_index
            | Rule::odd_access
            | Rule::index
            | Rule::unwrap
            | Rule::field_access
            | Rule::optional_field
    )
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, span }
}

fn comparison(text: &str) -> BinaryOp {
    match text {
        "==" => BinaryOp::Eq,
        "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        _ => BinaryOp::In,
    }
}

pub(super) fn literal(text: &str) -> ExprKind {
    match text {
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        _ => ExprKind::Null,
    }
}

/// Parses a JSON number; an integer beyond 64 bits becomes a float.
pub(super) fn number(text: &str) -> ExprKind {
    text.parse().map(ExprKind::Int).or_else(|_| text.parse().map(ExprKind::Float)).unwrap_or(ExprKind::Error)
}
