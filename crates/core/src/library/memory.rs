//! Files in memory, for programs without a disk.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::{LoadedFile, Loader};

/// A loader over files in memory, by their [`lexical`] paths.
pub struct MemoryFiles<'f>(pub &'f BTreeMap<PathBuf, String>);

impl Loader for MemoryFiles<'_> {
    fn load(&self, from: &str, path: &str) -> Result<LoadedFile, String> {
        let path = lexical(&Path::new(from).parent().unwrap_or(Path::new("")).join(path));
        let text = self.0.get(&path).ok_or("file not found")?;
        Ok(LoadedFile { name: path.display().to_string(), text: text.clone() })
    }
}

/// Returns `path` without `.` and `..`.
pub fn lexical(path: &Path) -> PathBuf {
    let mut lexical = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                lexical.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => lexical.push(component),
        }
    }
    lexical
}
