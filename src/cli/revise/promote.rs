//! `relc promote`: makes a candidate the primary.

use clap::Args;

use super::{Care, Draft, ReviseFlags, rename};
use crate::cli::Outcome;
use crate::cli::report::failed;
use relc_core::edit::assign::meant;
use relc_routing::Routing;
use relc_syntax::source::Syntax;

/// The field that names the objects of a version, and its path in values files.
const NAME: &str = "name";
const NAME_IN_VALUES: [&str; 2] = ["metadata", "name"];

/// Make a candidate of a release the primary.
///
/// The version becomes the first one, without its `when`, and gets the traffic of the former primary, which is removed. What runs keeps its name: where
/// objects are named after the position of their version, relc sets the `name` that they have. relc refuses a change that has errors, after
/// which requests are lost that are answered now, or that changes the image of what serves. Exit codes: 0, success; 1, refused; 2, relc
/// couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Promote {
    #[command(flatten)]
    revise: ReviseFlags,

    /// The version to promote, by its label or position. By default, the only candidate.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,

    /// The release, in a file with several.
    #[arg(long = "release", value_name = "NAME")]
    release: Option<String>,

    /// Write the next of three revisions that rename objects from positions to labels, while every request is answered.
    ///
    /// The first adds new objects without traffic, the second moves the traffic to them, and the third removes the former ones. Apply each before
    /// you run the command again.
    #[arg(long, conflicts_with_all = ["version", "keep"])]
    rename: bool,

    /// Keep the former primary, after the promoted version and without traffic.
    #[arg(long)]
    keep: bool,
}

const EXAMPLES: &str = "\
Examples:
  relc promote shop.rel                           the only candidate becomes the primary
  relc promote shop.rel --version next --dry-run  print the change only
  relc promote shop.rel --keep                    keep the former primary with a weight of 0%
  relc promote shop.rel --rename                  the next step from shop-0 to shop-stable";

impl Promote {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.promote().unwrap_or_else(|message| failed(&message))
    }

    fn promote(&self) -> Result<Outcome, String> {
        let mut draft = Draft::open(&self.revise)?;
        let release = draft.release(self.release.as_deref())?;
        if self.rename {
            return rename::next(draft, release, &self.revise);
        }
        let chosen = self.chosen(&draft, release)?;
        self.weights(&mut draft, release, chosen)?;
        let position = chosen.to_string();
        if draft.syntax == Syntax::Rel {
            draft.assign(release, &[&position, "when"], None)?;
        }
        let count = draft.releases[release].labels.len();
        let former = self.keep.then_some(0);
        let others = (1..count).filter(|at| *at != chosen);
        let order: Vec<usize> = [chosen].into_iter().chain(former).chain(others).collect();
        let is_renamed = is_renamed(&draft, release, &order)?;
        if is_renamed {
            for at in &order {
                let name = draft.releases[release]
                    .routing
                    .as_ref()
                    .and_then(|routing| routing.common_name(*at))
                    .map(str::to_owned);
                let name = name.ok_or("the names of its objects are not known")?;
                set_name(&mut draft, release, *at, &name)?;
            }
        }
        draft.text = draft.with(release, |written| written.reordered(&order))?;
        draft.tidy()?;
        draft.finish(&self.revise, Care::Strict)
    }

    /// The position of the version to promote.
    fn chosen(&self, draft: &Draft, release: usize) -> Result<usize, String> {
        let count = draft.releases[release].labels.len();
        let names = draft.with(release, |written| Ok(written.names()))?;
        match (&self.version, count) {
            (Some(name), _) => match draft.with(release, |written| written.version(name))? {
                0 => Err(format!("`{name}` is the primary")),
                at => Ok(at),
            },
            (None, 2) => Ok(1),
            (None, 0 | 1) => {
                Err(format!("nothing to promote: `{}` has only one version", draft.releases[release].name))
            }
            (None, _) => Err(format!("name the version to promote with `--version`: one of {}", names[1..].join(", "))),
        }
    }

    /// Gives the promoted version the traffic of the former primary.
    fn weights(&self, draft: &mut Draft, release: usize, chosen: usize) -> Result<(), String> {
        let weights = draft
            .with(release, |written| Ok([written.weight(0), written.weight(chosen)].map(|w| w.map(str::to_owned))))?;
        let [former, own] = weights;
        let number =
            |text: &Option<String>| text.as_deref().and_then(|text| text.trim_end_matches('%').parse::<u32>().ok());
        let sum = number(&former).zip(number(&own)).map(|(a, b)| a.saturating_add(b));
        let suffix = if own.as_deref().is_some_and(|text| text.ends_with('%')) { "%" } else { "" };
        if let Some(sum) = sum {
            draft.assign(release, &[&chosen.to_string(), "weight"], Some(&format!("{sum}{suffix}")))?;
        }
        match (self.keep, former.or(own)) {
            (true, Some(weight)) => {
                let zero = if weight.ends_with('%') { "0%" } else { "0" };
                draft.assign(release, &["0", "weight"], Some(zero))
            }
            (true, None) => {
                Err("`--keep` needs weights: without them, the former primary would get traffic by a match".to_owned())
            }
            (false, _) => Ok(()),
        }
    }
}

/// Returns true if objects of the remaining versions would have other names in this order.
fn is_renamed(draft: &Draft, release: usize, order: &[usize]) -> Result<bool, String> {
    let Some(before) = &draft.releases[release].routing else { return Ok(false) };
    let text = draft.with(release, |written| written.reordered(order))?;
    let routings: Vec<Routing> = draft.compiled(&text)?.into_iter().flat_map(|compiled| compiled.routings).collect();
    let Some(after) = routings.iter().find(|routing| routing.name == before.name) else { return Ok(false) };
    Ok(order.iter().enumerate().any(|(new, old)| before.object_names(*old) != after.object_names(new)))
}

/// Sets the name of a version's objects, unless it is set.
pub fn set_name(draft: &mut Draft, release: usize, version: usize, name: &str) -> Result<(), String> {
    let at = version.to_string();
    let path: Vec<&str> = match draft.syntax {
        Syntax::Rel => vec![&at, NAME],
        Syntax::Yaml => [at.as_str()].into_iter().chain(NAME_IN_VALUES).collect(),
    };
    // The last reading is a string.
    let text = meant(name, draft.syntax).pop();
    draft.assign(release, &path, text.as_deref())
}
