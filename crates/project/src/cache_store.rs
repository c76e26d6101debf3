//! What was found before, from one run to the next: one file in the user's cache.
//!
//! Losing it costs time and nothing else. So what is wrong with it is not told: it is begun anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::driver::{Cache, CachedRelease};

/// Where programs keep what can be had again, if the system says so.
pub fn directory() -> Option<PathBuf> {
    let folder = |variable: &str, below: &str| {
        std::env::var_os(variable).filter(|value| !value.is_empty()).map(|value| Path::new(&value).join(below))
    };
    let cache =
        folder("XDG_CACHE_HOME", "").or_else(|| folder("LOCALAPPDATA", "")).or_else(|| folder("HOME", ".cache"));
    cache.map(|cache| cache.join("relc"))
}

/// What is found while the program runs.
#[derive(Default)]
pub struct MemoryCache {
    held: Mutex<BTreeMap<u128, CachedRelease>>,
}

/// How many releases are held in memory: a file of that many is more than an editor takes.
const MOST: usize = 20_000;

impl Cache for MemoryCache {
    fn recall(&self, key: u128) -> Option<CachedRelease> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn keep(&self, key: u128, seen: CachedRelease) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.clear();
        }
        held.insert(key, seen);
    }
}

/// What is found, and was found in runs before.
pub struct DiskCache {
    path: PathBuf,
    /// Which program wrote it: another one may find something else.
    program: Vec<u8>,
    today: u32,
    before: BTreeMap<u128, CacheEntry>,
    /// What was asked for in this run, and what is new.
    now: Mutex<BTreeMap<u128, Option<Vec<u8>>>>,
}

/// A release in the file.
struct CacheEntry {
    /// The day on which it was asked for last, counted from 1970.
    day: u32,
    bytes: Vec<u8>,
}

/// For how many days what nobody asks for is kept.
const DAYS: u32 = 30;

/// What was asked for is noted only where that is a week old: a run that finds nothing new writes nothing.
const WEEK: u32 = 7;

/// How many bytes of what nobody asked for are kept: more than a hundred thousand releases have.
const LARGEST: usize = 64 << 20;

/// The first bytes of the file.
const HEAD: &[u8] = b"relc findings 1\n";

impl DiskCache {
    /// What the user's cache holds; none where there is no cache, or the program cannot be told from another.
    pub fn open() -> Option<DiskCache> {
        let path = directory()?.join("findings");
        let program = program()?;
        let today = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs() / Duration::from_hours(24).as_secs();
        let before = std::fs::read(&path).ok().and_then(|bytes| read(&bytes, &program)).unwrap_or_default();
        Some(DiskCache { path, program, today: u32::try_from(today).ok()?, before, now: Mutex::default() })
    }

    /// Writes what was found, unless all of it was known.
    pub fn save(self) {
        let now = self.now.into_inner().unwrap_or_else(PoisonError::into_inner);
        let is_old = |key: &u128| self.before.get(key).is_none_or(|kept| kept.day + WEEK <= self.today);
        if !now.iter().any(|(key, new)| new.is_some() || is_old(key)) {
            return;
        }
        let mut out = [HEAD, &length(self.program.len()), &self.program].concat();
        let mut write = |key: u128, day: u32, bytes: &[u8]| {
            out.extend(key.to_le_bytes());
            out.extend(day.to_le_bytes());
            out.extend(length(bytes.len()));
            out.extend(bytes);
        };
        let is_full = self.before.values().map(|kept| kept.bytes.len()).sum::<usize>() > LARGEST;
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
        // Whoever writes last is heard; a file that is read is always whole.
        let Some(parent) = self.path.parent() else { return };
        let _ = std::fs::create_dir_all(parent).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(parent)?;
            std::io::Write::write_all(&mut file, &out)?;
            file.persist(&self.path).map_err(std::io::Error::from)
        });
    }
}

impl Cache for DiskCache {
    fn recall(&self, key: u128) -> Option<CachedRelease> {
        let seen = postcard::from_bytes(&self.before.get(&key)?.bytes).ok()?;
        self.now.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(None);
        Some(seen)
    }

    fn keep(&self, key: u128, seen: CachedRelease) {
        if let Ok(bytes) = postcard::to_allocvec(&seen) {
            self.now.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Some(bytes));
        }
    }
}

/// What tells this program from others: where it is, when it was written, and how long it is.
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

/// The releases in a file that `program` wrote; none of another one, nor of one that is not whole.
fn read(bytes: &[u8], program: &[u8]) -> Option<BTreeMap<u128, CacheEntry>> {
    let rest = bytes.strip_prefix(HEAD)?.strip_prefix(&length(program.len()))?;
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
