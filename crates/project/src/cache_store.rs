//! The lint cache between runs: one file in the user's cache directory.
//!
//! Losing it costs only time. So an invalid file is not reported, but replaced.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::driver::{Cache, CachedRelease};

/// Returns the user's cache directory, if the system defines one.
pub fn directory() -> Option<PathBuf> {
    let folder = |variable: &str, below: &str| {
        std::env::var_os(variable).filter(|value| !value.is_empty()).map(|value| Path::new(&value).join(below))
    };
    let cache =
        folder("XDG_CACHE_HOME", "").or_else(|| folder("LOCALAPPDATA", "")).or_else(|| folder("HOME", ".cache"));
    cache.map(|cache| cache.join("relc"))
}

/// A cache for the lifetime of the process.
#[derive(Default)]
pub struct MemoryCache {
    held: Mutex<BTreeMap<u128, CachedRelease>>,
}

/// Largest number of releases in memory: more than an editor opens.
const MAX_RELEASES: usize = 20_000;

impl Cache for MemoryCache {
    fn get(&self, key: u128) -> Option<CachedRelease> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn put(&self, key: u128, seen: CachedRelease) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MAX_RELEASES {
            held.clear();
        }
        held.insert(key, seen);
    }
}

/// A cache that is loaded from disk and saved to it.
pub struct DiskCache {
    path: PathBuf,
    /// Identifies the program that wrote the file: another one may find something else.
    program: Vec<u8>,
    today: u32,
    before: BTreeMap<u128, CacheEntry>,
    /// The keys requested in this run, with the values that are new.
    now: Mutex<BTreeMap<u128, Option<Vec<u8>>>>,
}

/// A release in the file.
struct CacheEntry {
    /// The day of the last request, counted from 1970.
    day: u32,
    bytes: Vec<u8>,
}

/// Number of days for which an unused release is kept.
const DAYS: u32 = 30;

/// A request is recorded only if the last one was at least this many days ago, so that a run without new diagnostics
/// writes nothing.
const WEEK: u32 = 7;

/// Largest size of unused releases in bytes, enough for more than 100,000 of them.
const MAX_BYTES: usize = 64 << 20;

/// The first bytes of the file.
const MAGIC: &[u8] = b"relc findings 1\n";

impl DiskCache {
    /// Loads the user's cache. Returns `None` if there is no cache directory, or the program can't be identified.
    pub fn load() -> Option<DiskCache> {
        let path = directory()?.join("findings");
        let program = program()?;
        let today = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs() / Duration::from_hours(24).as_secs();
        let before = std::fs::read(&path).ok().and_then(|bytes| read(&bytes, &program)).unwrap_or_default();
        Some(DiskCache { path, program, today: u32::try_from(today).ok()?, before, now: Mutex::default() })
    }

    /// Writes the cache, unless there is nothing new.
    pub fn save(self) {
        let now = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        let is_old = |key: &u128| self.before.get(key).is_none_or(|kept| kept.day + WEEK <= self.today);
        if !now.iter().any(|(key, new)| new.is_some() || is_old(key)) {
            return;
        }
        let mut out = [MAGIC, &length(self.program.len()), &self.program].concat();
        let mut write = |key: u128, day: u32, bytes: &[u8]| {
            out.extend(key.to_le_bytes());
            out.extend(day.to_le_bytes());
            out.extend(length(bytes.len()));
            out.extend(bytes);
        };
        let is_full = self.before.values().map(|kept| kept.bytes.len()).sum::<usize>() > MAX_BYTES;
        for (key, kept) in &self.before {
            match now.get(key) {
                None if is_full || kept.day + DAYS <= self.today => {}
                None => write(*key, kept.day, &kept.bytes),
                Some(None) => write(*key, self.today, &kept.bytes),
                Some(Some(_)) => {}
            }
        }
        for (key, new) in &now {
            new.iter().for_each(|bytes| write(*key, self.today, bytes));
        }
        // The last writer wins, and a reader always sees a complete file.
        let Some(parent) = self.path.parent() else { return };
        let _ = std::fs::create_dir_all(parent).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(parent)?;
            std::io::Write::write_all(&mut file, &out)?;
            file.persist(&self.path).map_err(std::io::Error::from)
        });
    }
}

impl Cache for DiskCache {
    fn get(&self, key: u128) -> Option<CachedRelease> {
        let seen = postcard::from_bytes(&self.before.get(&key)?.bytes).ok()?;
        self.now.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(None);
        Some(seen)
    }

    fn put(&self, key: u128, seen: CachedRelease) {
        if let Ok(bytes) = postcard::to_allocvec(&seen) {
            self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Some(bytes));
        }
    }
}

/// Identifies this program by its path, modification time and size.
fn program() -> Option<Vec<u8>> {
    let path = std::env::current_exe().ok()?;
    let file = std::fs::metadata(&path).ok()?;
    let written = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("{version} {} {} {}", path.display(), written.as_nanos(), file.len()).into_bytes())
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

/// Parses the releases in a file that `program` wrote. Returns `None` if another program wrote it, or it is incomplete.
fn read(bytes: &[u8], program: &[u8]) -> Option<BTreeMap<u128, CacheEntry>> {
    let rest = bytes.strip_prefix(MAGIC)?.strip_prefix(&length(program.len()))?;
    let mut rest = rest.strip_prefix(program)?;
    let mut found = BTreeMap::new();
    while !rest.is_empty() {
        let (key, behind) = rest.split_first_chunk()?;
        let (day, behind) = behind.split_first_chunk()?;
        let (count, behind) = behind.split_first_chunk()?;
        let (bytes, behind) = behind.split_at_checked(usize::try_from(u32::from_le_bytes(*count)).ok()?)?;
        let kept = CacheEntry { day: u32::from_le_bytes(*day), bytes: bytes.to_owned() };
        found.insert(u128::from_le_bytes(*key), kept);
        rest = behind;
    }
    Some(found)
}
