//! `relc build`: builds manifests from releases.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use super::Outcome;
use super::console::Console;
use super::flags::{MessageFlags, SourceFlags};
use super::layout::Layout;
use super::output::Spool;
use super::provenance::ProvenanceFile;
use relc_core::codegen::Format;
use relc_core::library::Catalog;
use relc_project::driver::{self, Event, RenderedRelease, Run, Trace};
use relc_project::inputs::{self, Task};
use relc_project::overlay::Overlay;

/// Print the manifests of releases, or write them to a directory.
///
/// relc checks all releases before it writes anything. Exit codes: 0, built; 1, the input has errors and nothing is written;
/// 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Build {
    #[command(flatten)]
    source: SourceFlags,

    /// Write each release to DIR/NAMESPACE__NAME.yaml instead of printing it.
    ///
    /// relc lists files of an earlier build that this one didn't write, and never deletes them.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,

    /// The format of manifests: a YAML stream, a JSON `List`, or a directory that kustomize or Helm reads.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ManifestFormat::Yaml)]
    format: ManifestFormat,

    /// Show the origin of each field, in comments of the YAML, or as JSON in a FILE.
    ///
    /// A comment contains the position where the environment, a library or your own specification writes the field, and after
    /// an arrow the position that its value comes from, if that is a different line.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    trace: Option<Option<PathBuf>>,

    #[command(flatten)]
    messages: MessageFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc build hello.rel | kubectl apply -f -
  relc build releases/ -n test -o manifests/
  relc build -f values.yaml -f production.yaml --name hello --set application.strategy=canary
  relc build releases/ --format chart -o shop/   a chart for Helm
  relc build hello.rel --trace               show the origin of each field
  generate | relc build - --stdin-filename generated.rel";

/// The formats of manifests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ManifestFormat {
    /// A stream of YAML documents.
    Yaml,
    /// A JSON `List`, as kubectl prints it.
    Json,
    /// With `-o`: YAML files, and a `kustomization.yaml` that lists them.
    Kustomization,
    /// With `-o`: a Helm chart without values, with a template for each release.
    Chart,
}

impl ManifestFormat {
    /// Returns the format of a file, and the layout of the directory.
    fn parts(self) -> (Format, Layout) {
        match self {
            ManifestFormat::Yaml => (Format::Yaml, Layout::Files),
            ManifestFormat::Json => (Format::Json, Layout::Files),
            ManifestFormat::Kustomization => (Format::Yaml, Layout::Kustomization),
            ManifestFormat::Chart => (Format::Yaml, Layout::Chart),
        }
    }
}

impl Build {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let mut console = Console::new(self.messages);
        let paths = self.source.paths();
        let ready = inputs::tasks(&paths)
            .and_then(|tasks| Ok((tasks, self.output()?, self.source.environments.search().catalog_to_build(&paths)?)));
        let outcome = match ready {
            // The process ends after the build, so freeing the library node by node would waste time.
            Ok((tasks, output, catalog)) => self.build(&tasks, output, Box::leak(Box::new(catalog)), &mut console),
            Err(message) => {
                console.failure(&message);
                Outcome::Failed
            }
        };
        console.finish();
        outcome
    }

    fn output(&self) -> Result<Output, String> {
        let (format, layout) = self.format.parts();
        if layout != Layout::Files && self.output.is_none() {
            let name = self.format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
            return Err(format!("`--format {name}` writes a directory: name it with `-o`"));
        }
        let (trace, provenance) = match &self.trace {
            None => (Trace::None, None),
            Some(Some(path)) => (Trace::Separate, Some(ProvenanceFile::new(path)?)),
            Some(None) if format == Format::Yaml => (Trace::Comments, None),
            Some(None) => {
                return Err("JSON has no comments: write the places to a file, as in `--trace=places.json`".to_owned());
            }
        };
        Ok(Output { format, layout, trace, spool: Spool::new(format), provenance })
    }

    fn build(&self, tasks: &[Task], mut output: Output, catalog: &Catalog, console: &mut Console) -> Outcome {
        let (options, texts) = (self.source.release.options(), Overlay::default());
        let mut outcome = Outcome::Done;
        let run = Run { catalog, format: output.format, trace: output.trace };
        driver::run(tasks, &run, |task| inputs::read(task, &options, &texts), &mut |event| match event {
            Event::Release(piece) if outcome == Outcome::Done => {
                console.built();
                if let Err(message) = output.add(piece) {
                    console.failure(&message);
                    outcome = Outcome::Failed;
                }
            }
            Event::Release(_) => console.built(),
            Event::Report(sources, report) => {
                console.report(sources, &report);
                if report.errors > 0 && outcome == Outcome::Done {
                    outcome = Outcome::Errors;
                }
            }
            Event::Failed(message) => {
                console.failure(&message);
                outcome = Outcome::Failed;
            }
        });
        console.settle();
        if outcome != Outcome::Done {
            return outcome;
        }
        if output.spool.len() == 0 {
            console.failure("no releases found");
            return Outcome::Failed;
        }
        match output.write(self.output.as_deref()) {
            Ok(stale) => {
                for path in stale {
                    console.warning(&format!("`{path}` is of an earlier build and not of this one"));
                }
                Outcome::Done
            }
            Err(message) => {
                console.failure(&message);
                Outcome::Failed
            }
        }
    }
}

/// The output of a build, held back until the whole run is known to be valid.
struct Output {
    format: Format,
    layout: Layout,
    trace: Trace,
    spool: Spool,
    provenance: Option<ProvenanceFile>,
}

impl Output {
    fn add(&mut self, mut piece: RenderedRelease) -> Result<(), String> {
        piece.text = self.layout.text(piece.text);
        self.spool.add(&piece)?;
        match (&mut self.provenance, &piece.provenance) {
            (Some(file), Some(provenance)) => file.add(provenance),
            (Some(_) | None, Some(_) | None) => Ok(()),
        }
    }

    /// Writes the provenance file and then the manifests, as printed text can't be withdrawn. Returns the names of
    /// files that an earlier build left in `directory`.
    fn write(self, directory: Option<&Path>) -> Result<Vec<String>, String> {
        if let Some(provenance) = self.provenance {
            provenance.write()?;
        }
        match directory {
            Some(directory) => self.layout.write(directory, self.spool),
            None => self.spool.print().map(|()| Vec::new()),
        }
    }
}
