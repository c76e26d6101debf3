//! The context of a position in a file: its release, its scope, and its path of keys.

use std::ops::Range;
use std::sync::Arc;

use super::FileContext;
use relc_core::check::TypedPlan;
use relc_core::helm_values::header::HeaderKey;
use relc_core::nodes::{Kind, Node};
use relc_core::types::ELEMENT;
use relc_syntax::ast::{self, Item, Name};
use relc_syntax::source::{Span, Syntax};

/// Which fields a key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorScope {
    /// The release's settings; in a values file, everything that is not of a version.
    Settings,
    /// A version's.
    Version,
}

/// The way to a place from the scope that it is in.
#[derive(Clone, Debug)]
pub struct FieldPath {
    /// Of which fields the first key is.
    pub scope: CursorScope,
    /// The keys, `[]` for an element of a list.
    pub keys: Vec<String>,
}

/// The syntax at a position.
#[derive(Clone, Debug)]
pub enum CursorTarget {
    /// The name of the release's environment.
    Environment,
    /// The name of its strategy.
    Strategy,
    /// A key: the way to what it is a key of, the key, and the other keys there.
    Key(FieldPath, String, Vec<String>),
    /// A value: the way to it.
    Value(FieldPath),
    /// The label of a version.
    Label(usize),
}

/// A release, as far as it is known while it is written.
pub struct ReleaseContext {
    /// Its environment under its strategy.
    pub prepared: Option<Arc<TypedPlan>>,
    /// The name of the environment.
    pub environment: Option<String>,
    /// Its versions.
    pub versions: Vec<Label>,
    /// Its own name.
    pub name: Option<String>,
    /// Which one it is of the releases of its file.
    pub index: usize,
    /// The fields that the bare value of the version at the position sets.
    pub headlines: Vec<String>,
}

impl ReleaseContext {
    /// Returns true if a version's bare value sets the field `name` at a path already.
    pub fn is_headline(&self, way: &FieldPath, name: &str) -> bool {
        way.scope == CursorScope::Version && way.keys.is_empty() && self.headlines.iter().any(|known| known == name)
    }
}

/// A version's label.
pub struct Label {
    /// The label.
    pub label: Option<Name>,
}

/// Returns the syntax at `offset`, its range, and its release.
pub fn at(page: &FileContext<'_>, offset: usize) -> Option<(CursorTarget, Range<usize>, ReleaseContext)> {
    match page.syntax {
        Syntax::Rel => in_rel(page, offset),
        Syntax::Yaml => in_yaml(page, offset),
    }
}

fn in_rel(page: &FileContext<'_>, offset: usize) -> Option<(CursorTarget, Range<usize>, ReleaseContext)> {
    let (index, release) = releases(page.ast()).enumerate().find(|(_, release)| touches(release.span, offset))?;
    let written = of_release(page, index, release);
    for (name, at) in
        [(Some(&release.environment), CursorTarget::Environment), (release.strategy.as_ref(), CursorTarget::Strategy)]
    {
        if let Some(name) = name.filter(|name| touches(name.span, offset)) {
            return Some((at, name.span.range(), written));
        }
    }
    for (at, version) in release.versions.iter().enumerate() {
        if let Some(label) = version.label.as_ref().filter(|label| touches(label.span, offset)) {
            return Some((CursorTarget::Label(at), label.span.range(), written));
        }
    }
    let version = release.versions.iter().find(|version| touches(version.span, offset));
    let in_version = version.is_some();
    let mut written = written;
    if version.is_some_and(|version| version.headline.is_some()) {
        written.headlines = headline(&written).into_iter().collect();
    }
    let path = path(page.root(), offset);
    let from = path.iter().rposition(|node| matches!(node.kind, Kind::Fields | Kind::Headline))?;
    let scope = if in_version { CursorScope::Version } else { CursorScope::Settings };
    if path[from].kind == Kind::Headline && path.len() == from + 1 {
        let keys = headline(&written).into_iter().collect();
        return Some((CursorTarget::Value(FieldPath { scope, keys }), path[from].span.range(), written));
    }
    let (at, range) = below(page.text, &path[from..], offset, FieldPath { scope, keys: Vec::new() })?;
    Some((at, range, written))
}

/// The field that a version's bare value is of.
fn headline(written: &ReleaseContext) -> Option<String> {
    let fields = &written.prepared.as_ref()?.plan.version.fields;
    fields.iter().find(|field| field.item.headline).map(|field| field.item.name.text.to_string())
}

fn in_yaml(page: &FileContext<'_>, offset: usize) -> Option<(CursorTarget, Range<usize>, ReleaseContext)> {
    let written = of_values(page);
    let path = path(page.root(), offset);
    let way = FieldPath { scope: CursorScope::Settings, keys: Vec::new() };
    let (found, range) = below(page.text, &path, offset, way)?;
    let found = match found {
        CursorTarget::Value(way) if HeaderKey::Environment.keys().eq(&way.keys) => CursorTarget::Environment,
        CursorTarget::Value(way) if HeaderKey::Strategy.keys().eq(&way.keys) => CursorTarget::Strategy,
        CursorTarget::Value(way) => CursorTarget::Value(of_version(way)),
        CursorTarget::Key(way, key, others) => CursorTarget::Key(of_version(way), key, others),
        other @ (CursorTarget::Environment | CursorTarget::Strategy | CursorTarget::Label(_)) => other,
    };
    Some((found, range, written))
}

/// Returns the path from a version on, if it leads through one.
pub fn of_version(way: FieldPath) -> FieldPath {
    let mut keys = way.keys.iter();
    let leads = HeaderKey::Versions.keys().chain([ELEMENT]).all(|key| keys.next().is_some_and(|known| known == key));
    match leads {
        true => FieldPath { scope: CursorScope::Version, keys: keys.cloned().collect() },
        false => way,
    }
}

/// The entry below `root` that holds a key of the release.
fn header<'n>(text: &str, root: &'n Node, key: HeaderKey) -> Option<&'n Node> {
    key.keys().try_fold(root, |node, key| {
        node.children.iter().find(|child| child.key.is_some_and(|span| key_text(text, span) == key))
    })
}

/// The nodes around `offset`, the outermost first.
fn path(root: &Node, offset: usize) -> Vec<&Node> {
    let mut path = vec![root];
    while let Some(inner) = path.last().and_then(|node| node.children.iter().rfind(|child| touches(child.span, offset)))
    {
        path.push(inner);
    }
    path
}

/// Returns the target below the first node of `path`, whose path is `way`.
fn below(text: &str, path: &[&Node], offset: usize, mut way: FieldPath) -> Option<(CursorTarget, Range<usize>)> {
    for (node, parent) in path.iter().skip(1).zip(path) {
        match node.key {
            Some(key) if touches(key, offset) => {
                let others = parent.children.iter().filter(|child| child.span != node.span);
                let others = others.filter_map(|child| child.key).map(|span| key_text(text, span).to_owned());
                let own = key_text(text, key).to_owned();
                return Some((CursorTarget::Key(way, own, others.collect()), key.range()));
            }
            Some(key) => way.keys.push(key_text(text, key).to_owned()),
            None if node.kind == Kind::Element => way.keys.push(ELEMENT.to_owned()),
            None => return None,
        }
    }
    let value = path.last()?.value;
    touches(value, offset).then(|| (CursorTarget::Value(way), value.range()))
}

/// A key without its quotes.
fn key_text(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or("").trim_matches(['"', '\''])
}

/// Returns true if `offset` is in `span` or at one of its ends.
pub fn touches(span: Span, offset: usize) -> bool {
    span.start as usize <= offset && offset <= span.end as usize
}

/// The releases of a file.
pub fn releases(file: &ast::File) -> impl Iterator<Item = &ast::Release> {
    file.items.iter().filter_map(|item| match item {
        Item::Release(release) => Some(&**release),
        _ => None,
    })
}

/// Returns the context of a release in a `.rel` file.
pub fn of_release(page: &FileContext<'_>, index: usize, release: &ast::Release) -> ReleaseContext {
    let versions = release.versions.iter().map(|version| Label { label: version.label.clone() });
    ReleaseContext {
        prepared: page.prepare(&release.environment, release.strategy.as_ref()),
        environment: Some(release.environment.text.to_string()),
        versions: versions.collect(),
        name: Some(release.name.text.to_string()),
        index,
        headlines: Vec::new(),
    }
}

/// Returns the context of the release in a values file.
fn of_values(page: &FileContext<'_>) -> ReleaseContext {
    let (text, root) = (page.text, page.root());
    let name = |key: HeaderKey| {
        let span = header(text, root, key)?.value;
        let name = key_text(text, span);
        (!name.is_empty()).then(|| Name { text: name.into(), span })
    };
    let (environment, strategy) = (name(HeaderKey::Environment), name(HeaderKey::Strategy));
    ReleaseContext {
        prepared: environment.as_ref().and_then(|name| page.prepare(name, strategy.as_ref())),
        environment: environment.map(|name| name.text.to_string()),
        versions: Vec::new(),
        name: name(HeaderKey::Name).map(|name| name.text.to_string()),
        index: 0,
        headlines: Vec::new(),
    }
}
