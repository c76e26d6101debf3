//! Types, as written.

use std::sync::Arc;

use super::Builder;
use super::object::only_child;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::parser::{Pair, Rule};
use crate::source::Span;

impl Builder<'_> {
    pub(super) fn ty(&mut self, pair: Pair<'_>) -> TypeExpr {
        let whole = self.span(&pair);
        let (mut run, mut optional, mut members, mut quoted) = (None, None, Vec::new(), Vec::new());
        let (mut optional_word, mut spaced) = (None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::run => run = Some(self.span(&pair)),
                Rule::optional => optional = Some(self.span(&pair)),
                Rule::spaced_optional => {
                    spaced = Some(self.span(&pair));
                }
                Rule::optional_word => optional_word = Some(self.span(&pair)),
                Rule::member_list => members = self.member_list(pair),
                Rule::odd_list => {
                    let brackets = self.span(&pair);
                    if let Some(ty) = members.pop() {
                        members.push(self.odd_list(ty, brackets));
                    }
                }
                Rule::quoted_member => {
                    quoted.push(self.span(&pair));
                    members.push(self.single_type(pair));
                }
                _ => members.push(self.single_type(pair)),
            }
        }
        let span = match (members.first(), members.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => whole,
        };
        if let ([only], [_]) = (members.as_mut_slice(), quoted.as_slice()) {
            only.kind = self.default_as_type(only.span);
        }
        self.quoted_members(span, &quoted);
        let mut ty = match <[TypeExpr; 1]>::try_from(members) {
            Ok([one]) => one,
            Err(members) => TypeExpr { kind: TypeExprKind::Union(members), span },
        };
        // `run T?` is a run-time value that may be absent, which is known at build time.
        if let Some(word) = run {
            ty = TypeExpr { span: word.to(ty.span), kind: TypeExprKind::Run(Box::new(ty)) };
        }
        if let Some(word) = optional_word {
            self.optional_word(word, &ty);
            optional.get_or_insert(ty.span.at_end());
        }
        if let Some(mark) = spaced {
            let help = format!("write `{}?`", self.slice(ty.span));
            let error = Diagnostic::error(Code::Syntax, mark, "`?` belongs right after the type, without a space");
            self.report(error.help(help).fix(Applicability::Safe, mark, "?"));
            optional = Some(mark);
        }
        if let Some(mark) = optional {
            ty = TypeExpr { span: ty.span.to(mark), kind: TypeExprKind::Optional(Box::new(ty)) };
        }
        ty
    }

    /// Reports `kube.port`: types begin with a capital letter.
    fn odd_path(&mut self, pair: &Pair<'_>) -> TypeExprKind {
        let (span, text) = (self.span(pair), pair.as_str());
        let mark = text.find(['.', ':', '/']).unwrap_or(text.len());
        let (library, name) = (&text[..mark], text[mark..].trim_start_matches(['.', ':', '/']));
        if !text[mark..].starts_with('.') {
            self.instead(span, format!("a type of `{library}` is written after a dot"), &format!("{library}.{name}"));
            return TypeExprKind::Error;
        }
        let mut capital = name.to_owned();
        capital[..1].make_ascii_uppercase();
        self.instead(
            span,
            format!("`{text}` is not a type: types begin with a capital letter"),
            &format!("{library}.{capital}"),
        );
        TypeExprKind::Error
    }

    fn single_type(&mut self, pair: Pair<'_>) -> TypeExpr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::ty_any => TypeExprKind::Any,
            Rule::ty_bool => TypeExprKind::Bool,
            Rule::ty_int => self.int(pair),
            Rule::ty_number => self.number_type(pair),
            Rule::ty_string => self.string_type(pair),
            Rule::ty_map => TypeExprKind::Map(self.inside(pair, "Map")),
            Rule::ty_partial => TypeExprKind::Partial(self.inside(pair, "Partial")),
            Rule::ty_list => TypeExprKind::List(self.inside(pair, "[")),
            Rule::ty_record => self.record(pair),
            Rule::ty_kind => self.kind(pair),
            Rule::ty_path => self.type_path(pair),
            Rule::member => TypeExprKind::Member(Arc::from(pair.as_str())),
            Rule::quoted_member => TypeExprKind::Member(Arc::from(pair.as_str().trim_matches('"'))),
            Rule::odd_enum => self.odd_enum(&pair),
            Rule::ty_generic => self.generic(pair),
            Rule::odd_path => self.odd_path(&pair),
            Rule::missing_type => {
                let at = self.place(&pair);
                let found = self.found(at);
                self.syntax(
                    at,
                    format!("expected a type, found {found}"),
                    "a type is `string`, `int`, `[T]`, `{ key: T }`, a name with a capital, …",
                );
                TypeExprKind::Error
            }
            _ => {
                self.bad_type(&pair);
                TypeExprKind::Error
            }
        };
        TypeExpr { kind, span }
    }

    /// Parses the single type inside brackets.
    fn inside(&mut self, pair: Pair<'_>, what: &str) -> Box<TypeExpr> {
        let mut ty = TypeExpr { kind: TypeExprKind::Error, span: self.span(&pair).at_end() };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::ty => ty = self.ty(pair),
                Rule::second_type => {
                    let last = self.span(&pair);
                    let inner = self.slice(last).trim().to_owned();
                    let values = Span { start: ty.span.start, ..last };
                    self.instead(
                        values,
                        "a map has one type, that of its values: its keys are strings".to_owned(),
                        &inner,
                    );
                    ty = self.ty(only_child(pair));
                }
                Rule::odd_parameters => {
                    let brackets = self.span(&pair);
                    let Some(last) = pair.into_inner().last() else { continue };
                    let inner = self.slice(self.span(&last)).trim().to_owned();
                    let whole = Span { start: brackets.start - what.len() as u32, ..brackets };
                    self.instead(
                        whole,
                        format!("the type after `{what}` is between `<` and `>`"),
                        &format!("{what}<{inner}>"),
                    );
                    ty = self.ty(last);
                }
                Rule::missing_type => {
                    let at = self.place(&pair);
                    self.syntax(
                        at,
                        format!("expected `<` and a type after `{what}`"),
                        &format!("write `{what}<string>`"),
                    );
                }
                _ => self.between(&pair),
            }
        }
        Box::new(ty)
    }

    /// Returns the bounds of the pair's range, as text.
    fn range<'p>(&mut self, pair: Pair<'p>) -> (Option<Pair<'p>>, Option<Pair<'p>>) {
        let (mut min, mut max) = (None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::range => return self.range(pair),
                Rule::range_min => min = Some(pair),
                Rule::range_max => max = Some(pair),
                _ => {
                    let at = self.place(&pair);
                    self.syntax(at, "expected a range", "write `1..63`, `1..`, or `..63`");
                }
            }
        }
        (min, max)
    }

    fn bound<T: std::str::FromStr>(&mut self, pair: Option<Pair<'_>>, what: &str) -> Option<T> {
        let pair = pair?;
        let value = pair.as_str().parse().ok();
        if value.is_none() {
            let span = self.span(&pair);
            self.syntax(span, format!("`{}` is not a {what}", pair.as_str()), "");
        }
        value
    }

    fn int(&mut self, pair: Pair<'_>) -> TypeExprKind {
        if let Some(odd) = odd_range(&pair) {
            let (min, max) = self.odd_range(&odd);
            let bound = |text: Option<String>| text.and_then(|text| text.parse().ok());
            return TypeExprKind::Int { min: bound(min), max: bound(max) };
        }
        let (min, max) = self.range(pair);
        TypeExprKind::Int { min: self.bound(min, "whole number"), max: self.bound(max, "whole number") }
    }

    fn number_type(&mut self, pair: Pair<'_>) -> TypeExprKind {
        if let Some(odd) = odd_range(&pair) {
            let (min, max) = self.odd_range(&odd);
            let bound = |text: Option<String>| text.and_then(|text| text.parse().ok());
            return TypeExprKind::Number { min: bound(min), max: bound(max) };
        }
        let (min, max) = self.range(pair);
        TypeExprKind::Number { min: self.bound(min, "number"), max: self.bound(max, "number") }
    }

    fn string_type(&mut self, pair: Pair<'_>) -> TypeExprKind {
        let (mut matching, mut min, mut max) = (None, None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::matching => {
                    let mut pattern = None;
                    for pair in pair.into_inner() {
                        match pair.as_rule() {
                            Rule::odd_matching => {
                                let span = self.span(&pair);
                                self.instead(span, "the pattern of a string is written after `matching`", "matching");
                            }
                            _ => pattern = Some(pair),
                        }
                    }
                    let named =
                        pattern.map(|pattern| self.literal_string(&pattern, "a pattern in quotes after `matching`"));
                    matching = matching.or(named);
                }
                _ => {
                    let (least, most) = self.range(pair);
                    min = self.bound(least, "length");
                    max = self.bound(most, "length");
                }
            }
        }
        TypeExprKind::String { matching, min, max }
    }

    fn record(&mut self, pair: Pair<'_>) -> TypeExprKind {
        let mut fields = Vec::new();
        let whole = self.span(&pair);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::record_field => fields.extend(self.record_field(pair)),
                Rule::record_rest => {
                    let Some(last) = pair.clone().into_inner().last() else { continue };
                    let inner = self.slice(self.span(&last)).trim().to_owned();
                    let rest = self.span(&pair);
                    let is_all = self.slice(whole).trim_matches(['{', '}', ' ', '\n', ',']) == self.slice(rest).trim();
                    let error = Diagnostic::error(Code::Syntax, rest, "a type lists the names of its keys");
                    let error = error.help(format!("an object with any keys is a `Map<{inner}>`"));
                    let fix = format!("Map<{inner}>");
                    self.report(if is_all { error.fix(Applicability::Safe, whole, fix) } else { error });
                    if is_all {
                        return TypeExprKind::Map(Box::new(self.ty(last)));
                    }
                }
                _ => self.between(&pair),
            }
        }
        TypeExprKind::Record(fields)
    }

    fn record_field(&mut self, pair: Pair<'_>) -> Option<(Name, TypeExpr)> {
        let mut inner = pair.into_inner();
        let (key, ty) = (inner.next()?, inner.next()?);
        let name = if key.as_rule() == Rule::word { self.word(&key) } else { self.literal_string(&key, "a key") };
        if ty.as_rule() == Rule::missing_type {
            let at = self.place(&ty);
            self.syntax(
                at,
                format!("expected `:` and a type after `{}`", name.text),
                &format!("write `{}: string`, or another type", name.text),
            );
            return Some((name, TypeExpr { kind: TypeExprKind::Error, span: at }));
        }
        Some((name, self.ty(ty)))
    }

    fn kind(&mut self, pair: Pair<'_>) -> TypeExprKind {
        let whole = self.span(&pair);
        let mut inner = pair.into_inner();
        let mut next = |builder: &mut Self, what: &str| match inner.next() {
            Some(pair) => builder.literal_string(&pair, what),
            None => builder.empty_name(whole),
        };
        let api_version = next(self, "group and version in quotes after `kind`");
        // A missing string is reported once.
        let kind = if api_version.text.is_empty() {
            self.empty_name(whole)
        } else {
            next(self, "the kind in quotes after its group and version")
        };
        let from = inner.next().filter(|_| !api_version.text.is_empty());
        let from = from.map(|pair| self.literal_string(&pair, "a file in quotes after `from`"));
        TypeExprKind::Kind { api_version, kind, from }
    }

    fn type_path(&mut self, pair: Pair<'_>) -> TypeExprKind {
        let whole = self.span(&pair);
        let (mut library, mut name, mut steps) = (None, self.empty_name(whole), Vec::new());
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::name => library = Some(self.word(&pair)),
                Rule::type_name => name = self.word(&pair),
                Rule::element => steps.push(TypeStep::Element(self.span(&pair))),
                Rule::word => steps.push(TypeStep::Field(self.word(&pair))),
                _ => steps.push(TypeStep::Field(self.missing_name(&pair, "a field after `.`"))),
            }
        }
        TypeExprKind::Path { library, name, steps }
    }

    /// Parses `kube.Deployment` before an object.
    pub(super) fn type_ref(&mut self, pair: Pair<'_>) -> TypeExpr {
        let span = self.span(&pair);
        TypeExpr { kind: self.type_path(pair), span }
    }

    fn bad_type(&mut self, pair: &Pair<'_>) {
        let span: Span = self.span(pair);
        let shown = self.shown(span);
        let help = if pair.as_str().starts_with(['"', '\'']) {
            "the members of an enum are bare words: `index | labels`"
        } else {
            "a type is `string`, `int`, `[T]`, `{ key: T }`, a name with a capital, …"
        };
        self.syntax(span, format!("expected a type, found {shown}"), help);
    }
}

fn odd_range<'t>(pair: &Pair<'t>) -> Option<Pair<'t>> {
    pair.clone().into_inner().next().filter(|range| range.as_rule() == Rule::odd_range)
}
