//! Top-level declarations, and what the statements of definitions share.

use std::sync::Arc;

use super::Builder;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic};
use crate::parser::{Pair, Rule};
use crate::serialize::Lazy;
use crate::source::Span;

impl Builder<'_> {
    /// Adds the declaration of a `unit`.
    pub(crate) fn unit(&mut self, unit: Pair<'_>) {
        for pair in unit.into_inner() {
            match pair.as_rule() {
                Rule::bad_item => self.bad_item(&pair),
                Rule::odd_import | Rule::odd_fragment | Rule::odd_part | Rule::odd_item_let => {
                    let at = self.items.len();
                    let item = match pair.as_rule() {
                        Rule::odd_import => Some(self.odd_import(pair)),
                        Rule::odd_item_let => self.odd_item_let(pair),
                        _ => self.odd_item(pair),
                    };
                    if let Some(item) = item {
                        self.items.insert(at, item);
                    }
                }
                Rule::junk_item => self.junk(&pair),
                Rule::missing_sep => self.missing_sep(&pair),
                _ => {
                    // Declarations inside an unclosed item come after it.
                    let at = self.items.len();
                    if let Some(item) = self.item(pair) {
                        self.items.insert(at, item);
                    }
                }
            }
        }
    }

    pub(super) fn item(&mut self, pair: Pair<'_>) -> Option<Item> {
        Some(match pair.as_rule() {
            Rule::import => Item::Import(Arc::new(self.import(pair)?)),
            Rule::release => Item::Release(Arc::new(self.release(pair))),
            Rule::param => Item::Param(Arc::new(self.param(pair))),
            Rule::let_ => Item::Let(Arc::new(self.let_(pair))),
            Rule::type_def => Item::Type(Arc::new(self.type_def(pair))),
            Rule::fragment => Item::Fragment(Arc::new(self.fragment(pair))),
            Rule::part => Item::Part(Arc::new(self.part(pair))),
            Rule::environment => Item::Environment(Arc::new(self.part(pair))),
            Rule::apply => Item::Apply(Arc::new(self.apply(pair)?)),
            _ => return None,
        })
    }

    fn import(&mut self, pair: Pair<'_>) -> Option<Import> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let first = inner.next()?;
        let what = match first.as_rule() {
            Rule::named_import => return self.named_import(first, span),
            Rule::imported => {
                let imported = std::iter::once(first).chain(inner).map(|pair| self.imported(pair));
                ImportWhat::Libraries(imported.collect())
            }
            Rule::missing_name => {
                self.missing_name(&first, "the name of a library, or a file and `as`");
                return None;
            }
            _ => {
                let path = self.literal_string(&first, "a file");
                let alias = inner.next()?;
                if alias.as_rule() == Rule::missing_word && is_library(&path.text) {
                    let message = "the name of a library is written without quotes";
                    self.instead(path.span, message, &path.text);
                    ImportWhat::Libraries(vec![Imported { library: path, alias: None }])
                } else {
                    let alias = self.alias(alias, &path.text);
                    ImportWhat::File { path, alias }
                }
            }
        };
        Some(Import { what, span })
    }

    fn apply(&mut self, pair: Pair<'_>) -> Option<Apply> {
        let span = self.span(&pair);
        let (mut part, mut patterns) = (self.empty_name(span), Vec::new());
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::extended => part = self.word(&pair),
                Rule::missing_name => {
                    self.missing_name(&pair, "a part after `apply`");
                    return None;
                }
                Rule::missing_word => {
                    let at = self.place(&pair);
                    let help = format!("write `apply {} to \"*\"` for all environments", part.text);
                    self.syntax(at, "expected `to` and the names of environments", &help);
                    return None;
                }
                Rule::bare_pattern => {
                    let (span, text) = (self.span(&pair), pair.as_str());
                    let quoted = format!("\"{text}\"");
                    self.instead(span, "the names of environments after `to` are in quotes", &quoted);
                    patterns.push(Pattern { text: text.into(), span });
                }
                _ => {
                    let name = self
                        .literal_string(&pair, "the names of environments in quotes after `to`, such as `\"*-istio\"`");
                    patterns.push(Pattern { text: name.text, span: name.span });
                }
            }
        }
        Some(Apply { part, patterns, span })
    }

    fn imported(&mut self, pair: Pair<'_>) -> Imported {
        let mut imported = Imported { library: self.empty_name(self.span(&pair)), alias: None };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word if imported.library.text.is_empty() => imported.library = self.lower_name(&pair),
                Rule::word => imported.alias = Some(self.lower_name(&pair)),
                _ => {
                    self.missing_name(&pair, "a name of its own for the library after `as`");
                }
            }
        }
        imported
    }

    fn alias(&mut self, pair: Pair<'_>, path: &str) -> Name {
        match pair.as_rule() {
            Rule::word => self.lower_name(&pair),
            Rule::missing_word => {
                let at = self.place(&pair);
                let stem = alias_of(path);
                // The path runs to the end of the line if it is never closed, which is reported.
                if self.text[..at.start as usize].trim_end().ends_with('"') {
                    let error = Diagnostic::error(Code::Syntax, at, "expected `as` and a name for the file");
                    let error = error.help(format!("write `import \"{path}\" as {stem}`"));
                    self.report(error.fix(Applicability::Unsafe, at, format!(" as {stem}")));
                }
                Name { text: stem.into(), span: at }
            }
            _ => self.missing_name(&pair, "a name after `as`"),
        }
    }

    fn param(&mut self, pair: Pair<'_>) -> Param {
        let span = self.span(&pair);
        let mut name = self.empty_name(span);
        let mut ty = TypeExpr { kind: TypeExprKind::Error, span: span.at_end() };
        let (mut value, mut untyped) = (None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word | Rule::missing_name => name = self.declared_name(&pair, "a name after `param`"),
                Rule::ty => ty = self.ty(pair),
                Rule::colonless_type => {
                    let ty_span = self.span(&pair);
                    ty = self.ty(super::object::only_child(pair));
                    let error = Diagnostic::error(Code::Syntax, ty_span.at_start(), "expected `:` before the type");
                    let gap = Span { start: name.span.end, end: ty_span.start, ..ty_span };
                    let help = format!("write `param {}: {}`", name.text, self.slice(ty_span).trim());
                    self.report(error.help(help).fix(Applicability::Unsafe, gap, ": "));
                }
                Rule::missing_type => untyped = Some(self.place(&pair)),
                _ => self.value_of(pair, &mut value, "="),
            }
        }
        if let Some(at) = untyped.filter(|_| !name.text.is_empty()) {
            self.untyped_param(&name, value.as_ref(), at);
        }
        Param { doc: self.doc(span), name, ty, value, span }
    }

    /// Reports a param without a type, which its default shows.
    fn untyped_param(&mut self, name: &Name, value: Option<&Expr>, at: Span) {
        let ty = match value.map(|value| &value.kind) {
            Some(ExprKind::Int(_)) => "int",
            Some(ExprKind::Float(_)) => "number",
            Some(ExprKind::Bool(_)) => "bool",
            _ => "string",
        };
        let error = Diagnostic::error(Code::Syntax, at, format!("expected `:` and a type after `{}`", name.text));
        let error = error.help(format!("write `param {}: {ty}`", name.text));
        self.report(error.fix(Applicability::Unsafe, name.span.at_end(), format!(": {ty}")));
    }

    /// Parses the pairs of `value_of`.
    pub(super) fn value_of(&mut self, pair: Pair<'_>, value: &mut Option<Expr>, wanted: &str) {
        match pair.as_rule() {
            Rule::expr => *value = Some(self.expr(pair)),
            Rule::missing_value => *value = Some(self.missing_value(&pair, "=")),
            Rule::missing_eq => {
                let at = self.place(&pair);
                let found = self.found(at);
                self.report(
                    Diagnostic::error(Code::Syntax, at, format!("expected `{wanted}` before the value, found {found}"))
                        .help(format!("write `{wanted}`"))
                        .fix(Applicability::Unsafe, at, format!("{wanted} ")),
                );
            }
            Rule::bad_eq => {
                let span = self.span(&pair);
                self.report(
                    Diagnostic::error(Code::Syntax, span, format!("expected `=`, found `{}`", pair.as_str()))
                        .help("write `=`")
                        .fix(Applicability::Safe, span, "="),
                );
            }
            _ => {}
        }
    }

    pub(super) fn empty_name(&self, span: Span) -> Name {
        Name { text: Arc::from(""), span: span.at_end() }
    }

    pub(super) fn let_(&mut self, pair: Pair<'_>) -> Let {
        let span = self.span(&pair);
        let (mut open, mut name, mut ty, mut value) = (false, self.empty_name(span), None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::kw_open => open = true,
                Rule::word | Rule::missing_name => name = self.declared_name(&pair, "a name after `let`"),
                Rule::digit_name => name = self.digit_name(&pair),
                Rule::more_words => name = self.joined_name(&pair, &name),
                Rule::ty => ty = Some(self.ty(pair)),
                Rule::let_colon => {
                    let colon = self.span(&pair);
                    let colon = Span { end: colon.start + 1, ..colon };
                    let message = format!("the value of `{}` is written after `=`", name.text);
                    self.instead(colon, message, " =");
                    value = Some(self.expr(super::object::only_child(pair)));
                }
                _ => self.value_of(pair, &mut value, "="),
            }
        }
        if value.is_none() && !open && !name.text.is_empty() {
            self.no_value("let", &name, ty.as_ref().map_or(span, |ty| ty.span));
        }
        Let { doc: self.doc(span), open, name, ty, value: value.map(Lazy::from), span }
    }

    fn no_value(&mut self, what: &str, name: &Name, before: Span) {
        // An invalid type was reported, and may have consumed the value.
        if self.diags.iter().last().is_some_and(|d| d.span.start >= name.span.end && d.span.start <= before.end) {
            return;
        }
        let at = before.at_end();
        self.syntax(
            at,
            format!("expected `=` and a value for `{}`", name.text),
            &format!("write `= …`, or `open {what}` for an abstract field, which a part leaves open"),
        );
    }

    fn type_def(&mut self, pair: Pair<'_>) -> TypeDef {
        let span = self.span(&pair);
        let mut name = self.empty_name(span);
        let mut ty = TypeExpr { kind: TypeExprKind::Error, span: span.at_end() };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::word => name = self.type_name(&pair),
                Rule::missing_name => name = self.missing_name(&pair, "a name after `type`"),
                Rule::ty => ty = self.ty(pair),
                _ => self.value_of(pair, &mut None, "="),
            }
        }
        TypeDef { doc: self.doc(span), name, ty: ty.into(), span }
    }

    fn type_name(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.word(pair);
        if !name.text.starts_with(|c: char| c.is_ascii_uppercase()) {
            let mut capital = name.text.to_string();
            capital[..1].make_ascii_uppercase();
            self.report(
                Diagnostic::error(
                    Code::Syntax,
                    name.span,
                    format!("the name of a type begins with a capital, and `{}` does not", name.text),
                )
                .help(format!("write `{capital}`"))
                .fix(Applicability::Unsafe, name.span, capital),
            );
        }
        name
    }

    pub(super) fn fragment(&mut self, pair: Pair<'_>) -> Fragment {
        let span = self.span(&pair);
        let (mut open, mut name, mut params, mut ty, mut body) = (false, self.empty_name(span), Vec::new(), None, None);
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::kw_open => open = true,
                Rule::word | Rule::missing_name => name = self.declared_name(&pair, "a name after `fragment`"),
                Rule::params => params = self.params(pair),
                Rule::odd_arrow => {
                    let span = self.span(&pair);
                    self.instead(span, format!("the type of `{}` is written after `:`", name.text), ":");
                }
                Rule::missing_body => {
                    let at = self.place(&pair);
                    self.syntax(
                        at,
                        format!("expected `(` and the parameters of `{}`", name.text),
                        "one without parameters is written `name()`",
                    );
                }
                Rule::ty => ty = Some(self.ty(pair)),
                _ => self.value_of(pair, &mut body, "="),
            }
        }
        if body.is_none() && !open && !name.text.is_empty() {
            self.no_value("fragment", &name, span);
        }
        Fragment { doc: self.doc(span), open, name, params, ty, body: body.map(Lazy::from), span }
    }

    fn params(&mut self, pair: Pair<'_>) -> Vec<Parameter> {
        let mut params = Vec::new();
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::parameter => params.extend(self.parameter(pair)),
                _ => self.between(&pair),
            }
        }
        params
    }

    fn parameter(&mut self, pair: Pair<'_>) -> Option<Parameter> {
        let span = self.span(&pair);
        let mut found: Option<(Name, TypeExpr)> = None;
        let mut default = None;
        for pair in pair.into_inner() {
            match (pair.as_rule(), &mut found) {
                (Rule::word, _) => {
                    let error = TypeExpr { kind: TypeExprKind::Error, span: span.at_end() };
                    found = Some((self.lower_name(&pair), error));
                }
                (Rule::ty, Some((_, ty))) => *ty = self.ty(pair),
                (Rule::missing_type, Some((name, _))) => {
                    let message = format!("the parameter `{}` has no type", name.text);
                    let help = format!("write `{}: string`, or another type", name.text);
                    self.syntax(name.span, message, &help);
                }
                (Rule::extra_comma | Rule::bad_entry, _) => self.between(&pair),
                _ => self.value_of(pair, &mut default, "="),
            }
        }
        found.map(|(name, ty)| Parameter { name, ty, default })
    }
}

/// Returns true for a name that could be a library's.
fn is_library(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}

/// Returns the name that a file is imported under when none is written.
pub(super) fn alias_of(path: &str) -> String {
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or(path);
    stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_lowercase()
}
