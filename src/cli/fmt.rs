//! `relc fmt`: formats `.rel` files.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::Outcome;
use super::report::{count_words, failed, failure, note, print};
use relc_project::driver;
use relc_project::fix::{difference, is_read_only, write};
use relc_project::inputs::InputPaths;
use relc_project::inputs::{self, Task, is_rel};
use relc_project::read::{self, ReadError};
use relc_render as render;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::format::{WIDTH, format};
use relc_syntax::source::{SourceFile, Sources};

/// Format `.rel` files.
///
/// Comments, blank lines and line breaks inside of an element stay. Brackets on one line stay on one line if they fit. A declaration
/// with a syntax error stays as it is. Without a PATH, relc formats everything in the working directory. Exit codes: 0, done; 1, a file has
/// a syntax error or, with `--check` or `--diff`, would change; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Fmt {
    /// Files, and directories with `.rel` files. relc respects ignore files. `-` is standard input.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write nothing, and list the files that would change.
    #[arg(long)]
    check: bool,

    /// Write nothing, and print what would change.
    #[arg(long)]
    diff: bool,

    /// The maximum width of a line, from 20 to 1000.
    #[arg(long, value_name = "COLUMNS", default_value_t = WIDTH, value_parser = columns())]
    width: usize,

    /// The file name of standard input, for messages.
    #[arg(long, value_name = "NAME")]
    stdin_filename: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  relc fmt                      format every .rel file in this directory
  relc fmt --check              fail if a file isn't formatted, for CI
  relc fmt hello.rel --diff     print what would change
  relc fmt - < hello.rel        format standard input";

/// Fewer columns would leave no room on a line after its indentation.
fn columns() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(20..=1000)
}

/// A formatted file.
struct FormattedFile {
    name: String,
    before: String,
    after: String,
    /// Its syntax errors, as a report shows them.
    errors: String,
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
            return Err("`--stdin-filename` names standard input: pass `-` as well".to_owned());
        }
        let files = self.files()?;
        let formatted: Vec<Result<FormattedFile, String>> = driver::in_parallel(&files, |path| self.format_file(path));
        let (formatted, failures): (Vec<_>, Vec<_>) = formatted.into_iter().partition(Result::is_ok);
        failures.into_iter().filter_map(Result::err).for_each(|message| failure(&message));
        let formatted: Vec<FormattedFile> = formatted.into_iter().filter_map(Result::ok).collect();
        let outcome = self.end(&formatted);
        Ok(if formatted.len() < files.len() { Outcome::Failed } else { outcome })
    }

    /// Returns the files that the command line names.
    fn files(&self) -> Result<Vec<PathBuf>, String> {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let tasks = inputs::tasks(&InputPaths { paths, values: Vec::new(), stdin_filename: None })?;
        let mut files = Vec::new();
        for task in tasks {
            match task {
                Task::Named(path) if !is_rel(&path) => {
                    return Err(format!("`relc fmt` formats `.rel` files only, and `{}` is not one", path.display()));
                }
                Task::Named(path) => files.push(path),
                Task::Found(path) => files.extend(is_rel(&path).then_some(path)),
                Task::Stdin(_) | Task::Values(_) => {}
            }
        }
        if files.is_empty() { Err("no `.rel` files found".to_owned()) } else { Ok(files) }
    }

    fn format_file(&self, path: &Path) -> Result<FormattedFile, String> {
        let name = path.display().to_string();
        let before = read::file(path, &name).map_err(|bad| read_failure(&name, bad))?;
        let after = format(&before, self.width);
        Ok(FormattedFile { errors: syntax_errors(&name, &before), name, before, after })
    }

    fn stdin(&self) -> Result<Outcome, String> {
        if self.paths.len() > 1 {
            return Err("standard input is formatted alone: pass only `-`".to_owned());
        }
        let name = self.stdin_filename.as_ref().map_or("<stdin>".to_owned(), |path| path.display().to_string());
        let before = read::stdin(&name).map_err(|bad| read_failure(&name, bad))?;
        let after = format(&before, self.width);
        if self.check || self.diff {
            return Ok(self.end(&[FormattedFile { errors: syntax_errors(&name, &before), name, before, after }]));
        }
        Ok(print(&after))
    }

    /// Reports syntax errors, and writes or reports the changes.
    fn end(&self, formatted: &[FormattedFile]) -> Outcome {
        let broken = formatted.iter().filter(|file| !file.errors.is_empty()).count();
        formatted.iter().for_each(|file| report_errors(&file.errors));
        let outcome = self.finish(formatted, formatted.len() - broken);
        if outcome == Outcome::Done && broken > 0 { Outcome::Errors } else { outcome }
    }

    /// Writes or reports the changes of files, of which `valid` have no syntax errors.
    fn finish(&self, formatted: &[FormattedFile], valid: usize) -> Outcome {
        let changed: Vec<&FormattedFile> =
            formatted.iter().filter(|formatted| formatted.before != formatted.after).collect();
        if self.diff {
            let diffs: String = changed
                .iter()
                .map(|formatted| difference(&formatted.name, &formatted.before, &formatted.after))
                .collect();
            return outcome(print(&diffs), &changed);
        }
        if self.check {
            let names: String = changed.iter().map(|formatted| format!("would change {}\n", formatted.name)).collect();
            summary(&changed, valid, "would change");
            return outcome(print(&names), &changed);
        }
        let mut outcome = Outcome::Done;
        for formatted in &changed {
            let written = match is_read_only(&formatted.name) {
                true => Err(format!("`{}` is read-only and was not changed", formatted.name)),
                false => write(&formatted.name, &formatted.after),
            };
            if let Err(message) = written {
                failure(&message);
                outcome = Outcome::Failed;
            }
        }
        if outcome == Outcome::Done && !formatted.is_empty() {
            summary(&changed, valid, "formatted");
        }
        outcome
    }
}

/// Returns the syntax errors of a file, as a report shows them.
fn syntax_errors(name: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(name, text));
    let (_, found) = relc_syntax::parse(file, text);
    let errors: Vec<Diagnostic> =
        found.into_vec().into_iter().filter(|found| found.severity == Severity::Error).collect();
    if errors.is_empty() { String::new() } else { render::short(&sources, &errors) }
}

fn report_errors(errors: &str) {
    use std::io::Write as _;
    // A reader that is gone needs no report.
    let _ = std::io::stderr().write_all(errors.as_bytes());
}

/// Returns the outcome of a run that writes nothing.
fn outcome(printed: Outcome, changed: &[&FormattedFile]) -> Outcome {
    match printed {
        Outcome::Done if !changed.is_empty() => Outcome::Errors,
        other => other,
    }
}

/// Reports the number of changed files.
fn summary(changed: &[&FormattedFile], all: usize, word: &str) {
    if all == 0 && changed.is_empty() {
        return;
    }
    let same = all.saturating_sub(changed.len());
    let message = match (changed.len(), same) {
        (0, 1) => "1 file is already formatted".to_owned(),
        (0, _) => format!("{} are already formatted", count_words(same, "file")),
        (count, 0) => format!("{} {word}", count_words(count, "file")),
        (count, 1) => format!("{} {word}, 1 was already formatted", count_words(count, "file")),
        (count, same) => format!("{} {word}, {same} were already formatted", count_words(count, "file")),
    };
    note("note", &message);
}

/// Returns the message for a file that can't be formatted.
fn read_failure(name: &str, bad: ReadError) -> String {
    match bad {
        ReadError::Failed(reason) => format!("cannot read `{name}`: {reason}"),
        ReadError::InvalidText(no_text) => {
            let mut sources = Sources::default();
            sources.add(no_text.file);
            render::short(&sources, &[no_text.diagnostic]).trim_end().to_owned()
        }
    }
}
