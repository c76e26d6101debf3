//! Semantic tokens of `.rel` files. Keywords, strings, numbers and comments are left to the editors' grammars.

use std::ops::Range;

use super::FileContext;
use relc_core::hir::Definition;

/// A word and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The range, on one line.
    pub range: Range<usize>,
    /// The kind.
    pub kind: TokenKind,
    /// True if it is declared here.
    pub declares: bool,
    /// True if it belongs to relc's own library or to the language.
    pub is_builtin: bool,
    /// True if it is deprecated.
    pub is_deprecated: bool,
}

/// The kind of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A library, an environment or a part.
    Namespace,
    /// A type.
    Type,
    /// A field or a key.
    Property,
    /// A let, or what a loop calls so.
    Variable,
    /// A param, or a parameter of a fragment.
    Parameter,
    /// A fragment, or a function of the language.
    Function,
    /// A strategy.
    Strategy,
    /// A member of an enum.
    Member,
    /// The label of a version.
    Label,
}

/// The words of `page` whose meaning is known, in their order, none of which meets another.
pub fn tokens(page: &FileContext<'_>) -> Vec<Token> {
    let catalog = page.environments.catalog();
    let mut found: Vec<Token> = Vec::new();
    for reference in page.names().references() {
        let declared = reference.definition.declared();
        let kind = match &reference.definition {
            Definition::Library(_) | Definition::Part(_) => TokenKind::Namespace,
            Definition::Type(_) | Definition::BuiltinType(_) => TokenKind::Type,
            Definition::Field(_) | Definition::Key(_) | Definition::ReleaseField(_) | Definition::VersionField(_) => {
                TokenKind::Property
            }
            Definition::Let(_) | Definition::Builtin(_) => TokenKind::Variable,
            Definition::Param(_) | Definition::Local(_) => TokenKind::Parameter,
            Definition::Fragment(_) | Definition::Function => TokenKind::Function,
            Definition::Strategy(_) => TokenKind::Strategy,
            Definition::Member => TokenKind::Member,
            Definition::Label => TokenKind::Label,
            // It is a text, and looks like one.
            Definition::File(_) => continue,
        };
        let is_builtin = match &reference.definition {
            Definition::Builtin(_)
            | Definition::ReleaseField(_)
            | Definition::VersionField(_)
            | Definition::BuiltinType(_)
            | Definition::Function => true,
            _ => declared.is_some_and(|span| catalog.contains(span.file) && !catalog.is_users(span.file)),
        };
        let declares = declared.is_some_and(|span| span.file == page.file() && span.range() == reference.range);
        let is_deprecated = matches!(&reference.definition, Definition::Field(field) if field.deprecated.is_some());
        let token = Token { range: reference.range.clone(), kind, declares, is_builtin, is_deprecated };
        let is_behind = found.last().is_none_or(|last| last.range.end <= token.range.start);
        let is_word = page.text.get(token.range.clone()).is_some_and(|text| !text.is_empty() && !text.contains('\n'));
        if is_behind && is_word {
            found.push(token);
        }
    }
    found
}
