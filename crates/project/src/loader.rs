//! Loads the files that a release names from disk, only from inside the root.
//!
//! The root is the directory of the nearest `relc.toml` upwards from the release's file, or else the directory of that
//! file.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use crate::overlay::Overlay;
use crate::read;
use relc_core::compile::{LoadedFile, Loader};

/// The name of the file that marks a root and contains its configuration.
pub const CONFIGURATION: &str = "relc.toml";

/// Loads files below the root of one input.
pub struct DiskLoader {
    /// The directory of the input, as named.
    directory: PathBuf,
    /// The root without symbolic links, resolved when the first file is loaded.
    root: OnceLock<Result<PathBuf, String>>,
    /// The texts that replace files.
    texts: Overlay,
}

impl DiskLoader {
    /// Creates a loader for the input at `path`; `texts` replace files on disk.
    pub fn new(path: &Path, texts: &Overlay) -> Self {
        DiskLoader { directory: directory(path), root: OnceLock::new(), texts: texts.clone() }
    }

    fn root(&self) -> Result<&Path, String> {
        let root = self.root.get_or_init(|| {
            let own = fs::canonicalize(&self.directory).map_err(|error| read::reason(&error))?;
            let marked = own.ancestors().find(|directory| directory.join(CONFIGURATION).is_file());
            Ok(marked.unwrap_or(&own).to_owned())
        });
        root.as_deref().map_err(String::clone)
    }
}

impl Loader for DiskLoader {
    fn load(&self, from: &str, path: &str) -> Result<LoadedFile, String> {
        let root = self.root()?;
        if Path::new(path).is_absolute() {
            return Err("its path is absolute; write it relative to this file".to_owned());
        }
        let wanted = directory(Path::new(from)).join(path);
        let parent = fs::canonicalize(directory(Path::new(from))).map_err(|error| read::reason(&error))?;
        // Checked before the disk is accessed, so that nothing is revealed about files outside the root.
        if !normalize(&parent.join(path)).starts_with(root) {
            return Err(outside(root, "it is"));
        }
        let real = fs::canonicalize(&wanted).map_err(|error| read::reason_for(&wanted, &error))?;
        if !real.starts_with(root) {
            return Err(outside(root, "a symbolic link points"));
        }
        let name = normalize(&wanted).to_string_lossy().into_owned();
        let text = match self.texts.get(&name) {
            Some(text) => text,
            None => read::file(&real, &name).map_err(read::ReadError::reason)?,
        };
        Ok(LoadedFile { name, text })
    }
}

fn outside(root: &Path, what: &str) -> String {
    let directory = root.display();
    format!("{what} outside of `{directory}`: add a `{CONFIGURATION}` to a directory that contains both files")
}

/// Returns the directory of the file at `path`.
pub fn directory(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Removes `.` and resolvable `..` from a path without accessing the disk.
pub fn normalize(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::ParentDir | Component::Normal(_) => {
                plain.push(component);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalized_paths_have_no_detours() {
        assert_eq!(normalize(Path::new("./a/./b/../c.rel")), Path::new("a/c.rel"));
        assert_eq!(normalize(Path::new("../../c.rel")), Path::new("../../c.rel"));
        assert_eq!(normalize(Path::new("/a/../../c")), Path::new("/../c"));
    }
}
