//! Definitions and imports in which something is missing, swapped, or written as another language has it.

use super::Builder;
use super::items::alias_of;
use super::object::only_child;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::parser::{Pair, Rule};
use crate::source::Span;

impl Builder<'_> {
    /// Parses `from "common.rel" import small` as the import of the file.
    pub(super) fn odd_import(&mut self, pair: Pair<'_>) -> Item {
        let span = self.trimmed(self.span(&pair));
        let word = pair.as_str().split_whitespace().next().unwrap_or("").len();
        let word = Span { end: span.start + u32::try_from(word).unwrap_or(0), ..span };
        let child = only_child(pair);
        if child.as_rule() == Rule::word {
            let library = self.word(&child);
            self.misplaced_import(word, span, &library.text);
            let imported = vec![Imported { library, alias: None }];
            return Item::Import(Import { what: ImportWhat::Libraries(imported), span }.into());
        }
        let path = self.literal_string(&child, "a file");
        let alias = Name { text: alias_of(&path.text).into(), span: path.span };
        let fixed = format!("import \"{}\" as {}", path.text, alias.text);
        let error = Diagnostic::error(Code::Syntax, word, format!("`{}` does not import a file", self.slice(word)));
        let help = format!("write `{fixed}`, and the name of the file before each name of it: `{}.name`", alias.text);
        self.report(error.help(help).fix(Applicability::Unsafe, span, fixed));
        Item::Import(Import { what: ImportWhat::File { path, alias }, span }.into())
    }

    /// Parses the name of a declaration in quotes; `what` it declares.
    pub(super) fn quoted_name(&mut self, pair: Pair<'_>, what: &str) -> Name {
        let name = self.literal_string(&only_child(pair), what);
        let article = if what.starts_with('e') { "an" } else { "a" };
        self.instead(name.span, format!("the name of {article} {what} is written without quotes"), &name.text);
        name
    }

    /// Parses a name that begins with a digit.
    pub(super) fn digit_name(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.word(pair);
        let fixed = format!("v{}", name.text);
        self.instead(name.span, format!("`{}` is not a valid name: it must begin with a letter", name.text), &fixed);
        Name { text: fixed.into(), ..name }
    }

    /// Parses a name of several words, which is read as one.
    pub(super) fn joined_name(&mut self, pair: &Pair<'_>, first: &Name) -> Name {
        let rest: Vec<&str> = pair.as_str().split_whitespace().collect();
        let span = first.span.to(self.trimmed(self.span(pair)));
        let joined = format!("{}_{}", first.text, rest.join("_"));
        self.instead(span, "a name is one word", &joined);
        Name { text: joined.into(), span }
    }

    /// Parses `import { a } from library` as the import of the library.
    pub(super) fn named_import(&mut self, pair: Pair<'_>, span: Span) -> Option<Import> {
        let whole = self.trimmed(self.span(&pair));
        let from = pair.into_inner().last()?;
        let library = match from.as_rule() {
            Rule::word => self.word(&from),
            _ => self.literal_string(&from, "a library"),
        };
        self.misplaced_import(whole, span, &library.text);
        Some(Import { what: ImportWhat::Libraries(vec![Imported { library, alias: None }]), span })
    }

    /// Reports the import of a library in another language's words, at `at`; `whole` is all of it.
    fn misplaced_import(&mut self, at: Span, whole: Span, library: &str) {
        let fixed = format!("import {library}");
        let message = "a library is imported as a whole";
        let help = format!("write `{fixed}`, and the library before each name of it: `{library}.name`");
        self.report(Diagnostic::error(Code::Syntax, at, message).help(help).fix(Applicability::Unsafe, whole, fixed));
    }

    /// Parses the type before the name of a field, as in `string team`.
    pub(super) fn swapped_type(&mut self, pair: &Pair<'_>) -> TypeExpr {
        let span = self.span(pair);
        let text = pair.as_str();
        let rest = &self.text[span.end as usize..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let name = rest.trim_start().split(|c: char| !(c.is_alphanumeric() || "_-".contains(c))).next().unwrap_or("");
        let fixed = format!("{name}: {text}");
        let end = span.end + u32::try_from(blanks + name.len()).unwrap_or(0);
        let error = Diagnostic::error(Code::Syntax, span, "the type of a field goes after its name");
        self.report(error.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, Span { end, ..span }, fixed));
        let kind = match text.trim_end_matches('?') {
            "int" => TypeExprKind::Int { min: None, max: None },
            "number" => TypeExprKind::Number { min: None, max: None },
            "bool" => TypeExprKind::Bool,
            "string" => TypeExprKind::String { matching: None, min: None, max: None },
            _ => TypeExprKind::Any,
        };
        TypeExpr { kind, span }
    }

    /// Reports the missing colon of `team string`.
    pub(super) fn no_colon(&mut self, pair: &Pair<'_>, name: &Name) {
        let next = self.span(pair);
        let ty = self.text[next.start as usize..].split([' ', ',', '\n', '\r', '=', '}']).next().unwrap_or("string");
        let at = name.span.at_end();
        let error = Diagnostic::error(Code::Syntax, at, format!("expected `:` between `{}` and its type", name.text));
        self.report(error.help(format!("write `{}: {ty}`", name.text)).fix(Applicability::Unsafe, at, ":"));
    }

    /// Reports `optional` before a type.
    pub(super) fn optional_word(&mut self, word: Span, ty: &TypeExpr) {
        let text = self.slice(ty.span).to_owned();
        let message = format!("an optional field has `?` after its type, not `{}`", self.slice(word));
        let error = Diagnostic::error(Code::Syntax, word, message).help(format!("write `{text}?`"));
        self.report(error.fix(Applicability::Unsafe, word.to(ty.span), format!("{text}?")));
    }

    /// Parses `low, high` as the members of an enum.
    pub(super) fn member_list(&mut self, pair: Pair<'_>) -> Vec<TypeExpr> {
        let span = self.trimmed(self.span(&pair));
        let members: Vec<Name> = pair.into_inner().map(|member| self.word(&member)).collect();
        let fixed = members.iter().map(|member| &*member.text).collect::<Vec<_>>().join(" | ");
        let error = Diagnostic::error(Code::Syntax, span, "the members of an enum are separated by `|`");
        self.report(error.help(format!("write `{fixed}`")).fix(Applicability::Unsafe, span, fixed));
        let member = |name: Name| TypeExpr { kind: TypeExprKind::Member(name.text), span: name.span };
        members.into_iter().map(member).collect()
    }

    /// Parses `emit Type` with its fields on the lines below, without the brace before them.
    pub(super) fn unbraced(&mut self, pair: Pair<'_>, word: &str) -> Expr {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let Some(ty) = inner.next().map(|ty| self.span(&ty)) else { return Expr { kind: ExprKind::Error, span } };
        let shown = self.slice(ty).to_owned();
        let error = Diagnostic::error(Code::Syntax, ty.at_end(), format!("expected `{{` after `{shown}`"));
        self.report(error.help(format!("write `{word} {shown} {{`")).fix(Applicability::Unsafe, ty.at_end(), " {"));
        let entries = inner.filter(|pair| pair.as_rule() == Rule::pair).map(|pair| self.pair(pair)).collect();
        let object = Expr { kind: ExprKind::Object(entries), span: Span { start: ty.end, ..span } };
        Expr { kind: ExprKind::Typed { ty: Box::new(self.written_type(ty)), object: Box::new(object) }, span }
    }

    /// Parses `emit Type for x in xs { … }`.
    pub(super) fn looped(&mut self, pair: Pair<'_>, word: &str) -> Expr {
        let span = self.trimmed(self.span(&pair));
        let mut inner = pair.into_inner();
        let (Some(ty), Some(words), Some(object)) = (inner.next(), inner.next(), inner.next()) else {
            return Expr { kind: ExprKind::Error, span };
        };
        let (ty, words) = (self.span(&ty), words);
        let head = self.trimmed(self.span(&words));
        let (shown, loop_) = (self.slice(ty).to_owned(), self.slice(head).to_owned());
        let keyword = Span { end: head.start + 3, ..head };
        let edits = vec![
            Edit { span: ty, text: format!("[{loop_}: {shown}") },
            Edit { span: Span { start: ty.end, ..head }, text: String::new() },
            Edit { span: span.at_end(), text: "]".to_owned() },
        ];
        let error = Diagnostic::error(Code::Syntax, keyword, "a loop is written in a list, before what it repeats");
        let error = error.help(format!("write `{word} [{loop_}: {shown} {{ … }}]`"));
        self.report(error.edits(Applicability::Unsafe, Some(edits)));
        let object = self.object(object);
        let value =
            Expr { kind: ExprKind::Typed { ty: Box::new(self.written_type(ty)), object: Box::new(object) }, span };
        let Some(head) = self.loop_head(words) else { return Expr { kind: ExprKind::Error, span } };
        let guard = Guard { head, body: GuardBody::Expr(Box::new(value)).into(), span };
        Expr { kind: ExprKind::List(vec![Element::Guard(guard)]), span }
    }

    /// The type that is written at `span`, as a name or as the name of a library and one of its types.
    fn written_type(&self, span: Span) -> TypeExpr {
        let text = self.slice(span);
        let at = text.rfind('.').map_or(0, |dot| dot + 1);
        let middle = span.start + u32::try_from(at).unwrap_or(0);
        let name = Name { text: text[at..].into(), span: Span { start: middle, ..span } };
        let library = (at > 0).then(|| Name { text: text[..at - 1].into(), span: Span { end: middle - 1, ..span } });
        TypeExpr { kind: TypeExprKind::Path { library, name, steps: Vec::new() }, span }
    }

    /// Reports what does not belong between the level of a lint statement and its brace.
    pub(super) fn lint_junk(&mut self, pair: &Pair<'_>, name: &Name) {
        let span = self.trimmed(self.span(pair));
        let text = self.slice(span).to_owned();
        let is_path = text.chars().all(|c| c.is_alphanumeric() || "._-?".contains(c));
        if !is_path {
            let help = format!("write `lint {} warn at v.field {{ … }}`", name.text);
            return self.junk_before_body(pair, &help);
        }
        let error = Diagnostic::error(Code::Syntax, span, format!("expected `at` before `{text}`"));
        self.report(error.help(format!("write `at {text}`")).fix(Applicability::Unsafe, span.at_start(), "at "));
    }

    /// Reports what does not belong before the brace of a declaration.
    pub(super) fn junk_before_body(&mut self, pair: &Pair<'_>, help: &str) {
        let span = self.trimmed(self.span(pair));
        let shown = self.shown(span);
        self.syntax(span, format!("unexpected {shown} before `{{`"), help);
    }
}
