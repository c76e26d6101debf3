//! The embedded schemas, loaded on first use.

use std::sync::{Arc, OnceLock};

use super::store::{Header, Schema, SchemaRef};

/// A schema as stored by `build.rs`.
struct Embedded {
    api_version: &'static str,
    kind: &'static str,
    plural: &'static str,
    source: &'static str,
    nodes: &'static [u8],
    ends: &'static [u32],
    checks: &'static [u8],
}

/// One entry per file of `schemas/`, in the order of the file names.
const EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The schemas loaded so far.
static LOADED: [OnceLock<Arc<Schema>>; EMBEDDED.len()] = [const { OnceLock::new() }; EMBEDDED.len()];

/// Returns the schema of the kind, if it is embedded. Repeated calls return the same schema.
pub fn builtin(api_version: &str, kind: &str) -> Option<SchemaRef> {
    let at = EMBEDDED.iter().position(|known| known.api_version == api_version && known.kind == kind)?;
    let embedded = &EMBEDDED[at];
    let open = || Schema::from_stored(embedded.header(), embedded.nodes, embedded.ends, embedded.checks);
    let schema = LOADED[at].get_or_init(open);
    Some(SchemaRef::root(Arc::clone(schema)))
}

impl Embedded {
    fn header(&self) -> Header {
        Header {
            api_version: self.api_version.to_owned(),
            kind: self.kind.to_owned(),
            plural: self.plural.to_owned(),
            source: self.source.to_owned(),
        }
    }
}

/// Iterates over the embedded kinds: group and version, and kind.
pub fn builtin_kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().map(|known| (known.api_version, known.kind))
}

/// Returns the version of Kubernetes whose own kinds are embedded, such as `1.34.4`.
pub fn kubernetes_version() -> &'static str {
    let version = EMBEDDED.iter().find_map(|known| known.source.strip_prefix(KUBERNETES));
    version.map_or("", |version| version.trim_start_matches('v'))
}

/// The prefix of `source` in the schemas of Kubernetes' own kinds.
const KUBERNETES: &str = "OpenAPI v3 of kube-apiserver ";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Node, NodeId};

    fn targets(node: &Node) -> Vec<NodeId> {
        match node {
            Node::List { element, .. } => vec![*element],
            Node::Map { value } => vec![*value],
            Node::Object(object) => object.fields.iter().map(|field| field.node).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_line_of_every_embedded_schema_is_a_node_that_is_used() {
        for (api_version, kind) in builtin_kinds() {
            let root = builtin(api_version, kind).expect("every embedded schema opens");
            let schema = root.schema();
            assert_eq!((schema.api_version.as_str(), schema.kind.as_str()), (api_version, kind));
            let mut used = vec![false; schema.len()];
            used[schema.len() - 1] = true;
            for at in (0..schema.len()).rev() {
                let id = NodeId(u32::try_from(at).expect("few nodes"));
                let node = schema.decode(id).unwrap_or_else(|error| panic!("{kind} line {}: {error}", at + 2));
                assert!(used[at], "{kind} line {} is used by nothing", at + 2);
                for target in targets(&node) {
                    assert!(target < id, "{kind} line {} refers forward", at + 2);
                    used[target.0 as usize] = true;
                }
            }
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test reads the schemas that are embedded")]
    fn every_stored_schema_is_what_its_text_says() {
        let directory = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).expect("a directory");
        let mut files = 0;
        for entry in directory {
            let text = std::fs::read_to_string(entry.expect("a file").path()).expect("a text");
            let written = Schema::parse(text).expect("a schema");
            let stored = builtin(&written.api_version, &written.kind).expect("every schema is embedded");
            assert_eq!(
                (stored.schema().plural.as_str(), stored.schema().len()),
                (written.plural.as_str(), written.len())
            );
            assert_eq!(stored.schema().checks(), written.checks());
            for at in (0..written.len()).map(|at| NodeId(u32::try_from(at).expect("few nodes"))) {
                assert_eq!(stored.schema().decode(at), written.decode(at));
            }
            files += 1;
        }
        assert_eq!(files, builtin_kinds().count());
    }

    #[test]
    fn what_kubernetes_requires_is_required() {
        let at = |path: &[&str]| {
            let mut node = builtin("apps/v1", "Deployment").expect("embedded");
            let mut required = true;
            for step in path {
                node = if *step == "[]" {
                    node.element().expect("a list")
                } else {
                    let (child, field) = node.field(step).unwrap_or_else(|| panic!("no {step}"));
                    required = field.required;
                    child
                };
            }
            (node, required)
        };
        assert!(at(&["spec", "selector"]).1);
        assert!(at(&["spec", "template", "spec", "containers"]).1);
        assert!(at(&["spec", "template", "spec", "containers", "[]", "name"]).1);
        assert!(!at(&["spec", "template", "spec", "containers", "[]", "image"]).1);
        assert!(!at(&["spec", "template", "spec", "containers", "[]", "ports", "[]", "protocol"]).1);
        assert!(at(&["metadata"]).0.field("labels").is_some());
    }
}
