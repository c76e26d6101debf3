//! The two sides of a comparison: paths, or the same paths at a revision of git.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cli::console::Console;
use crate::cli::flags::CompileFlags;
use crate::cli::preview::table;
use relc_project::inputs::InputPaths;
use relc_project::loader::normalize;
use relc_routing::Routing;

/// The releases before and after the change.
pub type Sides = (Vec<Routing>, Vec<Routing>);

/// Reads both sides; none if one of them has errors, which `console` reports.
///
/// # Errors
/// Paths that don't name two sides, a path that can't be read, or a revision that git doesn't have.
pub fn read(
    paths: &[PathBuf],
    revision: Option<&str>,
    flags: &CompileFlags,
    console: &mut Console,
) -> Result<Option<Sides>, String> {
    let mut side = |paths: Vec<PathBuf>| {
        // A side without any of the paths has no releases.
        if paths.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let inputs = InputPaths { paths, ..InputPaths::default() };
        let catalog = flags.environments.search().catalog(&inputs)?;
        table::routings(&inputs, &flags.release.options(), &catalog, console)
    };
    let Some(revision) = revision else {
        let [old, new] = paths else {
            return Err("`relc diff` compares two paths: pass OLD and NEW, or a revision with `--git`".to_owned());
        };
        let (old, new) = (side(vec![old.clone()])?, side(vec![new.clone()])?);
        return Ok(old.zip(new));
    };
    let named = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
    let tree = Tree::checkout(revision, &named)?;
    let old = side(tree.paths.clone())?;
    let new = side(named.into_iter().filter(|path| path.exists()).collect());
    Ok(old.zip(new?))
}

/// Returns a side of manifests as states of the releases of `other`; any other side as it is.
pub fn aligned(side: Vec<Routing>, other: &[Routing]) -> Vec<Routing> {
    let releases: Vec<&Routing> = other.iter().filter(|routing| !routing.is_stream()).collect();
    match side.as_slice() {
        [stream] if stream.is_stream() && !releases.is_empty() => {
            releases.into_iter().map(|release| stream.as_state_of(release)).collect()
        }
        // Two streams are compared, whatever they are called.
        [stream] if stream.is_stream() => match other {
            [only] => {
                let mut same = stream.clone();
                (same.name, same.namespace) = (only.name.clone(), only.namespace.clone());
                vec![same]
            }
            _ => side,
        },
        _ => side,
    }
}

/// The files of a revision, in a temporary directory.
struct Tree {
    /// The paths in it.
    paths: Vec<PathBuf>,
    _directory: tempfile::TempDir,
}

impl Tree {
    fn checkout(revision: &str, paths: &[PathBuf]) -> Result<Tree, String> {
        let directory = tempfile::tempdir().map_err(|error| format!("cannot create a temporary directory: {error}"))?;
        let prefix = git(&["rev-parse", "--show-prefix"])?;
        let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])
            .map_err(|_| format!("git has no revision `{revision}`"))?;
        let top = git(&["rev-parse", "--show-toplevel"])?;
        // All files: a release can read others, and relc.toml and environments can be in directories above.
        let mut archive = Command::new("git")
            .args(["-C", &top, "archive", "--format=tar", &commit])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run git: {error}"))?;
        let bytes = archive.stdout.take().ok_or("cannot read from git")?;
        tar::Archive::new(bytes)
            .unpack(directory.path())
            .map_err(|error| format!("cannot unpack the revision `{revision}`: {error}"))?;
        archive.wait().map_err(|error| format!("cannot run git: {error}"))?;
        let root = directory.path().join(Path::new(&prefix));
        let inside = |path: &PathBuf| match path.strip_prefix(&top) {
            Ok(relative) => directory.path().join(relative),
            Err(_) => normalize(&root.join(path)),
        };
        let paths = paths.iter().map(inside).filter(|path| path.exists()).collect();
        Ok(Tree { paths, _directory: directory })
    }
}

/// Runs git, and returns what it prints, without the line's end.
fn git(arguments: &[&str]) -> Result<String, String> {
    let ended = Command::new("git").args(arguments).output().map_err(|error| format!("cannot run git: {error}"))?;
    if !ended.status.success() {
        let message = String::from_utf8_lossy(&ended.stderr);
        let message = message.trim().trim_start_matches("fatal: ");
        return Err(format!("git failed: {message}"));
    }
    Ok(String::from_utf8_lossy(&ended.stdout).trim_end().to_owned())
}
