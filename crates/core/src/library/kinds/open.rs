//! The warning about a schema that accepts fields that it doesn't declare.

use relc_schema::{Node, SchemaRef};
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::visit::KindOf;

/// The number of places that the warning lists.
const SHOWN: usize = 3;

/// Returns the warning about the objects of a kind that declare fields and accept others.
pub fn open_objects(kind: &SchemaRef, wanted: KindOf<'_>) -> Option<Diagnostic> {
    let mut places = Vec::new();
    let mut visited = vec![false; kind.schema().len()];
    walk(kind, &kind.schema().kind, &mut visited, &mut places);
    if places.is_empty() {
        return None;
    }
    let more = places.len().saturating_sub(SHOWN);
    places.truncate(SHOWN);
    let mut listed = places.iter().map(|place| format!("`{place}`")).collect::<Vec<_>>().join(", ");
    if more > 0 {
        listed += &format!(" and {more} more");
    }
    let message =
        format!("`{}` accepts any field in {listed}, so that misspelled fields are not reported", wanted.from.text);
    let warning = Diagnostic::warning(Code::OpenSchema, wanted.from.span, message);
    Some(warning.help("set `additionalProperties: false` there, or remove `additionalProperties`"))
}

fn walk(node: &SchemaRef, path: &str, visited: &mut [bool], places: &mut Vec<String>) {
    match visited.get_mut(node.id().0 as usize) {
        Some(visited) if !*visited => *visited = true,
        _ => return,
    }
    match node.node() {
        Node::Object(object) => {
            if object.open && !object.fields.is_empty() {
                places.push(path.to_owned());
            }
            for field in &object.fields {
                walk(&node.at(field.node), &format!("{path}.{}", field.name), visited, places);
            }
        }
        Node::List { element, .. } => walk(&node.at(*element), &format!("{path}[]"), visited, places),
        Node::Map { value } => walk(&node.at(*value), &format!("{path}.*"), visited, places),
        Node::Any
        | Node::Boolean
        | Node::Integer { .. }
        | Node::Number { .. }
        | Node::String(_)
        | Node::IntOrString { .. }
        | Node::Quantity => {}
    }
}
