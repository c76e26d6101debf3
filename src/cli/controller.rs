//! `relc controller`: the configuration that the Iter8 controller needs for the environments in use.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;

use super::flags::ColorChoice;
use super::report::{Report, ReportFormat, Stream, failed, note, print};
use super::{Outcome, complete, schema};
use crate::cli::flags::EnvironmentFlags;
use relc_core::check::controller::{Access, ResourceType, resource_types};
use relc_core::codegen;
use relc_core::compile::{Options, Releases};
use relc_core::library::Catalog;
use relc_core::value::{Entry, Value, ValueKind};
use relc_project::driver::{self, Depth, Linted};
use relc_project::inputs::{self, InputPaths};
use relc_project::overlay::Overlay;
use relc_render as render;
use relc_syntax::diagnostic::{Severity, quoted};
use relc_syntax::source::{FileId, Span};

/// Print the configuration that the Iter8 controller needs.
///
/// The controller watches objects of the kinds in its `resourceTypes`. relc prints the kinds that the environments in use need, except
/// those that the chart of the controller installs (`--all` includes them). Without a PATH and `--env`, relc reads the releases in the
/// working directory. Exit codes: 0, printed; 1, a release or an environment has errors; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Controller {
    /// Releases, values files, and directories of them, for their environments.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// An environment, whether or not a release uses it.
    #[arg(long = "env", value_name = "NAME", conflicts_with = "paths", add = ArgValueCandidates::new(complete::environments))]
    named: Vec<String>,

    /// The format of the output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Values)]
    format: Format,

    /// Include what the chart installs, for a controller that was installed in another way.
    #[arg(long)]
    all: bool,

    /// For a controller that watches all namespaces.
    #[arg(long)]
    cluster_scoped: bool,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc controller releases/ > controller.yaml
  helm upgrade --install iter8 CHART -f controller.yaml
  helm upgrade --install iter8 CHART $(relc controller releases/ --format set)
  relc controller --env deployment --all --format rbac

Replace CHART by `controller --repo https://iter8-tools.github.io/iter8`. The chart makes the Role of the controller from `resourceTypes`. For a controller that was installed in another way, use `--format rbac`.";

/// The formats of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A values file for the chart of the controller.
    Values,
    /// Flags for Helm, one on each line.
    Set,
    /// A Role, or with `--cluster-scoped` a ClusterRole.
    Rbac,
}

impl Controller {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.print_configuration().unwrap_or_else(|message| failed(&message))
    }

    fn print_configuration(&self) -> Result<Outcome, String> {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths.clone() };
        let inputs = InputPaths { paths, values: Vec::new(), stdin_filename: None };
        let catalog = self.environments.search().catalog(&inputs)?;
        let names = if self.named.is_empty() {
            environments_in_use(&inputs, &catalog)?
        } else {
            Some(self.named.iter().map(|name| (name.clone(), None)).collect())
        };
        let Some(names) = names else { return Ok(Outcome::Errors) };
        if !check_definitions(&names, &catalog)? {
            return Ok(Outcome::Errors);
        }
        let names: Vec<&str> = names.keys().map(String::as_str).collect();
        let environments: Vec<_> =
            { names.iter() }.filter_map(|name| Some(Arc::clone(&catalog.environment(name)?.environment))).collect();
        let (types, conflicts) = resource_types(&environments, &catalog.sources());
        if !conflicts.is_empty() {
            let _ = io::stderr().write_all(render::short(&catalog.sources(), &conflicts.into_vec()).as_bytes());
            return Ok(Outcome::Errors);
        }
        let missing: Vec<&ResourceType> = types.iter().filter(|one| self.all || !one.registered).collect();
        if missing.is_empty() {
            note("note", &nothing_missing(types.is_empty(), &names));
        }
        Ok(print(&self.text(&missing, &names)))
    }

    fn text(&self, types: &[&ResourceType], names: &[&str]) -> String {
        let mut out = String::new();
        let beyond = if self.all { "" } else { " beyond what its chart installs" };
        let names = names.join(", ");
        let comment = format!("# What the Iter8 controller needs{beyond}, for {names}.\n");
        match self.format {
            Format::Set => flags(&self.values(types), "", &mut out),
            Format::Values => {
                out.push_str(&comment);
                codegen::yaml(&self.values(types), &mut out);
            }
            Format::Rbac => {
                out.push_str(&comment);
                codegen::yaml(&self.role(types), &mut out);
            }
        }
        out
    }

    /// Returns values of the controller's chart.
    fn values(&self, types: &[&ResourceType]) -> Value {
        let scope = self.cluster_scoped.then(|| ("clusterScoped", Value::new(ValueKind::Bool(true), NO_SPAN)));
        let types = types.iter().map(|one| (one.watched.short.as_str(), settings(one))).collect();
        object(scope.into_iter().chain([("resourceTypes", object(types))]).collect())
    }

    fn role(&self, types: &[&ResourceType]) -> Value {
        let kind = if self.cluster_scoped { "ClusterRole" } else { "Role" };
        object(vec![
            ("apiVersion", string("rbac.authorization.k8s.io/v1")),
            ("kind", string(kind)),
            ("metadata", object(vec![("name", string("iter8-resource-types"))])),
            ("rules", Value::list(rules(types), NO_SPAN)),
        ])
    }
}

/// Returns the message for a controller that needs no further configuration.
fn nothing_missing(is_foreign: bool, names: &[&str]) -> String {
    let names = quoted(names.iter().copied());
    if is_foreign {
        format!("nothing that {names} makes is for the Iter8 controller")
    } else {
        format!("the controller's chart installs all that is needed for {names}")
    }
}

/// UsedEnvironments of environments, each with the file of a release that uses it.
type UsedEnvironments = BTreeMap<String, Option<String>>;

/// Returns the environments that releases use, or `None` after reporting that a file can't be parsed. Other errors of a
/// release don't matter here.
fn environments_in_use(inputs: &InputPaths, catalog: &Catalog) -> Result<Option<UsedEnvironments>, String> {
    let tasks = inputs::tasks(inputs)?;
    let options = Options { releases: Releases::Optional, ..Options::default() };
    let texts = Overlay::default();
    let mut report = Report::buffered(ReportFormat::Human, ColorChoice::Auto, Stream::Errors, catalog);
    let (mut names, mut wrong, mut failure) = (UsedEnvironments::new(), false, None);
    let read = |task: &inputs::Task| inputs::read(task, &options, &texts);
    driver::lint(&tasks, catalog, Depth::Overlay, None, read, &mut |linted| {
        let (sources, main, found) = match linted {
            Linted::Diagnostics(opened, found) => {
                let file = opened.sources.file(opened.main_file()).name();
                let named = opened.environments().into_iter();
                names.extend(named.map(|name| (name.to_owned(), Some(file.to_owned()))));
                (&opened.sources, opened.main_file(), found)
            }
            Linted::InvalidText(sources, found) => (sources, FileId(0), found),
            Linted::Failed(message) => {
                failure.get_or_insert(message);
                return;
            }
        };
        let errors: Vec<_> = found.into_iter().filter(|found| found.severity == Severity::Error).collect();
        wrong |= !errors.is_empty();
        report.add(sources, main, &errors);
    });
    match failure {
        Some(message) => Err(message),
        None if wrong => report.finish().map(|()| None),
        None if names.is_empty() => Err("no releases found: name a release, or an environment with `--env`".to_owned()),
        None => Ok(Some(names)),
    }
}

/// Reports the errors in the definitions of the environments; returns true if there are none.
fn check_definitions(names: &UsedEnvironments, catalog: &Catalog) -> Result<bool, String> {
    for (name, file) in names {
        if catalog.environment(name).is_none() {
            let place = file.as_ref().map_or_else(String::new, |file| format!("{file}: "));
            return Err(place + &schema::unknown_environment(catalog, name));
        }
        if let Some(errors) = schema::definition_errors(catalog, name) {
            let _ = io::stderr().write_all(errors.as_bytes());
            return Ok(false);
        }
    }
    Ok(true)
}

fn settings(one: &ResourceType) -> Value {
    let watched = &one.watched;
    let mut entries = vec![
        ("Group", string(&watched.group)),
        ("Version", string(&watched.version)),
        ("Resource", string(&watched.resource)),
    ];
    if !watched.conditions.is_empty() {
        entries.push(("conditions", strings(&watched.conditions)));
    }
    object(entries)
}

/// Returns one rule for all resources of a group with the same access; a resource with several short names is listed
/// once.
fn rules(types: &[&ResourceType]) -> Vec<Value> {
    let mut rules: Vec<(&str, Access, Vec<&str>)> = Vec::new();
    for one in types {
        let (group, resource) = (one.watched.group.as_str(), one.watched.resource.as_str());
        let same = |other: &&&ResourceType| other.watched.group == group && other.watched.resource == resource;
        let access = types.iter().filter(same).map(|other| other.access).fold(one.access, Access::max);
        match rules.iter_mut().find(|rule| (rule.0, rule.1) == (group, access)) {
            Some((_, _, resources)) if resources.contains(&resource) => {}
            Some((_, _, resources)) => resources.push(resource),
            None => rules.push((group, access, vec![resource])),
        }
    }
    let rule = |(group, access, resources): (&str, Access, Vec<&str>)| {
        // The controller adds its finalizer to the objects that it watches, by an update, and applies routes
        // server-side.
        let verbs: &[&str] = match access {
            Access::Watches => &["get", "list", "watch", "update"],
            Access::Writes => &["get", "list", "watch", "update", "create", "patch"],
        };
        object(vec![("apiGroups", strings(&[group])), ("resources", strings(&resources)), ("verbs", strings(verbs))])
    };
    rules.into_iter().map(rule).collect()
}

/// Appends a `--set` flag for each scalar in `value`, which is at `path`.
fn flags(value: &Value, path: &str, out: &mut String) {
    match &value.data {
        ValueKind::Object(object) => {
            let dot = if path.is_empty() { "" } else { "." };
            object.entries.iter().for_each(|entry| flags(&entry.value, &format!("{path}{dot}{}", entry.key), out));
        }
        ValueKind::List(elements) => {
            elements.iter().enumerate().for_each(|(at, element)| flags(&element.value, &format!("{path}[{at}]"), out));
        }
        ValueKind::String(text) => out.push_str(&format!("--set {path}={text}\n")),
        _ => {
            out.push_str(&format!("--set {path}="));
            codegen::yaml(value, out);
        }
    }
}

/// The span of generated values, which are in no file.
const NO_SPAN: Span = Span { file: FileId(0), start: 0, end: 0 };

fn string(text: &str) -> Value {
    Value::string(text, NO_SPAN)
}

fn strings(texts: &[impl AsRef<str>]) -> Value {
    Value::list(texts.iter().map(|one| string(one.as_ref())).collect(), NO_SPAN)
}

fn object(entries: Vec<(&str, Value)>) -> Value {
    Value::object(entries.into_iter().map(|(key, value)| Entry::new(key, NO_SPAN, value)).collect(), NO_SPAN)
}
