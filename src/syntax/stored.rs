//! Syntax trees as bytes, so that a process need not parse the standard library each time it starts.
//!
//! In: a tree. Out: its bytes, and back. `build.rs` writes them into the program that is being built and that program
//! alone reads them, so the form has neither a version nor a reader for older ones.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::ast::{Body, File, Item, Part, Statement, Strategy};

/// The bytes of `file`.
///
/// # Errors
/// None that a tree can cause; the encoder's interface has one.
pub fn encode(file: &File) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(file)
}

/// `file` without the lint statements that a build does not hear: they are most of the library, and no part of what it makes.
pub fn for_builds(file: &File) -> File {
    let item = |item: &Item| match item {
        Item::Part(part) => Item::Part(lean_part(part)),
        Item::Environment(part) => Item::Environment(lean_part(part)),
        Item::Import(_) | Item::Release(_) | Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Fragment(_) => {
            item.clone()
        }
    };
    File { items: file.items.iter().map(item).collect(), ..file.clone() }
}

fn lean_part(part: &Part) -> Arc<Part> {
    Arc::new(Part { body: lean(&part.body), ..part.clone() })
}

fn lean(body: &Body) -> Body {
    Body { statements: body.statements.iter().filter_map(lean_statement).collect() }
}

fn lean_statement(statement: &Statement) -> Option<Statement> {
    Some(match statement {
        Statement::Lint(lint) if !lint.required => return None,
        Statement::Settings(body, span) => Statement::Settings(lean(body), *span),
        Statement::Version(body, span) => Statement::Version(lean(body), *span),
        Statement::Strategy(strategy) => {
            Statement::Strategy(Arc::new(Strategy { body: lean(&strategy.body), ..(**strategy).clone() }))
        }
        Statement::Replace(inner, span) => Statement::Replace(Box::new(lean_statement(inner)?), *span),
        Statement::Lint(_)
        | Statement::Field(_)
        | Statement::Let(_)
        | Statement::Fragment(_)
        | Statement::Emit(_)
        | Statement::Track(_)
        | Statement::Require(_)
        | Statement::Watch(_) => statement.clone(),
    })
}

/// The tree that [`encode`] made `bytes` of.
///
/// # Errors
/// Where they are not the bytes of a tree.
pub fn decode(bytes: &[u8]) -> Result<File, postcard::Error> {
    postcard::from_bytes(bytes)
}

/// A text of a tree: serde's own way to an `Arc<str>` allocates twice for each.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
    <&str>::deserialize(from).map(Arc::from)
}
