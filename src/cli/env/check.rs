//! `relc env check`: errors in definition files, without a release.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::super::run::ReportFlags;
use super::super::{Outcome, report};
use crate::cli::flags::EnvironmentFlags;
use relc_core::compile::definitions;
use relc_core::library::Catalog;
use relc_core::nodes::Tree;
use relc_lint::report::unsuppressed_in;
use relc_project::environments::named_directories;
use relc_project::{loader, read};
use relc_syntax::ast::Item;
use relc_syntax::diagnostic::{Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Syntax};

/// Check definition files, without a release.
///
/// Without a PATH, relc checks the directories that `relc.toml` names. A file can import libraries in its directory by name, as if
/// `relc.toml` named the directory. Exit codes: 0, no errors; 1, errors; 2,
/// relc couldn't run.
#[derive(Args)]
pub struct Check {
    /// Definition files, and directories of them.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    environments: EnvironmentFlags,

    #[command(flatten)]
    report: ReportFlags,
}

impl Check {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.check().unwrap_or_else(|message| report::failed(&message))
    }

    fn check(&self) -> Result<Outcome, String> {
        let paths = if self.paths.is_empty() { named_directories()? } else { self.paths.clone() };
        if paths.is_empty() {
            return Err(
                "nothing to check: name a definition file or a directory, as in `relc env check envs/`".to_owned()
            );
        }
        let directories: Vec<PathBuf> = paths.iter().map(|path| directory(path)).collect();
        let (catalog, names) = self.environments.search().catalog_with(&directories[0], &directories)?;
        let files = files(&paths, &catalog)?;
        let mut report = self.report.report(&catalog);
        let (sources, mut known, mut outcome) = (catalog.sources(), Diagnostics::default(), Outcome::Done);
        for file in files {
            let mut found: Vec<Diagnostic> = names.iter().filter(|found| found.span.file == file).cloned().collect();
            let own = definitions(file, &catalog).into_vec();
            found.extend(unsuppressed_in(Tree::read(&sources, file, Syntax::Rel), own));
            // Report a file that several others import only once.
            found.retain(|found| known.iter().all(|known| (known.span, &known.code) != (found.span, &found.code)));
            found.iter().for_each(|found| known.push(found.clone()));
            if found.iter().any(|found| self.report.fails(found.severity)) {
                outcome = Outcome::Errors;
            }
            report.add(&sources, file, &found);
        }
        report.finish()?;
        Ok(outcome)
    }
}

/// Returns the files that are meant by `paths`: of a directory, those with definitions.
fn files(paths: &[PathBuf], catalog: &Catalog) -> Result<BTreeSet<FileId>, String> {
    let sources = catalog.sources();
    let known: Vec<(PathBuf, FileId)> =
        catalog.users().map(|file| (canonical(Path::new(sources.file(file).name())), file)).collect();
    let mut files = BTreeSet::new();
    for path in paths {
        let (wanted, shown) = (canonical(path), path.display());
        let is_in = |file: &Path| if path.is_dir() { file.parent() == Some(&wanted) } else { file == wanted };
        let named: Vec<FileId> = known.iter().filter(|(path, _)| is_in(path)).map(|(_, file)| *file).collect();
        let defining: Vec<FileId> = named.iter().copied().filter(|file| !has_releases(catalog, *file)).collect();
        if defining.is_empty() {
            return Err(match (path.is_dir(), named.is_empty()) {
                (true, _) => format!("no definition files in `{shown}`"),
                (false, false) => format!("`{shown}` is a file of releases: `relc check` checks it"),
                (false, true) => unread_message(path),
            });
        }
        files.extend(defining);
    }
    Ok(files)
}

fn has_releases(catalog: &Catalog, file: FileId) -> bool {
    catalog.tree(file).is_some_and(|tree| tree.items.iter().any(|item| matches!(item, Item::Release(_))))
}

/// Returns the message for a file at `path` that was not read.
fn unread_message(path: &Path) -> String {
    match fs::metadata(path) {
        Ok(_) => format!("`{}` is not a definition file: their names end in `.rel`", path.display()),
        Err(error) => format!("cannot read `{}`: {}", path.display(), read::reason(&error)),
    }
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn directory(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    loader::directory(path)
}
