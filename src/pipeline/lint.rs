//! Many inputs, from their texts to findings, in parallel and in a stable order.
//!
//! In: tasks, and a function that reads one, as for a build. Out: for each input, in the order of the tasks, all there is to
//! say of it. What releases say of each other (two of one name, one host of two) is said at the later one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::memory::{self, Memory, Recall, Seen};
use super::workers::Workers;
use super::{INPUTS, Known, Named, Read, Stage, Unread, open};
use crate::compile::{Built, Environments, Loader, Opened};
use crate::diagnostic::{Diagnostic, Severity};
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

/// Opens and looks at all `tasks`, and passes what is found to `receive`. What `memory` holds is not looked for again.
pub fn lint<T: Sync, L: Loader + Send>(
    tasks: &[T],
    catalog: &Catalog,
    depth: Depth,
    memory: Option<&dyn Memory>,
    read: impl Fn(&T) -> Result<Read<L>, Unread> + Sync,
    receive: &mut dyn FnMut(Linted<'_>),
) {
    let environments = Environments::new(catalog);
    let workers = Workers::default();
    let recall = memory.map(|memory| Recall::new(memory, catalog, depth));
    let (mut known, mut claims) = (Known::default(), Claims::default());
    for batch in tasks.chunks(INPUTS) {
        let looked_at = workers.map(batch, |task| {
            let mut options = 0;
            let noted = |task: &T| {
                let read = read(task)?;
                options = if recall.is_some() { memory::of_options(&read.options) } else { 0 };
                Ok(read)
            };
            let stage = open(task, catalog, noted);
            look(stage, &workers, depth, |opened, at| {
                let look = || look_at(opened, at, depth, &environments);
                match &recall {
                    Some(recall) => recall.seen(opened, at, options, look),
                    None => look(),
                }
            })
        });
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

fn look(stage: Stage, workers: &Workers, depth: Depth, look_at: impl Fn(&Opened, usize) -> Seen + Sync) -> Looked {
    let (mut opened, named) = match stage {
        Stage::Open(opened, named) => (*opened, named),
        Stage::Said(sources, report) => return Looked::NoText(sources, report.shown),
        Stage::Nothing => return Looked::Nothing,
        Stage::Failed(reason) => return Looked::Failed(reason),
    };
    let all: Vec<usize> = (0..if depth == Depth::Texts { 0 } else { opened.len() }).collect();
    let seen = workers.map(&all, |at| look_at(&opened, *at));
    let mut findings = std::mem::take(&mut opened.diagnostics).into_vec();
    let (mut releases, mut claims) = (Vec::new(), Vec::new());
    for seen in seen {
        if seen.findings.iter().all(|finding| finding.severity != Severity::Error) {
            releases.push((seen.namespace, seen.name, seen.span));
        }
        claims.extend(seen.claims);
        findings.extend(seen.findings);
    }
    Looked::At(Box::new(One { opened, named, findings, releases, claims }))
}

/// Looks at one release.
fn look_at(opened: &Opened, at: usize, depth: Depth, environments: &Environments<'_>) -> Seen {
    let (built, mut claims) = match depth {
        Depth::Texts | Depth::Compiler => (opened.build(at, environments), Vec::new()),
        Depth::Rules => opened.lint(at, environments),
    };
    // A release may claim a thing at several of its places.
    let mut own: HashSet<(Arc<str>, String)> = HashSet::new();
    claims.retain(|claim| own.insert((Arc::clone(&claim.rule), claim.value.clone())));
    let Built { name, namespace, span, diagnostics, .. } = built;
    Seen { name, namespace, span, findings: diagnostics.into_vec(), claims }
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
