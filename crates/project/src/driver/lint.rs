//! Many inputs, from their texts to findings, in parallel and in a stable order.
//!
//! In: tasks, and a function that reads one, as for a build. Out: for each input, in the order of the tasks, all there is to
//! say of it. What releases say of each other (two of one name, one host of two) is said at the later one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::cache::{self, Cache, CacheSession, CachedRelease};
use super::workers::Workers;
use super::{INPUTS, Named, Read, SeenReleases, Stage, Unread, open};
use relc_core::compile::{Built, Environments, LoadedInput, Loader, cached};
use relc_core::library::Catalog;
use relc_lint::statement::UniqueClaim;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::{SourceFile, Sources, Span};

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What can be said before any release is looked at: whether the texts can be read.
    Overlay,
    /// What the compiler says.
    Compiler,
    /// What the rules say, too.
    Rules,
}

/// What comes out of a run.
pub enum Linted<'e> {
    /// All there is to say of one input, from the top of its files.
    Said(&'e LoadedInput, Vec<Diagnostic>),
    /// What there is to say of bytes that are no text.
    InvalidText(&'e Sources, Vec<Diagnostic>),
    /// An input that could not be had, and why.
    Failed(String),
}

/// Opens and looks at all `tasks`, and passes what is found to `receive`. What `cache` holds is not looked for again.
pub fn lint<T: Sync, L: Loader + Send>(
    tasks: &[T],
    catalog: &Catalog,
    depth: Depth,
    cache: Option<&dyn Cache>,
    read: impl Fn(&T) -> Result<Read<L>, Unread> + Sync,
    receive: &mut dyn FnMut(Linted<'_>),
) {
    let recall = cache.map(|cache| CacheSession::new(cache, catalog, depth));
    let lint = Lint { catalog, depth, environments: Environments::new(catalog), workers: Workers::default(), recall };
    let (mut known, mut claims) = (SeenReleases::default(), Claims::default());
    lint.workers.each(tasks, INPUTS, |task| lint.look(read(task)), &mut |looked| match looked {
        LintOutcome::At(mut one) => {
            let mut findings = one.findings(&mut known, &mut claims);
            // They were found phase by phase; people read from the top of a file.
            findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
            let retain_new = known.dedup.retain_new(&one.opened.sources, findings);
            receive(Linted::Said(&one.opened, retain_new));
        }
        LintOutcome::InvalidText(sources, findings) => receive(Linted::InvalidText(&sources, findings)),
        LintOutcome::Nothing => {}
        LintOutcome::Failed(reason) => receive(Linted::Failed(reason)),
    });
}

enum LintOutcome {
    At(Box<LintedInput>),
    InvalidText(Sources, Vec<Diagnostic>),
    Nothing,
    Failed(String),
}

/// An input that was looked at, with what was found in each of its releases.
struct LintedInput {
    opened: LoadedInput,
    named: Named,
    seen: Vec<CachedRelease>,
}

/// What the inputs of a run have in common.
struct Lint<'r> {
    catalog: &'r Catalog,
    depth: Depth,
    environments: Environments<'r>,
    workers: Workers,
    recall: Option<CacheSession<'r>>,
}

impl Lint<'_> {
    /// Looks at an input; at values files of which all is remembered, not again.
    fn look<L: Loader>(&self, read: Result<Read<L>, Unread>) -> LintOutcome {
        let Some(recall) = &self.recall else { return self.input(open(read, self.catalog), 0) };
        let read = match read {
            Ok(read) => read,
            Err(unread) => return self.input(open::<L>(Err(unread), self.catalog), 0),
        };
        let options = cache::of_options(&read.options);
        let Some(key) = recall.key(&read.input, options) else {
            return self.input(open(Ok(read), self.catalog), options);
        };
        if let Some(seen) = recall.recall(key) {
            let opened = cached(read.input, seen.is_placed, &read.options, self.catalog);
            return LintOutcome::At(Box::new(LintedInput {
                opened,
                named: Named::by(&read.options),
                seen: vec![seen],
            }));
        }
        let looked = self.input(open(Ok(read), self.catalog), options);
        if let LintOutcome::At(one) = &looked
            && let [seen] = &one.seen[..]
            && one.opened.diagnostics.is_empty()
        {
            recall.keep(key, seen);
        }
        looked
    }

    /// Looks at an input that was opened.
    fn input(&self, stage: Stage, options: u128) -> LintOutcome {
        let (opened, named) = match stage {
            Stage::Open(opened, named) => (*opened, named),
            Stage::Said(sources, report) => return LintOutcome::InvalidText(sources, report.shown),
            Stage::Nothing => return LintOutcome::Nothing,
            Stage::Failed(reason) => return LintOutcome::Failed(reason),
        };
        let all: Vec<usize> = (0..if self.depth == Depth::Overlay { 0 } else { opened.len() }).collect();
        let seen = self.workers.map(&all, |at| match &self.recall {
            Some(recall) => recall.seen(&opened, *at, options, || self.release(&opened, *at)),
            None => self.release(&opened, *at),
        });
        LintOutcome::At(Box::new(LintedInput { opened, named, seen }))
    }

    /// Looks at a release.
    fn release(&self, opened: &LoadedInput, at: usize) -> CachedRelease {
        let (built, mut claims) = match self.depth {
            Depth::Overlay | Depth::Compiler => (opened.build(at, &self.environments), Vec::new()),
            Depth::Rules => {
                let mut analysis = opened.analyze(at, &self.environments);
                let claims = relc_lint::lint(opened, &mut analysis);
                (analysis.built, claims)
            }
        };
        // A release may claim a thing at several of its places.
        let mut own: HashSet<(Arc<str>, String)> = HashSet::new();
        claims.retain(|claim| own.insert((Arc::clone(&claim.rule), claim.value.clone())));
        let Built { name, namespace, span, diagnostics, .. } = built;
        CachedRelease { name, namespace, span, findings: diagnostics.into_vec(), claims, is_placed: opened.is_placed() }
    }
}

impl LintedInput {
    /// All there is to say of this input, with what there is to say of its releases beside those before it.
    fn findings(&mut self, known: &mut SeenReleases, claims: &mut Claims) -> Vec<Diagnostic> {
        let mut findings = std::mem::take(&mut self.opened.diagnostics).into_vec();
        let (mut releases, mut claimed) = (Vec::new(), Vec::new());
        for seen in std::mem::take(&mut self.seen) {
            if seen.findings.iter().all(|finding| finding.severity != Severity::Error) {
                releases.push((seen.namespace, seen.name, seen.span));
            }
            claimed.extend(seen.claims);
            findings.extend(seen.findings);
        }
        if self.opened.is_placed() {
            for (namespace, name, span) in releases {
                findings.extend(known.add(&mut self.opened, self.named, (&namespace, &name), span));
            }
            for claim in claimed {
                findings.extend(claims.add(&mut self.opened, claim));
            }
        }
        findings
    }
}

/// What releases claim for themselves, with the place of each.
#[derive(Default)]
struct Claims {
    places: HashMap<(Arc<str>, String), (Arc<SourceFile>, Span)>,
}

impl Claims {
    /// Notes a claim; a finding where another release has the same.
    fn add(&mut self, opened: &mut LoadedInput, claim: UniqueClaim) -> Option<Diagnostic> {
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
