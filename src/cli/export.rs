//! `relc export`: converts a release of a `.rel` file to a values file.

use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::flags::{EnvironmentFlags, ReleaseFlags};
use super::import::{report, report_text, write_new};
use super::report::{failed, note};
use relc_core::compile::{self, Environments, LoadedInput};
use relc_import::{Exported, export};
use relc_project::driver::{Read, ReadFailure};
use relc_project::inputs::{self, InputPaths, is_rel};
use relc_project::overlay::Overlay;

/// Convert a release of a `.rel` file to a values file.
///
/// Parameters get their values, and percentages their weights; comments aren't kept. relc builds both and compares the manifests; if they
/// differ, it writes nothing. Exit codes: 0, written; 1, the release has errors, or no values file is equivalent; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Export {
    /// A `.rel` file; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The release, in a file with several.
    #[arg(long = "release", value_name = "NAME")]
    chosen: Option<String>,

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
  relc export hello.rel > values.yaml
  relc export releases.rel --release hello -o values.yaml
  relc export hello.rel --set tag=1.5 --namespace staging -o staging.yaml";

impl Export {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.export().unwrap_or_else(|message| failed(&message))
    }

    fn export(&self) -> Result<Outcome, String> {
        let name = self.file.display();
        let is_stdin = self.file.as_os_str() == "-";
        if self.file.is_dir() {
            return Err(format!("`{name}` is a directory: name a `.rel` file"));
        }
        if !is_stdin && !is_rel(&self.file) {
            return Err(format!("`relc export` converts `.rel` files, and `{name}` isn't one"));
        }
        if let Some(path) = self.output.as_ref().filter(|path| is_rel(path)) {
            let yaml = path.with_extension("yaml");
            return Err(format!("`{}` is a `.rel` file: write `-o {}`", path.display(), yaml.display()));
        }
        let inputs = InputPaths { paths: vec![self.file.clone()], ..InputPaths::default() };
        let catalog = self.environments.search().catalog(&inputs)?;
        let options = self.release.options();
        let tasks = inputs::tasks(&inputs)?;
        let Some(task) = tasks.first() else { return Err("name a `.rel` file".to_owned()) };
        let Read { input, options, loader } = match inputs::read(task, &options, &Overlay::default()) {
            Ok(read) => read,
            Err(ReadFailure::NotAnInput) => return Err(format!("`{name}` has no release")),
            Err(ReadFailure::Failed(message)) => return Err(message),
            Err(ReadFailure::InvalidText(invalid)) => return Ok(report_text(*invalid)),
        };
        let opened = compile::load(input, &options, &catalog, &loader);
        if opened.values().is_some() {
            return Err("standard input is a values file already".to_owned());
        }
        let index = match self.index(&opened) {
            Err(_) if opened.diagnostics.has_errors() => 0,
            found => found?,
        };
        match export(&opened, index, options.namespace.as_deref(), &Environments::new(&catalog), &catalog) {
            Exported::Text(text, namespace) => write_new(self.output.as_deref(), &text, namespace.as_deref()),
            Exported::Invalid(wrong) => Ok(report(&opened.sources, &wrong)),
            Exported::NotExpressible(reason) => {
                note("error", &format!("the release has no equivalent values file: {reason}"));
                Ok(Outcome::Errors)
            }
        }
    }

    /// The position of the release to convert.
    fn index(&self, opened: &LoadedInput) -> Result<usize, String> {
        let (file, names) = (self.file.display(), opened.names());
        match (&self.chosen, names.as_slice()) {
            (Some(name), _) => names
                .iter()
                .position(|known| *known == name)
                .ok_or_else(|| format!("no release named `{name}` in `{file}`; it has {}", names.join(", "))),
            (None, [_]) => Ok(0),
            (None, []) => Err(format!("`{file}` has no release")),
            (None, _) => {
                Err(format!("a values file has one release: name one of {} with `--release`", names.join(", ")))
            }
        }
    }
}
