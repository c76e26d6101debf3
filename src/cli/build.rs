//! `relc build`: releases become manifests.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Outcome;
use super::console::Console;
use super::environments::EnvironmentFlags;
use super::flags::{InputFlags, MessageFlags, ReleaseFlags};
use super::inputs::{self, Task};
use super::output::Spool;
use super::texts::Texts;
use crate::emit::Format;
use crate::env::Catalog;
use crate::pipeline::{self, Event, Run};

/// Print the manifests of releases, or write them to a directory.
///
/// All releases are checked before anything is written. Exit codes: 0, built; 1, the input has errors and nothing is written;
/// 2, relc could not run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Build {
    #[command(flatten)]
    inputs: InputFlags,

    #[command(flatten)]
    release: ReleaseFlags,

    #[command(flatten)]
    environments: EnvironmentFlags,

    /// Write each release to DIR/NAMESPACE__NAME.yaml instead of printing it.
    ///
    /// Files that an earlier build wrote there and this one does not are named, never deleted.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// The format of manifests: a YAML stream, or a JSON `List`.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ManifestFormat::Yaml)]
    format: ManifestFormat,

    #[command(flatten)]
    messages: MessageFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc build hello.rel | kubectl apply -f -
  relc build releases/ -n test -o manifests/
  relc build -f values.yaml -f production.yaml --name hello --set application.strategy=canary
  generate | relc build - --stdin-filename generated.rel";

/// The formats of manifests.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ManifestFormat {
    /// A stream of YAML documents.
    Yaml,
    /// A JSON `List`, as kubectl prints it.
    Json,
}

impl Build {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let mut console = Console::new(self.messages);
        let ready = inputs::tasks(&self.inputs)
            .and_then(|tasks| Ok((tasks, self.environments.catalog_to_build(&self.inputs)?)));
        let outcome = match ready {
            // The process ends behind the build: giving the library back piece by piece would be time lost.
            Ok((tasks, catalog)) => self.build(&tasks, Box::leak(Box::new(catalog)), &mut console),
            Err(message) => {
                console.failure(&message);
                Outcome::Failed
            }
        };
        console.finish();
        outcome
    }

    fn build(&self, tasks: &[Task], catalog: &Catalog, console: &mut Console) -> Outcome {
        let format = match self.format {
            ManifestFormat::Yaml => Format::Yaml,
            ManifestFormat::Json => Format::Json,
        };
        let (options, texts) = (self.release.options(), Texts::default());
        let mut spool = Spool::new(format);
        let mut outcome = Outcome::Done;
        let run = Run { catalog, format };
        pipeline::run(tasks, &run, |task| inputs::read(task, &options, &texts), &mut |event| match event {
            Event::Release(piece) if outcome == Outcome::Done => {
                console.built();
                if let Err(message) = spool.add(&piece) {
                    console.failure(&message);
                    outcome = Outcome::Failed;
                }
            }
            Event::Release(_) => console.built(),
            Event::Said(sources, report) => {
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
        if spool.len() == 0 {
            console.failure("there is no release in what was named");
            return Outcome::Failed;
        }
        self.write(spool, console)
    }

    fn write(&self, spool: Spool, console: &mut Console) -> Outcome {
        let written = match &self.output {
            Some(directory) => spool.write(directory),
            None => spool.print().map(|()| Vec::new()),
        };
        match written {
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
