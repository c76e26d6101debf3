//! What an editor asks while a person types.

use relc_ide::{self as ide, Candidate, CandidateKind, Listed, TokenKind};
use relc_syntax::format::WIDTH;
use relc_syntax::source::Syntax;
use serde_json::{Value, json};

use super::file::{File, Positions};

/// Returns the candidates at a position.
pub fn complete(file: &File, at: (u32, u32)) -> Value {
    let positions = file.positions();
    let others = |_: &str| {
        let names = file.others.keys().map(|path| path.display().to_string());
        names.map(|name| Listed { name, is_directory: false }).collect()
    };
    let found = file.query(|context| ide::complete(context, positions.offset(at), &others));
    json!(found.iter().map(|found| candidate(found, &positions)).collect::<Vec<_>>())
}

fn candidate(found: &Candidate, positions: &Positions<'_>) -> Value {
    json!({
        "label": found.label,
        "kind": kind(found.kind),
        "detail": found.detail,
        "documentation": found.documentation,
        "text": found.text,
        "range": positions.range(found.range.clone()),
    })
}

/// Returns the name by which the page's editor knows a kind of candidate.
fn kind(kind: CandidateKind) -> &'static str {
    match kind {
        CandidateKind::Field => "property",
        CandidateKind::Member => "enum",
        CandidateKind::Environment | CandidateKind::Module | CandidateKind::File | CandidateKind::Directory => {
            "namespace"
        }
        CandidateKind::Strategy | CandidateKind::Label => "constant",
        CandidateKind::Value => "variable",
        CandidateKind::Word => "keyword",
        CandidateKind::Type => "type",
        CandidateKind::Function => "function",
    }
}

/// Returns the documentation at a position as Markdown, with its range; null if there is none.
pub fn hover(file: &File, at: (u32, u32)) -> Value {
    let positions = file.positions();
    let found = file.query(|context| ide::hover(context, positions.offset(at)));
    found.map_or(Value::Null, |found| json!({ "text": found.text, "range": positions.range(found.range) }))
}

/// Returns the words whose meaning is known, in the order of the text; none of a values file.
pub fn tokens(file: &File) -> Value {
    let positions = file.positions();
    let found = match file.syntax() {
        Syntax::Rel => file.query(ide::tokens),
        Syntax::Yaml => Vec::new(),
    };
    let token =
        |token: &ide::Token| json!({ "range": positions.range(token.range.clone()), "kind": class(token.kind) });
    json!(found.iter().map(token).collect::<Vec<_>>())
}

fn class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Namespace => "namespace",
        TokenKind::Type => "type",
        TokenKind::Property => "property",
        TokenKind::Variable => "variable",
        TokenKind::Parameter => "parameter",
        TokenKind::Function => "function",
        TokenKind::Strategy => "strategy",
        TokenKind::Member => "member",
        TokenKind::Label => "label",
    }
}

/// Returns the formatted text; null for values, which relc doesn't format.
pub fn format(file: &File) -> Value {
    match file.syntax() {
        Syntax::Rel => json!(relc_syntax::format::format(&file.text, WIDTH)),
        Syntax::Yaml => Value::Null,
    }
}
