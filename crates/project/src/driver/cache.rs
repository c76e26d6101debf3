//! Diagnostics of releases that were checked before.
//!
//! The diagnostics of a release by itself depend on its text, on what its file declares and imports, on the options,
//! the environments, and the program. The cache key is a hash of all of these. Conflicts between releases, suppression
//! comments and relc.toml are not part of it, and are evaluated each time.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::Depth;
use relc_core::compile::{Input, LoadedInput, Options, Text};
use relc_core::library::Catalog;
use relc_lint::statement::UniqueClaim;
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Span;

/// The result of checking a release by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CachedRelease {
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// The span of its name.
    pub span: Span,
    /// Its diagnostics.
    pub findings: Vec<Diagnostic>,
    /// Values that no other release may have.
    pub claims: Vec<UniqueClaim>,
    /// True if its name and namespace are set, as in [`LoadedInput::is_placed`].
    pub is_placed: bool,
}

impl CachedRelease {
    /// Maps all spans with `moved`; returns `None` if it fails for one of them.
    fn map_spans(&self, moved: impl Fn(Span) -> Option<Span>) -> Option<CachedRelease> {
        let mut result = self.clone();
        let findings = result.findings.iter_mut().flat_map(Diagnostic::spans_mut);
        for span in findings.chain(result.claims.iter_mut().map(|claim| &mut claim.span)).chain([&mut result.span]) {
            *span = moved(*span)?;
        }
        Some(result)
    }
}

/// Stores results by a hash of everything that they depend on.
pub trait Cache: Send + Sync {
    /// Returns the result stored for `key`.
    fn get(&self, key: u128) -> Option<CachedRelease>;
    /// Stores `result` for `key`.
    fn put(&self, key: u128, result: CachedRelease);
}

/// A cache in one run.
pub(super) struct CacheSession<'m> {
    cache: &'m dyn Cache,
    /// The hash of what all inputs of the run share.
    common: u128,
}

impl<'m> CacheSession<'m> {
    pub(super) fn new(cache: &'m dyn Cache, catalog: &Catalog, depth: Depth) -> CacheSession<'m> {
        let mut hash = Xxh3::new();
        update(&mut hash, format!("{depth:?}").as_bytes());
        catalog.identity(&mut |text| update(&mut hash, text.as_bytes()));
        CacheSession { cache, common: hash.digest128() }
    }

    /// Returns the key of values files, which are one release; `None` for a `.rel` file, whose releases have a key
    /// each.
    pub(super) fn key(&self, input: &Input, options: u128) -> Option<u128> {
        let Input::Values(texts) = input else { return None };
        let mut hash = self.hash(options);
        for Text { name, text } in texts {
            update(&mut hash, name.as_bytes());
            update(&mut hash, text.as_bytes());
        }
        Some(hash.digest128())
    }

    /// Returns the result for the values files of `key`.
    pub(super) fn get(&self, key: u128) -> Option<CachedRelease> {
        self.cache.get(key)
    }

    /// Stores the result for the values files of `key`.
    pub(super) fn put(&self, key: u128, result: &CachedRelease) {
        self.cache.put(key, result.clone());
    }

    /// Returns the result for the release `at` of a file that was loaded with `options`, from the cache or computed by
    /// `lint`.
    pub(super) fn get_or_lint(
        &self,
        opened: &LoadedInput,
        at: usize,
        options: u128,
        lint: impl FnOnce() -> CachedRelease,
    ) -> CachedRelease {
        let mut hash = self.hash(options);
        let Some(own) = opened.identity(at, &mut |bytes| update(&mut hash, bytes)) else { return lint() };
        let key = hash.digest128();
        if let Some(result) =
            self.cache.get(key).and_then(|result| result.map_spans(|span| Some(to_absolute(own, span))))
        {
            return result;
        }
        let result = lint();
        if let Some(relative) = result.map_spans(|span| to_relative(own, span)) {
            self.cache.put(key, relative);
        }
        result
    }

    fn hash(&self, options: u128) -> Xxh3 {
        let mut hash = Xxh3::new();
        update(&mut hash, &self.common.to_le_bytes());
        update(&mut hash, &options.to_le_bytes());
        hash
    }
}

/// Returns the hash of `options`.
pub(super) fn hash_options(options: &Options) -> u128 {
    let mut hash = Xxh3::new();
    update(&mut hash, format!("{options:?}").as_bytes());
    hash.digest128()
}

/// Hashes bytes with their length, so that adjacent ones can't be confused.
fn update(hash: &mut Xxh3, bytes: &[u8]) {
    hash.update(&bytes.len().to_le_bytes());
    hash.update(bytes);
}

/// Converts a span to an offset from the start of the release at `own`. Returns `None` for a span in the same file but
/// outside of the release.
fn to_relative(own: Span, span: Span) -> Option<Span> {
    if span.file != own.file {
        return Some(span);
    }
    let is_inside = own.start <= span.start && span.end <= own.end;
    is_inside.then(|| Span { start: span.start - own.start, end: span.end - own.start, ..span })
}

/// Converts an offset back to a span.
fn to_absolute(own: Span, span: Span) -> Span {
    if span.file != own.file {
        return span;
    }
    Span { start: span.start.saturating_add(own.start), end: span.end.saturating_add(own.start), ..span }
}
