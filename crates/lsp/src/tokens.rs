//! Words and what they are, as the protocol has them: a list of numbers, each place counted from the one before.

use lsp_types::{SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokensLegend};

use super::documents::Document;
use relc_ide::{Token, TokenKind};

/// What the numbers stand for. Themes colour the protocol's own names.
const KINDS: [(TokenKind, SemanticTokenType); 9] = [
    (TokenKind::Namespace, SemanticTokenType::NAMESPACE),
    (TokenKind::Type, SemanticTokenType::TYPE),
    (TokenKind::Property, SemanticTokenType::PROPERTY),
    (TokenKind::Variable, SemanticTokenType::VARIABLE),
    (TokenKind::Parameter, SemanticTokenType::PARAMETER),
    (TokenKind::Function, SemanticTokenType::FUNCTION),
    (TokenKind::Strategy, SemanticTokenType::ENUM),
    (TokenKind::Member, SemanticTokenType::ENUM_MEMBER),
    (TokenKind::Label, SemanticTokenType::CLASS),
];

/// The names of the kinds and of what can be said beside them.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: KINDS.iter().map(|(_, name)| name.clone()).collect(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
            SemanticTokenModifier::DEPRECATED,
        ],
    }
}

/// `tokens`, which are in their order, as the client takes them.
pub fn encoded<'t>(document: &Document, tokens: impl Iterator<Item = &'t Token>) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    let mut found = Vec::new();
    for token in tokens {
        let range = document.range(token.range.clone());
        let start = range.start;
        let delta_start = if start.line == line { start.character - column } else { start.character };
        let kind = KINDS.iter().position(|(kind, _)| *kind == token.kind).unwrap_or(0);
        let flags = [token.declares, token.is_builtin, token.is_deprecated];
        let bits = flags.iter().enumerate().filter(|(_, is_set)| **is_set).map(|(at, _)| 1 << at).sum();
        found.push(SemanticToken {
            delta_line: start.line - line,
            delta_start,
            length: range.end.character - start.character,
            token_type: u32::try_from(kind).unwrap_or(0),
            token_modifiers_bitset: bits,
        });
        (line, column) = (start.line, start.character);
    }
    found
}
