//! Kinds of Kubernetes in a type, `kind "apps/v1" "Deployment"`: their completion and their hover.

use std::ops::Range;

use super::FileContext;
use super::complete::{Candidate, CandidateKind};
use super::context::touches;
use super::hover::Hover;
use relc_schema::{Node, SchemaRef, builtin, builtin_kinds, reference};
use relc_syntax::ast::{TypeExpr, TypeExprKind};
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
        [.., keyword] if is_keyword(keyword) => Some(api_versions(&range)),
        [.., keyword, api_version, between] if between.trim().is_empty() && is_keyword(keyword) => {
            Some(kinds(api_version, &range))
        }
        _ => None,
    }
}

fn api_versions(range: &Range<usize>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (api_version, kind) in builtin_kinds() {
        match found.iter_mut().find(|known| known.label == api_version) {
            Some(known) => known.detail += &format!(", {kind}"),
            None => found.push(candidate(api_version, kind, None, range)),
        }
    }
    found.sort_by(|a, b| a.label.cmp(&b.label));
    found
}

fn kinds(api_version: &str, range: &Range<usize>) -> Vec<Candidate> {
    let of_version = builtin_kinds().filter(|(known, _)| *known == api_version);
    of_version.map(|(version, kind)| candidate(kind, version, described(version, kind), range)).collect()
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
    Some(Hover { range, text: described(&api_version.text, &kind.text)? })
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

/// Describes an embedded kind, as Markdown: its fields, its project, and its documentation.
fn described(api_version: &str, kind: &str) -> Option<String> {
    let root = builtin(api_version, kind)?;
    let fields = |node: &SchemaRef| match node.node() {
        Node::Object(object) => {
            object.fields.iter().map(|field| format!("`{}`", field.name)).collect::<Vec<_>>().join(", ")
        }
        _ => String::new(),
    };
    let spec = root.field("spec").map(|(spec, _)| format!("\n\n`spec`: {}", fields(&spec))).unwrap_or_default();
    let address = reference(api_version, kind)?;
    let source = &root.schema().source;
    Some(format!(
        "**{kind}** of `{api_version}`\n\nFields: {}{spec}\n\n[Documentation]({address}), {source}",
        fields(&root)
    ))
}
