//! Text as other languages write it, and misspelled keywords: reported once, and read as what is meant.

use super::Builder;
use super::object::only_child;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, nearest};
use crate::parser::{Pair, Rule};
use crate::source::Span;

/// Other words for the statements `settings`, `version`, `emit`, and for the keywords of declarations.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("settings", &["values", "options", "config", "inputs", "input", "params", "parameters", "spec", "global"]),
    ("version", &["versions", "variant", "variants", "candidate", "candidates", "each"]),
    ("strategy", &["strategies"]),
    ("emit", &["create", "output", "write", "apply", "render", "yield", "return", "manifest", "resource", "object"]),
    ("fragment", &["function", "func", "fn", "def", "fun", "macro", "template"]),
    ("environment", &["env", "platform", "target", "component", "definition"]),
    ("part", &["trait", "mixin", "module", "class", "abstract"]),
];

/// Returns which of `keywords` is meant by `word`.
pub(super) fn meant<'k>(word: &str, keywords: &[&'k str]) -> Option<&'k str> {
    let lower = word.to_lowercase();
    let is_synonym =
        |keyword: &&&str| SYNONYMS.iter().any(|(known, words)| known == *keyword && words.contains(&lower.as_str()));
    nearest(word, keywords.iter().copied()).or_else(|| keywords.iter().find(is_synonym).copied())
}

impl Builder<'_> {
    /// Reports the text at `span`, for which `text` is meant.
    pub(super) fn instead(&mut self, span: Span, message: impl Into<String>, text: &str) {
        let help = if text.is_empty() { "remove it".to_owned() } else { format!("write `{}`", text.trim()) };
        let error = Diagnostic::error(Code::Syntax, span, message).help(help);
        self.report(error.fix(Applicability::Unsafe, span, text));
    }

    /// Reports `word`, for which `keyword` is meant.
    fn misspelled(&mut self, word: &Name, keyword: &str) {
        let error = Diagnostic::error(Code::Syntax, word.span, format!("`{}` is not a keyword", word.text));
        let error = error.help(format!("did you mean `{keyword}`?"));
        self.report(error.fix(Applicability::Unsafe, word.span, keyword));
    }

    /// Parses a declaration that begins with another word.
    pub(super) fn odd_item(&mut self, pair: Pair<'_>) -> Option<Item> {
        let first = pair.clone().into_inner().next()?;
        let word = self.word(&first);
        let is_fragment = pair.as_rule() == Rule::odd_fragment;
        let extends = pair.clone().into_inner().any(|pair| pair.as_rule() == Rule::extends);
        let keyword = match is_fragment {
            true => meant(&word.text, &["fragment"]),
            false => meant(&word.text, &["environment", "part"]).or(extends.then_some("environment")),
        };
        let Some(keyword) = keyword else {
            self.bad_item(&pair);
            return None;
        };
        self.misspelled(&word, keyword);
        Some(match keyword {
            "fragment" => Item::Fragment(self.fragment(pair).into()),
            "environment" => Item::Environment(self.part(pair).into()),
            _ => Item::Part(self.part(pair).into()),
        })
    }

    /// Parses `tag = "1"` or `var tag = "1"` at the top of a file.
    pub(super) fn odd_item_let(&mut self, pair: Pair<'_>) -> Option<Item> {
        let whole = self.span(&pair);
        let mut pairs = pair.into_inner();
        let mut first = pairs.next()?;
        if first.as_rule() == Rule::odd_word {
            let word = self.word(&first);
            self.misspelled(&word, if word.text.starts_with("param") { "param" } else { "let" });
            first = pairs.next()?;
        } else {
            let at = self.span(&first).at_start();
            let error = Diagnostic::error(Code::Syntax, at, format!("expected `let` before `{}`", first.as_str()));
            self.report(error.help(format!("write `let {} = …`", first.as_str())).fix(
                Applicability::Unsafe,
                at,
                "let ",
            ));
        }
        let name = self.word(&first);
        let value = pairs.next().map(|pair| self.expr_or_missing(pair, "="));
        Some(Item::Let(
            Let { doc: self.doc(whole), open: false, name, ty: None, value: value.map(Into::into), span: whole }.into(),
        ))
    }

    /// Returns the rule of the statement that is meant by one that begins with another word, and reports the word.
    pub(super) fn odd_statement(&mut self, pair: &Pair<'_>) -> Option<Rule> {
        let keywords: &[&str] = match pair.as_rule() {
            Rule::odd_field => return Some(Rule::field),
            Rule::odd_body => &["settings", "version"],
            Rule::odd_strategy => &["strategy"],
            Rule::odd_emit => &["emit", "track"],
            Rule::odd_let => &[],
            _ => {
                let start = self.span(pair);
                let length = pair.as_str().find(|c: char| !c.is_alphabetic()).unwrap_or(0);
                let span = Span { end: start.start + u32::try_from(length).unwrap_or(0), ..start };
                let word = Name { text: self.slice(span).into(), span };
                self.misspelled(&word, "require");
                return Some(Rule::require);
            }
        };
        let word = self.word(&pair.clone().into_inner().next()?);
        if pair.as_rule() == Rule::odd_let {
            self.misspelled(&word, "let");
            return Some(Rule::let_);
        }
        // A type and its fields are only emitted.
        let emitted = (pair.as_rule() == Rule::odd_emit).then_some("emit");
        let Some(keyword) = meant(&word.text, keywords).or(emitted) else {
            self.bad_statement(pair);
            return None;
        };
        self.misspelled(&word, keyword);
        Some(match keyword {
            "settings" => Rule::settings,
            "version" => Rule::version_body,
            "strategy" => Rule::strategy,
            "track" => Rule::track,
            _ => Rule::emit,
        })
    }

    /// Reports the word before a field, or returns the keyword that is meant by it.
    pub(super) fn odd_mark(&mut self, word: &Name) -> Option<&'static str> {
        let keyword = nearest(&word.text, ["headline", "shared", "deprecated"]);
        match keyword {
            Some(keyword) => self.misspelled(word, keyword),
            None if is_optional_word(&word.text) => {}
            None => {
                let next = Span { end: word.span.end + 1, ..word.span };
                let error = Diagnostic::error(Code::Syntax, word.span, format!("`{}` is not a keyword", word.text));
                self.report(error.help("remove it: a field is written `name: type`").fix(
                    Applicability::Unsafe,
                    next,
                    "",
                ));
            }
        }
        keyword
    }

    /// Reports how an optional field was marked, at `mark`, and makes its type optional.
    pub(super) fn odd_optional(&mut self, field: &mut Field, mark: Span) {
        let ty = self.slice(field.ty.span).to_owned();
        let shown = format!("{}: {ty}?", field.name.text);
        let message = match self.slice(mark) {
            "?" => "the `?` of an optional field goes after its type".to_owned(),
            word => format!("an optional field has `?` after its type, not `{word}`"),
        };
        self.syntax(mark, message, &format!("write `{shown}`"));
        let span = field.ty.span;
        let inner = std::mem::replace(&mut field.ty, TypeExpr { kind: TypeExprKind::Error, span });
        field.ty = TypeExpr { kind: TypeExprKind::Optional(Box::new(inner)), span };
    }

    /// Reports `required`, `optional` or `nullable` after a field's type.
    pub(super) fn odd_required(&mut self, field: &mut Field, mark: Span) {
        if is_optional_word(self.slice(mark)) {
            return self.odd_optional(field, mark);
        }
        let help = "remove it: a field without `?` and without a default is required";
        let error = Diagnostic::error(Code::Syntax, mark, format!("unexpected `{}`", self.slice(mark))).help(help);
        let fixed = Span { start: field.ty.span.end, ..mark };
        self.report(error.fix(Applicability::Unsafe, fixed, ""));
    }

    /// Parses `default VALUE` after a field's type.
    pub(super) fn odd_default(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let value = only_child(pair);
        let at = self.span(&value);
        let word = Span { end: span.start + 7, ..span };
        let text = self.slice(Span { start: at.start, end: at.end.max(at.start), ..at }).to_owned();
        let before = Span { end: at.start, ..span };
        let error = Diagnostic::error(Code::Syntax, word, "a default is written after `=`");
        self.report(error.help(format!("write `= {text}`")).fix(Applicability::Unsafe, before, "= "));
        self.expr_or_missing(value, "=")
    }

    /// Parses `a ? b : c` after its condition.
    pub(super) fn ternary(&mut self, condition: Expr, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let mark = Span { end: span.start + 1, ..span };
        let whole = condition.span.to(self.trimmed(span));
        let mut inner = pair.into_inner();
        let (Some(then), Some(otherwise)) = (inner.next(), inner.next()) else { return condition };
        let text = |at: Span| self.slice(at).trim();
        let fixed =
            format!("if {} then {} else {}", text(condition.span), text(self.span(&then)), text(self.span(&otherwise)));
        let error = Diagnostic::error(Code::Syntax, mark, "the operator `? :` is written `if … then … else …`");
        self.report(error.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, whole, fixed));
        let then = Box::new(self.expr_or_missing(then, "then").into());
        let otherwise = Some(Box::new(self.expr_or_missing(otherwise, "else").into()));
        Expr { kind: ExprKind::If { condition: Box::new(condition), then, otherwise }, span: whole }
    }

    /// Parses the branches of `if c { a } else { b }`.
    pub(super) fn braced_branches(&mut self, condition: Expr, pair: Pair<'_>, span: Span) -> Expr {
        let at = self.span(&pair);
        let brace = Span { end: at.start + 1, ..at };
        let mut inner = pair.into_inner();
        let Some(then) = inner.next() else { return condition };
        let otherwise = inner.next();
        let text = |pair: &Pair<'_>| self.slice(self.span(pair)).trim().to_owned();
        let mut fixed = format!("then {}", text(&then));
        if let Some(otherwise) = &otherwise {
            fixed.push_str(&format!(" else {}", text(otherwise)));
        }
        let error = Diagnostic::error(Code::Syntax, brace, "the value after a condition is written after `then`");
        self.report(error.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, at, fixed));
        let then = Box::new(self.expr_or_missing(then, "then").into());
        let otherwise = otherwise.map(|pair| Box::new(self.expr_or_missing(pair, "else").into()));
        Expr { kind: ExprKind::If { condition: Box::new(condition), then, otherwise }, span }
    }

    /// Reports a comparison of another language, and returns the operator.
    pub(super) fn bad_compare(&mut self, pair: &Pair<'_>) -> BinaryOp {
        let text = pair.as_str().trim_end();
        let negated = text.starts_with('!') || text.ends_with("not");
        let span = Span { end: self.span(pair).start + u32::try_from(text.len()).unwrap_or(0), ..self.span(pair) };
        let operator = if negated { "!=" } else { "==" };
        self.instead(span, format!("`{text}` is written `{operator}`"), operator);
        if negated { BinaryOp::Ne } else { BinaryOp::Eq }
    }

    /// Describes what `a + b` can't do with operands that aren't strings, and returns what does it.
    fn without_plus(&self, operands: &[Expr]) -> (&'static str, String) {
        let texts: Vec<&str> = operands.iter().map(|operand| self.slice(operand.span)).collect();
        let is_any = |wanted: fn(&ExprKind) -> bool| operands.iter().any(|operand| wanted(&operand.kind));
        if is_any(|kind| matches!(kind, ExprKind::List(_))) {
            return ("lists are not joined", format!("[...{}]", texts.join(", ...")));
        }
        if is_any(|kind| matches!(kind, ExprKind::Object(_))) {
            return ("objects are not merged", format!("merge({})", texts.join(", ")));
        }
        let sum = texts.into_iter().map(str::to_owned).reduce(|sum, next| format!("add({sum}, {next})"));
        ("numbers are not added", sum.unwrap_or_default())
    }

    /// Reports `a + b`, and shows it as an interpolation if strings are joined, or else as the call or list that does the same.
    pub(super) fn plus(&mut self, operands: &[Expr], first: Span) -> Expr {
        let span = match operands {
            [one, .., last] => one.span.to(last.span),
            _ => first,
        };
        let joined: Option<String> = operands.iter().map(|operand| self.piece(operand)).collect();
        let is_string = operands.iter().any(|operand| matches!(operand.kind, ExprKind::String(_)));
        let error =
            match joined.filter(|_| is_string) {
                Some(joined) => Diagnostic::error(Code::Syntax, first, "strings are not joined by `+`")
                    .help(format!("write an interpolation: `\"{joined}\"`"))
                    .fix(Applicability::Unsafe, span, format!("\"{joined}\"")),
                None => {
                    let (what, instead) = self.without_plus(operands);
                    Diagnostic::error(Code::Syntax, first, format!("{what} by `+`"))
                        .help(format!("write `{instead}`"))
                        .fix(Applicability::Unsafe, span, instead)
                }
            };
        self.report(error);
        Expr { kind: ExprKind::Error, span }
    }

    /// Returns an operand of `+` as a piece of a string.
    fn piece(&self, operand: &Expr) -> Option<String> {
        let text = self.slice(operand.span);
        match operand.kind {
            ExprKind::String(_) if !text.starts_with("\"\"\"") => {
                text.strip_prefix('"')?.strip_suffix('"').map(str::to_owned)
            }
            ExprKind::Name(_) | ExprKind::Field { .. } => Some(format!("{{{text}}}")),
            _ => None,
        }
    }

    /// Reports a `when` inside the braces of a version, which end at the end of `object`.
    pub(super) fn inner_when(&mut self, pair: &Pair<'_>, object: Span) {
        let span = self.trimmed(self.span(pair));
        let word = Span { end: span.start + 4, ..span };
        let test = self.slice(Span { start: word.end, ..span }).trim_start_matches([' ', ':']);
        let text = format!("when {test}");
        let before = self.text[..span.start as usize].trim_end_matches([' ', '\t', '\n', ',']).len();
        let cut = Span { start: u32::try_from(before).unwrap_or(span.start), ..span };
        let edits =
            vec![Edit { span: cut, text: String::new() }, Edit { span: object.at_end(), text: format!(" {text}") }];
        let error = Diagnostic::error(Code::Syntax, word, "`when` goes after the braces of a version");
        let error = error.help(format!("write `{{ … }} {text}`"));
        self.report(error.edits(Applicability::Unsafe, Some(edits)));
    }

    /// Parses a string with the prefix that another language has, such as `f"…"`.
    pub(super) fn prefixed_string(&mut self, pair: Pair<'_>) -> Expr {
        let whole = self.span(&pair);
        let mut inner = pair.into_inner();
        let (Some(prefix), Some(string)) = (inner.next(), inner.next()) else {
            return Expr { kind: ExprKind::Error, span: whole };
        };
        let at = self.span(&prefix);
        let message = format!("a string has no prefix `{}`", prefix.as_str());
        let error = Diagnostic::error(Code::Syntax, at, message).help(format!("write `{}`", string.as_str()));
        self.report(error.fix(Applicability::Unsafe, at, ""));
        self.string(&string)
    }

    /// Reports `x?.["k"]`.
    pub(super) fn odd_index(&mut self, base: &Expr, pair: &Pair<'_>) {
        let span = self.span(pair);
        let at = pair.as_str().find('[').unwrap_or(0);
        let mark = Span { end: span.start + u32::try_from(at).unwrap_or(0), ..span };
        let (value, index) = (self.slice(base.span), &pair.as_str()[at..]);
        self.syntax(mark, "unexpected `.` before an index", &format!("write `{value}?{index}`"));
    }

    /// Parses the loop of `[x for x in xs]`, after its element.
    pub(super) fn late_for(&mut self, element: Expr, pair: Pair<'_>) -> Option<Guard> {
        let span = self.span(&pair);
        let word = Span { end: span.start + 3, ..span };
        let (shown, head) = (self.slice(element.span).to_owned(), self.slice(self.trimmed(span)).to_owned());
        let whole = element.span.to(self.trimmed(span));
        let fixed = format!("{head}: {shown}");
        let error = Diagnostic::error(Code::Syntax, word, "a loop is written before its element");
        self.report(error.help(format!("write `[{fixed}]`")).fix(Applicability::Unsafe, whole, fixed));
        let head = self.loop_head(pair)?;
        Some(Guard { head, body: GuardBody::Expr(Box::new(element)).into(), span: whole })
    }

    /// Reports `x => x.text` as the argument of `callee`, and returns the loop that is meant.
    pub(super) fn lambda(&mut self, pair: &Pair<'_>) {
        let span = self.span(pair);
        let mut inner = pair.clone().into_inner();
        let (Some(name), Some(arrow), Some(value)) = (inner.next(), inner.next(), inner.next()) else { return };
        let (name, value) = (name.as_str(), self.slice(self.span(&value)).trim().to_owned());
        let before = self.text[..span.start as usize].trim_end_matches([' ', '\t', '(']);
        let callee = before.rsplit(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).next().unwrap_or("");
        let list = callee.rsplit_once('.').map_or("list", |(list, _)| list);
        let arrow = self.span(&arrow);
        self.syntax(
            arrow,
            "functions can't be written as values",
            &format!("write a loop: `[for {name} in {list}: {value}]`"),
        );
    }

    /// Parses `list<string>` or `map<string, int>`.
    pub(super) fn generic(&mut self, pair: Pair<'_>) -> TypeExprKind {
        let whole = self.span(&pair);
        let mut inner = pair.into_inner();
        let Some(word) = inner.next() else { return TypeExprKind::Error };
        let word = self.word(&word);
        let types: Vec<(String, TypeExpr)> =
            inner.map(|pair| (self.slice(self.span(&pair)).trim().to_owned(), self.ty(pair))).collect();
        let lower = word.text.to_lowercase();
        let Some((shown, ty)) = types.into_iter().last() else { return TypeExprKind::Error };
        let is_map = matches!(&*lower, "map" | "dict" | "record" | "object" | "hashmap");
        let fixed = match &*lower {
            "optional" | "option" | "maybe" | "nullable" => format!("{shown}?"),
            _ if is_map => format!("Map<{shown}>"),
            _ => format!("[{shown}]"),
        };
        let message = format!("`{}` is not a type with parameters", word.text);
        let error = Diagnostic::error(Code::Syntax, whole, message);
        self.report(error.help(format!("did you mean `{fixed}`?")).fix(Applicability::Unsafe, whole, &*fixed));
        match fixed.chars().last() {
            Some('?') => TypeExprKind::Optional(Box::new(ty)),
            _ if is_map => TypeExprKind::Map(Box::new(ty)),
            _ => TypeExprKind::List(Box::new(ty)),
        }
    }

    /// Reports `string[]`.
    pub(super) fn odd_list(&mut self, ty: TypeExpr, brackets: Span) -> TypeExpr {
        let shown = self.slice(ty.span).trim().to_owned();
        let span = ty.span.to(brackets);
        self.instead(span, format!("a list of `{shown}` is written `[{shown}]`"), &format!("[{shown}]"));
        TypeExpr { kind: TypeExprKind::List(Box::new(ty)), span }
    }

    /// Reports the quotes around the members of an enum, once for all of them.
    pub(super) fn quoted_members(&mut self, ty: Span, members: &[Span]) {
        let Some(first) = members.first() else { return };
        if !self.slice(ty).contains('|') {
            return; // A single string is a default; an enum has several members.
        }
        let bare: Vec<&str> = self.slice(ty).split('|').map(|member| member.trim().trim_matches('"')).collect();
        let fixed = bare.join(" | ");
        let help = format!("write `{fixed}`");
        let error = Diagnostic::error(Code::Syntax, *first, "the members of an enum have no quotes").help(help);
        self.report(error.fix(Applicability::Unsafe, ty, fixed));
    }

    /// Reports a default in place of the type of a field, `team: "x"`, and returns its type.
    pub(super) fn default_as_type(&mut self, span: Span) -> TypeExprKind {
        let text = self.slice(span);
        let fixed = format!("string = {text}");
        let error = Diagnostic::error(Code::Syntax, span, format!("`{text}` is a value, not a type"));
        self.report(error.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, span, fixed));
        TypeExprKind::String { matching: None, min: None, max: None }
    }

    /// Reports `enum { a, b }`, and returns the enum.
    pub(super) fn odd_enum(&mut self, pair: &Pair<'_>) -> TypeExprKind {
        let span = self.trimmed(self.span(pair));
        let names: Vec<Name> = pair
            .clone()
            .into_inner()
            .map(|member| Name { text: member.as_str().trim_matches('"').into(), span })
            .collect();
        let fixed = names.iter().map(|name| &*name.text).collect::<Vec<_>>().join(" | ");
        self.instead(span, "an enum is written as its members", &fixed);
        let member = |name: Name| TypeExpr { kind: TypeExprKind::Member(name.text), span };
        TypeExprKind::Union(names.into_iter().map(member).collect())
    }

    /// Reports `int(1..5)` or `int 1-5`, and returns the bounds.
    pub(super) fn odd_range(&mut self, pair: &Pair<'_>) -> (Option<String>, Option<String>) {
        let span = self.span(pair);
        let text = pair.as_str();
        let inside = text.trim_matches(['(', ')', ' ']);
        let split = ["...", "..", ",", ":", "to"].iter().find_map(|to| inside.split_once(to));
        let (min, max) = split
            .or_else(|| inside.get(1..)?.find('-').map(|at| (&inside[..=at], &inside[at + 2..])))
            .unwrap_or((inside, ""));
        let (min, max) = (min.trim(), max.trim());
        let start = self.text[..span.start as usize].trim_end().len();
        let fixed = Span { start: u32::try_from(start).unwrap_or(span.start), ..span };
        let error = Diagnostic::error(Code::Syntax, span, "bounds are written with two dots");
        self.report(error.help(format!("write `{min}..{max}`")).fix(
            Applicability::Unsafe,
            fixed,
            format!(" {min}..{max}"),
        ));
        let bound = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (bound(min), bound(max))
    }
}

fn is_optional_word(word: &str) -> bool {
    matches!(word, "optional" | "nullable" | "maybe")
}
