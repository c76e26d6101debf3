//! Kinds of Kubernetes in a type, `kind "apps/v1" "Deployment"`: their completion and their hover.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::FileContext;
use super::complete::{Candidate, CandidateKind};
use super::context::touches;
use super::hover::Hover;
use relc_schema::{Node, SchemaRef, builtin, builtin_kinds, reference};
use relc_syntax::ast::{TypeExpr, TypeExprKind};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::Syntax;
use relc_syntax::visit::{Visitor, walk_type};

/// Returns the API versions or kinds that can be in the quotes around `offset`; `None` where no kind is written.
pub fn complete_kinds(page: &FileContext<'_>, offset: usize) -> Option<Vec<Candidate>> {
    let line = page.text[..offset].rsplit('\n').next().filter(|_| page.syntax == Syntax::Rel)?;
    // Pieces outside and inside of quotes take turns; the last one is inside.
    let pieces: Vec<&str> = line.split('"').collect();
    let (written, before) = pieces.split_last().filter(|(_, before)| before.len() % 2 == 1)?;
    let end = page.text[offset..].find(['"', '\n']).map_or(page.text.len(), |end| offset + end);
    let range = offset - written.len()..end;
    let is_keyword = |piece: &str| {
        let before = piece.trim_end().strip_suffix("kind");
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
    };
    match before {
        [.., keyword] if is_keyword(keyword) => Some(api_versions(page, &range)),
        [.., keyword, api_version, between] if between.trim().is_empty() && is_keyword(keyword) => {
            Some(kinds(page, api_version, &range))
        }
        _ => None,
    }
}

/// The API versions and names of the kinds that a file can name: those of its project, then those of relc.
fn known<'p>(page: &'p FileContext<'_>) -> impl Iterator<Item = (&'p str, &'p str)> {
    let of_project = page.environments.catalog().project_kinds().names();
    of_project.chain(builtin_kinds().map(|(api_version, kind)| -> (&'p str, &'p str) { (api_version, kind) }))
}

fn api_versions(page: &FileContext<'_>, range: &Range<usize>) -> Vec<Candidate> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (api_version, kind) in known(page) {
        found.entry(api_version).or_default().insert(kind);
    }
    let detail = |kinds: BTreeSet<&str>| kinds.into_iter().collect::<Vec<_>>().join(", ");
    found.into_iter().map(|(api_version, kinds)| candidate(api_version, &detail(kinds), None, range)).collect()
}

fn kinds(page: &FileContext<'_>, api_version: &str, range: &Range<usize>) -> Vec<Candidate> {
    let of_version: BTreeSet<&str> =
        known(page).filter(|(known, _)| *known == api_version).map(|(_, kind)| kind).collect();
    let found = of_version.into_iter();
    found.map(|kind| candidate(kind, api_version, described(page, api_version, kind), range)).collect()
}

fn candidate(label: &str, detail: &str, documentation: Option<String>, range: &Range<usize>) -> Candidate {
    Candidate {
        label: label.to_owned(),
        kind: CandidateKind::Type,
        detail: detail.to_owned(),
        documentation,
        filter: label.to_owned(),
        text: label.to_owned(),
        shape: None,
        range: range.clone(),
    }
}

/// Returns the hover of a kind that is written at `offset`.
pub fn hover_kind(page: &FileContext<'_>, offset: usize) -> Option<Hover> {
    let mut finder = Finder { offset, found: None };
    page.ast().items.iter().for_each(|item| finder.item(item));
    let TypeExprKind::Kind { api_version, kind, from: None } = &finder.found?.kind else { return None };
    let range = api_version.span.to(kind.span).range();
    Some(Hover { range, text: described(page, &api_version.text, &kind.text)? })
}

struct Finder<'a> {
    offset: usize,
    found: Option<&'a TypeExpr>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn ty(&mut self, ty: &'a TypeExpr) {
        if matches!(ty.kind, TypeExprKind::Kind { .. }) && touches(ty.span, self.offset) {
            self.found = Some(ty);
        }
        walk_type(self, ty);
    }
}

/// Describes a kind, as Markdown: its fields, and its project with the documentation, or the file with its schema.
fn described(page: &FileContext<'_>, api_version: &str, kind: &str) -> Option<String> {
    let of_project = page.environments.catalog().project_kinds().get(api_version, kind, &mut Diagnostics::default());
    let (root, origin) = match of_project {
        Some(root) => (root?, "a kind of this project, from the schemas that its `relc.toml` names".to_owned()),
        None => {
            let root = builtin(api_version, kind)?;
            let origin = format!("[Documentation]({}), {}", reference(api_version, kind)?, root.schema().source);
            (root, origin)
        }
    };
    let fields = |node: &SchemaRef| match node.node() {
        Node::Object(object) => {
            object.fields.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    };
    let spec = root.field("spec").map(|(spec, _)| format!("\n\n`spec`: {}", fields(&spec))).unwrap_or_default();
    Some(format!("**{kind}** of `{api_version}`\n\nFields: {}{spec}\n\n{origin}", fields(&root)))
}
