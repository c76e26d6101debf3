//! The JSON Schema of values files, draft 2020-12: for editors, for Helm, and for whoever else validates them.
//!
//! In: the environments of a catalog. Out: a schema as JSON, the same in every run. It accepts every values file that relc
//! accepts. It refuses keys that belong nowhere and values of the wrong sort, at any depth; what needs more than one value to be
//! seen (requirements, names that are too long, what a kind requires of the finished object) is left to relc. It is closed by
//! `additionalProperties` in whole trees, one an environment, and not by `unevaluatedProperties`, which many editors do not
//! know yet.

mod constant;
mod environment;
mod field;
mod kinds;
mod pattern;
mod types;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::library::{Catalog, Found};

/// The dialect that is written.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of values files on any environment of `catalog`.
pub fn of_all(catalog: &Catalog) -> Json {
    let mut defs = Defs::default();
    let found: Vec<_> = catalog.environment_names().into_iter().filter_map(|name| catalog.environment(name)).collect();
    let names: Vec<&str> = found.iter().map(|found| &**found.environment.name()).collect();
    let mut branches = Vec::new();
    for found in &found {
        let name = found.environment.name();
        let tree = environment::tree(found, &mut defs);
        defs.known.insert(name.to_string(), tree);
        branches.push(json!({
            "if": { "properties": { "environment": { "const": **name } }, "required": ["environment"] },
            "then": reference(name),
        }));
    }
    let root = json!({
        "$schema": DIALECT,
        "title": "Values of a release",
        "type": "object",
        "required": ["environment", "application"],
        "properties": {
            "environment": { "description": described(&found), "enum": names },
            "application": { "description": environment::APPLICATION, "type": "object" },
        },
        "allOf": branches,
    });
    defs.under(root)
}

/// The schema of values files on the environment `name`; `None` where `catalog` has none of this name.
pub fn of_environment(catalog: &Catalog, name: &str) -> Option<Json> {
    let found = catalog.environment(name)?;
    let mut defs = Defs::default();
    let tree = environment::tree(&found, &mut defs);
    let mut root = json!({ "$schema": DIALECT, "title": format!("Values of a release on {name}") });
    if let (Some(root), Json::Object(tree)) = (root.as_object_mut(), tree) {
        root.extend(tree);
    }
    Some(defs.under(root))
}

/// What each environment is, a line each.
fn described(environments: &[std::sync::Arc<Found>]) -> String {
    let line = |found: &std::sync::Arc<Found>| {
        let part = &found.environment.declaration.item;
        item(&part.name.text, part.doc.as_deref())
    };
    let lines: Vec<String> = environments.iter().map(line).collect();
    format!("What the release's versions are, and how requests reach them.\n\n{}", lines.join("\n"))
}

/// A line of a list: a name, and the first paragraph of its documentation.
fn item(name: &str, doc: Option<&str>) -> String {
    match doc.map(paragraphs).as_deref().and_then(|doc| doc.split("\n\n").next()) {
        Some(doc) => format!("- `{name}`: {doc}"),
        None => format!("- `{name}`"),
    }
}

/// A documentation comment with its paragraphs on a line each.
fn paragraphs(doc: &str) -> String {
    let paragraphs = doc.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Schemas that are referred to: environments, and the objects of kinds as far as they are used.
#[derive(Default)]
struct Defs {
    /// By their names; `BTreeMap` for a stable order.
    known: BTreeMap<String, Json>,
    /// The names of each kind's nodes, by the kind.
    names: BTreeMap<String, Vec<String>>,
}

impl Defs {
    /// `root` with what it refers to.
    fn under(self, mut root: Json) -> Json {
        let defs: Map<String, Json> = self.known.into_iter().collect();
        if let (Some(root), false) = (root.as_object_mut(), defs.is_empty()) {
            root.insert("$defs".to_owned(), Json::Object(defs));
        }
        root
    }
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/$defs/{name}") })
}
