//! `relc import`: converts values files to a `.rel` file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use super::console::look;
use super::flags::{ColorChoice, ReleaseFlags};
use super::report::{failed, note, print};
use crate::cli::flags::EnvironmentFlags;
use relc_core::compile::{self, Environments};
use relc_import::{Imported, import};
use relc_project::driver::{InvalidText, Read, ReadFailure};
use relc_project::fix::{difference, write};
use relc_project::inputs::InputPaths;
use relc_project::inputs::{self, is_rel};
use relc_project::overlay::Overlay;
use relc_render as render;
use relc_syntax::format::WIDTH;
use relc_syntax::source::Sources;

/// Convert a values file to a `.rel` file.
///
/// Several values files are merged as Helm does, with `--set`. `--name` and `--namespace` become part of the file. Comments stay with
/// the values they describe. relc builds both and compares the manifests; if they differ, it writes nothing. Exit codes: 0, written; 1,
/// the values have errors, or the manifests would differ; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Import {
    /// Values files of one release, later ones over earlier ones.
    #[arg(value_name = "VALUES", required = true)]
    values: Vec<PathBuf>,

    #[command(flatten)]
    release: ReleaseFlags,

    #[command(flatten)]
    environments: EnvironmentFlags,

    /// Write to this file instead of standard output. An existing file isn't overwritten.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  relc import values.yaml --name hello > hello.rel
  relc import values.yaml production.yaml --name hello -o production.rel
  relc import values.yaml --name hello --set application.strategy=canary";

impl Import {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.import().unwrap_or_else(|message| failed(&message))
    }

    fn import(&self) -> Result<Outcome, String> {
        if let Some(path) = self.values.iter().find(|path| is_rel(path)) {
            return Err(format!(
                "`relc import` converts values files, and `{}` is already a `.rel` file",
                path.display()
            ));
        }
        if let Some(path) = self.values.iter().find(|path| path.is_dir()) {
            return Err(format!("`{}` is a directory: name the values files", path.display()));
        }
        if let Some(path) = self.output.as_ref().filter(|path| !is_rel(path)) {
            let rel = path.with_extension("rel");
            return Err(format!("`{}` doesn't end in `.rel`: write `-o {}`", path.display(), rel.display()));
        }
        let inputs = InputPaths { paths: Vec::new(), values: self.values.clone(), stdin_filename: None };
        let catalog = self.environments.search().catalog(&inputs)?;
        let (options, texts) = (self.release.options(), Overlay::default());
        let tasks = inputs::tasks(&inputs)?;
        let Some(task) = tasks.first() else { return Err("name a values file".to_owned()) };
        let Read { input, options, loader } = match inputs::read(task, &options, &texts) {
            Ok(read) => read,
            Err(ReadFailure::NotAnInput) => return Err("no values found".to_owned()),
            Err(ReadFailure::Failed(message)) => return Err(message),
            Err(ReadFailure::InvalidText(no_text)) => return Ok(report_text(*no_text)),
        };
        let opened = compile::load(input, &options, &catalog, &loader);
        match import(&opened, &options, &Environments::new(&catalog), &catalog, WIDTH) {
            Imported::Text(text, namespace) => write_new(self.output.as_deref(), &text, namespace.as_deref()),
            Imported::Invalid(wrong) => Ok(report(&opened.sources, &wrong)),
            Imported::Differs(other) => {
                report(&other.sources, &other.wrong);
                if other.values != other.text {
                    print(&difference("the manifests", &other.values, &other.text));
                }
                note("error", "the values could not be converted to a `.rel` file that builds the same manifests");
                Ok(Outcome::Errors)
            }
        }
    }
}

/// Writes a converted file to a path that doesn't exist, or prints it, with a note of the namespace that it must be built with.
pub fn write_new(output: Option<&Path>, text: &str, namespace: Option<&str>) -> Result<Outcome, String> {
    let outcome = match output {
        None => print(text),
        Some(path) => {
            let name = path.display().to_string();
            if path.exists() {
                return Err(format!("`{name}` already exists: remove it, or choose another name with `-o`"));
            }
            write(&name, text)?;
            note("written", &format!("`{name}`"));
            Outcome::Done
        }
    };
    if let Some(namespace) = namespace {
        let message =
            format!("build it with `--namespace {namespace}`: its environment has no setting for the namespace");
        note("note", &message);
    }
    Ok(outcome)
}

/// Reports a file that is not text.
pub fn report_text(invalid: InvalidText) -> Outcome {
    let mut sources = Sources::default();
    sources.add(invalid.file);
    report(&sources, &[invalid.diagnostic])
}

/// Reports the diagnostics on standard error.
pub fn report(sources: &Sources, wrong: &[relc_syntax::diagnostic::Diagnostic]) -> Outcome {
    use std::io::{IsTerminal as _, Write as _};
    let look = look(ColorChoice::Auto, std::io::stderr().is_terminal());
    let text = render::human(sources, wrong, look);
    let _ = std::io::stderr().write_all(text.as_bytes());
    Outcome::Errors
}
