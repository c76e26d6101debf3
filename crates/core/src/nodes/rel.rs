//! The nodes of a `.rel` file, from its syntax tree.

use super::{Kind, Node, Shape};
use relc_syntax::ast::{self, Element, Entry, Expr, ExprKind, Item, Key, Name, Statement};
use relc_syntax::source::{FileId, Span};

pub(super) fn root(file: FileId, text: &str, parsed: &ast::File) -> Node {
    let children = parsed.items.iter().map(item).collect();
    Node::plain(Kind::File, Span::new(file, 0, text.len()), Shape::Other, children)
}

fn item(item: &Item) -> Node {
    match item {
        Item::Release(release) => self::release(release),
        Item::Let(let_) => valued(&let_.name, let_.span, let_.value.as_deref()),
        Item::Param(param) => valued(&param.name, param.span, param.value.as_ref()),
        Item::Fragment(fragment) => valued(&fragment.name, fragment.span, fragment.body.as_deref()),
        Item::Import(import) => Node::plain(Kind::Item, import.span, Shape::Other, Vec::new()),
        Item::Apply(apply) => Node::plain(Kind::Item, apply.span, Shape::Other, Vec::new()),
        Item::Type(ty) => valued(&ty.name, ty.span, None),
        Item::Part(part) | Item::Environment(part) => {
            let children = statements(&part.body);
            Node { children, ..valued(&part.name, part.span, None) }
        }
    }
}

/// Returns the statements of a body and of those in it.
fn statements(body: &ast::Body) -> Vec<Node> {
    let of = |statement: &Statement| match statement {
        Statement::Settings(body, _) | Statement::Version(body, _) => statements(body),
        Statement::Strategy(strategy) => {
            let children = statements(&strategy.body);
            vec![Node { children, ..valued(&strategy.name, strategy.span, None) }]
        }
        Statement::Replace(inner, keyword) => {
            let span = statement_span(inner).map_or(*keyword, |inner| keyword.to(inner));
            vec![Node::plain(Kind::Item, span, Shape::Other, Vec::new())]
        }
        other => {
            let node = |span| Node::plain(Kind::Item, span, Shape::Other, Vec::new());
            statement_span(other).map(node).into_iter().collect()
        }
    };
    body.statements.iter().flat_map(of).collect()
}

/// Returns the span of a statement that is no block of others.
fn statement_span(statement: &Statement) -> Option<Span> {
    match statement {
        Statement::Field(field) => Some(field.span),
        Statement::Let(let_) => Some(let_.span),
        Statement::Fragment(fragment) => Some(fragment.span),
        Statement::Emit(emit) | Statement::Track(emit) => Some(emit.span),
        Statement::Mutate(mutate) => Some(mutate.span),
        Statement::Require(require) => Some(require.span),
        Statement::Lint(lint) => Some(lint.span),
        Statement::Watch(watch) => Some(watch.span),
        Statement::Strategy(strategy) => Some(strategy.span),
        Statement::Replace(inner, _) => statement_span(inner),
        Statement::Settings(..) | Statement::Version(..) => None,
    }
}

fn valued(name: &Name, span: Span, value: Option<&Expr>) -> Node {
    let inner = value.map(|value| node(Kind::Item, value));
    let (shape, children) = inner.map_or((Shape::Other, Vec::new()), |node| (node.shape, node.children));
    let value = value.map_or(span, |value| value.span);
    Node { kind: Kind::Item, span, key: Some(name.span), value, shape, children }
}

fn release(release: &ast::Release) -> Node {
    let settings = release.settings.iter().map(|settings| node(Kind::Fields, settings));
    let children = settings.chain(release.versions.iter().map(version)).collect();
    let (span, key) = (release.span, Some(release.name.span));
    Node { kind: Kind::Item, span, key, value: span, shape: Shape::Other, children }
}

fn version(version: &ast::Version) -> Node {
    let bare = |kind, span| Node::plain(kind, span, Shape::Other, Vec::new());
    let weight = version.weight.iter().map(|weight| bare(Kind::Weight, weight.span));
    let headline = version.headline.iter().map(|headline| node(Kind::Headline, headline));
    let fields = version.fields.iter().map(|fields| node(Kind::Fields, fields));
    let when = version.when.iter().map(|when| bare(Kind::When, when.span));
    let children = weight.chain(headline).chain(fields).chain(when).collect();
    let (span, key) = (version.span, version.label.as_ref().map(|label| label.span));
    Node { kind: Kind::Version, span, key, value: span, shape: Shape::Other, children }
}

fn node(kind: Kind, expr: &Expr) -> Node {
    let (shape, children) = match &expr.kind {
        ExprKind::Object(entries) => (Shape::Map, entries.iter().map(entry).collect()),
        ExprKind::List(elements) => (Shape::List, elements.iter().map(element).collect()),
        ExprKind::Call { args, .. } => {
            (Shape::Other, args.iter().map(|arg| node(Kind::Argument, &arg.value)).collect())
        }
        _ => (Shape::Other, Vec::new()),
    };
    Node::plain(kind, expr.span, shape, children)
}

fn entry(entry: &Entry) -> Node {
    match entry {
        Entry::Pair { key, value, .. } => {
            let key = match key {
                Key::Plain(name) => name.span,
                Key::Computed(key) => key.span,
            };
            let inner = node(Kind::Entry, value);
            Node { span: key.to(value.span), key: Some(key), ..inner }
        }
        Entry::Shorthand(name) => {
            Node { key: Some(name.span), ..Node::plain(Kind::Shorthand, name.span, Shape::Other, Vec::new()) }
        }
        Entry::Spread(value) => node(Kind::Argument, value),
        Entry::Guard(guard) => Node::plain(Kind::Argument, guard.span, Shape::Other, Vec::new()),
    }
}

fn element(element: &Element) -> Node {
    match element {
        Element::Value(value) => node(Kind::Element, value),
        Element::Spread(value) => node(Kind::Argument, value),
        Element::Guard(guard) => Node::plain(Kind::Argument, guard.span, Shape::Other, Vec::new()),
    }
}
