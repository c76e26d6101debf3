//! The embedded schemas, loaded on first use.

use std::sync::{Arc, OnceLock};

use super::node::NodeId;
use super::store::{Header, Nodes, Schema, SchemaRef};

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

/// The kinds of one project as stored by `build.rs`.
#[derive(Clone, Copy)]
struct Group {
    source: &'static str,
    reference: &'static str,
    nodes: &'static [u8],
    ends: &'static [u32],
    checks: &'static [u8],
}

/// A kind of a group.
struct Member {
    api_version: &'static str,
    kind: &'static str,
    plural: &'static str,
    group: usize,
    node: u32,
}

/// One entry per file of `schemas/`, in the order of the file names: the kinds that the standard library uses.
const EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// One entry per file of `groups/`, in the order of the file names: all kinds of a project.
static GROUPS: &[Group] = include!(concat!(env!("OUT_DIR"), "/groups.rs"));

/// The kinds of all groups, sorted by API version and name.
static MEMBERS: &[Member] = include!(concat!(env!("OUT_DIR"), "/members.rs"));

/// The schemas loaded so far.
static LOADED: [OnceLock<Arc<Schema>>; EMBEDDED.len()] = [const { OnceLock::new() }; EMBEDDED.len()];

/// The groups used so far, and the schemas of their kinds.
static OPENED: OnceLock<Opened> = OnceLock::new();

struct Opened {
    groups: Vec<OnceLock<Arc<Nodes>>>,
    members: Vec<OnceLock<Arc<Schema>>>,
}

/// Returns the schema of the kind, if it is embedded. Repeated calls return the same schema.
pub fn builtin(api_version: &str, kind: &str) -> Option<SchemaRef> {
    let Some(at) = EMBEDDED.iter().position(|known| known.api_version == api_version && known.kind == kind) else {
        return member(api_version, kind);
    };
    let embedded = &EMBEDDED[at];
    let open = || embedded.open();
    Some(SchemaRef::root(Arc::clone(LOADED[at].get_or_init(open))))
}

impl Embedded {
    fn open(&self) -> Arc<Schema> {
        let header = Header {
            api_version: self.api_version.to_owned(),
            kind: self.kind.to_owned(),
            plural: self.plural.to_owned(),
            source: self.source.to_owned(),
        };
        let last = u32::try_from(self.ends.len().saturating_sub(1)).unwrap_or(0);
        Schema::of(header, NodeId(last), Arc::new(Nodes::from_stored(self.nodes, self.ends, self.checks)))
    }
}

/// Returns the schema of a kind of a group.
fn member(api_version: &str, kind: &str) -> Option<SchemaRef> {
    let at = position(api_version, kind)?;
    let opened = OPENED.get_or_init(|| Opened {
        groups: std::iter::repeat_with(OnceLock::new).take(GROUPS.len()).collect(),
        members: std::iter::repeat_with(OnceLock::new).take(MEMBERS.len()).collect(),
    });
    let member = &MEMBERS[at];
    let Group { source, nodes, ends, checks, .. } = GROUPS[member.group];
    let nodes = opened.groups[member.group].get_or_init(|| Arc::new(Nodes::from_stored(nodes, ends, checks)));
    let schema = opened.members[at].get_or_init(|| {
        let header = Header {
            api_version: member.api_version.to_owned(),
            kind: member.kind.to_owned(),
            plural: member.plural.to_owned(),
            source: source.to_owned(),
        };
        Schema::of(header, NodeId(member.node), Arc::clone(nodes))
    });
    Some(SchemaRef::root(Arc::clone(schema)))
}

fn position(api_version: &str, kind: &str) -> Option<usize> {
    MEMBERS.binary_search_by(|known| (known.api_version, known.kind).cmp(&(api_version, kind))).ok()
}

/// Iterates over the embedded kinds: group and version, and kind. Those of the standard library are first.
pub fn builtin_kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_library = EMBEDDED.iter().map(|known| (known.api_version, known.kind));
    let is_new =
        |known: &&Member| EMBEDDED.iter().all(|of| (of.api_version, of.kind) != (known.api_version, known.kind));
    of_library.chain(MEMBERS.iter().filter(is_new).map(|known| (known.api_version, known.kind)))
}

/// Iterates over the projects whose kinds are embedded, each with its version, such as `Istio 1.32.0`, and its kinds.
pub fn builtin_projects() -> impl Iterator<Item = (&'static str, impl Iterator<Item = (&'static str, &'static str)>)> {
    GROUPS.iter().enumerate().map(|(at, group)| {
        let members = MEMBERS.iter().filter(move |member| member.group == at);
        (group.source, members.map(|member| (member.api_version, member.kind)))
    })
}

/// Returns the address of the documentation of an embedded kind.
pub fn reference(api_version: &str, kind: &str) -> Option<String> {
    let member = &MEMBERS[position(api_version, kind)?];
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let address = GROUPS[member.group].reference.replace("{version}", version);
    Some(address.replace("{kind}", &kind.to_lowercase()).replace("{group}", &group.replace('.', "-")))
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
        let of_library = EMBEDDED.iter().map(|known| vec![(known.api_version, known.kind)]);
        let of_groups = (0..GROUPS.len()).map(|group| {
            let members = MEMBERS.iter().filter(|member| member.group == group);
            members.map(|member| (member.api_version, member.kind)).collect()
        });
        for kinds in of_library.chain(of_groups) {
            check_nodes(&kinds);
        }
    }

    /// Checks the nodes that `kinds` share.
    fn check_nodes(kinds: &[(&str, &str)]) {
        let open = |(api_version, kind): &(&str, &str)| {
            let root = position(api_version, kind).filter(|_| kinds.len() > 1).map(|_| member(api_version, kind));
            let root = root.unwrap_or_else(|| builtin(api_version, kind)).expect("every embedded schema opens");
            assert_eq!((&*root.schema().api_version, &*root.schema().kind), (*api_version, *kind));
            root
        };
        let roots: Vec<SchemaRef> = kinds.iter().map(open).collect();
        let schema = roots[0].schema();
        let mut used = vec![false; schema.len()];
        roots.iter().for_each(|root| used[root.id().0 as usize] = true);
        for at in (0..schema.len()).rev() {
            let id = NodeId(u32::try_from(at).expect("few nodes"));
            let node = schema.decode(id).unwrap_or_else(|error| panic!("{kinds:?} line {}: {error}", at + 2));
            assert!(used[at], "{kinds:?} line {} is used by nothing", at + 2);
            for target in targets(&node) {
                assert!(target < id, "{kinds:?} line {} refers forward", at + 2);
                used[target.0 as usize] = true;
            }
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test reads the groups that are embedded")]
    fn every_group_of_the_sources_is_embedded() {
        let sources = include_str!("../groups/sources.toml");
        let value =
            |line: &str, key: &str| Some(line.strip_prefix(key)?.strip_prefix(" = ")?.trim_matches('"').to_owned());
        let all = |key: &str| -> Vec<String> { sources.lines().filter_map(|line| value(line, key)).collect() };
        let mut declared: Vec<String> =
            all("title").iter().zip(all("version")).map(|(title, version)| format!("{title} {version}")).collect();
        let mut embedded: Vec<&str> = builtin_projects().map(|(source, _)| source).collect();
        declared.sort();
        embedded.sort_unstable();
        assert_eq!(declared, embedded);
        for (name, source) in all("name").iter().zip(all("title")) {
            let path = format!("{}/groups/{name}.group", env!("CARGO_MANIFEST_DIR"));
            assert!(std::fs::read_to_string(path).expect("a group").contains(&source), "{name}");
        }
    }

    #[test]
    fn a_kind_is_found_by_its_name_alone() {
        for (api_version, kind) in builtin_kinds() {
            let root = builtin(api_version, kind).expect("every listed kind opens");
            assert!(root.is_root() && root.field("metadata").is_some(), "{api_version} {kind}");
            assert!(reference(api_version, kind).is_some_and(|address| address.starts_with("https://")), "{kind}");
            assert_eq!(builtin(api_version, kind), Some(root));
        }
        assert!(builtin_kinds().count() > 200 && builtin("apps/v2", "Deployment").is_none());
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
        assert_eq!(files, EMBEDDED.len());
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
