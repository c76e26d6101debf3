//! `relc fmt`: the one style of `.rel` files.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::Outcome;
use super::report::{counted, failed, failure, note, print};
use relc_project::driver;
use relc_project::fix::{difference, is_read_only, write};
use relc_project::inputs::InputPaths;
use relc_project::inputs::{self, Task, is_rel};
use relc_project::read::{self, ReadError};
use relc_render as render;
use relc_syntax::format::{WIDTH, format};
use relc_syntax::source::Sources;

/// Lay out `.rel` files in the one style.
///
/// Comments, blank lines and where an element's lines are broken stay; a bracket that was written on one line stays on one where it
/// fits. A declaration with a syntax error stays as it is. Without a PATH, everything below the working directory is laid out.
/// Exit codes: 0, done; 1, with `--check` or `--diff`, a file would change; 2, relc could not run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Fmt {
    /// Files, and directories of which the `.rel` files count, ignore files respected; `-` is standard input.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write nothing, and name the files that would change.
    #[arg(long)]
    check: bool,

    /// Write nothing, and show what would change.
    #[arg(long)]
    diff: bool,

    /// The columns that a line has before a bracket in it is broken, 20 to 1000.
    #[arg(long, value_name = "COLUMNS", default_value_t = WIDTH, value_parser = columns())]
    width: usize,

    /// The name of standard input, for messages.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  relc fmt                      lay out every .rel file below here
  relc fmt --check              for CI: fail where a file is laid out otherwise
  relc fmt hello.rel --diff     show what would change
  relc fmt - < hello.rel        from standard input to standard output";

/// In fewer columns nothing would be left of a line behind its indentation.
fn columns() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(20..=1000)
}

/// A file that was laid out.
struct Laid {
    name: String,
    before: String,
    after: String,
}

impl Fmt {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.format().unwrap_or_else(|message| failed(&message))
    }

    fn format(&self) -> Result<Outcome, String> {
        if self.paths.iter().any(|path| path.as_os_str() == "-") {
            return self.stdin();
        }
        if self.stdin_filename.is_some() {
            return Err("`--stdin-filename` names standard input: give `-` as well".to_owned());
        }
        let files = self.files()?;
        let laid: Vec<Result<Laid, String>> = driver::in_parallel(&files, |path| self.lay_out(path));
        let (laid, failures): (Vec<_>, Vec<_>) = laid.into_iter().partition(Result::is_ok);
        failures.into_iter().filter_map(Result::err).for_each(|message| failure(&message));
        let laid: Vec<Laid> = laid.into_iter().filter_map(Result::ok).collect();
        let outcome = self.end(&laid);
        Ok(if laid.len() < files.len() { Outcome::Failed } else { outcome })
    }

    /// The files that the command line names.
    fn files(&self) -> Result<Vec<PathBuf>, String> {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let tasks = inputs::tasks(&InputPaths { paths, values: Vec::new(), stdin_filename: None })?;
        let mut files = Vec::new();
        for task in tasks {
            match task {
                Task::Named(path) if !is_rel(&path) => {
                    return Err(format!("`{}` is no `.rel` file: YAML keeps its own style", path.display()));
                }
                Task::Named(path) => files.push(path),
                Task::Found(path) => files.extend(is_rel(&path).then_some(path)),
                Task::Stdin(_) | Task::Values(_) => {}
            }
        }
        if files.is_empty() { Err("there is no `.rel` file in what was named".to_owned()) } else { Ok(files) }
    }

    fn lay_out(&self, path: &Path) -> Result<Laid, String> {
        let name = path.display().to_string();
        let before = read::file(path, &name).map_err(|bad| unread(&name, bad))?;
        let after = format(&before, self.width);
        Ok(Laid { name, before, after })
    }

    fn stdin(&self) -> Result<Outcome, String> {
        if self.paths.len() > 1 {
            return Err("standard input is laid out by itself: give `-` alone".to_owned());
        }
        let name = self.stdin_filename.as_ref().map_or("<stdin>".to_owned(), |path| path.display().to_string());
        let before = read::stdin(&name).map_err(|bad| unread(&name, bad))?;
        let after = format(&before, self.width);
        if self.check || self.diff {
            return Ok(self.end(&[Laid { name, before, after }]));
        }
        Ok(print(&after))
    }

    /// Writes what changed, or tells it.
    fn end(&self, laid: &[Laid]) -> Outcome {
        let changed: Vec<&Laid> = laid.iter().filter(|laid| laid.before != laid.after).collect();
        if self.diff {
            let diffs: String = changed.iter().map(|laid| difference(&laid.name, &laid.before, &laid.after)).collect();
            return told(print(&diffs), &changed);
        }
        if self.check {
            let names: String = changed.iter().map(|laid| format!("would change {}\n", laid.name)).collect();
            summary(&changed, laid.len(), "would change");
            return told(print(&names), &changed);
        }
        let mut outcome = Outcome::Done;
        for laid in &changed {
            let written = match is_read_only(&laid.name) {
                true => Err(format!("`{}` is read-only: it stays as it was", laid.name)),
                false => write(&laid.name, &laid.after),
            };
            if let Err(message) = written {
                failure(&message);
                outcome = Outcome::Failed;
            }
        }
        if outcome == Outcome::Done && !laid.is_empty() {
            summary(&changed, laid.len(), "laid out");
        }
        outcome
    }
}

/// What a run that writes nothing came to.
fn told(printed: Outcome, changed: &[&Laid]) -> Outcome {
    match printed {
        Outcome::Done if !changed.is_empty() => Outcome::Errors,
        other => other,
    }
}

/// Says how many files changed.
fn summary(changed: &[&Laid], all: usize, word: &str) {
    let same = all - changed.len();
    let message = match (changed.len(), same) {
        (0, 1) => "1 file is laid out already".to_owned(),
        (0, _) => format!("{} are laid out already", counted(same, "file")),
        (count, 0) => format!("{} {word}", counted(count, "file")),
        (count, 1) => format!("{} {word}, 1 was laid out already", counted(count, "file")),
        (count, same) => format!("{} {word}, {same} were laid out already", counted(count, "file")),
    };
    note("note", &message);
}

/// Why a file is not laid out.
fn unread(name: &str, bad: ReadError) -> String {
    match bad {
        ReadError::Failed(reason) => format!("cannot read `{name}`: {reason}"),
        ReadError::InvalidText(no_text) => {
            let mut sources = Sources::default();
            sources.add(no_text.file);
            render::short(&sources, &[no_text.diagnostic]).trim_end().to_owned()
        }
    }
}
