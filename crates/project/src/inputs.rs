//! The inputs named on the command line, as tasks in a stable order, and how each is read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::driver::{Read, ReadFailure};
use crate::loader::{DiskLoader, normalize};
use crate::overlay::Overlay;
use crate::read;
use relc_core::compile::{Input, Manifest, Options, Releases, Text};
use relc_core::helm_values::header::{APPLICATION, HeaderKey, MARKS, top_keys};
use relc_core::library::Catalog;
use relc_syntax::diagnostic::nearest;
use relc_syntax::source::Syntax;

/// The paths named on the command line.
#[derive(Clone, Debug, Default)]
pub struct InputPaths {
    /// Files and directories; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Values files that are merged into one release.
    pub values: Vec<PathBuf>,
    /// The name of standard input.
    pub stdin_filename: Option<PathBuf>,
}

/// An input that is not read yet.
pub enum Task {
    /// A file named on the command line.
    Named(PathBuf),
    /// A file found in a directory.
    Found(PathBuf),
    /// Standard input, with its name.
    Stdin(Option<PathBuf>),
    /// Values files of one release.
    Values(Vec<PathBuf>),
}

/// The default name of standard input.
const STDIN: &str = "<stdin>";

/// Returns the tasks for `flags`.
///
/// # Errors
/// A path that is missing or can't be read, as a message.
pub fn tasks(flags: &InputPaths) -> Result<Vec<Task>, String> {
    let InputPaths { paths, values, stdin_filename } = flags;
    let dashes = paths.iter().chain(values).filter(|path| is_stdin(path)).count();
    match (paths.is_empty(), values.is_empty()) {
        _ if dashes > 1 => Err("standard input can be read only once: pass `-` once".to_owned()),
        _ if dashes == 0 && stdin_filename.is_some() => {
            Err("`--stdin-filename` names standard input: pass `-` as well".to_owned())
        }
        (false, false) => Err(mixed(paths, values)),
        (true, true) => {
            Err("nothing to build: name a file or a directory, as in `relc build hello.rel`, `relc build .`, \
            or `relc build -` for standard input"
                .to_owned())
        }
        (true, false) if let Some(path) = values.iter().find(|path| is_rel(path)) => Err(format!(
            "`-f` takes values files, and `{path}` is a `.rel` file: pass it without `-f`",
            path = path.display()
        )),
        (true, false) => Ok(vec![Task::Values(values.iter().map(|path| display_path(path)).collect())]),
        (false, true) => expand(paths, stdin_filename.as_deref()),
    }
}

/// Returns the message about inputs next to values files.
fn mixed(paths: &[PathBuf], values: &[PathBuf]) -> String {
    let message = "`-f` takes the values files of one release, and other inputs are passed without it";
    match paths.iter().find(|path| is_rel(path)) {
        Some(rel) => format!("{message}: remove `-f`, or `{}`", rel.display()),
        None => {
            let all = paths.iter().chain(values);
            let flags: Vec<String> = all.map(|path| format!("-f {}", path.display())).collect();
            format!("{message}: write `{}` to merge them", flags.join(" "))
        }
    }
}

/// Removes from `tasks` the YAML files that are not a release's values, even if they are named.
pub fn only_releases(tasks: Vec<Task>) -> Vec<Task> {
    let pass = |task| match task {
        Task::Named(path) => Task::Found(path),
        Task::Found(_) | Task::Stdin(_) | Task::Values(_) => task,
    };
    tasks.into_iter().map(pass).collect()
}

/// Returns the name of the task that reads standard input, if there is one.
pub fn stdin_name(tasks: &[Task]) -> Option<String> {
    tasks.iter().find_map(|task| match task {
        Task::Stdin(given) => Some(given.as_ref().map_or(STDIN.to_owned(), |path| path.display().to_string())),
        Task::Values(paths) => paths.iter().any(|path| is_stdin(path)).then(|| STDIN.to_owned()),
        Task::Named(_) | Task::Found(_) => None,
    })
}

fn expand(paths: &[PathBuf], stdin_filename: Option<&Path>) -> Result<Vec<Task>, String> {
    let mut tasks = Vec::new();
    // Standard input under the name of a file replaces that file, which is not read.
    let mut seen: HashSet<PathBuf> = stdin_filename.map(display_path).into_iter().collect();
    for path in paths {
        if is_stdin(path) {
            tasks.push(Task::Stdin(stdin_filename.map(display_path)));
        } else if path.is_dir() {
            walk(path, &mut tasks, &mut seen)?;
        } else if seen.insert(display_path(path)) {
            tasks.push(Task::Named(display_path(path)));
        }
    }
    Ok(tasks)
}

/// Adds the files of a directory, sorted, except ignored ones.
fn walk(directory: &Path, tasks: &mut Vec<Task>, seen: &mut HashSet<PathBuf>) -> Result<(), String> {
    // Ignore files apply even if the directory is not in a repository.
    let walk = ignore::WalkBuilder::new(directory).require_git(false).sort_by_file_path(Path::cmp).build();
    for entry in walk {
        let entry = entry.map_err(|error| match error.io_error() {
            Some(io) => format!("cannot read all of the directory `{}`: {}", directory.display(), read::reason(io)),
            None => format!("cannot walk `{}`: {error}", directory.display()),
        })?;
        let path = display_path(entry.path());
        let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
        if is_file && syntax(&path).is_some_and(|_| path.is_file()) && seen.insert(path.clone()) {
            tasks.push(Task::Found(path));
        }
    }
    Ok(())
}

/// Normalizes a path for display: without detours, and relative to the working directory if it is below that, as
/// reports for code hosts require.
pub(crate) fn display_path(path: &Path) -> PathBuf {
    let path = normalize(path);
    let here = if path.is_absolute() { std::env::current_dir().ok() } else { None };
    match here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)) {
        Some(below) if below != Path::new("") => below,
        Some(_) | None => path,
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Returns the `.rel` files in the directory of `path`, without those of its directories.
pub fn beside(path: &Path) -> Vec<PathBuf> {
    let entries = path.parent().and_then(|directory| fs::read_dir(directory).ok());
    let paths = entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(|path| is_rel(path) && path.is_file()).collect()
}

/// Returns true if `path` has the extension of a `.rel` file.
pub fn is_rel(path: &Path) -> bool {
    syntax(path) == Some(Syntax::Rel)
}

/// Returns true if `path` is named like a test of environments: `NAME.test.rel`, `NAME.test.yaml`.
pub fn is_test(path: &Path) -> bool {
    syntax(path).is_some() && path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".test"))
}

/// Returns the language of the file at `path`, by its name.
fn syntax(path: &Path) -> Option<Syntax> {
    Syntax::of_name(&path.to_string_lossy())
}

/// Guesses the language from the text, for standard input, pipes and unknown file names.
fn guess_syntax(text: &str) -> Syntax {
    if is_values(text) { Syntax::Yaml } else { Syntax::Rel }
}

/// Reads the input of `task`; texts in `texts` replace files.
pub fn read(task: &Task, options: &Options, texts: &Overlay) -> Result<Read<DiskLoader>, ReadFailure> {
    let text = |path: &Path| text(path, texts);
    let input = |syntax: Syntax, text: Text, path: &Path, mut options: Options| {
        if options.siblings
            && let Some(found) = kustomization(path)
        {
            let known = options.manifests.as_deref().unwrap_or_default().iter().cloned();
            options.manifests = Some(known.chain([found]).collect());
        }
        Read { input: Input::new(syntax, text), options, loader: DiskLoader::new(path, texts) }
    };
    match task {
        Task::Named(path) => {
            let text = text(path)?;
            let language = syntax(path).unwrap_or_else(|| guess_syntax(&text.text));
            Ok(input(language, text, path, options.clone()))
        }
        // A test may contain intended mistakes.
        Task::Found(path) if is_test(path) => Err(ReadFailure::NotAnInput),
        Task::Found(path) => {
            let text = text(path)?;
            let language = syntax(path).unwrap_or(Syntax::Yaml);
            if language == Syntax::Yaml && !is_values(&text.text) {
                return Err(ReadFailure::NotAnInput);
            }
            Ok(input(language, text, path, Options { releases: Releases::Optional, ..options.clone() }))
        }
        Task::Stdin(given) => {
            let path = given.clone().unwrap_or_else(|| STDIN.into());
            let text = stdin(&path.display().to_string(), texts)?;
            let language = syntax(&path).unwrap_or_else(|| guess_syntax(&text.text));
            Ok(input(language, text, &path, options.clone()))
        }
        Task::Values(paths) => {
            let texts_of = paths.iter().map(|path| if is_stdin(path) { stdin(STDIN, texts) } else { text(path) });
            let input = Input::Values(texts_of.collect::<Result<_, _>>()?);
            let loader = DiskLoader::new(paths.first().map_or(Path::new("."), PathBuf::as_path), texts);
            Ok(Read { input, options: options.clone(), loader })
        }
    }
}

/// Reads the names of the manifests in files and directories.
///
/// # Errors
/// A file that can't be read.
pub fn manifests(paths: &[PathBuf]) -> Result<Vec<Manifest>, String> {
    let mut tasks = Vec::new();
    let mut seen = HashSet::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut tasks, &mut seen)?;
        } else {
            tasks.push(Task::Named(normalize(path)));
        }
    }
    let mut found = Vec::new();
    for task in tasks {
        let (Task::Named(path) | Task::Found(path)) = task else { continue };
        if syntax(&path) == Some(Syntax::Rel) {
            continue;
        }
        let name = path.display().to_string();
        let text = read::file(&path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?;
        let documents = relc_core::helm_values::documents(relc_syntax::source::FileId(0), &text);
        found.extend(documents.iter().flat_map(Manifest::of));
    }
    Ok(found)
}

/// Returns the kustomization in the directory of the file at `path`.
fn kustomization(path: &Path) -> Option<Manifest> {
    let directory = path.parent()?;
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].into_iter().find_map(|file| {
        let path = directory.join(file);
        // Nearly every directory has none, and an error of `read::file` lists the directory for a similar name.
        let text = path.is_file().then(|| read::file(&path, file).ok()).flatten()?;
        let documents = relc_core::helm_values::documents(relc_syntax::source::FileId(0), &text);
        documents.first().map(|document| Manifest::kustomization(&path.display().to_string(), document))
    })
}

/// Reads standard input, which is possible only once; later its text is in `texts`.
fn stdin(name: &str, texts: &Overlay) -> Result<Text, ReadFailure> {
    let text = match texts.get(name) {
        Some(text) => text,
        None => {
            let text = read::stdin(name).map_err(|bad| bad.input(name))?;
            texts.put(name, &text);
            text
        }
    };
    Ok(Text { name: name.to_owned(), text })
}

fn text(path: &Path, texts: &Overlay) -> Result<Text, ReadFailure> {
    let name = path.display().to_string();
    let text = match texts.get(&name) {
        Some(text) => text,
        None => read::file(path, &name).map_err(|bad| bad.input(&name))?,
    };
    Ok(Text { text, name })
}

/// Returns true if a YAML text is the values of a release: `application` with `versions` or `strategy`, or `environment`
/// with the name of an environment of the standard library, each of them perhaps misspelled. Only its lines are checked, as a
/// directory may contain thousands of other files; the text is parsed only if it is one flow collection.
pub fn is_values(text: &str) -> bool {
    let first = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    if first.starts_with('{') {
        return top_keys().all(|key| text.contains(&key[..6])) && flow_is_values(text);
    }
    if is_in_manifest(text) {
        return true;
    }
    // The indentation of the keys in `application`, once it has begun and once the first of them is reached.
    let (mut in_application, mut inner) = (false, None);
    for line in text.lines() {
        let line = line.trim_start_matches('\u{feff}');
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let Some((key, value)) = key_and_value(line.trim_start()) else { continue };
        if indent > 0 {
            let inner = *inner.get_or_insert(indent);
            if in_application && indent == inner && MARKS.iter().any(|mark| is_near(key, mark.key())) {
                return true;
            }
            continue;
        }
        in_application = is_near(key, APPLICATION);
        inner = None;
        let is_flow = in_application && MARKS.iter().any(|mark| value.contains(mark.key()));
        if is_flow || is_near(key, HeaderKey::Environment.key()) && is_environment(value) {
            return true;
        }
    }
    false
}

/// Returns true if a manifest contains the values of a release: `environment` with the name of an environment, and `application`
/// next to it.
fn is_in_manifest(text: &str) -> bool {
    let has = |key: &str| text.starts_with(key) || text.contains(&format!("\n{key}"));
    if !has("apiVersion:") || !has("kind:") {
        return false;
    }
    let keys = || {
        text.lines().filter_map(|line| {
            let (key, value) = key_and_value(line.trim_start())?;
            Some((line.len() - line.trim_start().len(), key, value))
        })
    };
    let names = keys().filter(|(_, key, value)| *key == HeaderKey::Environment.key() && is_environment(value));
    { names }.any(|(indent, ..)| keys().any(|(at, key, _)| indent > 0 && at == indent && key == APPLICATION))
}

fn flow_is_values(text: &str) -> bool {
    let (value, _) = relc_core::helm_values::read(relc_syntax::source::FileId(0), text);
    let Some(object) = value.as_ref().and_then(|value| value.as_object()) else { return false };
    object.entries.iter().any(|entry| {
        let has = |key: &str| {
            entry.value.as_object().is_some_and(|below| below.entries.iter().any(|entry| is_near(&entry.key, key)))
        };
        is_near(&entry.key, APPLICATION) && MARKS.iter().any(|mark| has(mark.key()))
            || is_near(&entry.key, HeaderKey::Environment.key()) && entry.value.as_str().is_some_and(is_environment)
    })
}

/// Splits a line into its key and the rest after the colon.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim().trim_matches(['"', '\'']);
    (!key.is_empty() && !key.contains([' ', '#'])).then(|| (key, value.trim()))
}

fn is_near(key: &str, wanted: &str) -> bool {
    key == wanted || nearest(key, [wanted]).is_some()
}

/// Returns true if `value` is nearly the name of an environment.
pub fn is_environment(value: &str) -> bool {
    let name = value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'']);
    let known = Catalog::builtin().environment_names();
    known.contains(&name) || nearest(name, known).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_recognized_by_their_top_level() {
        assert!(is_values("environment: x\napplication:\n  versions: []\n"));
        assert!(is_values("# c\r\n\"aplication\":\r\n  strategy: x\r\n"));
        assert!(is_values("{ \"environment\": \"x\", \"application\": { \"versions\": [] } }"));
        assert!(is_values("enviroment: deployment\n"));
        assert!(!is_values("environment: production\napplication: shop\n"));
        assert!(!is_values("a:\n  environment: deployment\n  application: { versions: [] }\n"));
        assert!(is_values("apiVersion: v1\nkind: A\nspec:\n  environment: deployment\n  application: {}\n"));
        assert!(!is_values("apiVersion: v1\nkind: A\nspec:\n  environment: production\n  application: {}\n"));
        assert!(!is_values("application:\n  deep:\n    strategy: x\n"));
        assert!(!is_values("{ a: { environment: deployment, application: {} } }"));
    }
}
