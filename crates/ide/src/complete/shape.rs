//! The text of a candidate: what is inserted as it is, and with positions to fill in.

use relc_core::types::{Type, branches};
use relc_schema::Node;
use relc_syntax::source::Syntax;

/// A text with positions to fill in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Text as it is.
    Text(String),
    /// A position, with what may be there: none, one, or several words to choose from.
    Hole(Vec<String>),
}

impl Shape {
    /// Adds text.
    pub fn text(mut self, text: &str) -> Shape {
        self.pieces.push(Piece::Text(text.to_owned()));
        self
    }

    /// Adds a position with the words that may be there; the first is selected.
    pub fn hole<'w>(mut self, words: impl IntoIterator<Item = &'w str>) -> Shape {
        self.pieces.push(Piece::Hole(words.into_iter().map(str::to_owned).collect()));
        self
    }

    /// Adds another shape.
    pub fn then(mut self, other: Shape) -> Shape {
        self.pieces.extend(other.pieces);
        self
    }

    /// Returns the text with the first word in each position.
    pub fn filled(&self) -> String {
        self.filled_with("")
    }

    /// Returns the text with the first word in each position, and `word` in those without words.
    pub fn filled_with(&self, word: &str) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Hole(words) => words.first().map_or(word, String::as_str).to_owned(),
        };
        self.pieces.iter().map(text).collect()
    }

    /// Returns true if some position has no words.
    pub fn has_empty(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Hole(words) if words.is_empty()))
    }

    /// Returns the text before the first position.
    pub fn head(&self) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Hole(_) => None,
        };
        self.pieces.iter().map_while(text).collect()
    }

    /// Returns the text in the protocol's syntax of snippets; `None` if it has no positions.
    pub fn snippet(&self) -> Option<String> {
        let mut number = 0;
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(&escaped(text, &['$', '\\'])),
                Piece::Hole(words) => {
                    number += 1;
                    match words.as_slice() {
                        [] => out.push_str(&format!("${number}")),
                        [word] => out.push_str(&format!("${{{number}:{}}}", escaped(word, &['$', '}', '\\']))),
                        words => {
                            let words: Vec<String> =
                                words.iter().map(|word| escaped(word, &['$', '}', '\\', ',', '|'])).collect();
                            out.push_str(&format!("${{{number}|{}|}}", words.join(",")));
                        }
                    }
                }
            }
        }
        (number > 0).then_some(out)
    }
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Returns the shape of a value of a type, with the literal that it has by default.
pub(super) fn value(ty: &Type, default: Option<&str>, members: &[String], syntax: Syntax) -> Shape {
    let default = default.filter(|text| is_literal(text));
    if members.len() > 1 {
        return Shape::default().hole(members.iter().map(String::as_str));
    }
    match (form(ty), syntax) {
        (Form::Scalar, _) => Shape::default().hole(default),
        (Form::String, Syntax::Rel) => {
            let text = default.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
            Shape::default().text("\"").hole(text).text("\"")
        }
        (Form::String, Syntax::Yaml) => Shape::default().hole(default),
        (Form::Object, Syntax::Rel) => Shape::default().text("{ ").hole([]).text(" }"),
        (Form::List, Syntax::Rel) => Shape::default().text("[").hole([]).text("]"),
        (Form::ListOfObjects, Syntax::Rel) => Shape::default().text("[{ ").hole([]).text(" }]"),
        (Form::Object, Syntax::Yaml) => Shape::default().text("\n  ").hole([]),
        (Form::List | Form::ListOfObjects, Syntax::Yaml) => Shape::default().text("\n- ").hole([]),
    }
}

fn is_literal(text: &str) -> bool {
    let is_plain = text.starts_with('"') && text.ends_with('"') && text.len() > 1 && !text.contains(['{', '\n']);
    is_plain || text.parse::<f64>().is_ok() || matches!(text, "true" | "false")
}

/// The form of a value in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A number, a word.
    Scalar,
    /// A string.
    String,
    /// An object.
    Object,
    /// A list.
    List,
    /// A list of objects.
    ListOfObjects,
}

/// Returns the form of the values of a type; of several, the first.
pub(super) fn form(ty: &Type) -> Form {
    let of_element = |is_object| if is_object { Form::ListOfObjects } else { Form::List };
    match branches(ty).first() {
        Some(Type::String(_)) => Form::String,
        Some(Type::Map(_) | Type::Record(_) | Type::Manifest) => Form::Object,
        Some(Type::List(list)) => of_element(form(&list.element) == Form::Object),
        Some(Type::Schema(schema)) => match schema.node() {
            Node::String(_) | Node::Quantity => Form::String,
            Node::Object(_) | Node::Map { .. } => Form::Object,
            Node::List { .. } => {
                of_element(schema.element().is_some_and(|element| form(&Type::Schema(element)) == Form::Object))
            }
            Node::Any | Node::Boolean | Node::Integer { .. } | Node::Number { .. } | Node::IntOrString { .. } => {
                Form::Scalar
            }
        },
        Some(
            Type::Error
            | Type::Any
            | Type::Bool
            | Type::Int { .. }
            | Type::Number { .. }
            | Type::Enum(_)
            | Type::Version
            | Type::Union(_)
            | Type::Optional(_)
            | Type::Partial(_),
        )
        | None => Form::Scalar,
    }
}

/// Returns true if some value of the type is an object.
pub(super) fn takes_object(ty: &Type) -> bool {
    branches(ty).into_iter().any(|ty| form(ty) == Form::Object)
}

/// Returns true if some value of the type is a list.
pub(super) fn takes_list(ty: &Type) -> bool {
    branches(ty).into_iter().any(|ty| matches!(form(ty), Form::List | Form::ListOfObjects))
}
