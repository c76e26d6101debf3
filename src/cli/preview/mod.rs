//! `relc preview`: which version answers which request, for sets of ready versions.

mod html;
mod human;
mod json;
mod markdown;
pub mod table;

pub use markdown::escaped;

use std::io::IsTerminal as _;

use clap::{Args, ValueEnum};

use super::Outcome;
use super::console::{Console, look};
use super::flags::{ColorChoice, MessageFlags, SourceFlags};
use super::report::{failed, print};
use relc_core::compile::Options;
use relc_core::library::Catalog;
use relc_preview::{Preview, picture};
use relc_project::inputs::InputPaths;
use relc_project::overlay::Overlay;
use relc_routing::{ReadySets, Routing};
use std::path::PathBuf;

/// Show which version answers which request, while versions are ready or not.
///
/// Without a PATH, relc previews everything in the working directory. Requests are grouped by the rule that they match; for each
/// group and each set of ready versions, the table has the versions that answer, with their traffic share. Manifests, such as the output of
/// `kubectl get -o yaml`, are previewed as they are; an Argo Rollout and a Flagger Canary at each of their steps. Exit codes: 0, success;
/// 1, the input has errors; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct PreviewCommand {
    #[command(flatten)]
    source: SourceFlags,

    /// Answer one request, and explain why: `GET /cart?x=1 traffic:test host:shop`.
    ///
    /// The method and the path are optional. Quotes keep a value with spaces together: `cookie:"a=1; b=2"`.
    #[arg(long, value_name = "REQUEST")]
    request: Option<String>,

    /// Where the request of `--request` comes in: `mesh`, or a gateway as NAMESPACE/NAME.
    #[arg(long, value_name = "ENTRY", requires = "request")]
    via: Option<String>,

    /// Preview only this set of ready versions; `none` is the empty set.
    #[arg(long, value_name = "VERSION", value_delimiter = ',', conflicts_with = "all")]
    ready: Option<Vec<String>>,

    /// Preview only this step of an Argo Rollout or a Flagger Canary: its number, `before`, `promoted` or `aborted`.
    #[arg(long, value_name = "STEP")]
    step: Option<String>,

    /// Preview every set of ready versions. By default, all, each one missing, each one alone, and none.
    #[arg(long)]
    all: bool,

    /// The format of the preview.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = PreviewFormat::Human)]
    format: PreviewFormat,

    #[command(flatten)]
    messages: MessageFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc preview shop.rel                            a table for each release
  relc preview shop.rel --request 'GET /cart x:1'  one request, and why
  relc preview shop.rel --ready stable             while only `stable` is ready
  relc preview rollout.yaml --step 2               one step of an Argo Rollout
  relc preview shop.rel --format svg > shop.svg    a picture for a README";

/// The formats of a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PreviewFormat {
    /// A table, with bars on a terminal.
    Human,
    /// One JSON object, for other programs.
    Json,
    /// Tables for pull requests and documentation.
    Markdown,
    /// A picture that follows the viewer's light or dark theme.
    Svg,
    /// A page without scripts, with bars, that follows the viewer's theme.
    Html,
}

/// Returns the tables of the releases in some paths, for people; `texts` replace files.
///
/// # Errors
/// A file that can't be read, or has errors.
pub fn text(paths: &InputPaths, options: &Options, catalog: &Catalog, texts: &Overlay) -> Result<String, String> {
    let compiled = table::compiled(paths, options, catalog, texts)?;
    if compiled.iter().any(|compiled| !compiled.errors.is_empty()) {
        return Err("the file has errors".to_owned());
    }
    let routings = compiled.iter().flat_map(|compiled| &compiled.routings);
    let previews = routings.map(|routing| Preview::new(routing, ReadySets::Some)).collect::<Result<Vec<_>, _>>()?;
    Ok(human::tables(&previews, look(ColorChoice::Never, false), false))
}

impl PreviewCommand {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.preview().unwrap_or_else(|message| failed(&message))
    }

    fn preview(&self) -> Result<Outcome, String> {
        let here = InputPaths { paths: vec![PathBuf::from(".")], ..InputPaths::default() };
        let named = self.source.paths();
        let is_named = !named.paths.is_empty() || !named.values.is_empty() || named.stdin_filename.is_some();
        let paths = if is_named { named } else { here };
        let catalog = self.source.environments.search().catalog(&paths)?;
        let mut console = Console::new(self.messages);
        let found = table::routings(&paths, &self.source.release.options(), &catalog, &mut console)?;
        let Some(routings) = found else {
            console.finish();
            return Ok(Outcome::Errors);
        };
        console.finish();
        if routings.is_empty() {
            return Err("no releases and no values files found".to_owned());
        }
        let look = look(self.messages.color.color, std::io::stdout().is_terminal());
        if let Some(request) = &self.request {
            return self.explain(&routings, request);
        }
        let sets = match (&self.ready, self.all) {
            (Some(versions), _) => ReadySets::One(versions),
            (None, true) => ReadySets::All,
            (None, false) => ReadySets::Some,
        };
        let preview = |routing: &Routing| match self.stage(routing)? {
            Some(stage) => Preview::of_stages(routing, [stage], sets),
            None => Preview::new(routing, sets),
        };
        let previews = relc_project::driver::in_parallel(&routings, preview);
        let previews = previews.into_iter().collect::<Result<Vec<Preview>, String>>()?;
        Ok(print(&match self.format {
            PreviewFormat::Human => human::tables(&previews, look, std::io::stdout().is_terminal()),
            PreviewFormat::Json => json::document(&previews),
            PreviewFormat::Markdown => markdown::tables(&previews),
            PreviewFormat::Svg => picture(&previews),
            PreviewFormat::Html => html::page(&previews),
        }))
    }

    /// The stage of `--step` in a release's rollout.
    fn stage(&self, routing: &Routing) -> Result<Option<usize>, String> {
        match (&self.step, routing.rollout()) {
            (None, _) => Ok(None),
            (Some(step), Some(rollout)) => rollout.stage(step).map(Some),
            (Some(_), None) => {
                Err(format!("`{}` has no Argo Rollout and no Flagger Canary, which have steps", routing.name))
            }
        }
    }

    fn explain(&self, routings: &[Routing], request: &str) -> Result<Outcome, String> {
        let mut answers = Vec::new();
        for routing in routings {
            // Without a step, the routes are those before the rollout.
            let stage = self.stage(routing)?.or(routing.rollout().map(|_| 0));
            let at_stage = stage.map(|stage| routing.at_stage(stage));
            let routing = at_stage.as_ref().unwrap_or(routing);
            let ready = match &self.ready {
                Some(versions) => routing.ready(versions)?,
                None => vec![true; routing.versions.len()],
            };
            answers.push(routing.answer(request, self.via.as_deref(), &ready)?);
        }
        match self.format {
            PreviewFormat::Human => Ok(print(&human::explanations(&answers))),
            PreviewFormat::Json => Ok(print(&json::explanations(&answers))),
            PreviewFormat::Markdown | PreviewFormat::Svg | PreviewFormat::Html => {
                Err("`--request` is answered as `human` or `json`".to_owned())
            }
        }
    }
}
