//! The nodes of a user's file, with the places of their keys and values: what edits change and what comments speak of.
//!
//! In: the text of a `.rel` file, or of a YAML file. Out: a [`Tree`], the same for both. It is made only where it is asked for:
//! most files have no finding with a fix, and no comment for relc.

mod rel;
mod yaml;

use crate::check::Front;
use relc_syntax::source::{FileId, Sources, Span};
use relc_syntax::{self as syntax, ast};

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// The language of `.rel` files.
    Rel,
    /// YAML, and so JSON.
    Yaml,
}

/// The nodes of one file.
#[derive(Clone, Debug)]
pub struct Tree<'t> {
    /// The file.
    pub file: FileId,
    /// What it is written in.
    pub syntax: Syntax,
    /// Its text.
    pub text: &'t str,
    /// The whole of it.
    pub root: Node,
}

/// A part of a file that can be spoken of.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// All of it, from its key or first word to the end of its value.
    pub span: Span,
    /// Its key, name or label, with its quotes.
    pub key: Option<Span>,
    /// Its value; all of it, where it has no key.
    pub value: Span,
    /// What its value is.
    pub shape: Shape,
    /// What is in it, in the order of the text.
    pub children: Vec<Node>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A declaration at the top of a `.rel` file.
    Item,
    /// A version in a `.rel` file.
    Version,
    /// The weight of one.
    Weight,
    /// What stands for a version without a key.
    Headline,
    /// The braces of a release or version.
    Fields,
    /// A version's `when`.
    When,
    /// A key and its value.
    Entry,
    /// A key that stands for itself and a name of the same text.
    Shorthand,
    /// An element of a list.
    Element,
    /// What is given to a call, or spread.
    Argument,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Keys, in braces.
    Map,
    /// Elements, in brackets.
    List,
    /// Keys on lines of YAML.
    BlockMap,
    /// Elements on lines of YAML.
    BlockList,
    /// Anything else.
    Other,
}

impl<'t> Tree<'t> {
    /// The nodes of `file`, which a release of `front` names.
    pub fn read(sources: &'t Sources, file: FileId, front: Front) -> Tree<'t> {
        let source = sources.file(file);
        let endings = [".yaml", ".yml", ".json"];
        let is_yaml = front == Front::Values || endings.iter().any(|ending| source.name().ends_with(ending));
        Tree::parse(file, source.text(), if is_yaml { Syntax::Yaml } else { Syntax::Rel })
    }

    /// The nodes of `text`; none where it cannot be read.
    pub fn parse(file: FileId, text: &'t str, syntax: Syntax) -> Tree<'t> {
        let root = match syntax {
            Syntax::Rel => rel::root(file, text, &syntax::parse(file, text).0),
            Syntax::Yaml => yaml::root(file, text),
        };
        Tree { file, syntax, text, root }
    }

    /// The nodes of `text`, a `.rel` file that was parsed already.
    pub fn of(file: FileId, text: &'t str, parsed: &ast::File) -> Tree<'t> {
        Tree { file, syntax: Syntax::Rel, text, root: rel::root(file, text, parsed) }
    }

    /// The node whose key or value is at `span`, behind all that it is in, the file first.
    pub fn path(&self, span: Span) -> Option<Vec<&Node>> {
        let mut path = vec![&self.root];
        while let Some(inner) = path.last().and_then(|node| node.children.iter().find(|child| holds(child.span, span)))
        {
            path.push(inner);
        }
        let at = path.iter().rposition(|node| node.key == Some(span) || node.value == span)?;
        path.truncate(at + 1);
        Some(path)
    }

    /// The outermost node that begins at the byte `offset` or behind it, inside of what is around `offset`.
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
    /// A node without a key.
    fn plain(kind: Kind, span: Span, shape: Shape, children: Vec<Node>) -> Node {
        Node { kind, span, key: None, value: span, shape, children }
    }
}

/// Whether `inner` lies in `outer`.
fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}
