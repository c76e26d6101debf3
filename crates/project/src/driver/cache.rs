//! What was found in releases that were looked at before.
//!
//! All there is to say of a release by itself follows from its text, from what its file declares and names, from the options, the
//! environments, and the program. A key is made of these, under which a [`Cache`] may hold what was found. What releases say of each
//! other, what comments allow and what relc.toml chooses is no part of it, and is found out anew each time.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::Depth;
use relc_core::compile::{Input, LoadedInput, Options, Text};
use relc_core::library::Catalog;
use relc_lint::statement::UniqueClaim;
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Span;

/// All that was found in a release by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CachedRelease {
    /// The release's name.
    pub name: String,
    /// The namespace that it is in.
    pub namespace: String,
    /// Where it is named.
    pub span: Span,
    /// What there is to say of it.
    pub findings: Vec<Diagnostic>,
    /// What no other release may have.
    pub claims: Vec<UniqueClaim>,
    /// Whether it is said what it is called and where it is, as [`LoadedInput::is_placed`] has it.
    pub is_placed: bool,
}

impl CachedRelease {
    /// The same with each place as `moved` has it; none where one of them has no place there.
    fn moved(&self, moved: impl Fn(Span) -> Option<Span>) -> Option<CachedRelease> {
        let mut seen = self.clone();
        let findings = seen.findings.iter_mut().flat_map(Diagnostic::spans_mut);
        for span in findings.chain(seen.claims.iter_mut().map(|claim| &mut claim.span)).chain([&mut seen.span]) {
            *span = moved(*span)?;
        }
        Some(seen)
    }
}

/// Holds what was found, by keys of all that it follows from.
pub trait Cache: Send + Sync {
    /// What was found under `key`.
    fn recall(&self, key: u128) -> Option<CachedRelease>;
    /// Holds `seen` under `key` from now on.
    fn keep(&self, key: u128, seen: CachedRelease);
}

/// A cache in one run.
pub(super) struct CacheSession<'m> {
    cache: &'m dyn Cache,
    /// What all inputs of the run have in common.
    common: u128,
}

impl<'m> CacheSession<'m> {
    pub(super) fn new(cache: &'m dyn Cache, catalog: &Catalog, depth: Depth) -> CacheSession<'m> {
        let mut hash = Xxh3::new();
        say(&mut hash, format!("{depth:?}").as_bytes());
        catalog.identity(&mut |text| say(&mut hash, text.as_bytes()));
        CacheSession { cache, common: hash.digest128() }
    }

    /// The key of values files, all of which are one release; none of a `.rel` file, whose releases have one each.
    pub(super) fn key(&self, input: &Input, options: u128) -> Option<u128> {
        let Input::Values(texts) = input else { return None };
        let mut hash = self.hash(options);
        for Text { name, text } in texts {
            say(&mut hash, name.as_bytes());
            say(&mut hash, text.as_bytes());
        }
        Some(hash.digest128())
    }

    /// What was found in the values files of `key`.
    pub(super) fn recall(&self, key: u128) -> Option<CachedRelease> {
        self.cache.recall(key)
    }

    /// Keeps what was found in the values files of `key`.
    pub(super) fn keep(&self, key: u128, seen: &CachedRelease) {
        self.cache.keep(key, seen.clone());
    }

    /// What is found in the release `at` of a file that was opened with `options`: as it is remembered, or as `look` finds it.
    pub(super) fn seen(
        &self,
        opened: &LoadedInput,
        at: usize,
        options: u128,
        look: impl FnOnce() -> CachedRelease,
    ) -> CachedRelease {
        let mut hash = self.hash(options);
        let Some(own) = opened.identity(at, &mut |bytes| say(&mut hash, bytes)) else { return look() };
        let key = hash.digest128();
        if let Some(seen) = self.cache.recall(key).and_then(|seen| seen.moved(|span| Some(back(own, span)))) {
            return seen;
        }
        let seen = look();
        if let Some(kept) = seen.moved(|span| away(own, span)) {
            self.cache.keep(key, kept);
        }
        seen
    }

    fn hash(&self, options: u128) -> Xxh3 {
        let mut hash = Xxh3::new();
        say(&mut hash, &self.common.to_le_bytes());
        say(&mut hash, &options.to_le_bytes());
        hash
    }
}

/// What `options` say.
pub(super) fn of_options(options: &Options) -> u128 {
    let mut hash = Xxh3::new();
    say(&mut hash, format!("{options:?}").as_bytes());
    hash.digest128()
}

/// A piece, dedup apart from what stands around it.
fn say(hash: &mut Xxh3, bytes: &[u8]) {
    hash.update(&bytes.len().to_le_bytes());
    hash.update(bytes);
}

/// A place as it is kept: counted from where the release at `own` begins. None of a place in its file that is not in it.
fn away(own: Span, span: Span) -> Option<Span> {
    if span.file != own.file {
        return Some(span);
    }
    let is_inside = own.start <= span.start && span.end <= own.end;
    is_inside.then(|| Span { start: span.start - own.start, end: span.end - own.start, ..span })
}

/// The place that was kept so.
fn back(own: Span, span: Span) -> Span {
    if span.file != own.file {
        return span;
    }
    Span { start: span.start.saturating_add(own.start), end: span.end.saturating_add(own.start), ..span }
}
