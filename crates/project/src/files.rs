//! Files that an editor asks about: listings of directories, and the standard library as files.

use std::path::{Path, PathBuf};

use crate::{cache_store, fix};

/// Returns the names in a directory, sorted, and whether each is a directory. A directory that can't be read has none.
pub fn entries(directory: &Path) -> Vec<(String, bool)> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let entry = |entry: std::fs::DirEntry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir()));
    let mut names: Vec<(String, bool)> = entries.filter_map(|found| entry(found.ok()?)).collect();
    names.sort();
    names
}

/// Writes a file of the standard library to the user's cache, read-only, and returns its path. It is written once for each version
/// of relc.
pub fn library_copy(name: &str, text: &str) -> Option<PathBuf> {
    let cache = cache_store::directory().unwrap_or_else(|| std::env::temp_dir().join("relc"));
    let directory = cache.join(env!("CARGO_PKG_VERSION")).join("stdlib");
    let path = directory.join(name);
    if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
        std::fs::create_dir_all(&directory).ok()?;
        fix::write(&path.display().to_string(), text).ok()?;
        let mut permissions = std::fs::metadata(&path).ok()?.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).ok()?;
    }
    Some(path)
}

/// Returns true if there is a directory at `path`.
pub fn is_directory(path: &Path) -> bool {
    path.is_dir()
}

/// Writes a page for an editor to the user's cache, and returns its path.
pub fn page(name: &str, text: &str) -> Option<PathBuf> {
    let cache = cache_store::directory().unwrap_or_else(|| std::env::temp_dir().join("relc"));
    let path = cache.join(env!("CARGO_PKG_VERSION")).join(name);
    if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
        std::fs::create_dir_all(path.parent()?).ok()?;
        fix::write(&path.display().to_string(), text).ok()?;
    }
    Some(path)
}
