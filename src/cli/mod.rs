//! The command line: one file a subcommand, and what they share.
//!
//! In: arguments, files, standard input. Out: text on standard output, what there is to say on standard error, and an
//! exit code. This is the only folder that touches the disk, the environment and standard streams.

// Everything else is kept from these by clippy.toml.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod build;
mod console;
mod env;
mod environments;
mod explain;
mod fix;
mod flags;
mod gate;
mod inputs;
mod lint;
mod loader;
mod mend;
mod output;
mod read;
mod report;
mod run;
mod schema;
mod texts;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Compiles progressive releases into the Kubernetes manifests that the Iter8 controller works on.
#[derive(Parser)]
#[command(name = "relc", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  relc build hello.rel                       print the manifests of a release
  relc build hello.rel | kubectl apply -f -  apply them
  relc build -f values.yaml --name hello     the same for values of the Iter8 release chart
  relc lint .                                check every release and values file below here
  relc help build                            everything that `build` can do";

#[derive(Subcommand)]
enum Command {
    Build(build::Build),
    Lint(lint::Lint),
    Check(lint::Check),
    Explain(explain::Explain),
    Rules(explain::Rules),
    Schema(schema::Schema),
    Env(env::Env),
}

/// How a run ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Done,
    /// The input has errors; nothing was written.
    Errors,
    /// relc could not do its work: a file, a flag, a full disk.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Done => 0,
            Outcome::Errors => 1,
            Outcome::Failed => 2,
        })
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Command::Build(build) => build.run(),
        Command::Lint(lint) => lint.run(),
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Rules(rules) => rules.run(),
        Command::Schema(schema) => schema.run(),
        Command::Env(env) => env.run(),
    };
    outcome.into()
}
