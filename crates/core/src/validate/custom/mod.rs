//! What an API server refuses of custom resources: equal elements of lists, and rules in CEL, as their schemas declare them.
//!
//! In: a finished object of a kind with a schema. Out: findings. Nothing is decoded or compiled for kinds without such checks.

mod cel;
pub mod elements;
mod lib;
mod memo;
mod reads;
pub mod rule;
#[cfg(test)]
mod tests;
mod values;

use crate::value::Value;
use relc_schema::{Checks, Node, SchemaRef};
use relc_syntax::diagnostic::Diagnostics;

use super::field::Field;

pub use cel::{Evaluation, evaluate};

/// Checks an object against the checks of its kind's schema.
pub fn check(object: Field<'_>, out: &mut Diagnostics) {
    let Some(kind) = object.value.as_object().and_then(|object| object.kind.as_ref()) else { return };
    let checks = kind.schema().checks();
    if !checks.is_empty() {
        walk(object, kind, checks, out);
    }
}

fn walk(field: Field<'_>, node: &SchemaRef, checks: &Checks, out: &mut Diagnostics) {
    if let Some(unique) = checks.unique(node.id()) {
        elements::check(field, node, unique, checks, out);
    }
    // What a library wrote alone keeps the rules: the library is tested.
    if checks.rules(node.id()).next().is_some() && field.has_users_value() {
        rule::check(field, node, checks, out);
    }
    match node.node() {
        Node::Object(_) => {
            for entry in field.entries() {
                if let Some((child, _)) = node.field(entry.name) {
                    walk(entry, &child, checks, out);
                }
            }
        }
        Node::List { element, .. } => field.items().for_each(|item| walk(item, &node.at(*element), checks, out)),
        Node::Map { value } => field.entries().for_each(|entry| walk(entry, &node.at(*value), checks, out)),
        _ => {}
    }
}

/// Returns whether `value` is there and not null.
fn is_set(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !value.is_null())
}
