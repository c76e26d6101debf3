//! The number of pods with which Argo Rollouts runs each version.
//!
//! Source: Argo Rollouts, `utils/replicaset/canary.go`: `CalculateReplicaCountsForTrafficRoutedCanary`,
//! `approximateWeightedCanaryStableReplicaCounts`, `UseSetCanaryScale`.

use serde_json::Value;

use crate::manifest::{integer, text};

/// The percentage of additional pods during a rollout, by default. Source: `DefaultMaxSurge`, `utils/defaults/defaults.go`.
const SURGE: u64 = 25;

/// Returns the pods of both versions with a router. `scale` is the `setCanaryScale` in effect.
pub fn routed(canary: &Value, replicas: u64, weight: u64, scale: Option<&Value>) -> [u64; 2] {
    let most = most_weight(canary);
    let share = |weight: u64| (weight * replicas).div_ceil(most);
    let at_least = |count: u64| match integer::<u64>(canary, "minPodsPerReplicaSet") {
        Some(least) if count > 0 => count.max(least.min(replicas)),
        _ => count,
    };
    let explicit = scale.and_then(|scale| integer(scale, "replicas"));
    let desired = scale.and_then(|scale| integer(scale, "weight")).unwrap_or(weight);
    let new = explicit.unwrap_or_else(|| at_least(share(desired)));
    let is_dynamic = canary["dynamicStableScale"].as_bool() == Some(true);
    // The version that runs keeps the pods for the traffic that it has.
    let stable = if is_dynamic { at_least(share(most.saturating_sub(weight))) } else { replicas };
    [stable, new]
}

/// Returns the pods of both versions without a router: their numbers approximate the weight.
pub fn approximated(canary: &Value, replicas: u64, weight: u64) -> [u64; 2] {
    let surge = surge(canary, replicas);
    let is_zero_allowed = weight == 0 || weight == 100 || (replicas == 1 && surge == 0);
    let (ceiling, floor) = ((replicas * weight).div_ceil(100), replicas * weight / 100);
    let is_tied = |total: u64| (total * weight) % 100 == 50;
    let mut options: Vec<(u64, u64)> = Vec::new();
    for total in [replicas, replicas + 1].into_iter().take(if surge > 0 { 2 } else { 1 }) {
        if total > replicas || ceiling < replicas || is_zero_allowed {
            options.push((ceiling, total));
        }
        if !is_tied(total) && (floor != 0 || is_zero_allowed) {
            options.push((floor, total));
        }
    }
    // In ten-thousandths of the traffic; of equals the first.
    let distance = |(new, total): &(u64, u64)| (new * 10_000 / (*total).max(1)).abs_diff(weight * 100);
    match options.iter().min_by_key(|option| distance(option)) {
        Some((new, total)) if replicas > 0 => [total.saturating_sub(*new), *new],
        _ => [replicas, 0],
    }
}

/// Returns the number of available pods of the new version that the controller waits for.
pub fn awaited(canary: &Value, pods: u64) -> u64 {
    let threshold = &canary["replicaProgressThreshold"];
    match (text(threshold, "type"), integer::<u64>(threshold, "value")) {
        (Some("Percent"), Some(percent)) => (pods * percent).div_ceil(100),
        (Some("Pods"), Some(count)) => count.min(pods),
        _ => pods,
    }
}

/// The weight that is all traffic.
pub fn most_weight(canary: &Value) -> u64 {
    integer(&canary["trafficRouting"], "maxTrafficWeight").filter(|most| *most > 0).unwrap_or(100)
}

fn surge(canary: &Value, replicas: u64) -> u64 {
    let percent = |percent: u64| (replicas * percent).div_ceil(100);
    match &canary["maxSurge"] {
        Value::Number(count) => count.as_u64().unwrap_or(0),
        Value::String(text) => text.trim_end_matches('%').parse().map_or(0, percent),
        _ => percent(SURGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Pods, weight, surge, and the pods of both versions. Of equally good numbers, those without an additional pod.
    #[test]
    fn pods_approximate_weights() {
        for (replicas, weight, surge, expected) in [
            (10, 10, json!(1), [9, 1]),
            (10, 5, json!(1), [10, 1]),
            (10, 30, json!(3), [7, 3]),
            (1, 5, json!(1), [1, 1]),
            (1, 95, json!(1), [1, 1]),
            (1, 50, json!(0), [0, 1]),
            (5, 33, json!("25%"), [4, 2]),
            (3, 50, json!(0), [1, 2]),
            (4, 100, json!(1), [0, 4]),
            (4, 0, json!(1), [4, 0]),
        ] {
            let canary = json!({ "maxSurge": surge });
            assert_eq!(approximated(&canary, replicas, weight), expected, "{replicas} pods, {weight}%, surge {surge}");
        }
    }

    #[test]
    fn a_router_leaves_the_pods_of_the_version_that_runs() {
        let canary = json!({});
        assert_eq!(routed(&canary, 10, 25, None), [10, 3]);
        assert_eq!(routed(&canary, 10, 25, Some(&json!({ "replicas": 1 }))), [10, 1]);
        assert_eq!(routed(&canary, 10, 25, Some(&json!({ "weight": 50 }))), [10, 5]);
        assert_eq!(routed(&json!({ "dynamicStableScale": true }), 10, 25, None), [8, 3]);
        assert_eq!(routed(&json!({ "minPodsPerReplicaSet": 2 }), 10, 5, None), [10, 2]);
    }
}
