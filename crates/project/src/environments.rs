//! The environments of a run: the standard library, and definition files of the user's beside it.
//!
//! They are in the directories that the nearest `relc.toml` names, and in those of `--env-path`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use semver::Version;

use crate::config::{Config, Package};
use crate::inputs::{InputPaths, is_rel, is_test};
use crate::loader::{CONFIGURATION, DiskLoader};
use crate::overlay::Overlay;
use crate::read;
use relc_core::library::{Catalog, DefinitionFile, LoadedFile, Loader};
use relc_render as render;
use relc_schema::kubernetes_version;
use relc_syntax::diagnostic::Diagnostics;

/// Where environments of one's own are.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentPath {
    /// Directories of definition files (`.rel`), in addition to those that `relc.toml` names under `environments`.
    pub directories: Vec<PathBuf>,
}

/// A `relc.toml` and the directory that its paths begin at.
pub struct Root {
    /// What it says.
    pub config: Config,
    /// Where it is.
    pub directory: PathBuf,
}

impl EnvironmentPath {
    /// The environments of a build of `inputs`.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog_to_build(&self, inputs: &InputPaths) -> Result<Catalog, String> {
        let own = root(&start_of(inputs))?.is_some_and(|root| !root.config.environments.is_empty());
        if own || !self.directories.is_empty() { self.catalog(inputs) } else { Ok(Catalog::for_builds()) }
    }

    /// The environments of a run over `inputs`: those of the `relc.toml` nearest to the first of them.
    ///
    /// # Errors
    /// A configuration or file that cannot be read, and names that are taken already.
    pub fn catalog(&self, inputs: &InputPaths) -> Result<Catalog, String> {
        self.catalog_from(&start_of(inputs))
    }

    /// The environments as seen from the directory `start`; an empty path is the current one.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog_from(&self, start: &Path) -> Result<Catalog, String> {
        self.catalog_beside(start, &[])
    }

    /// The environments as seen from `start`, with those of `more` directories.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog_beside(&self, start: &Path, more: &[PathBuf]) -> Result<Catalog, String> {
        let (catalog, found) = self.catalog_with(start, more)?;
        said(&catalog, &found)?;
        Ok(catalog)
    }

    /// The environments as seen from `start`, with the definition files of `more` directories; and what is wrong with the names
    /// that they take.
    ///
    /// # Errors
    /// A configuration or file that cannot be read.
    pub fn catalog_with(&self, start: &Path, more: &[PathBuf]) -> Result<(Catalog, Diagnostics), String> {
        self.read(start, more, &Overlay::default())
    }

    /// The environments as seen from `start`, where `texts` stand for files; and what is wrong with the names that they take.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog_with`].
    pub fn catalog_over(&self, start: &Path, texts: &Overlay) -> Result<(Catalog, Diagnostics), String> {
        self.read(start, &[], texts)
    }

    fn read(&self, start: &Path, more: &[PathBuf], texts: &Overlay) -> Result<(Catalog, Diagnostics), String> {
        let (mut directories, mut replaces) = (Vec::new(), Vec::new());
        if let Some(Root { config, directory }) = root(start)? {
            directories.extend(config.environments.iter().map(|path| directory.join(path)));
            replaces = config.replaces;
        }
        directories.extend(self.directories.iter().chain(more).cloned());
        let mut seen = BTreeSet::new();
        // The same directory may be said in several ways; what cannot be found is said by name below.
        directories.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
        let files =
            directories.iter().map(|directory| definition_files(directory, texts)).collect::<Result<Vec<_>, _>>()?;
        Ok(Catalog::beside(files.concat(), &replaces, &Beside))
    }
}

/// What definition files name, each beside itself and inside of its own root.
struct Beside;

impl Loader for Beside {
    fn load(&self, from: &str, path: &str) -> Result<LoadedFile, String> {
        DiskLoader::new(Path::new(from), &Overlay::default()).load(from, path)
    }
}

/// Where the search for a `relc.toml` begins: beside the first input, or here.
fn start_of(inputs: &InputPaths) -> PathBuf {
    let first = inputs.paths.first().or(inputs.values.first()).or(inputs.stdin_filename.as_ref());
    match first {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    }
}

/// The nearest `relc.toml` from `start` upwards.
///
/// # Errors
/// Why it cannot be read.
pub fn root(start: &Path) -> Result<Option<Root>, String> {
    let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
    let Ok(full) = std::path::absolute(start) else { return Ok(None) };
    let Some(directory) = full.ancestors().find(|directory| directory.join(CONFIGURATION).is_file()) else {
        return Ok(None);
    };
    let path = directory.join(CONFIGURATION);
    let config = configuration(&path)?;
    // Shown to people as they are here: relative, where that is shorter.
    let here = std::env::current_dir().unwrap_or_default();
    let directory = directory.strip_prefix(&here).map_or_else(|_| directory.to_owned(), Path::to_owned);
    Ok(Some(Root { config, directory }))
}

/// Reads the `relc.toml` at `path`.
///
/// # Errors
/// Why it cannot be, with the place.
pub fn configuration(path: &Path) -> Result<Config, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read `{}`: {}", path.display(), read::reason(&error)))?;
    let config = Config::read(&text).and_then(|config| config.check_kubernetes(kubernetes_version()).map(|()| config));
    config.map_err(|error| error.shown(&path.display().to_string(), &text))
}

/// The manifest of a directory of definition files, if it is a package.
const MANIFEST: &str = "relc-package.toml";

/// Whether this relc is one that the package in `directory` asks for.
fn package(directory: &Path) -> Result<(), String> {
    let path = directory.join(MANIFEST);
    if !path.is_file() {
        return Ok(());
    }
    let name = path.display().to_string();
    let text = read::file(&path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?;
    let own = Version::parse(env!("CARGO_PKG_VERSION")).map_err(|error| error.to_string())?;
    Package::read(&text, &own).map(|_| ()).map_err(|error| error.shown(&name, &text))
}

/// The `.rel` files of a directory, sorted by their names.
fn definition_files(directory: &Path, texts: &Overlay) -> Result<Vec<DefinitionFile>, String> {
    let shown = directory.display();
    let entries = fs::read_dir(directory)
        .map_err(|error| format!("cannot read the environments in `{shown}`: {}", read::reason(&error)))?;
    package(directory)?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| is_rel(path) && path.is_file() && !is_test(path));
    paths.sort();
    let file = |path: &PathBuf| {
        let name = path.display().to_string();
        let text = match texts.get(&name) {
            Some(text) => text,
            None => read::file(path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?,
        };
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Ok(DefinitionFile { name: stem, path: name, text })
    };
    paths.iter().map(file).collect()
}

/// What is wrong with the names that definition files take ends a run before it begins.
fn said(catalog: &Catalog, found: &Diagnostics) -> Result<(), String> {
    if found.is_empty() {
        return Ok(());
    }
    let first: Vec<_> = found.iter().take(1).cloned().collect();
    Err(render::short(&catalog.sources(), &first).trim_end().to_owned())
}
