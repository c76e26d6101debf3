//! The JSON Schema of values files, draft 2020-12: for editors, for Helm, and for other validators.
//!
//! In: the environments of a catalog. Out: a schema as JSON, the same in every run. It accepts every values file that
//! relc accepts. It rejects unknown keys and values of the wrong type at any depth. What depends on more than one value
//! (requirements, names that are too long, required fields of the finished object) is left to relc. Objects are closed
//! by `additionalProperties` in whole trees, one per environment, instead of `unevaluatedProperties`, which many
//! editors don't support yet.

mod constant;
mod environment;
mod field;
mod kinds;
mod pattern;
mod types;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::helm_values::header::{self, APPLICATION, HeaderKey};
use crate::library::{Catalog, Found};

/// The JSON Schema dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Returns the schema of values files for any environment of `catalog`.
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
            "if": environment::required_at(HeaderKey::Environment.path(), json!({ "const": **name })),
            "then": reference(name),
        }));
    }
    let root = json!({
        "$schema": DIALECT,
        "title": "Values of a release",
        "type": "object",
        "required": header::top_keys().collect::<Vec<_>>(),
        "properties": {
            (HeaderKey::Environment.path()): { "description": described(&found), "enum": names },
            APPLICATION: { "description": environment::RELEASE, "type": "object" },
        },
        "allOf": branches,
    });
    defs.under(root)
}

/// Returns the schema of values files for the environment `name`; `None` if `catalog` doesn't contain it.
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

/// Describes the environments, a line each.
fn described(environments: &[std::sync::Arc<Found>]) -> String {
    let line = |found: &std::sync::Arc<Found>| {
        let part = &found.environment.declaration.item;
        item(&part.name.text, part.doc.as_deref())
    };
    let lines: Vec<String> = environments.iter().map(line).collect();
    format!("{}\n\n{}", HeaderKey::Environment.doc(), lines.join("\n"))
}

/// Returns a list item: a name, and the first paragraph of its documentation.
fn item(name: &str, doc: Option<&str>) -> String {
    match doc.map(paragraphs).as_deref().and_then(|doc| doc.split("\n\n").next()) {
        Some(doc) => format!("- `{name}`: {doc}"),
        None => format!("- `{name}`"),
    }
}

/// Joins the lines of each paragraph of a doc comment.
fn paragraphs(doc: &str) -> String {
    let paragraphs = doc.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Referenced schemas: environments, and the object types of kinds that are used.
#[derive(Default)]
struct Defs {
    /// The schemas by name, in a stable order.
    known: BTreeMap<String, Json>,
    /// The names of each kind's nodes, by kind.
    names: BTreeMap<String, Vec<String>>,
}

impl Defs {
    /// Returns `root` with the schemas that it refers to.
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
