//! `relc diff`: what a change does to traffic, and to the cluster.

pub mod human;
mod json;
mod markdown;
mod objects;
mod sides;
mod steps;
mod traffic;

use clap::{Args, ValueEnum};

use super::Outcome;
use super::console::{Console, look};
use super::flags::CompileFlags;
use super::report::{failed, note, print};
use relc_routing::{Interruption, Routing};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// Show what a change does to traffic and to the cluster.
///
/// Compares the releases of OLD with those of NEW: first the requests that another version answers, or nobody, with all versions ready
/// and while each of them isn't; then the steps of an Argo Rollout or a Flagger Canary that route otherwise; then requests that are lost on the way, if the route is written before new versions are ready; then the
/// objects that are created, changed and removed. With `--git`, OLD is the same paths at a
/// revision. Exit codes: 0, success; 1, the input has errors, or with `--exit-code` there are differences; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct DiffCommand {
    /// OLD and NEW: a file or directory each, `-` for standard input. With `--git`, the paths to compare.
    ///
    /// A side is releases, or manifests: rendered files, or the output of `kubectl get -o yaml` or `-o json`.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Compare the working tree with this revision of git.
    #[arg(long, value_name = "REVISION")]
    git: Option<String>,

    /// Exit with 1 if there are differences.
    #[arg(long)]
    exit_code: bool,

    /// The format of the differences.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = DiffFormat::Human)]
    format: DiffFormat,

    #[command(flatten)]
    compile: CompileFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc diff --git main                           this directory, compared with the branch `main`
  relc diff --git HEAD~1 shop.rel                one file, compared with the commit before
  relc diff old.rel new.rel                      two files
  kubectl get all,virtualservice,configmap -o yaml | relc diff - shop.rel
  relc diff --git origin/main --format markdown  a comment for a pull request";

/// The formats of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// Text for people.
    Human,
    /// Markdown for pull requests.
    Markdown,
    /// One JSON object, for other programs.
    Json,
}

/// The difference of one release between two revisions.
#[derive(Default)]
pub struct ReleaseDiff {
    /// The release's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The side on which it is alone; `None` if it is on both.
    pub only: Option<Side>,
    /// Requests with another answer.
    pub traffic: Vec<traffic::Change>,
    /// Steps of its rollout that route otherwise.
    pub steps: Vec<steps::Steps>,
    /// What its steps do to requests that they didn't do before, in sentences.
    pub weaknesses: Vec<String>,
    /// Objects of the cluster.
    pub objects: Vec<objects::Change>,
    /// Versions that change in place while requests reach them.
    pub replaced: Vec<objects::Replaced>,
    /// Versions whose objects get other names while requests reach them.
    pub renamed: Vec<objects::Renamed>,
    /// Requests that are lost on the way, in the worst order of steps.
    pub interruption: Option<Interruption>,
}

/// A side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before the change.
    Old,
    /// After the change.
    New,
}

impl ReleaseDiff {
    /// Compares a release of two sides; `None` if it doesn't differ.
    pub fn new(old: Option<&Routing>, new: Option<&Routing>) -> Option<ReleaseDiff> {
        let either = old.or(new)?;
        let objects = objects::changes(&documents(old, new), &documents(new, old));
        let only = match (old, new) {
            (Some(_), None) => Some(Side::Old),
            (None, Some(_)) => Some(Side::New),
            _ => None,
        };
        let (name, namespace) = (either.name.clone(), either.namespace.clone());
        let mut diff = ReleaseDiff { name, namespace, only, objects, ..ReleaseDiff::default() };
        // Of a side with a template that isn't evaluated, the traffic is unknown.
        let is_read = |side: &Option<&Routing>| side.is_none_or(|side| side.unread_template().is_none());
        if let (Some(old), Some(new)) = (old, new)
            && [Some(old), Some(new)].iter().all(is_read)
        {
            // Rollouts have the same weights before they begin, and others at each of their steps.
            let is_rollout = old.rollout().is_some() && new.rollout().is_some();
            diff.traffic = match is_rollout {
                true => traffic::changes(&old.at_stage(0), &new.at_stage(0)),
                false => traffic::changes(old, new),
            };
            diff.steps = steps::changes(old, new);
            if !diff.steps.is_empty() {
                diff.weaknesses = steps::warnings(old, new);
            }
            (diff.replaced, diff.renamed) = (objects::replaced(old, new), objects::renamed(old, new));
            diff.interruption = relc_routing::interruption(old, new);
        }
        let is_equal = diff.objects.is_empty() && diff.traffic.is_empty() && diff.steps.is_empty();
        (diff.only.is_some() || !is_equal).then_some(diff)
    }
}

/// Returns the requests that are lost by a change with all versions ready.
pub fn losses(diff: &ReleaseDiff) -> Vec<String> {
    let lost = diff.traffic.iter().filter(|change| change.is_loss && change.missing.is_empty());
    let reason = |change: &traffic::Change| {
        let traffic::Change { requests, old, new, .. } = change;
        format!("requests for `{requests}` would be lost: {old} answers them now, and after the change {new}")
    };
    lost.map(reason).collect()
}

/// Returns the versions that change or are renamed while they answer, requests that are lost on the way, and what new steps do to requests.
pub fn disturbances(diff: &ReleaseDiff) -> Vec<String> {
    let replaced = diff.replaced.iter().map(human::in_place);
    let renamed = diff.renamed.iter().map(human::renamed);
    let interrupted = diff.interruption.iter().map(human::interrupted);
    replaced.chain(renamed).chain(interrupted).chain(diff.weaknesses.iter().cloned()).collect()
}

/// The manifests of a side of a comparison with another one.
fn documents(side: Option<&Routing>, other: Option<&Routing>) -> Vec<Value> {
    side.map(|side| side.own_documents(other)).unwrap_or_default()
}

/// A release before and after the change.
type Pair<'r> = (Option<&'r Routing>, Option<&'r Routing>);

/// Namespace and name.
fn key(routing: &Routing) -> (&str, &str) {
    (&routing.namespace, &routing.name)
}

impl DiffCommand {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.diff().unwrap_or_else(|message| failed(&message))
    }

    fn diff(&self) -> Result<Outcome, String> {
        let mut console = Console::new(self.compile.messages);
        let sides = sides::read(&self.paths, self.git.as_deref(), &self.compile, &mut console)?;
        console.finish();
        let Some((old, new)) = sides else { return Ok(Outcome::Errors) };
        if old.is_empty() && new.is_empty() {
            return Err("no releases and no values files found".to_owned());
        }
        let unread: BTreeSet<String> = old.iter().chain(&new).filter_map(Routing::unread_template).collect();
        unread.iter().for_each(|sentence| note("note", sentence));
        let (old, new) = (sides::aligned(old, &new), new);
        let (new, old) = (sides::aligned(new, &old), old);
        let mut pairs: BTreeMap<(&str, &str), Pair<'_>> = BTreeMap::new();
        old.iter().for_each(|old| pairs.entry(key(old)).or_default().0 = Some(old));
        new.iter().for_each(|new| pairs.entry(key(new)).or_default().1 = Some(new));
        let pairs: Vec<_> = pairs.into_values().collect();
        let diffs = relc_project::driver::in_parallel(&pairs, |(old, new)| ReleaseDiff::new(*old, *new));
        let diffs: Vec<ReleaseDiff> = diffs.into_iter().flatten().collect();
        let look = look(self.compile.messages.color.color, std::io::stdout().is_terminal());
        let printed = print(&match self.format {
            DiffFormat::Human => human::report(&diffs, pairs.len(), look),
            DiffFormat::Markdown => markdown::report(&diffs, pairs.len()),
            DiffFormat::Json => json::document(&diffs),
        });
        let differs = self.exit_code && !diffs.is_empty();
        Ok(if printed == Outcome::Done && differs { Outcome::Errors } else { printed })
    }
}
