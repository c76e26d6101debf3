//! The environments of a run: the standard library, and the user's definition files.
//!
//! Definition files are in the directories that the nearest `relc.toml` lists, and in those of `--env-path`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use semver::Version;

use crate::config::{self, Config, ConfigError, Package};
use crate::inputs::{InputPaths, display_path, is_rel, is_test};
use crate::loader::{CONFIGURATION, DiskLoader};
use crate::overlay::{Overlay, absolute};
use crate::read;
use relc_core::library::{Catalog, ClusterSettings, DefinitionFile, LoadedFile, Loader, kind_of_file};
use relc_render as render;
use relc_schema::kubernetes_version;
use relc_syntax::diagnostic::{Diagnostics, nearest};

/// The search path of custom environments.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentPath {
    /// Directories of definition files (`.rel`), in addition to those under `environments` in `relc.toml`.
    pub directories: Vec<PathBuf>,
    /// Whether definition files are named by their whole paths, as an editor needs them.
    pub is_absolute: bool,
}

/// A `relc.toml` and the directory to which its paths are relative.
pub struct Root {
    /// The configuration.
    pub config: Config,
    /// The file's directory.
    pub directory: PathBuf,
}

impl EnvironmentPath {
    /// Returns the environments of a build of `inputs`.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog_to_build(&self, inputs: &InputPaths) -> Result<Catalog, String> {
        let root = root(&start_of(inputs))?;
        let is_plain = |root: &Root| root.config.environments.is_empty() && root.config.schemas.is_empty();
        if !root.as_ref().is_none_or(is_plain) || !self.directories.is_empty() {
            return self.catalog(inputs);
        }
        Ok(Catalog::for_builds().for_cluster(root.map(|root| root.config.cluster).unwrap_or_default()))
    }

    /// Returns the environments of a run over `inputs`: those of the `relc.toml` nearest to the first of them.
    ///
    /// # Errors
    /// A configuration or file that can't be read, and duplicate names.
    pub fn catalog(&self, inputs: &InputPaths) -> Result<Catalog, String> {
        self.catalog_from(&start_of(inputs))
    }

    /// Returns the environments visible from the directory `start`; an empty path is the current directory.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog_from(&self, start: &Path) -> Result<Catalog, String> {
        self.catalog_with_directories(start, &[])
    }

    /// Returns the environments visible from `start`, and those in the directories `more`.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog`].
    pub fn catalog_with_directories(&self, start: &Path, more: &[PathBuf]) -> Result<Catalog, String> {
        let (catalog, found) = self.catalog_with(start, more)?;
        check_names(&catalog, &found)?;
        Ok(catalog)
    }

    /// Returns the environments visible from `start`, and those in the directories `more`, with diagnostics about
    /// duplicate names.
    ///
    /// # Errors
    /// A configuration or file that can't be read.
    pub fn catalog_with(&self, start: &Path, more: &[PathBuf]) -> Result<(Catalog, Diagnostics), String> {
        self.read(start, more, &Overlay::default())
    }

    /// Returns the environments visible from `start`, with `texts` in place of files, and diagnostics about duplicate
    /// names.
    ///
    /// # Errors
    /// As [`EnvironmentPath::catalog_with`].
    pub fn catalog_with_overlay(&self, start: &Path, texts: &Overlay) -> Result<(Catalog, Diagnostics), String> {
        self.read(start, &[], texts)
    }

    fn read(&self, start: &Path, more: &[PathBuf], texts: &Overlay) -> Result<(Catalog, Diagnostics), String> {
        let (mut directories, mut replaces, mut cluster) = (Vec::new(), Vec::new(), ClusterSettings::default());
        let mut schemas = Vec::new();
        if let Some(Root { config, directory }) = root(start)? {
            let text = fs::read_to_string(directory.join(CONFIGURATION)).unwrap_or_default();
            for path in &config.environments {
                missing_directory(&directory, path, "environments", &text)?;
                let path = directory.join(path);
                directories.push(if self.is_absolute { absolute(&path) } else { path });
            }
            for path in &config.schemas {
                missing_directory(&directory, path, "schemas", &text)?;
                let path = directory.join(path);
                schemas.extend(schema_files(&if self.is_absolute { absolute(&path) } else { path }, texts)?);
            }
            for name in &config.replaces {
                unknown_replaced(&directory, name, &text)?;
            }
            replaces = config.replaces;
            cluster = config.cluster;
        }
        directories.extend(self.directories.iter().chain(more).cloned());
        let mut seen = BTreeSet::new();
        // Different spellings may name the same directory. A missing one is reported by its name below.
        directories.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
        let files =
            directories.iter().map(|directory| definition_files(directory, texts)).collect::<Result<Vec<_>, _>>()?;
        let (catalog, found) = Catalog::beside(files.concat(), &replaces, &DefinitionLoader { texts });
        Ok((catalog.for_cluster(cluster).with_kinds(schemas), found))
    }
}

/// Loads the files that definition files name, relative to each and within its own root.
struct DefinitionLoader<'t> {
    texts: &'t Overlay,
}

impl Loader for DefinitionLoader<'_> {
    fn load(&self, from: &str, path: &str) -> Result<LoadedFile, String> {
        DiskLoader::new(Path::new(from), self.texts).load(from, path)
    }
}

/// Returns the directory in which the search for a `relc.toml` starts: that of the first input, or the current one.
fn start_of(inputs: &InputPaths) -> PathBuf {
    let first = inputs.paths.first().or(inputs.values.first()).or(inputs.stdin_filename.as_ref());
    match first {
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    }
}

/// Returns the directories of definition files that the nearest `relc.toml` of the working directory names.
///
/// # Errors
/// The file can't be read.
pub fn named_directories() -> Result<Vec<PathBuf>, String> {
    let Some(root) = root(Path::new(""))? else { return Ok(Vec::new()) };
    Ok(root.config.environments.iter().map(|directory| root.directory.join(directory)).collect())
}

/// Finds the nearest `relc.toml` from `start` upwards.
///
/// # Errors
/// The file can't be read.
pub fn root(start: &Path) -> Result<Option<Root>, String> {
    let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
    let Ok(full) = std::path::absolute(start) else { return Ok(None) };
    let Some(directory) = full.ancestors().find(|directory| directory.join(CONFIGURATION).is_file()) else {
        return Ok(None);
    };
    let path = directory.join(CONFIGURATION);
    let config = read_configuration(&path)?;
    // Messages show a path relative to the working directory if that is shorter.
    let here = std::env::current_dir().unwrap_or_default();
    let directory = directory.strip_prefix(&here).map_or_else(|_| directory.to_owned(), Path::to_owned);
    Ok(Some(Root { config, directory }))
}

/// Reports a directory that the `key` of a `relc.toml` names and that does not exist, at its position in the file.
fn missing_directory(directory: &Path, path: &str, key: &str, text: &str) -> Result<(), String> {
    let place = text.find(&format!("\"{path}\"")).map(|at| at..at + path.len() + 2);
    let failed = |message: String| Err(located(directory, text, ConfigError { message, place }));
    if directory.join(path).is_dir() {
        return Ok(());
    }
    if directory.join(path).is_file() {
        return failed(format!("`{path}` is a file: name its directory"));
    }
    let entries = fs::read_dir(directory).into_iter().flatten();
    let siblings = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let siblings: Vec<String> = siblings.filter(|name| directory.join(name).is_dir()).collect();
    let help = match nearest(path.trim_end_matches('/'), siblings.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("create it, or remove it from `{key}`"),
    };
    failed(format!("directory `{path}` not found: {help}"))
}

/// Fails for a name in `replaces` that nothing of relc has.
fn unknown_replaced(directory: &Path, name: &str, text: &str) -> Result<(), String> {
    let known = Catalog::builtin().replaceable();
    if known.contains(name) {
        return Ok(());
    }
    let help = nearest(name, known.iter().copied())
        .map_or_else(|| "remove it from `replaces`".to_owned(), |near| format!("did you mean `{near}`?"));
    let place = text.find(&format!("\"{name}\"")).map(|at| at..at + name.len() + 2);
    let message = format!("relc has no environment and no library named `{name}`: {help}");
    Err(located(directory, text, ConfigError { message, place }))
}

/// Returns an error in the `relc.toml` of `directory`, with its position.
fn located(directory: &Path, text: &str, error: ConfigError) -> String {
    error.render(&display_path(&directory.join(CONFIGURATION)).display().to_string(), text)
}

/// Reads the `relc.toml` at `path`.
///
/// # Errors
/// The file can't be read or parsed, with the position.
pub fn read_configuration(path: &Path) -> Result<Config, String> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("cannot read `{}`: {}", path.display(), read::reason(&error)))?;
    let kubernetes = |config: Config| config.check_kubernetes(kubernetes_version()).map(|()| config);
    let config = Config::read(&text).and_then(|config| kubernetes(config).map_err(|error| vec![error]));
    config.map_err(|mut errors| {
        // A line that is not valid TOML is one mistake.
        let start = |error: &ConfigError| error.place.as_ref().map(|place| place.start);
        let is_reported = |rule: &ConfigError| errors.iter().any(|error| start(error) == start(rule));
        let misspelled: Vec<ConfigError> =
            misspelled_rules(&text).into_iter().filter(|rule| !is_reported(rule)).collect();
        errors.extend(misspelled);
        errors.sort_by_key(|error| error.place.as_ref().map_or(0, |place| place.start));
        config::render(&errors, &display_path(path).display().to_string(), &text)
    })
}

/// Returns the rules in an invalid `relc.toml` that are misspelled rules of the standard library. Rules of custom
/// environments are not known before it is read.
fn misspelled_rules(text: &str) -> Vec<ConfigError> {
    let rules = relc_lint::registry::rules(Catalog::builtin());
    let known: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    let names = config::rule_names(text).into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
    names
        .filter_map(|(name, place)| {
            // A rule without a near name can be one of a custom environment.
            let near = nearest(&name, known.iter().copied())?;
            let message = format!("rule `{name}` not found: did you mean `{near}`?");
            Some(ConfigError { message, place: Some(place) })
        })
        .collect()
}

/// The manifest that makes a directory of definition files a package.
const MANIFEST: &str = "relc-package.toml";

/// Checks that this relc has a version that the package in `directory` requires.
fn check_package(directory: &Path) -> Result<(), String> {
    let path = directory.join(MANIFEST);
    if !path.is_file() {
        return Ok(());
    }
    let name = path.display().to_string();
    let text = read::file(&path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?;
    let own = Version::parse(env!("CARGO_PKG_VERSION")).map_err(|error| error.to_string())?;
    Package::read(&text, &own).map(|_| ()).map_err(|error| error.render(&name, &text))
}

/// Returns the `.rel` files of a directory, sorted by name.
fn definition_files(directory: &Path, texts: &Overlay) -> Result<Vec<DefinitionFile>, String> {
    let shown = directory.display();
    if directory.is_file() {
        return Err(format!("`{shown}` is a file: name the directory of the environments"));
    }
    let entries = fs::read_dir(directory)
        .map_err(|error| format!("cannot read the environments in `{shown}`: {}", read::reason(&error)))?;
    check_package(directory)?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| is_rel(path) && path.is_file() && !is_test(path));
    paths.sort();
    let file = |path: &PathBuf| {
        let name = path.strip_prefix(".").unwrap_or(path).display().to_string();
        let text = match texts.get(&name) {
            Some(text) => text,
            None => read::file(path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?,
        };
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Ok(DefinitionFile { name: stem, path: name, text })
    };
    paths.iter().map(file).collect()
}

/// Returns the schemas in a directory, sorted by name.
fn schema_files(directory: &Path, texts: &Overlay) -> Result<Vec<LoadedFile>, String> {
    let shown = directory.display();
    let entries = fs::read_dir(directory)
        .map_err(|error| format!("cannot read the schemas in `{shown}`: {}", read::reason(&error)))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|known| ["json", "yaml", "yml"].iter().any(|one| known == *one)));
    paths.sort();
    let file = |path: &PathBuf| {
        let name = path.strip_prefix(".").unwrap_or(path).display().to_string();
        if path.file_name().and_then(|name| kind_of_file(name.to_str()?)).is_none() {
            return Err(format!(
                "`{name}` isn't named after its kind: run `relc schema add {name}`, and move the file to another directory"
            ));
        }
        let text = match texts.get(&name) {
            Some(text) => text,
            None => read::file(path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?,
        };
        Ok(LoadedFile { name, text })
    };
    paths.iter().map(file).collect()
}

/// Fails for a duplicate name of definition files, which ends a run before it starts.
fn check_names(catalog: &Catalog, found: &Diagnostics) -> Result<(), String> {
    if found.is_empty() {
        return Ok(());
    }
    let first: Vec<_> = found.iter().take(1).cloned().collect();
    Err(render::short(&catalog.sources(), &first).trim_end().to_owned())
}
