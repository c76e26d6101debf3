//! `relc env`: lists, shows, checks and creates environments.

mod check;
mod new;
mod show;

use std::fmt::Write as _;
use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::{Outcome, report};
use crate::cli::flags::EnvironmentFlags;
use relc_core::check::describe::{Described, describe, summary};
use relc_core::library::{Catalog, Found};
use relc_syntax::diagnostic::nearest;

/// List, show, check and create environments.
#[derive(Args)]
#[command(arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Env {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  relc env list
  relc env show deployment
  relc env new shop -o envs/                create an environment
  relc env new shop --from deployment       print a copy of an environment
  relc env check envs/                      check definition files";

#[derive(Subcommand)]
enum Command {
    List(List),
    Show(show::Show),
    Check(check::Check),
    New(new::New),
}

/// List the environments with their strategies, files and descriptions.
#[derive(Args)]
struct List {
    /// The format of the list.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

/// The formats of descriptions of environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// JSON, for other programs.
    Json,
}

impl Env {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::List(list) => list.run(),
            Command::Show(show) => show.run(),
            Command::Check(check) => check.run(),
            Command::New(new) => new.run(),
        }
    }
}

#[derive(Serialize)]
struct Listed {
    name: String,
    strategies: Vec<String>,
    source: String,
    summary: String,
}

impl List {
    fn run(self) -> Outcome {
        let catalog = match self.environments.search().catalog_from(Path::new("")) {
            Ok(catalog) => catalog,
            Err(message) => return report::failed(&message),
        };
        let found = catalog.environment_names().into_iter().filter_map(|name| catalog.environment(name));
        let listed: Vec<Listed> = found.map(|found| list_item(&describe_environment(&found, &catalog))).collect();
        match self.format {
            Format::Text => report::print(&table(&listed)),
            Format::Json => report::print(&format!("{}\n", json(&listed))),
        }
    }
}

fn list_item(described: &Described) -> Listed {
    Listed {
        name: described.name.clone(),
        strategies: described.strategies.iter().map(|strategy| strategy.name.clone()).collect(),
        source: described.source.clone(),
        summary: summary(&described.documentation).to_owned(),
    }
}

fn table(listed: &[Listed]) -> String {
    let rows: Vec<[String; 4]> = listed
        .iter()
        .map(|one| [one.name.clone(), one.strategies.join(", "), one.source.clone(), one.summary.clone()])
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (name, strategies, source) = (width(0), width(1), width(2));
    let mut out = String::new();
    for [a, b, c, d] in &rows {
        let line = format!("{a:name$}  {b:strategies$}  {c:source$}  {d}");
        writeln!(out, "{}", line.trim_end()).expect("a string can be written to a string");
    }
    out
}

fn describe_environment(found: &Found, catalog: &Catalog) -> Described {
    describe(&found.environment, &catalog.sources())
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("strings, lists and booleans are always JSON")
}

/// Returns the outcome for an unknown environment `name`.
fn unknown_environment(name: &str, catalog: &Catalog) -> Outcome {
    if let Some((library, part)) = name.split_once('.')
        && let Some((module, _)) = catalog.library(library)
        && module.part(part).is_some()
    {
        return report::failed(&format!("`{name}` is a part: `relc env show {library}` shows it"));
    }
    let library = || nearest(name, catalog.libraries()).map(|near| format!("did you mean the library `{near}`?"));
    let environment = nearest(name, catalog.environment_names()).map(|near| format!("did you mean `{near}`?"));
    let hint = environment.or_else(library).unwrap_or_else(|| "`relc env list` lists them".to_owned());
    report::failed(&format!("environment `{name}` not found; {hint}"))
}
