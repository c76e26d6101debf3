//! The nodes of a user's file, with the spans of their keys and values: the targets of edits and suppression comments.
//!
//! In: the text of a `.rel` file, or of a YAML file. Out: a [`Tree`], the same for both. It is created on demand: most
//! files have no diagnostic with a fix, and no suppression comment.

mod rel;
mod yaml;

use relc_syntax::source::{FileId, Sources, Span, Syntax};
use relc_syntax::{self as syntax, ast};

/// The nodes of a file.
#[derive(Clone, Debug)]
pub struct Tree<'t> {
    /// The file.
    pub file: FileId,
    /// The file's syntax.
    pub syntax: Syntax,
    /// The file's text.
    pub text: &'t str,
    /// The root node.
    pub root: Node,
}

/// A node of a file.
#[derive(Clone, Debug)]
pub struct Node {
    /// The kind.
    pub kind: Kind,
    /// The span of the node, from its key or first word to the end of its value.
    pub span: Span,
    /// The span of its key, name or label, including quotes.
    pub key: Option<Span>,
    /// The span of its value; the whole span, if it has no key.
    pub value: Span,
    /// The shape of its value.
    pub shape: Shape,
    /// The child nodes, in the order of the text.
    pub children: Vec<Node>,
}

/// The kind of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A top-level declaration of a `.rel` file.
    Item,
    /// A version in a `.rel` file.
    Version,
    /// A version's weight.
    Weight,
    /// A version's bare value.
    Headline,
    /// The braces of a release or version.
    Fields,
    /// A version's `when`.
    When,
    /// A key and its value.
    Entry,
    /// A key whose value is the name of the same text.
    Shorthand,
    /// An element of a list.
    Element,
    /// An argument of a call, or a spread value.
    Argument,
}

/// The shape of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object in braces.
    Map,
    /// A list in brackets.
    List,
    /// A YAML block mapping.
    BlockMap,
    /// A YAML block sequence.
    BlockList,
    /// Anything else.
    Other,
}

impl<'t> Tree<'t> {
    /// Parses the nodes of `file`, which is used by a release that is written in `syntax`.
    pub fn read(sources: &'t Sources, file: FileId, syntax: Syntax) -> Tree<'t> {
        let source = sources.file(file);
        let is_yaml = syntax == Syntax::Yaml || Syntax::of_name(source.name()) == Some(Syntax::Yaml);
        Tree::parse(file, source.text(), if is_yaml { Syntax::Yaml } else { Syntax::Rel })
    }

    /// Parses the nodes of `text`; returns an empty tree if it is invalid.
    pub fn parse(file: FileId, text: &'t str, syntax: Syntax) -> Tree<'t> {
        let root = match syntax {
            Syntax::Rel => rel::root(file, text, &syntax::parse(file, text).0),
            Syntax::Yaml => yaml::root(file, text),
        };
        Tree { file, syntax, text, root }
    }

    /// Returns the nodes of `text`, a `.rel` file that is already parsed.
    pub fn of(file: FileId, text: &'t str, parsed: &ast::File) -> Tree<'t> {
        Tree { file, syntax: Syntax::Rel, text, root: rel::root(file, text, parsed) }
    }

    /// Returns the node whose key or value is at `span`, after all of its ancestors, starting with the file.
    pub fn path(&self, span: Span) -> Option<Vec<&Node>> {
        let mut path = vec![&self.root];
        while let Some(inner) =
            path.last().and_then(|node| node.children.iter().find(|child| child.span.contains(span)))
        {
            path.push(inner);
        }
        let at = path.iter().rposition(|node| node.key == Some(span) || node.value == span)?;
        path.truncate(at + 1);
        Some(path)
    }

    /// Returns the outermost node that starts at or after the byte `offset`, inside the innermost node around it.
    pub fn behind(&self, offset: u32) -> Option<&Node> {
        let mut node = &self.root;
        while let Some(inner) = node.children.iter().find(|child| child.span.start < offset && offset < child.span.end)
        {
            node = inner;
        }
        node.children.iter().find(|child| child.span.start >= offset)
    }
}

impl Node {
    /// Creates a node without a key.
    fn plain(kind: Kind, span: Span, shape: Shape, children: Vec<Node>) -> Node {
        Node { kind, span, key: None, value: span, shape, children }
    }
}
