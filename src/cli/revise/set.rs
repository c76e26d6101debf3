//! `relc set`: sets values of a release in its file.

use clap::Args;

use super::{Care, Draft, ReviseFlags};
use crate::cli::Outcome;
use crate::cli::report::failed;
use relc_core::edit::assign::meant;
use relc_syntax::diagnostic::nearest;

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
            let mut path: Vec<&str> = path.split('.').collect();
            let named = draft.releases.iter().position(|release| release.name == path[0]).filter(|_| path.len() > 1);
            let release = match named {
                Some(release) => release,
                None => draft.release(None)?,
            };
            path.drain(..usize::from(named.is_some()));
            // `versions.1.weight`, as the keys are in a values file.
            let is_listed = path.len() > 2 && path[0] == "versions" && path[1].parse::<usize>().is_ok();
            path.drain(..usize::from(is_listed));
            let is_raw = path.len() == 2 && matches!(path[1], "weight" | "when");
            let meant = if is_raw { vec![value.to_owned()] } else { meant(value, draft.syntax) };
            let labels: Vec<&str> = draft.releases[release].labels.iter().flatten().map(String::as_str).collect();
            if let (true, Some(label)) = (path.len() > 1 && !labels.contains(&path[0]), nearest(path[0], labels)) {
                return Err(format!("no version named `{}`: did you mean `{label}`?", path[0]));
            }
            let text = meant.get(reading).or(meant.last()).map(String::as_str);
            draft.assign(release, &path, text.filter(|_| value != "null"))?;
        }
        Ok(())
    }
}
