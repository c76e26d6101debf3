//! The part around a place.

use std::sync::Arc;

use super::FileContext;
use relc_core::library::{Plan, flatten};
use relc_syntax::ast::{Item, Statement};

/// Returns the part around `offset` with all that it extends, under the strategy around it, if there is one.
pub fn part_at(page: &FileContext<'_>, offset: usize) -> Option<Plan> {
    let links = page.links()?;
    let part = page.ast().items.iter().find_map(|item| match item {
        Item::Part(part) | Item::Environment(part) if part.span.range().contains(&offset) => Some(part),
        _ => None,
    })?;
    let strategy = part.body.statements.iter().find_map(|statement| match statement {
        Statement::Strategy(strategy) if strategy.span.range().contains(&offset) => Some(&*strategy.name.text),
        _ => None,
    });
    Some(Plan::new(Arc::new(flatten(&links.module, part).0), strategy))
}
