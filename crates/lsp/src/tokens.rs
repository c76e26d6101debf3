//! Semantic tokens in the protocol's form: a list of numbers, each position relative to the previous one.

use lsp_types::{SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokensLegend};

use super::document::Document;
use relc_ide::{Token, TokenKind};

/// The token types. Themes color the protocol's own names.
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

/// Returns the names of the token types and modifiers.
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

/// Encodes `tokens`, which are in order, for the client.
pub fn encode<'t>(document: &Document, tokens: impl Iterator<Item = &'t Token>) -> Vec<SemanticToken> {
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
