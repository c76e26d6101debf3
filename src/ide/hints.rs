//! What a release leaves to be worked out, shown beside it.

use super::Page;
use super::context::{of_release, releases};
use super::hover::shares;
use crate::check::Prepared;
use crate::env::Definition;
use crate::syntax::ast::{self, Entry, ExprKind, Key, TypeExprKind};

/// A text that is shown and not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Behind which byte.
    pub offset: usize,
    /// The text.
    pub text: String,
}

/// Behind the label of a version without a weight, the percent that it gets; behind what it runs, the ports that it does not say.
pub fn hints(page: &Page<'_>) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (index, release) in releases(page.ast()).enumerate() {
        let written = of_release(page, index, release);
        for (version, share) in written.versions.iter().zip(shares(&written)) {
            if let (None, Some(share), Some(label)) = (version.weight, share, &version.label) {
                hints.push(Hint { offset: label.span.end as usize, text: format!(" {share}") });
            }
        }
        let Some(prepared) = &written.prepared else { continue };
        for version in &release.versions {
            let Some(headline) = &version.headline else { continue };
            let ports = ports(page, prepared)
                .filter(|(name, _)| !gives(&version.fields, name) && !gives(&release.settings, name));
            hints.extend(
                ports.map(|(name, port)| Hint { offset: headline.span.end as usize, text: format!(" {name}: {port}") }),
            );
        }
    }
    hints.sort_by_key(|hint| hint.offset);
    hints
}

/// The fields of a version that are ports and have one by default: their names and those ports.
fn ports<'p>(page: &Page<'_>, prepared: &'p Prepared) -> impl Iterator<Item = (&'p str, String)> {
    let sources = page.environments.catalog().sources();
    let is_port = |field: &&Definition<ast::Field>| matches!(&field.item.ty.kind, TypeExprKind::Path { name, steps, .. } if *name.text == *"Port" && steps.is_empty());
    prepared.plan.version.fields.iter().filter(is_port).filter_map(move |field| {
        let default = field.item.default.as_ref()?;
        matches!(default.kind, ExprKind::Int(_))
            .then(|| (&*field.item.name.text, sources.text(default.span).to_owned()))
    })
}

/// Whether an object gives `key`, or may: what is spread into it is not looked at.
fn gives(object: &Option<ast::Expr>, key: &str) -> bool {
    let Some(ExprKind::Object(entries)) = object.as_ref().map(|object| &object.kind) else { return false };
    entries.iter().any(|entry| match entry {
        Entry::Pair { key: Key::Plain(name), .. } | Entry::Shorthand(name) => *name.text == *key,
        Entry::Pair { .. } | Entry::Spread(_) | Entry::Guard(_) => true,
    })
}
