//! The command line: one file per subcommand, and shared code.
//!
//! In: arguments, files, standard input. Out: text on standard output, messages on standard error, and an exit code.
//! This is the only folder that uses the environment and standard streams.

// clippy.toml keeps all other crates from these.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod build;
mod complete;
mod console;
mod controller;
mod diff;
mod env;
mod expand;
mod explain;
mod export;
mod fix_loop;
mod flags;
mod fmt;
mod import;
mod layout;
mod lint;
mod lsp;
mod man;
mod output;
mod preview;
mod provenance;
mod report;
mod revise;
mod run;
mod schema;
mod test;
mod usage;

use std::process::ExitCode;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

/// Compile and check progressive releases on Kubernetes.
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
  relc build -f values.yaml --name hello     build from a values file of the Iter8 release chart
  relc lint                                  check every release and values file in this directory
  relc fmt                                   format every .rel file in this directory
  relc help build                            show all options of `build`";

#[derive(Subcommand)]
enum Command {
    /// Print the manifests of releases, or write them to a directory
    Build(OnDemand<build::Build>),
    /// Report errors and questionable settings in releases and values files, and fix them
    Lint(OnDemand<lint::Lint>),
    /// Report errors in releases and values files, without lint rules
    Check(OnDemand<lint::Check>),
    /// Format `.rel` files
    Fmt(OnDemand<fmt::Fmt>),
    /// Replace releases among manifests by the objects that they build
    Expand(OnDemand<expand::Expand>),
    /// Show which version answers which request, while versions are ready or not
    Preview(OnDemand<preview::PreviewCommand>),
    /// Show what a change does to traffic and to the cluster
    Diff(OnDemand<diff::DiffCommand>),
    /// Set values of a release in its file
    Set(OnDemand<revise::Set>),
    /// Make a candidate of a release the primary
    Promote(OnDemand<revise::Promote>),
    /// Convert a values file to a `.rel` file
    Import(OnDemand<import::Import>),
    /// Convert a release of a `.rel` file to a values file
    Export(OnDemand<export::Export>),
    /// Run the language server, which editors start
    Lsp(OnDemand<lsp::Lsp>),
    /// Explain rules and error codes
    Explain(OnDemand<explain::Explain>),
    /// List all rules: errors, lint rules, and rules of environments
    Rules(OnDemand<explain::Rules>),
    /// Print a JSON Schema of values files, for editors and Helm
    Schema(OnDemand<schema::Schema>),
    /// Run the tests of environments
    Test(OnDemand<test::Test>),
    /// List, show, check and create environments
    Env(OnDemand<env::Env>),
    /// Print the configuration that the Iter8 controller needs
    Controller(OnDemand<controller::Controller>),
    /// Print shell completions
    Completions(OnDemand<complete::Completions>),
    /// Print or write man pages
    Man(OnDemand<man::Man>),
}

/// The arguments of a subcommand, described to clap on demand: describing those of all subcommands would take a tenth
/// of a short run.
struct OnDemand<T>(T);

impl<T: Args> Args for OnDemand<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(T::augment_args)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(T::augment_args_for_update)
    }
}

impl<T: FromArgMatches> FromArgMatches for OnDemand<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(OnDemand)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// The outcome of a run, which determines the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Success.
    Done,
    /// The input has errors; nothing was written.
    Errors,
    /// relc can't do its work: a missing file, an invalid flag, a full disk.
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
    if complete::is_completing() {
        return complete::answer(Arguments::command);
    }
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(message) = usage::separate_value(&words) {
        return report::failed(&message).into();
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::report(&error, &Arguments::command()).into(),
    };
    let outcome = match arguments.command {
        Command::Build(build) => build.0.run(),
        Command::Lint(lint) => lint.0.run(),
        Command::Check(check) => check.0.run(),
        Command::Fmt(fmt) => fmt.0.run(),
        Command::Expand(expand) => expand.0.run(),
        Command::Preview(preview) => preview.0.run(),
        Command::Diff(diff) => diff.0.run(),
        Command::Set(set) => set.0.run(),
        Command::Promote(promote) => promote.0.run(),
        Command::Import(import) => import.0.run(),
        Command::Export(export) => export.0.run(),
        Command::Lsp(lsp) => lsp.0.run(),
        Command::Explain(explain) => explain.0.run(),
        Command::Rules(rules) => rules.0.run(),
        Command::Schema(schema) => schema.0.run(),
        Command::Test(test) => test.0.run(),
        Command::Env(env) => env.0.run(),
        Command::Controller(controller) => controller.0.run(),
        Command::Completions(completions) => completions.0.run(),
        Command::Man(man) => man.0.run(),
    };
    outcome.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list of all subcommands and a subcommand's own help start with the same line.
    #[test]
    fn both_lines_of_a_subcommand_agree() {
        let listed = Arguments::command();
        let mut built = listed.clone();
        built.build();
        for command in listed.get_subcommands() {
            let name = command.get_name();
            let asked = built.find_subcommand(name).and_then(clap::Command::get_about).map(ToString::to_string);
            assert!(asked.is_some(), "{name} says nothing");
            assert_eq!(command.get_about().map(ToString::to_string), asked, "{name}");
        }
    }
}
