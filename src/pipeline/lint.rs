//! Many inputs, from their texts to findings, in parallel and in a stable order.
//!
//! In: tasks, and a function that reads one, as for a build. Out: for each input, in the order of the tasks, all there is to
//! say of it. What releases say of each other (two of one name, one host of two) is said at the later one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::workers::Workers;
use super::{INPUTS, Known, Named, Read, Stage, Unread, open};
use crate::compile::{Built, Environments, Loader, Opened};
use crate::diagnostic::Diagnostic;
use crate::env::Catalog;
use crate::lint::statement::Claim;
use crate::source::{SourceFile, Sources, Span};

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What can be said before any release is looked at: whether the texts can be read.
    Texts,
    /// What the compiler says.
    Compiler,
    /// What the rules say, too.
    Rules,
}

/// What comes out of a run.
pub enum Linted<'e> {
    /// All there is to say of one input, from the top of its files.
    Said(&'e Opened, Vec<Diagnostic>),
    /// What there is to say of bytes that are no text.
    NoText(&'e Sources, Vec<Diagnostic>),
    /// An input that could not be had, and why.
    Failed(String),
}

/// Opens and looks at all `tasks`, and passes what is found to `receive`.
pub fn lint<T: Sync, L: Loader + Send>(
    tasks: &[T],
    catalog: &Catalog,
    depth: Depth,
    read: impl Fn(&T) -> Result<Read<L>, Unread> + Sync,
    receive: &mut dyn FnMut(Linted<'_>),
) {
    let environments = Environments::new(catalog);
    let workers = Workers::default();
    let (mut known, mut claims) = (Known::default(), Claims::default());
    for batch in tasks.chunks(INPUTS) {
        let looked_at = workers.map(batch, |task| look(open(task, catalog, &read), depth, &environments, &workers));
        for looked in looked_at {
            match looked {
                Looked::At(mut one) => {
                    one.beside_others(&mut known, &mut claims);
                    // They were found phase by phase; people read from the top of a file.
                    one.findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
                    let news = known.told.news(&one.opened.sources, one.findings);
                    receive(Linted::Said(&one.opened, news));
                }
                Looked::NoText(sources, findings) => receive(Linted::NoText(&sources, findings)),
                Looked::Nothing => {}
                Looked::Failed(reason) => receive(Linted::Failed(reason)),
            }
        }
    }
}

enum Looked {
    At(Box<One>),
    NoText(Sources, Vec<Diagnostic>),
    Nothing,
    Failed(String),
}

/// An input that was looked at.
struct One {
    opened: Opened,
    named: Named,
    findings: Vec<Diagnostic>,
    /// The releases that have no errors: namespace, name and place.
    releases: Vec<(String, String, Span)>,
    claims: Vec<Claim>,
}

fn look(stage: Stage, depth: Depth, environments: &Environments<'_>, workers: &Workers) -> Looked {
    let (mut opened, named) = match stage {
        Stage::Open(opened, named) => (*opened, named),
        Stage::Said(sources, report) => return Looked::NoText(sources, report.shown),
        Stage::Nothing => return Looked::Nothing,
        Stage::Failed(reason) => return Looked::Failed(reason),
    };
    let mut findings = std::mem::take(&mut opened.diagnostics).into_vec();
    let (mut releases, mut claims) = (Vec::new(), Vec::new());
    let count = if depth == Depth::Texts { 0 } else { opened.len() };
    let all: Vec<usize> = (0..count).collect();
    for (built, claimed) in workers.map(&all, |at| look_at(&opened, *at, depth, environments)) {
        claims.extend(claimed);
        if !built.diagnostics.has_errors() {
            releases.push((built.namespace, built.name, built.span));
        }
        findings.extend(built.diagnostics.into_vec());
    }
    Looked::At(Box::new(One { opened, named, findings, releases, claims }))
}

/// Looks at one release.
fn look_at(opened: &Opened, at: usize, depth: Depth, environments: &Environments<'_>) -> (Built, Vec<Claim>) {
    let (mut built, mut claims) = match depth {
        Depth::Texts | Depth::Compiler => (opened.build(at, environments), Vec::new()),
        Depth::Rules => opened.lint(at, environments),
    };
    // Nobody asks for them here, and there may be many releases.
    built.documents = Vec::new();
    // A release may claim a thing at several of its places.
    let mut own: HashSet<(Arc<str>, String)> = HashSet::new();
    claims.retain(|claim| own.insert((Arc::clone(&claim.rule), claim.value.clone())));
    (built, claims)
}

impl One {
    /// Adds what there is to say of this input's releases beside those before it.
    fn beside_others(&mut self, known: &mut Known, claims: &mut Claims) {
        if !self.opened.is_placed() {
            return;
        }
        for (namespace, name, span) in std::mem::take(&mut self.releases) {
            self.findings.extend(known.add(&mut self.opened, self.named, (&namespace, &name), span));
        }
        for claim in std::mem::take(&mut self.claims) {
            self.findings.extend(claims.add(&mut self.opened, claim));
        }
    }
}

/// What releases claim for themselves, with the place of each.
#[derive(Default)]
struct Claims {
    places: HashMap<(Arc<str>, String), (Arc<SourceFile>, Span)>,
}

impl Claims {
    /// Notes a claim; a finding where another release has the same.
    fn add(&mut self, opened: &mut Opened, claim: Claim) -> Option<Diagnostic> {
        let here = (opened.sources.shared(claim.span.file), claim.span);
        let key = (Arc::clone(&claim.rule), claim.value);
        let Some((file, span)) = self.places.get(&key).cloned() else {
            self.places.insert(key, here);
            return None;
        };
        let file = opened.sources.add_shared(file);
        let finding = Diagnostic::lint(claim.rule, claim.level, claim.span, claim.message);
        Some(finding.related(Span { file, ..span }, "the other one is here"))
    }
}
