//! Names for an editor: the part around a place, and the documentation of functions.

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

/// The functions of the language.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("len", "how many elements, keys or characters there are"),
    ("any", "whether a condition of the list holds"),
    ("all", "whether every condition of the list holds"),
    ("given", "whether the value stands in the release itself and is no default"),
    ("includes", "whether one value says all that another says"),
    ("join", "the texts of a list as one"),
    ("last", "the last element, if there is one"),
    ("nonempty", "the value, or nothing where it is empty"),
    ("merge", "one object of several, at any depth; what comes later wins"),
    ("number", "the value where it is a number, else nothing"),
    ("object", "the value where it is an object, else nothing"),
    ("regex", "whether a text is a regular expression of RE2"),
    ("decimal", "the number that the text writes in decimals, or absent"),
    ("seconds", "the seconds of a duration such as `1h30m`, or absent"),
    ("sum", "the sum of the numbers of a list"),
    ("repeated", "the texts of a list that stand in it before already"),
    ("split", "the parts of a text, without what is between them"),
    ("text", "the value where it is a text, else nothing"),
    ("watch", "how the controller watches the kind of an object"),
    ("startsWith", "whether a text begins with another"),
    ("matches", "whether a pattern is the whole text"),
    ("lower", "the text in lower case"),
    ("yaml", "the value of a YAML text"),
    ("template", "the text that the controller evaluates for the versions that are ready"),
    ("short", "the name by which the controller knows the kind of an object"),
    ("weight", "the weight of a version while the release runs, which only the controller knows"),
    ("live", "whether a version is ready and has a weight, which only the controller knows"),
];
