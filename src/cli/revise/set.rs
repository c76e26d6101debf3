//! `relc set`: sets values of a release in its file.

use clap::Args;

use super::{Care, Draft, DraftRelease, ReviseFlags};
use crate::cli::Outcome;
use crate::cli::report::failed;
use relc_core::edit::assign::meant;
use relc_syntax::diagnostic::{nearest, quoted};
use relc_syntax::source::Syntax;

/// Set values of a release in its file.
///
/// An assignment is `PATH=VALUE`. The path is that of a setting, or starts with the label or position of a version: `next.weight=50%`,
/// `next.image=registry.example/shop:2`, `next.when='path prefix "/beta"'`, `gateway=istio-system/main`. In a file with several releases, it
/// starts with the name of the release. In a values file, it has the keys below `application`. `null` removes a value. All assignments
/// are checked together; the file keeps its comments and layout. relc refuses a change that has errors, or after which requests are lost that
/// are answered now. It prints the change and its effect on traffic. Exit codes: 0, success; 1, refused; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Set {
    #[command(flatten)]
    revise: ReviseFlags,

    /// What to set.
    #[arg(value_name = "PATH=VALUE", required = true)]
    assignments: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  relc set shop.rel next.weight=50% stable.weight=50%          move traffic
  relc set shop.rel next.image=registry.example/shop:1.6       change an image
  relc set shop.rel shop.next.resources.limits.memory=1Gi      a field in a field
  relc set values.yaml versions.1.weight=50 versions.0.weight=50
  relc set shop.rel next.when=null --dry-run                   print the change only";

impl Set {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.set().unwrap_or_else(|message| failed(&message))
    }

    fn set(&self) -> Result<Outcome, String> {
        let mut draft = Draft::open(&self.revise)?;
        let before = draft.text.clone();
        // A bare word can be a string or a member of an enum: the first reading without errors is meant.
        self.assign(&mut draft, 0)?;
        if draft.has_errors()? {
            let likeliest = std::mem::replace(&mut draft.text, before);
            self.assign(&mut draft, 1)?;
            if draft.has_errors()? {
                draft.text = likeliest;
            }
        }
        draft.finish(&self.revise, Care::Lenient)
    }

    /// Makes all assignments, with the reading of each value at this position, or its last one.
    fn assign(&self, draft: &mut Draft, reading: usize) -> Result<(), String> {
        for assignment in &self.assignments {
            let (path, value) = assignment
                .split_once('=')
                .filter(|(path, _)| !path.is_empty())
                .ok_or_else(|| format!("`{assignment}` is not an assignment: write `PATH=VALUE`"))?;
            // `application.versions[1].weight`, as the keys are in a values file.
            let path = path.strip_prefix("application.").unwrap_or(path).replace('[', ".").replace(']', "");
            let mut path: Vec<&str> = path.split('.').collect();
            let named = draft.releases.iter().position(|release| release.name == path[0]).filter(|_| path.len() > 1);
            let release = match named {
                Some(release) => release,
                None => draft.release(None)?,
            };
            path.drain(..usize::from(named.is_some()));
            let is_listed = path.len() > 2 && path[0] == "versions" && path[1].parse::<usize>().is_ok();
            path.drain(..usize::from(is_listed));
            let is_raw = path.len() == 2 && OF_VERSIONS.contains(&path[1]);
            let meant = if is_raw { vec![value.to_owned()] } else { meant(value, draft.syntax) };
            check(&draft.releases[release], draft.syntax, &path, value)?;
            let text = meant.get(reading).or(meant.last()).map(String::as_str);
            draft.assign(release, &path, text.filter(|_| value != "null"))?;
        }
        Ok(())
    }
}

/// What a version has in addition to its fields.
const OF_VERSIONS: [&str; 2] = ["weight", "when"];

/// Reports a path to a version that the release doesn't have, or to a key of versions without a version, and a value that is no
/// weight.
fn check(release: &DraftRelease, syntax: Syntax, path: &[&str], value: &str) -> Result<(), String> {
    let names = release.version_names();
    let known = || names.iter().map(String::as_str);
    let example = || known().next().unwrap_or("0").to_owned();
    let is_known = known().any(|name| name == path[0]) || path[0].parse().is_ok_and(|at: usize| at < names.len());
    match path {
        [key] if OF_VERSIONS.contains(key) => {
            Err(format!("`{key}` belongs to a version: write `{}.{key}={value}`", example()))
        }
        [name, ..] if !is_known && let Some(near) = nearest(name, known()).filter(|_| path.len() > 1) => {
            Err(format!("no version named `{name}`: did you mean `{near}`?"))
        }
        [name, key, ..] if !is_known && (OF_VERSIONS.contains(key) || release.headline.as_deref() == Some(key)) => {
            Err(format!("no version named `{name}`: the versions are {}", quoted(known())))
        }
        [name, "weight"] if is_known && syntax == Syntax::Rel && value != "null" && !is_weight(value) => {
            Err(format!("`{value}` is not a valid weight: write `{name}.weight=30%`, or a number without `%`"))
        }
        [name, key] if is_known && syntax == Syntax::Rel && !release.fields.iter().any(|field| field == key) => {
            match nearest(key, release.fields.iter().map(String::as_str).chain(OF_VERSIONS)) {
                Some(near) => Err(format!("a version has no field `{key}`: did you mean `{name}.{near}`?")),
                // The error of the check lists the fields.
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn is_weight(value: &str) -> bool {
    value.strip_suffix('%').unwrap_or(value).parse::<u32>().is_ok()
}
