//! The traffic of each pod, for every set of ready versions.

use serde_json::Value as Json;

use crate::routing::Routing;
use relc_traffic::{Replicas, replicas};

/// A version whose pods get more traffic while others aren't ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// The version, by position.
    pub version: usize,
    /// Which versions are ready.
    pub ready: Vec<bool>,
    /// Its traffic share then, from 0 to 1.
    pub share: f64,
    /// The number of its pods.
    pub pods: u64,
    /// The largest share of a pod with all versions ready, from 0 to 1.
    pub usual: f64,
}

impl Load {
    /// Returns how many times the usual share each pod gets.
    pub fn factor(&self) -> f64 {
        self.share / self.pods as f64 / self.usual
    }

    /// Returns the number of pods with which the factor is at most `limit`.
    pub fn needed(&self, limit: f64) -> u64 {
        (self.share / self.usual / limit).ceil() as u64
    }
}

/// Returns the greatest load of each version, for the shares of each set of ready versions; of the first set, all versions are ready.
/// Empty if no version sets its number of pods, or some of them has no known pods.
pub fn loads(routing: &Routing, others: &[Json], shares: &[(Vec<bool>, Vec<f64>)]) -> Vec<Load> {
    let manifests: Vec<&Json> = routing.documents.iter().chain(others).collect();
    let of_version = |version: usize| {
        let names = routing.object_names(version).iter();
        names.filter_map(|name| replicas(manifests.iter().copied(), name, &routing.namespace)).next()
    };
    let pods: Option<Vec<Replicas>> = (0..routing.versions.len()).map(of_version).collect();
    let (Some(pods), Some(((_, all), partial))) = (pods, shares.split_first()) else { return Vec::new() };
    // Pods of a version that gets nothing are not there, or will be scaled first.
    let per_pod =
        |version: usize, share: f64| if pods[version].count > 0 { share / pods[version].count as f64 } else { 0.0 };
    let usual = all.iter().enumerate().map(|(at, share)| per_pod(at, *share)).fold(0.0, f64::max);
    if !pods.iter().any(|pods| pods.is_set) || usual <= 0.0 {
        return Vec::new();
    }
    let mut found: Vec<Load> = Vec::new();
    for (ready, shares) in partial {
        for (version, share) in shares.iter().enumerate().filter(|(at, _)| ready[*at] && pods[*at].count > 0) {
            let load = Load { version, ready: ready.clone(), share: *share, pods: pods[version].count, usual };
            match found.iter_mut().find(|known| known.version == version) {
                Some(known) if known.share < load.share => *known = load,
                Some(_) => {}
                None => found.push(load),
            }
        }
    }
    found
}
