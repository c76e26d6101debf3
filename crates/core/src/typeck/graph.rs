//! The references between declarations, and their cycles.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use relc_syntax::source::Span;

/// A declaration that can refer to others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    /// A field or let of the settings.
    Settings(Arc<str>),
    /// A field or let of a version.
    Version(Arc<str>),
    /// The objects that a version's statements emit.
    Tracked,
    /// All objects that are emitted.
    Objects,
    /// A let or fragment of a part's body.
    Body(Arc<str>),
    /// A let or fragment of a file, by the file's number and name.
    File(u32, Arc<str>, Arc<str>),
}

impl std::fmt::Display for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Node::Settings(name) => write!(f, "`settings.{name}`"),
            Node::Version(name) => write!(f, "`v.{name}`"),
            Node::Tracked => write!(f, "the objects of a version"),
            Node::Objects => write!(f, "`release.objects`"),
            Node::Body(name) => write!(f, "`{name}`"),
            Node::File(_, _, name) => write!(f, "`{name}`"),
        }
    }
}

/// References: from each node to others, with one place where it refers to them.
#[derive(Debug, Default)]
pub(super) struct Graph {
    edges: BTreeMap<Node, BTreeMap<Node, Span>>,
}

impl Graph {
    pub(super) fn add(&mut self, from: &Node, to: &Node, span: Span) {
        self.edges.entry(from.clone()).or_default().entry(to.clone()).or_insert(span);
    }

    /// Each circle once: its nodes, each with the place where it refers to the next.
    pub(super) fn cycles(&self) -> Vec<Vec<(Node, Span)>> {
        let mut search = Search { graph: self, done: BTreeSet::new(), found: Vec::new() };
        for node in self.edges.keys() {
            search.from(node);
        }
        search.found
    }

    /// Returns true if something refers to `node`.
    pub(super) fn is_target(&self, node: &Node) -> bool {
        self.edges.values().any(|targets| targets.contains_key(node))
    }

    fn targets(&self, node: &Node) -> Vec<(&Node, Span)> {
        self.edges.get(node).into_iter().flatten().map(|(target, span)| (target, *span)).collect()
    }
}

struct Search<'g> {
    graph: &'g Graph,
    done: BTreeSet<&'g Node>,
    found: Vec<Vec<(Node, Span)>>,
}

/// A node on the way, and where it leads that was not looked at yet.
struct Step<'g> {
    node: &'g Node,
    at: Option<Span>,
    targets: Vec<(&'g Node, Span)>,
}

impl<'g> Search<'g> {
    /// Looks depth first, without recursion: a file may have any number of lets in a row.
    fn from(&mut self, start: &'g Node) {
        let mut path: Vec<Step<'g>> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(node) = next.take()
                && !self.done.contains(node)
            {
                let targets = self.graph.targets(node);
                path.push(Step { node, at: None, targets });
            }
            let Some(step) = path.last_mut() else { return };
            match step.targets.pop() {
                Some((target, at)) => {
                    step.at = Some(at);
                    match path.iter().position(|step| step.node == target) {
                        Some(start) => {
                            self.found.push(
                                path[start..].iter().filter_map(|step| Some((step.node.clone(), step.at?))).collect(),
                            );
                        }
                        None => next = Some(target),
                    }
                }
                None => {
                    self.done.insert(step.node);
                    path.pop();
                }
            }
        }
    }
}
