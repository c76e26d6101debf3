//! `relc promote --rename`: the revisions from objects named by position to objects named by label.
//!
//! The first revision adds new objects without traffic next to those that run, the second moves the traffic, and the third removes the former
//! ones. Each run writes the next of them, and recognizes the last one by its labels.

use super::promote::set_name;
use super::{Care, Draft, ReviseFlags};
use crate::cli::Outcome;
use crate::cli::report::note;
use relc_syntax::source::Syntax;

/// The end of the label of a version whose objects have the former name.
const FORMER: &str = "-old";

/// The setting that names objects by label.
const NAMES: [&str; 2] = ["names", "labels"];

/// Writes the next revision of a release.
///
/// # Errors
/// Why the objects of the release can't be renamed.
pub fn next(mut draft: Draft, release: usize, flags: &ReviseFlags) -> Result<Outcome, String> {
    if draft.syntax == Syntax::Yaml {
        let file = &draft.file;
        return Err(format!("`{file}` has no labels to name objects by: `relc import` converts it to a `.rel` file"));
    }
    let name = draft.releases[release].name.clone();
    let labels: Option<Vec<String>> = draft.releases[release].labels.iter().cloned().collect();
    let labels = labels.ok_or_else(|| format!("a version of `{name}` has no label to name its objects by"))?;
    let former: Vec<usize> = (0..labels.len()).filter(|at| is_former(&labels[*at], &labels)).collect();
    let new: Vec<usize> = (0..labels.len()).filter(|at| !former.contains(at)).collect();
    let (number, advice) = if former.is_empty() {
        add(&mut draft, release, &labels)?;
        (1, "apply it, wait until the new objects are ready, and run this command again")
    } else if former.contains(&0) {
        switch(&mut draft, release, &new, &former)?;
        (2, "apply it, and run this command again")
    } else {
        draft.text = draft.with(release, |written| written.reordered(&new))?;
        (3, "apply it, and prune the former objects")
    };
    let outcome = draft.finish(flags, Care::Strict)?;
    if outcome == Outcome::Done {
        note("note", &format!("revision {number} of 3: {advice}"));
    }
    Ok(outcome)
}

/// Returns true for the label of a version that another version replaces.
fn is_former(label: &str, labels: &[String]) -> bool {
    label.strip_suffix(FORMER).is_some_and(|base| labels.iter().any(|other| other == base))
}

/// Adds a copy of each version, without traffic. The versions that run keep their names, and get another label.
fn add(draft: &mut Draft, release: usize, labels: &[String]) -> Result<(), String> {
    let count = labels.len();
    let draft_release = &draft.releases[release];
    let routing = draft_release.routing.as_ref().ok_or("the release has errors")?;
    let names: Option<Vec<String>> = (0..count).map(|at| routing.common_name(at).map(str::to_owned)).collect();
    let names = names.ok_or("the names of its objects are not known")?;
    let title = draft_release.name.clone();
    if labels.iter().zip(&names).all(|(label, name)| *name == format!("{title}-{label}")) {
        return Err(format!("the objects of `{title}` are named by label already"));
    }
    let order: Vec<usize> = (0..count).chain(0..count).collect();
    draft.text = draft.with(release, |written| written.reordered(&order))?;
    draft.releases[release].labels = labels.iter().chain(labels).cloned().map(Some).collect();
    for (at, label) in labels.iter().enumerate() {
        let former = format!("{label}{FORMER}");
        draft.edit(release, |written| written.relabeled(at, &former))?;
        draft.releases[release].labels[at] = Some(former);
    }
    for (at, name) in names.iter().enumerate() {
        set_name(draft, release, at, name)?;
    }
    let has_weights = draft.with(release, |written| Ok((0..count).any(|at| written.weight(at).is_some())))?;
    for label in labels {
        draft.assign(release, &[label, "name"], None)?;
        if has_weights {
            draft.assign(release, &[label, "weight"], Some("0%"))?;
        }
    }
    let [setting, value] = NAMES;
    draft.assign(release, &[setting], Some(value))
}

/// Gives the new versions the traffic of the former ones, and puts them first.
fn switch(draft: &mut Draft, release: usize, new: &[usize], former: &[usize]) -> Result<(), String> {
    let weights = draft.with(release, |written| {
        Ok(former.iter().map(|at| written.weight(*at).map(str::to_owned)).collect::<Vec<_>>())
    })?;
    let has_weights = weights.iter().any(Option::is_some);
    for ((old, new), weight) in former.iter().zip(new).zip(weights) {
        draft.assign(release, &[&new.to_string(), "weight"], weight.as_deref())?;
        if has_weights {
            draft.assign(release, &[&old.to_string(), "weight"], Some("0%"))?;
        }
    }
    let order: Vec<usize> = new.iter().chain(former).copied().collect();
    draft.text = draft.with(release, |written| written.reordered(&order))?;
    Ok(())
}
