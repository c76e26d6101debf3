//! Types as they are written, beyond what names in them mean: words that were meant as types, members, bounds.

use std::collections::HashSet;

use super::checker::Checker;
use super::messages::suggest;
use relc_syntax::ast::{TypeExpr, TypeExprKind};
use relc_syntax::diagnostic::{Code, Diagnostic, nearest};
use relc_syntax::keywords::TYPES;
use relc_syntax::source::Span;

impl Checker<'_> {
    /// Reports the errors in the type `written` itself.
    pub(super) fn written(&mut self, written: &TypeExpr) {
        match &written.kind {
            TypeExprKind::Member(word) => {
                let message = format!("`{word}` is not a type, and an enum needs at least two members");
                let error = Diagnostic::error(Code::UnknownName, written.span, message);
                self.report(match nearest(word, TYPES) {
                    Some(_) => suggest(error, word, TYPES, written.span),
                    None => error.help(
                        "a type is `string`, `int`, `number`, `bool`, `any`, `[T]`, `Map<T>`, or a name with a capital; times such as `5s` \
                         are strings",
                    ),
                });
            }
            TypeExprKind::Union(branches) => self.branches_of(branches),
            TypeExprKind::Int { min: Some(min), max: Some(max) } if min > max => self.empty(written.span),
            TypeExprKind::Number { min: Some(min), max: Some(max) } if min > max => self.empty(written.span),
            TypeExprKind::String { min: Some(min), max: Some(max), .. } if min > max => self.empty(written.span),
            _ => written.parts().for_each(|part| self.written(part)),
        }
    }

    fn branches_of(&mut self, branches: &[TypeExpr]) {
        let member = |branch: &TypeExpr| match &branch.kind {
            TypeExprKind::Member(word) => Some(std::sync::Arc::clone(word)),
            _ => None,
        };
        let count = branches.iter().filter_map(member).count();
        let mut members = HashSet::new();
        for branch in branches {
            let Some(word) = member(branch) else {
                self.written(branch);
                continue;
            };
            if !members.insert(std::sync::Arc::clone(&word)) {
                let message = format!("the member `{word}` is listed twice");
                self.report(Diagnostic::error(Code::DuplicateName, branch.span, message));
            } else if count == 1 && nearest(&word, TYPES).is_some() {
                // Alone beside other types it is more likely one of them, misspelt.
                self.written(branch);
            }
        }
    }

    fn empty(&mut self, span: Span) {
        let message = "no value is within these bounds";
        self.report(Diagnostic::error(Code::InvalidDeclaration, span, message).help("write the smaller bound first"));
    }
}
