//! Inlay hints: values that a release does not set.

use super::FileContext;
use super::compiled::Compiled;
use super::context::{of_release, releases};
use relc_core::check::TypedPlan;
use relc_core::library::Definition;
use relc_syntax::ast::{self, Entry, ExprKind, Key, TypeExprKind};
use relc_syntax::source::Sources;

/// A text that is shown and not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Behind which byte.
    pub offset: usize,
    /// The text.
    pub text: String,
}

/// Behind the label of a version without a weight, the percent that it gets; behind what it runs, the ports that it does not say.
pub fn hints(page: &FileContext<'_>) -> Vec<Hint> {
    let sources = page.environments.catalog().sources();
    let mut hints = Vec::new();
    for (index, release) in releases(page.ast()).enumerate() {
        let written = of_release(page, index, release);
        hints.extend(remainder(page, index, release));
        let Some(prepared) = &written.prepared else { continue };
        let ports = ports(&sources, prepared).filter(|(name, _)| !gives(&release.settings, name));
        let ports: Vec<(&str, &str)> = ports.collect();
        for version in &release.versions {
            let Some(headline) = &version.headline else { continue };
            let open = ports.iter().filter(|(name, _)| !gives(&version.fields, name));
            let offset = headline.span.end as usize;
            hints.extend(open.map(|(name, port)| Hint { offset, text: format!(" {name}: {port}") }));
        }
    }
    hints.sort_by_key(|hint| hint.offset);
    hints
}

/// The percentage of the version that leaves its own out beside others that have one.
fn remainder(page: &FileContext<'_>, index: usize, release: &ast::Release) -> Option<Hint> {
    let has_percentage = release.versions.iter().any(|version| version.weight.as_ref().is_some_and(|w| w.percent));
    let at = release.versions.iter().position(|version| version.weight.is_none()).filter(|_| has_percentage)?;
    let label = release.versions[at].label.as_ref()?;
    let shares = Compiled::of(page, index)?.shares()?;
    Some(Hint { offset: label.span.end as usize, text: format!(" {}", shares.get(at)?) })
}

/// The fields of a version that are ports and have one by default: their names and those ports.
fn ports<'p>(sources: &'p Sources, prepared: &'p TypedPlan) -> impl Iterator<Item = (&'p str, &'p str)> {
    let is_port = |field: &&Definition<ast::Field>| match &field.item.ty.kind {
        TypeExprKind::Path { name, steps, .. } => *name.text == *"Port" && steps.is_empty(),
        _ => false,
    };
    prepared.plan.version.fields.iter().filter(is_port).filter_map(|field| {
        let default = field.item.default.as_ref().filter(|default| matches!(default.kind, ExprKind::Int(_)))?;
        Some((&*field.item.name.text, sources.text(default.span)))
    })
}

/// Returns true if an object sets `key`, or may: spread values are not searched.
fn gives(object: &Option<ast::Expr>, key: &str) -> bool {
    let Some(ExprKind::Object(entries)) = object.as_ref().map(|object| &object.kind) else { return false };
    entries.iter().any(|entry| match entry {
        Entry::Pair { key: Key::Plain(name), .. } | Entry::Shorthand(name) => *name.text == *key,
        Entry::Pair { .. } | Entry::Spread(_) | Entry::Guard(_) => true,
    })
}
