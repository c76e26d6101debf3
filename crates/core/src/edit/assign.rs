//! Assignments to a release as it is written: `next.weight=50%`, `namespace=shop`.
//!
//! In: the nodes of a file, a release in it, and a path with a text in the file's syntax. Out: the edits, or why there are none.

use super::{block, inline, remove, write};
use crate::helm_values::header::APPLICATION;
use crate::nodes::{Kind, Node, Shape, Tree};
use crate::value::Value;
use relc_syntax::ast::{ExprKind, Item};
use relc_syntax::diagnostic::Edit;
use relc_syntax::source::{FileId, Span, Syntax};

/// The keys of a version that aren't fields.
const WEIGHT: &str = "weight";
const WHEN: &str = "when";

/// The key of the versions in values files.
const VERSIONS: &str = "versions";

/// Which release of a `.rel` file is meant.
#[derive(Clone, Copy, Debug)]
pub enum ReleaseName<'n> {
    /// The first one with this name.
    Text(&'n str),
    /// The one whose name is at this place.
    At(Span),
}

impl<'n> ReleaseName<'n> {
    fn is_at(self, tree: &Tree<'_>, key: Span) -> bool {
        match self {
            ReleaseName::Text(name) => tree.text[key.range()].trim_matches('"') == name,
            ReleaseName::At(place) => key == place,
        }
    }

    fn text(self, tree: &Tree<'n>) -> &'n str {
        match self {
            ReleaseName::Text(name) => name,
            ReleaseName::At(place) => tree.text.get(place.range()).unwrap_or_default(),
        }
    }
}

/// A release in a file.
pub struct WrittenRelease<'t> {
    tree: &'t Tree<'t>,
    node: &'t Node,
    /// The versions.
    versions: Vec<&'t Node>,
    /// Their labels, where they have one.
    labels: Vec<Option<String>>,
    /// The field that a version's bare value sets.
    headline: Option<String>,
}

impl<'t> WrittenRelease<'t> {
    /// Finds the release `name`, with the labels of its versions. A values file has one release, whatever its name.
    ///
    /// # Errors
    /// Why it can't be edited.
    pub fn new(
        tree: &'t Tree<'t>,
        name: ReleaseName<'t>,
        labels: Vec<Option<String>>,
        headline: Option<String>,
    ) -> Result<WrittenRelease<'t>, String> {
        let (node, versions) = match tree.syntax {
            Syntax::Rel => {
                let is_release = |item: &&Node| item.children.iter().any(|child| child.kind == Kind::Version);
                let is_meant = |item: &&Node| item.key.is_some_and(|key| name.is_at(tree, key));
                let node = tree.root.children.iter().filter(is_release).find(is_meant);
                let node = node.ok_or_else(|| format!("no release named `{}` in this file", name.text(tree)))?;
                (node, node.children.iter().filter(|child| child.kind == Kind::Version).collect())
            }
            Syntax::Yaml => {
                let node = child(tree, &tree.root, APPLICATION).ok_or("`application` is missing")?;
                let versions = child(tree, node, VERSIONS).ok_or("`versions` is missing")?;
                (node, versions.children.iter().collect::<Vec<_>>())
            }
        };
        if versions.len() != labels.len() {
            return Err("its versions are not written as a list in this file".to_owned());
        }
        Ok(WrittenRelease { tree, node, versions, labels, headline })
    }

    /// Returns the position of the version with this label, or at this position.
    ///
    /// # Errors
    /// Another name; the message lists the versions.
    pub fn version(&self, name: &str) -> Result<usize, String> {
        let label = self.labels.iter().position(|label| label.as_deref() == Some(name));
        let index = || name.parse().ok().filter(|at| *at < self.versions.len());
        label
            .or_else(index)
            .ok_or_else(|| format!("no version named `{name}`; the release has {}", self.names().join(", ")))
    }

    /// The labels of the versions, or their positions.
    pub fn names(&self) -> Vec<String> {
        let name = |(at, label): (usize, &Option<String>)| label.clone().unwrap_or_else(|| at.to_string());
        self.labels.iter().enumerate().map(name).collect()
    }

    /// The weight of a version as it is written.
    pub fn weight(&self, version: usize) -> Option<&'t str> {
        let node = self.versions[version];
        let weight = match self.tree.syntax {
            Syntax::Rel => node.children.iter().find(|child| child.kind == Kind::Weight)?,
            Syntax::Yaml => child(self.tree, node, WEIGHT)?,
        };
        Some(&self.tree.text[weight.value.range()])
    }

    /// Sets the value at a path below the release to `text`, or removes it. The path starts with a version, or is that of a setting.
    ///
    /// # Errors
    /// Why the file can't be edited there.
    pub fn assign(&self, path: &[&str], text: Option<&str>) -> Result<Vec<Edit>, String> {
        let [first, rest @ ..] = path else { return Err("the path is empty".to_owned()) };
        let edits = match (self.version(first), rest) {
            (Ok(_), []) => return Err(format!("`{first}` is a version: name a field of it, as in `{first}.weight`")),
            (Ok(version), _) => self.assign_version(version, rest, text),
            // Without a field of this name, the error of the check says what is wrong.
            (Err(_), _) => self.assign_setting(path, text),
        };
        edits.ok_or_else(|| {
            format!("`{}` is computed, or shared by an anchor or alias: change it by hand", path.join("."))
        })
    }

    /// Sets a value at a path from a version, or for settings from the release; in values files, from the root. Returns `None` if the
    /// value there is computed or shared.
    pub fn assign_field(&self, version: Option<usize>, path: &[&str], text: &str) -> Option<Vec<Edit>> {
        match (version, self.tree.syntax) {
            (Some(at), _) => (at < self.versions.len()).then(|| self.assign_version(at, path, Some(text)))?,
            (None, Syntax::Rel) => self.assign_setting(path, Some(text)),
            (None, Syntax::Yaml) => assign_in(self.tree, &self.tree.root, path, Some(text)),
        }
    }

    fn assign_version(&self, version: usize, path: &[&str], text: Option<&str>) -> Option<Vec<Edit>> {
        let node = self.versions[version];
        if self.tree.syntax == Syntax::Yaml {
            return assign_in(self.tree, node, path, text);
        }
        let of_kind = |kind: Kind| node.children.iter().find(|child| child.kind == kind);
        match (path, text) {
            ([WEIGHT], Some(text)) => Some(vec![match (of_kind(Kind::Weight), node.key) {
                (Some(weight), _) => Edit { span: weight.span, text: text.to_owned() },
                (None, Some(label)) => Edit { span: label.at_end(), text: format!(" {text}") },
                (None, None) => Edit { span: node.span.at_start(), text: format!("{text} ") },
            }]),
            ([WHEN], Some(text)) => Some(vec![match of_kind(Kind::When) {
                Some(when) => Edit { span: when.span, text: format!("when {text}") },
                None => Edit { span: node.span.at_end(), text: format!(" when {text}") },
            }]),
            ([WEIGHT | WHEN], None) => {
                let kind = if path == [WEIGHT] { Kind::Weight } else { Kind::When };
                of_kind(kind).map_or_else(|| Some(Vec::new()), |word| inline::remove_word(self.tree, node, word))
            }
            ([field], Some(text)) if Some(*field) == self.headline.as_deref() && of_kind(Kind::Headline).is_some() => {
                of_kind(Kind::Headline).map(|headline| vec![Edit { span: headline.span, text: text.to_owned() }])
            }
            _ => match (of_kind(Kind::Fields), text) {
                (Some(fields), _) => assign_in(self.tree, fields, path, text),
                (None, None) => Some(Vec::new()),
                (None, Some(text)) => {
                    let before_when =
                        node.children.iter().filter(|child| child.kind != Kind::When).map(|child| child.span);
                    let last = node.key.into_iter().chain(before_when).max_by_key(|span| span.end)?;
                    Some(vec![Edit {
                        span: last.at_end(),
                        text: format!(" {{ {} }}", entry(self.tree.syntax, path, text)),
                    }])
                }
            },
        }
    }

    fn assign_setting(&self, path: &[&str], text: Option<&str>) -> Option<Vec<Edit>> {
        if self.tree.syntax == Syntax::Yaml {
            // `environment` is next to `application`.
            let is_top =
                child(self.tree, &self.tree.root, path[0]).is_some() && child(self.tree, self.node, path[0]).is_none();
            return assign_in(self.tree, if is_top { &self.tree.root } else { self.node }, path, text);
        }
        if let Some(fields) = self.node.children.iter().find(|child| child.kind == Kind::Fields) {
            return assign_in(self.tree, fields, path, text);
        }
        let Some(text) = text else { return Some(Vec::new()) };
        let versions = self.versions.first()?.span.start as usize;
        let open = self.tree.text[..versions].rfind('<')?;
        let at = Span::new(self.tree.file, open, open);
        Some(vec![Edit { span: at, text: format!("{{ {} }} ", entry(self.tree.syntax, path, text)) }])
    }

    /// Gives a version another label.
    ///
    /// # Errors
    /// A version without a label.
    pub fn relabeled(&self, version: usize, label: &str) -> Result<Vec<Edit>, String> {
        let key = self.versions[version].key.ok_or("the version has no label")?;
        Ok(vec![Edit { span: key, text: label.to_owned() }])
    }

    /// Returns the text of the file with the versions in this order, by their positions; others are removed, and one that is there
    /// twice is copied. Comments above a version and at the end of its line move with it.
    ///
    /// # Errors
    /// Why the versions can't be moved.
    pub fn reordered(&self, order: &[usize]) -> Result<String, String> {
        let text = self.tree.text;
        let starts: Vec<usize> = self.versions.iter().map(|version| self.start_of(version)).collect();
        if starts.iter().all(|start| self.tree.begins_line(*start)) {
            let blocks: Vec<(usize, usize)> = { self.versions.iter().zip(&starts) }
                .map(|(version, start)| (self.with_comments(*start), self.tree.next_line(version.span.end as usize)))
                .collect();
            let disjoint = blocks.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            let (first, last) = (blocks[0].0, blocks[blocks.len() - 1].1);
            if disjoint {
                let lines = order.iter().map(|at| {
                    let block = &text[blocks[*at].0..blocks[*at].1];
                    if block.ends_with('\n') { block.to_owned() } else { format!("{block}{}", self.tree.newline()) }
                });
                return Ok(format!("{}{}{}", &text[..first], lines.collect::<String>(), &text[last..]));
            }
        }
        let is_one_line = !text[starts[0]..self.versions[self.versions.len() - 1].span.end as usize].contains('\n');
        if !is_one_line || self.tree.syntax == Syntax::Yaml && text.as_bytes()[starts[0]] == b'-' {
            return Err("its versions share lines: write each on its own line".to_owned());
        }
        let parts: Vec<&str> = order.iter().map(|at| &text[self.versions[*at].span.range()]).collect();
        let end = self.versions[self.versions.len() - 1].span.end as usize;
        Ok(format!("{}{}{}", &text[..starts[0]], parts.join(", "), &text[end..]))
    }

    /// The start of a version; in a YAML block, its dash.
    fn start_of(&self, version: &Node) -> usize {
        let start = version.span.start as usize;
        let before = self.tree.text[..start].trim_end();
        if self.tree.syntax == Syntax::Yaml && before.ends_with('-') { before.len() - 1 } else { start }
    }

    /// The start of the line of `at`, or of the comment lines directly above it.
    fn with_comments(&self, at: usize) -> usize {
        let mark = if self.tree.syntax == Syntax::Yaml { "#" } else { "//" };
        let mut start = self.tree.line_start(at);
        while start > 0 {
            let above = self.tree.line_start(start - 1);
            if !self.tree.text[above..start].trim_start().starts_with(mark) {
                break;
            }
            start = above;
        }
        start
    }
}

/// Returns the texts that can be meant by a value on the command line, the likeliest first: as it is, or as a string. A bare word of a
/// `.rel` file can be a member of an enum or a string, and `v1.6` is hardly a field.
pub fn meant(value: &str, syntax: Syntax) -> Vec<String> {
    let string = || write::value(&Value::string(value, Span::new(FileId(0), 0, 0)), syntax);
    if syntax == Syntax::Yaml {
        let is_flow = value.starts_with(['[', '{', '"', '\'']);
        let is_scalar = value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
        return if is_flow || is_scalar { vec![value.to_owned()] } else { string().into_iter().collect() };
    }
    let (file, found) = relc_syntax::parse(FileId(0), &format!("let x = {value}"));
    let kind = match file.items.as_slice() {
        [Item::Let(item)] if !found.has_errors() => item.value.as_deref().map(|expr| &expr.kind),
        _ => None,
    };
    match kind {
        Some(ExprKind::Name(_)) => [value.to_owned()].into_iter().chain(string()).collect(),
        Some(ExprKind::Field { .. }) => string().into_iter().chain([value.to_owned()]).collect(),
        Some(
            ExprKind::String(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::List(_)
            | ExprKind::Object(_)
            | ExprKind::Call { .. },
        ) => vec![value.to_owned()],
        _ => string().into_iter().collect(),
    }
}

/// The entry of a map with this key.
pub(super) fn child<'t>(tree: &Tree<'_>, map: &'t Node, key: &str) -> Option<&'t Node> {
    let is_named = |span: Span| tree.text[span.range()].trim_matches(['"', '\'']) == key;
    map.children.iter().find(|child| child.key.is_some_and(is_named))
}

/// Sets the value at a path below a map, or removes it.
fn assign_in(tree: &Tree<'_>, map: &Node, path: &[&str], text: Option<&str>) -> Option<Vec<Edit>> {
    let [key, rest @ ..] = path else { return None };
    match (child(tree, map, key), text) {
        (None, None) => Some(Vec::new()),
        (None, Some(text)) => {
            let entry = entry(tree.syntax, path, text);
            match map.shape {
                Shape::Map => inline::insert(tree, map, &entry),
                Shape::BlockMap => block::insert(tree, map, map.children.last()?, &entry),
                Shape::List | Shape::BlockList | Shape::Other => None,
            }
        }
        (Some(found), _) if !rest.is_empty() => match found.shape {
            Shape::Map | Shape::BlockMap => assign_in(tree, found, rest, text),
            Shape::List | Shape::BlockList | Shape::Other => None,
        },
        (Some(found), None) => remove(tree, found.key?),
        (Some(found), Some(text)) if found.kind == Kind::Shorthand => {
            Some(vec![Edit { span: found.span.at_end(), text: format!(": {text}") }])
        }
        (Some(found), Some(text)) => {
            if tree.syntax == Syntax::Yaml && !super::stands_alone(tree, found) {
                return None;
            }
            let gap = if found.value.start == found.value.end { " " } else { "" };
            Some(vec![Edit { span: found.value, text: format!("{gap}{text}") }])
        }
    }
}

/// An entry for the value at a path: `a: { b: 1 }`.
fn entry(syntax: Syntax, path: &[&str], text: &str) -> String {
    match path {
        [] => text.to_owned(),
        [key] => format!("{}: {text}", write::key(key, syntax)),
        [key, rest @ ..] => format!("{}: {{ {} }}", write::key(key, syntax), entry(syntax, rest, text)),
    }
}
