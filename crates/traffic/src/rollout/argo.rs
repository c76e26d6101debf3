//! Rollouts of Argo Rollouts: the steps of a canary, and blue-green.
//!
//! Source: Argo Rollouts 1.9, `rollout/trafficrouting.go` (`reconcileTrafficRouting`) for the weight at a step: that of the last `setWeight`
//! once the pods for it are available; 0, and none of the routes that steps added, while the new version has no available pods. While
//! the version that runs can't take the rest, nothing changes. `docs/features/canary.md` and `docs/features/bluegreen.md` for the steps.

use serde_json::{Value, json};

use super::{Controller, Rollout, Stage, argo_pods, argo_routes, is_named, select, service};
use crate::manifest::{Manifest, entries, integer, list, text, texts};

/// The plugin for the Gateway API.
const GATEWAY_PLUGIN: &str = "argoproj-labs/gatewayAPI";

/// The end of a note about a route that isn't known.
pub const ASSUMED: &str = "a route that splits all requests by weight is assumed";

/// The steps that add a route, which the next stages keep.
const ROUTES: [&str; 2] = ["setHeaderRoute", "setMirrorRoute"];

/// The objects that the controller writes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The Services of the version that runs and of the new one, as applied; without them, one Service has the pods of both.
    pub services: Vec<Value>,
    /// The routes, as applied.
    pub routes: Vec<argo_routes::Target>,
    /// The subsets of the two versions, where one Service has both.
    pub subsets: Option<[String; 2]>,
    /// The names of the routes that steps add, in their order.
    pub order: Vec<String>,
}

impl Plan {
    /// Adds the objects of a stage.
    pub fn write(&self, stage: &Stage, namespace: &str, manifests: &mut Vec<Value>) {
        for (at, service) in self.services.iter().enumerate() {
            let mut service = service.clone();
            select(&mut service, stage.selected[at]);
            manifests.push(service);
        }
        manifests.extend(self.routes.iter().map(|target| target.at(stage, self)));
        if let (Some(subsets), Some(host)) = (&self.subsets, self.routes.iter().find_map(|target| target.host())) {
            let subset =
                |(at, name): (usize, &String)| json!({ "name": name, "labels": { super::LABEL: at.to_string() } });
            let subsets: Vec<Value> = subsets.iter().enumerate().map(subset).collect();
            manifests.push(json!({
                "apiVersion": "networking.istio.io/v1",
                "kind": "DestinationRule",
                "metadata": { "name": host, "namespace": namespace },
                "spec": { "host": host, "subsets": subsets },
            }));
        }
    }

    /// The names of the Services of both versions.
    pub fn names(&self) -> Vec<&str> {
        self.services.iter().filter_map(|service| text(&service["metadata"], "name")).collect()
    }
}

/// Reads a Rollout; `None` for anything else.
pub fn read(manifest: &Manifest<'_>, manifests: &[Value]) -> Option<Rollout> {
    if !manifest.is("argoproj.io", "Rollout") {
        return None;
    }
    let strategy = &manifest.spec()["strategy"];
    let reader = Reader { manifest, manifests, replicas: integer(manifest.spec(), "replicas").unwrap_or(1) };
    match (strategy.get("canary"), strategy.get("blueGreen")) {
        (Some(canary), _) => Some(reader.canary(canary)),
        (None, Some(blue_green)) => Some(reader.blue_green(blue_green)),
        (None, None) => None,
    }
}

struct Reader<'m> {
    manifest: &'m Manifest<'m>,
    manifests: &'m [Value],
    replicas: u64,
}

impl Reader<'_> {
    fn canary(&self, canary: &Value) -> Rollout {
        let routing = canary.get("trafficRouting");
        let stable = text(canary, "stableService");
        let names: Vec<&str> = stable.into_iter().chain(text(canary, "canaryService")).collect();
        let mut notes = Vec::new();
        let subsets = &canary["trafficRouting"]["istio"]["destinationRule"];
        let subset = |key: &str| text(subsets, key).map(str::to_owned);
        let subsets = subset("stableSubsetName").zip(subset("canarySubsetName")).map(<[String; 2]>::from);
        let mut targets = routing.map(|routing| self.targets(routing, &mut notes)).unwrap_or_default();
        if let (true, Some(_), [stable, new]) = (targets.is_empty(), routing, &names[..]) {
            targets.push(self.assumed([stable, new]));
        }
        let services = if names.len() == 2 { self.services(&names) } else { Vec::new() };
        let host = stable.map(str::to_owned).or_else(|| targets.iter().find_map(|target| target.host()));
        let order = list(&canary["trafficRouting"], "managedRoutes").iter().filter_map(|route| text(route, "name"));
        let plan = Plan { services, routes: targets, subsets, order: order.map(str::to_owned).collect() };
        let is_routed = routing.is_some();
        let stages = self.stages(canary, is_routed, &mut notes);
        self.rollout(plan, ["stable", "canary"], host, stages, notes)
    }

    fn blue_green(&self, blue_green: &Value) -> Rollout {
        let active = text(blue_green, "activeService").unwrap_or(self.manifest.name);
        let preview = text(blue_green, "previewService");
        let names: Vec<&str> = [active].into_iter().chain(preview).collect();
        let first = Stage::first(self.replicas);
        let pods = integer(blue_green, "previewReplicaCount").unwrap_or(self.replicas);
        let new = Stage { selected: [0, 1], pods: [self.replicas, pods], least: pods, ..first.clone() };
        let is_manual = blue_green["autoPromotionEnabled"].as_bool() == Some(false);
        let waiting = if is_manual { "1 preview, until it is promoted" } else { "1 preview" };
        let done = Stage { selected: [1, 1], pods: [self.replicas; 2], least: self.replicas, ..first.clone() };
        let stages = vec![first, new.titled(waiting), done.titled("promoted"), new.titled("aborted")];
        let services = self.services(&names);
        let plan = Plan { services, routes: Vec::new(), subsets: None, order: Vec::new() };
        self.rollout(plan, ["stable", "preview"], Some(active.to_owned()), stages, Vec::new())
    }

    fn rollout(
        &self,
        plan: Plan,
        versions: [&'static str; 2],
        host: Option<String>,
        stages: Vec<Stage>,
        notes: Vec<String>,
    ) -> Rollout {
        let (name, namespace) = (self.manifest.name, self.manifest.namespace);
        let mut others: Vec<Value> = self.manifests.to_vec();
        others.retain(|object| !self.is_managed(object, &plan));
        let mut labels = self.labels(&plan);
        if plan.services.is_empty() && host.is_none() && !others.iter().any(|object| self.selects(object, &labels)) {
            labels["rollout"] = json!(name);
            others.push(service(name, namespace, &labels, 80));
        }
        let found = others.iter().filter(|object| self.selects(object, &labels)).filter_map(Manifest::of);
        let plain = found.map(|service| service.name.to_owned()).next();
        let hosts = host.or(plain).map(|host| if host.contains('.') { host } else { format!("{host}.{namespace}") });
        Rollout {
            object: self.manifest.title(),
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            versions,
            workloads: versions.map(|version| format!("{name}-{version}")),
            hosts: hosts.into_iter().collect(),
            stages,
            notes,
            replicas: self.replicas,
            others,
            labels,
            controller: Controller::Argo(plan),
        }
    }

    /// Returns true if an object is the Rollout, or one that its controller writes.
    fn is_managed(&self, object: &Value, plan: &Plan) -> bool {
        let is_service = plan.services.iter().any(|service| service["metadata"]["name"] == object["metadata"]["name"])
            && is_named(
                object,
                ("", "Service"),
                text(&object["metadata"], "name").unwrap_or_default(),
                self.manifest.namespace,
            );
        let is_subset = plan.subsets.is_some()
            && Manifest::of(object).is_some_and(|one| one.is("networking.istio.io", "DestinationRule"));
        object == self.manifest.value
            || is_service
            || is_subset
            || plan.routes.iter().any(|target| target.object == *object)
    }

    /// The labels of all pods: those of the template, and those that the Services select.
    fn labels(&self, plan: &Plan) -> Value {
        let mut labels = json!({});
        let template = &self.manifest.spec()["template"]["metadata"];
        let selectors = plan.services.iter().map(|service| (&service["spec"], "selector"));
        let matched = [(template, "labels"), (&self.manifest.spec()["selector"], "matchLabels")];
        for (value, key) in matched.into_iter().chain(selectors) {
            entries(value, key)
                .filter(|(key, _)| *key != super::LABEL)
                .for_each(|(key, value)| labels[key] = value.clone());
        }
        labels
    }

    /// Returns true for a Service that selects pods of the Rollout.
    fn selects(&self, object: &Value, labels: &Value) -> bool {
        let Some(manifest) = Manifest::of(object) else { return false };
        let mut selector = entries(manifest.spec(), "selector").peekable();
        manifest.is("", "Service")
            && manifest.namespace == self.manifest.namespace
            && selector.peek().is_some()
            && selector.all(|(key, value)| labels.get(key) == Some(value))
    }

    /// The Services with these names, as applied, or made where they aren't among the manifests.
    fn services(&self, names: &[&str]) -> Vec<Value> {
        let namespace = self.manifest.namespace;
        let one = |name: &&str| {
            let found = self.manifests.iter().find(|object| is_named(object, ("", "Service"), name, namespace));
            found.cloned().unwrap_or_else(|| service(name, namespace, &json!({}), 80))
        };
        names.iter().map(one).collect()
    }

    /// The routes that the controller writes.
    fn targets(&self, routing: &Value, notes: &mut Vec<String>) -> Vec<argo_routes::Target> {
        let namespace = self.manifest.namespace;
        let mut found = Vec::new();
        let istio = &routing["istio"];
        for one in istio.get("virtualService").into_iter().chain(list(istio, "virtualServices")) {
            let routes = texts(one, "routes").map(str::to_owned).collect();
            // A VirtualService in another namespace is written `NAME.NAMESPACE`.
            let name = text(one, "name").unwrap_or_default();
            let (name, namespace) = name.split_once('.').unwrap_or((name, namespace));
            found.push((("networking.istio.io", "VirtualService"), name, namespace, routes));
        }
        let plugin = &routing["plugins"][GATEWAY_PLUGIN];
        let namespace = text(plugin, "namespace").unwrap_or(namespace);
        for (kind, one, several) in [("HTTPRoute", "httpRoute", "httpRoutes"), ("GRPCRoute", "grpcRoute", "grpcRoutes")]
        {
            let names =
                text(plugin, one).into_iter().chain(list(plugin, several).iter().filter_map(|one| text(one, "name")));
            found.extend(names.map(|name| (("gateway.networking.k8s.io", kind), name, namespace, Vec::new())));
        }
        for (key, _) in entries(&json!({ "routing": routing }), "routing") {
            let is_known = ["istio", "managedRoutes", "maxTrafficWeight"].contains(&key.as_str())
                || key == "plugins" && plugin.is_object();
            if !is_known {
                notes.push(format!("`trafficRouting.{key}` is not modelled: {ASSUMED}"));
            }
        }
        let target = |((group, kind), name, namespace, routes): ((&str, &str), &str, &str, Vec<String>)| {
            let object = self.manifests.iter().find(|object| is_named(object, (group, kind), name, namespace));
            match object {
                Some(object) => Some(argo_routes::Target { object: object.clone(), routes }),
                None => {
                    let missing =
                        format!("the manifests don't have the {kind} {namespace}/{name} that the Rollout names");
                    notes.push(format!("{missing}: {ASSUMED}"));
                    None
                }
            }
        };
        found.into_iter().filter_map(target).collect()
    }

    /// A route that splits all requests by weight, where the real one is not known.
    fn assumed(&self, names: [&str; 2]) -> argo_routes::Target {
        let destinations = names.map(|name| json!({ "destination": { "host": name } }));
        let object = json!({
            "apiVersion": "networking.istio.io/v1",
            "kind": "VirtualService",
            "metadata": { "name": self.manifest.name, "namespace": self.manifest.namespace },
            "spec": { "hosts": [names[0]], "http": [{ "route": destinations }] },
        });
        argo_routes::Target { object, routes: Vec::new() }
    }

    fn stages(&self, canary: &Value, is_routed: bool, notes: &mut Vec<String>) -> Vec<Stage> {
        let first = Stage::first(self.replicas);
        let most = argo_pods::most_weight(canary);
        let mut stage = Stage { selected: [0, 1], follows: true, ..first.clone() };
        let mut scale: Option<Value> = None;
        let mut stages = vec![first.clone()];
        for (at, step) in list(canary, "steps").iter().enumerate() {
            if let Some(weight) = integer::<u64>(step, "setWeight") {
                stage.weight = weight.min(most);
            }
            if let Some(set) = step.get("setCanaryScale") {
                scale = Some(set.clone()).filter(|set| set["matchTrafficWeight"].as_bool() != Some(true));
            }
            for field in ROUTES {
                let Some(route) = step.get(field) else { continue };
                stage.managed.retain(|(_, known)| known["name"] != route["name"]);
                // A route without matches is removed.
                stage.managed.extend((!list(route, "match").is_empty()).then(|| (field, route.clone())));
            }
            if step.get("experiment").is_some() {
                notes.push(format!("step {}: the traffic of an experiment is not modelled", at + 1));
            }
            stage.pods = match is_routed {
                true => argo_pods::routed(canary, self.replicas, stage.weight, scale.as_ref()),
                false => argo_pods::approximated(canary, self.replicas, stage.weight),
            };
            stage.least = argo_pods::awaited(canary, stage.pods[1]);
            stages.push(stage.titled(&format!("{} {}", at + 1, title(step))));
        }
        let done = Stage { selected: [1, 1], pods: [0, self.replicas], least: self.replicas, ..first.clone() };
        stages.push(done.titled("promoted"));
        stages.push(first.titled("aborted"));
        // The index is that after the last step at once: the weight is that of the last `setWeight` until all pods are available, and
        // only a new version without any pod gets nothing. Source: `isRollbackWithinWindow` and argo-rollouts#3941.
        let is_skipped = is_routed && stages.len() > 3 && self.manifest.spec().get("rollbackWindow").is_some();
        if is_skipped {
            let skipped = Stage { managed: Vec::new(), pods: [self.replicas; 2], least: 1, ..stage };
            stages.push(skipped.titled("rollback within rollbackWindow, which skips the steps"));
        }
        stages
    }
}

/// A step in words.
fn title(step: &Value) -> String {
    let words = |(key, value): (&String, &Value)| {
        let detail = match (key.as_str(), value) {
            ("setWeight", weight) => weight.to_string(),
            ("pause", pause) => match &pause["duration"] {
                Value::Null => "until it is promoted".to_owned(),
                Value::Number(seconds) => format!("{seconds}s"),
                duration => duration.as_str().unwrap_or_default().to_owned(),
            },
            ("setCanaryScale", scale) => {
                let part = |key: &str| scale.get(key).map(|value| format!("{key} {value}"));
                ["replicas", "weight", "matchTrafficWeight"].into_iter().filter_map(part).collect::<Vec<_>>().join(", ")
            }
            (_, value) => text(value, "name").unwrap_or_default().to_owned(),
        };
        format!("{key} {detail}").trim_end().to_owned()
    };
    step.as_object().into_iter().flatten().map(words).collect::<Vec<_>>().join(", ")
}
