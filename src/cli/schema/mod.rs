//! `relc schema`: the JSON Schema of values files. `relc schema add`: the schemas of kinds that relc doesn't have.

mod add;

use std::io::{self, Write};
use std::path::Path;

use clap::{Args, Subcommand};
use clap_complete::ArgValueCandidates;
use serde_json::Value as Json;

use super::report::failed;
use super::{Outcome, complete};
use crate::cli::flags::EnvironmentFlags;
use relc_core::compile::Environments;
use relc_core::json_schema;
use relc_core::library::Catalog;
use relc_project::read::reason;
use relc_render as render;
use relc_syntax::diagnostic::{Diagnostics, nearest, quoted};

/// Print a JSON Schema of values files, for editors and Helm.
///
/// `relc schema add` adds schemas of Kubernetes kinds instead. The schema of values files uses draft 2020-12 and accepts what relc accepts. Exit codes: 0, printed; 1, a definition file has errors; 2, the
/// environment doesn't exist, or relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Schema {
    #[command(subcommand)]
    command: Option<Command>,

    /// The environment. By default, the schema includes all environments.
    #[arg(value_name = "ENVIRONMENT", add = ArgValueCandidates::new(complete::environments))]
    environment: Option<String>,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc schema > values.schema.json           for a chart or an editor
  relc schema deployment > deployment.json   for values files of one environment
  relc schema add crds/                      add the kinds of your cluster";

#[derive(Subcommand)]
enum Command {
    Add(add::Add),
}

impl Schema {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        if let Some(Command::Add(add)) = self.command {
            return add.run();
        }
        let catalog = match self.environments.search().catalog_from(Path::new("")) {
            Ok(catalog) => catalog,
            Err(message) => return failed(&message),
        };
        let (names, schema) = match &self.environment {
            None => (catalog.environment_names(), Some(json_schema::of_all(&catalog))),
            Some(name) => (vec![name.as_str()], json_schema::of_environment(&catalog, name)),
        };
        let Some(schema) = schema else {
            return failed(&unknown_environment(&catalog, names.first().copied().unwrap_or_default()));
        };
        if let Some(errors) = names.iter().find_map(|name| definition_errors(&catalog, name)) {
            let _ = io::stderr().write_all(errors.as_bytes());
            return Outcome::Errors;
        }
        match print(&schema) {
            Ok(()) => Outcome::Done,
            Err(message) => failed(&message),
        }
    }
}

/// Returns the message for an unknown environment `name`.
pub fn unknown_environment(catalog: &Catalog, name: &str) -> String {
    let known = catalog.environment_names();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the environments are {}", quoted(known)),
    };
    format!("environment `{name}` not found; {help}")
}

/// Returns the errors in the definition files of the environment `name`, a line each.
pub fn definition_errors(catalog: &Catalog, name: &str) -> Option<String> {
    let environment = &catalog.environment(name)?.environment;
    let environments = Environments::new(catalog);
    let named = &environment.declaration.item.name;
    environment.strategies.iter().find_map(|strategy| {
        let mut found = Diagnostics::default();
        environments.prepare(named, Some(&strategy.definition.item.name), &mut found);
        found.has_errors().then(|| render::short(&catalog.sources(), &found.into_vec()))
    })
}

/// A closed pipe is not an error.
fn print(schema: &Json) -> Result<(), String> {
    let text = format!("{schema:#}\n");
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| format!("cannot write to standard output: {}", reason(&error))),
    }
}
