//! Sets of ready versions.

use crate::Routing;
use relc_core::codegen;
use relc_syntax::diagnostic::{nearest, quoted};

/// Up to this many versions, every set of ready versions is previewed anyway.
const MOST_VERSIONS: usize = 3;

/// Largest number of versions for which all sets are listed.
const MOST_LISTED: usize = 12;

/// The sets of ready versions to preview.
#[derive(Clone, Copy)]
pub enum ReadySets<'s> {
    /// This one.
    One(&'s [String]),
    /// Every set.
    All,
    /// All versions, each one missing, each one alone, and none; every set of a few versions. None is omitted at the stages of a rollout,
    /// whose versions are two.
    Some,
}

impl Routing {
    /// Reads a set of ready versions.
    ///
    /// # Errors
    /// A name that is no version's.
    pub fn ready(&self, names: &[String]) -> Result<Vec<bool>, String> {
        let unknown = names.iter().find(|name| *name != "none" && !self.versions.contains(name));
        match unknown {
            Some(name) => {
                let known = || self.versions.iter().map(String::as_str);
                let help = nearest(name, known()).map_or_else(
                    || format!("its versions are {}", quoted(known())),
                    |near| format!("did you mean `{near}`?"),
                );
                Err(format!("`{}` has no version named `{name}`; {help}", self.name))
            }
            None => Ok(self.versions.iter().map(|version| names.contains(version)).collect()),
        }
    }

    /// Returns sets of ready versions, the fullest first; only that of all versions if the routes don't follow readiness.
    ///
    /// # Errors
    /// A name that is no version's, or every set of too many versions.
    pub fn sets(&self, sets: ReadySets<'_>) -> Result<Vec<Vec<bool>>, String> {
        let count = self.versions.len();
        match sets {
            ReadySets::One(names) => Ok(vec![self.ready(names)?]),
            ReadySets::Some if self.stage.is_some() => {
                Ok(every(count).into_iter().filter(|set| set.contains(&true)).collect())
            }
            ReadySets::All if self.stage.is_some() => Ok(every(count)),
            _ if let Some(stream) = &self.stream => Ok(vec![stream.ready.clone()]),
            _ if !self.is_dynamic() => Ok(vec![vec![true; count]]),
            ReadySets::All if count > MOST_LISTED => {
                Err(format!("`{}` has {count} versions: name a set with `--ready`", self.name))
            }
            ReadySets::All => Ok(every(count)),
            ReadySets::Some if count <= MOST_VERSIONS => Ok(every(count)),
            ReadySets::Some => Ok(few(count)),
        }
    }
}

/// Every set of `count` versions, the fullest first.
pub fn every(count: usize) -> Vec<Vec<bool>> {
    fullest_first(codegen::every_set(count))
}

/// All versions, each one missing, each one alone, and none.
pub fn few(count: usize) -> Vec<Vec<bool>> {
    fullest_first(codegen::few_sets(count))
}

fn fullest_first(mut sets: Vec<Vec<bool>>) -> Vec<Vec<bool>> {
    sets.sort_by_key(|set| set.iter().filter(|ready| !**ready).count());
    sets
}

/// Returns a set of ready versions in words: `next not ready`.
pub fn heading(versions: &[String], set: &[bool]) -> String {
    let missing: Vec<&str> =
        versions.iter().zip(set).filter(|(_, ready)| !**ready).map(|(name, _)| name.as_str()).collect();
    match missing.len() {
        0 if versions.len() == 1 => "ready".to_owned(),
        0 => "all ready".to_owned(),
        count if count == versions.len() => "none ready".to_owned(),
        count if count > 3 => format!("{count} not ready"),
        _ => format!("{} not ready", missing.join(", ")),
    }
}
