//! Lints many inputs, in parallel and in a stable order.
//!
//! In: tasks, and a function that reads one, as for a build. Out: the diagnostics of each input, in the order of the
//! tasks. A conflict between releases (with the same name, or the same host) is reported at the later one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::cache::{self, Cache, CacheSession, CachedRelease};
use super::workers::Workers;
use super::{INPUTS, Named, Read, ReadFailure, SeenReleases, Stage, load, proven};
use relc_core::compile::{Built, Environments, LoadedInput, Loader, cached};
use relc_core::library::Catalog;
use relc_lint::statement::UniqueClaim;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::{SourceFile, Sources, Span};

/// The depth of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Only whether the files can be read.
    Overlay,
    /// Compiler errors.
    Compiler,
    /// Lint rules, too.
    Rules,
}

/// An event of a run.
pub enum Linted<'e> {
    /// All diagnostics of one input, sorted by position.
    Diagnostics(&'e LoadedInput, Vec<Diagnostic>),
    /// The diagnostics of bytes that are not valid text.
    InvalidText(&'e Sources, Vec<Diagnostic>),
    /// An input that can't be read, and the reason.
    Failed(String),
}

/// Loads and lints all `tasks`, and passes the results to `receive`. Results in `cache` are reused.
pub fn lint<T: Sync, L: Loader + Send>(
    tasks: &[T],
    catalog: &Catalog,
    depth: Depth,
    cache: Option<&dyn Cache>,
    read: impl Fn(&T) -> Result<Read<L>, ReadFailure> + Sync,
    receive: &mut dyn FnMut(Linted<'_>),
) {
    let session = cache.map(|cache| CacheSession::new(cache, catalog, depth));
    let lint = Lint { catalog, depth, environments: Environments::new(catalog), workers: Workers::default(), session };
    let (mut earlier, mut claims) = (SeenReleases::default(), Claims::default());
    lint.workers.each(tasks, INPUTS, |task| lint.lint(read(task)), &mut |looked| match looked {
        LintOutcome::Linted(mut one) => {
            let mut findings = one.findings(&mut earlier, &mut claims);
            // Diagnostics are found phase by phase, but are read from the top of a file.
            findings.sort_by_key(|finding| (finding.span.file, finding.span.start));
            let new = earlier.reported.retain_new(&one.opened.sources, findings);
            receive(Linted::Diagnostics(&one.opened, new));
        }
        LintOutcome::InvalidText(sources, findings) => receive(Linted::InvalidText(&sources, findings)),
        LintOutcome::NotAnInput => {}
        LintOutcome::Failed(reason) => receive(Linted::Failed(reason)),
    });
}

enum LintOutcome {
    Linted(Box<LintedInput>),
    InvalidText(Sources, Vec<Diagnostic>),
    NotAnInput,
    Failed(String),
}

/// A linted input, with the results of its releases.
struct LintedInput {
    opened: LoadedInput,
    named: Named,
    seen: Vec<CachedRelease>,
}

/// The context that the inputs of a run share.
struct Lint<'r> {
    catalog: &'r Catalog,
    depth: Depth,
    environments: Environments<'r>,
    workers: Workers,
    session: Option<CacheSession<'r>>,
}

impl Lint<'_> {
    /// Lints an input, unless it consists of values files whose result is cached.
    fn lint<L: Loader>(&self, read: Result<Read<L>, ReadFailure>) -> LintOutcome {
        let Some(session) = &self.session else { return self.input(load(read, self.catalog), 0) };
        let read = match read {
            Ok(read) => read,
            Err(unread) => return self.input(load::<L>(Err(unread), self.catalog), 0),
        };
        let options = cache::hash_options(&read.options);
        let Some(key) = session.key(&read.input, options) else {
            return self.input(load(Ok(read), self.catalog), options);
        };
        if let Some(seen) = session.get(key) {
            let opened = cached(read.input, seen.is_placed, &read.options, self.catalog);
            return LintOutcome::Linted(Box::new(LintedInput {
                opened,
                named: Named::from_options(&read.options),
                seen: vec![seen],
            }));
        }
        let looked = self.input(load(Ok(read), self.catalog), options);
        if let LintOutcome::Linted(one) = &looked
            && let [seen] = &one.seen[..]
            && one.opened.diagnostics.is_empty()
        {
            session.put(key, seen);
        }
        looked
    }

    /// Lints a loaded input.
    fn input(&self, stage: Stage, options: u128) -> LintOutcome {
        let (opened, named) = match stage {
            Stage::Loaded(opened, named) => (*opened, named),
            Stage::Report(sources, report) => return LintOutcome::InvalidText(sources, report.shown),
            Stage::NotAnInput => return LintOutcome::NotAnInput,
            Stage::Failed(reason) => return LintOutcome::Failed(reason),
        };
        let all: Vec<usize> = (0..if self.depth == Depth::Overlay { 0 } else { opened.len() }).collect();
        let seen = self.workers.map(&all, |at| match &self.session {
            Some(session) => session.get_or_lint(&opened, *at, options, || self.release(&opened, *at)),
            None => self.release(&opened, *at),
        });
        LintOutcome::Linted(Box::new(LintedInput { opened, named, seen }))
    }

    /// Lints a release.
    fn release(&self, opened: &LoadedInput, at: usize) -> CachedRelease {
        let (built, mut claims) = match self.depth {
            Depth::Overlay | Depth::Compiler => (proven(opened, at, &self.environments), Vec::new()),
            Depth::Rules => {
                let mut analysis = opened.analyze(at, &self.environments);
                let claims = relc_lint::lint(opened, &mut analysis);
                (analysis.built, claims)
            }
        };
        // A release may claim the same value at several positions.
        let mut own: HashSet<(Arc<str>, String)> = HashSet::new();
        claims.retain(|claim| own.insert((Arc::clone(&claim.rule), claim.value.clone())));
        let Built { name, namespace, span, diagnostics, .. } = built;
        CachedRelease { name, namespace, span, findings: diagnostics.into_vec(), claims, is_placed: opened.is_placed() }
    }
}

impl LintedInput {
    /// Returns all diagnostics of this input, including conflicts of its releases with earlier ones.
    fn findings(&mut self, earlier: &mut SeenReleases, claims: &mut Claims) -> Vec<Diagnostic> {
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
            let mut repeated = HashSet::new();
            for (namespace, name, span) in releases {
                let found = earlier.add(&mut self.opened, self.named, (&namespace, &name), span);
                repeated.extend(found.iter().map(|_| span));
                findings.extend(found);
            }
            // Two releases conflict once; those of one name share everything else, too.
            let mut pairs = HashSet::new();
            for claim in claimed {
                let (rule, span) = (Arc::clone(&claim.rule), claim.span);
                let conflict = claims.add(&mut self.opened, claim).filter(|_| !repeated.contains(&span));
                let first = |conflict: &Diagnostic| conflict.labels.first().map(|label| label.span);
                findings.extend(conflict.filter(|conflict| pairs.insert((rule, span, first(conflict)))));
            }
        }
        findings
    }
}

/// The values that releases claim as unique, with the position of each.
#[derive(Default)]
struct Claims {
    places: HashMap<(Arc<str>, String), (Arc<SourceFile>, Span)>,
}

impl Claims {
    /// Adds a claim; returns a diagnostic if another release has the same value.
    fn add(&mut self, opened: &mut LoadedInput, claim: UniqueClaim) -> Option<Diagnostic> {
        let here = (opened.sources.shared(claim.span.file), claim.span);
        let key = (Arc::clone(&claim.rule), claim.value.clone());
        let Some((file, span)) = self.places.get(&key).cloned() else {
            self.places.insert(key, here);
            return None;
        };
        let file = opened.sources.find_or_add(file);
        Some(claim.conflict(Span { file, ..span }))
    }
}
