//! Resolution of destinations: Services, subsets, and the gateways behind Services.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::capacity::WORKLOADS;
use crate::manifest::{Manifest, entries, integer, list, text, texts};
use crate::model::World;
use crate::request::Entry;

/// The suffix of the DNS names of Services.
pub const CLUSTER: &str = ".svc.cluster.local";

/// A Service of Kubernetes, or a host that a ServiceEntry adds.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// The ports that it listens on; without any, a ServiceEntry's or an ExternalName's are unknown.
    pub ports: Vec<u16>,
    /// The host to which an ExternalName Service points.
    pub external_name: Option<String>,
    selector: Labels,
    target_ports: Vec<(u16, u16)>,
}

type Labels = BTreeMap<String, String>;

/// Pods with the same labels.
#[derive(Clone, Debug)]
struct Workload {
    name: String,
    namespace: String,
    labels: Labels,
    /// The number of pods that are declared.
    declared: u64,
    /// The number of pods that are ready: the declared one, where the status isn't known.
    ready: u64,
}

#[derive(Clone, Debug)]
struct Gateway {
    name: String,
    selector: Labels,
    ports: Vec<u16>,
}

/// The Services of the cluster that routes are in.
#[derive(Clone, Debug, Default)]
pub struct Services {
    services: BTreeMap<String, Service>,
    /// The labels of each subset of a host.
    subsets: BTreeMap<String, BTreeMap<String, Labels>>,
    workloads: Vec<Workload>,
    gateways: Vec<Gateway>,
    knative: BTreeSet<String>,
}

/// The resolution of a host.
pub enum Resolved {
    /// To the endpoints of this host, on this port.
    Endpoints(String, u16),
    /// Into gateways, on this port.
    Gateways(Vec<Entry>, u16),
    /// Nowhere, and why.
    Nowhere(String),
}

impl Services {
    /// Adds what `manifest` declares.
    pub fn read(&mut self, manifest: &Manifest<'_>) {
        let spec = manifest.spec();
        match (manifest.group, manifest.kind) {
            ("", "Service") => {
                let service = Service {
                    ports: list(spec, "ports").iter().filter_map(|port| integer(port, "port")).collect(),
                    external_name: text(spec, "externalName").map(str::to_owned),
                    selector: labels(spec, "selector"),
                    target_ports: list(spec, "ports")
                        .iter()
                        .filter_map(|port| Some((integer(port, "port")?, integer(port, "targetPort")?)))
                        .collect(),
                };
                self.services.insert(fqdn(manifest.name, manifest.namespace), service);
            }
            ("networking.istio.io", "ServiceEntry") => {
                let ports: Vec<u16> = list(spec, "ports").iter().filter_map(|port| integer(port, "number")).collect();
                for host in texts(spec, "hosts") {
                    self.services
                        .entry(host.to_owned())
                        .or_insert_with(|| Service { ports: ports.clone(), ..Service::default() });
                }
            }
            ("networking.istio.io", "DestinationRule") => {
                let Some(host) = text(spec, "host") else { return };
                let subset = |subset: &Value| Some((text(subset, "name")?.to_owned(), labels(subset, "labels")));
                let subsets = list(spec, "subsets").iter().filter_map(subset);
                self.subsets.entry(absolute(host, manifest.namespace)).or_default().extend(subsets);
            }
            ("networking.istio.io", "Gateway") => self.gateways.push(Gateway {
                name: format!("{}/{}", manifest.namespace, manifest.name),
                selector: labels(spec, "selector"),
                ports: list(spec, "servers").iter().filter_map(|server| integer(&server["port"], "number")).collect(),
            }),
            ("apps", _) if WORKLOADS.contains(&manifest.kind) && !is_controlled(manifest) => {
                let declared = integer(spec, "replicas").unwrap_or(1);
                let status = manifest.value.get("status");
                self.workloads.push(Workload {
                    name: manifest.name.to_owned(),
                    namespace: manifest.namespace.to_owned(),
                    labels: labels(&spec["template"]["metadata"], "labels"),
                    declared,
                    ready: status.map_or(declared, |status| integer(status, "availableReplicas").unwrap_or(0)),
                });
            }
            ("serving.knative.dev", "Service") => {
                self.knative.insert(fqdn(manifest.name, manifest.namespace));
            }
            _ => {}
        }
    }

    /// The Service or ServiceEntry of a host.
    pub fn get(&self, host: &str) -> Option<&Service> {
        self.services.get(host)
    }

    /// The DNS name of the Service that a client in the mesh means by `host`: one of its names, where no other Service has it.
    pub fn find(&self, host: &str) -> Option<&str> {
        let mut found = self.services.keys().filter(|own| *own == host || names(own).iter().any(|name| name == host));
        let first = found.next()?;
        found.next().is_none().then_some(first.as_str())
    }

    /// Returns the workloads with the endpoints of a host, and the share of each, from 0 to 1: that of its ready pods among all, or of
    /// its declared pods where none is ready.
    pub fn workloads(&self, host: &str, subset: Option<&str>) -> Vec<(&str, f64)> {
        let service = self.services.get(host).filter(|service| !service.selector.is_empty());
        let (Some(service), Some((_, namespace))) = (service, split(host)) else { return Vec::new() };
        let subset = subset.and_then(|name| self.subsets.get(host)?.get(name));
        let wanted: Vec<(&String, &String)> = service.selector.iter().chain(subset.into_iter().flatten()).collect();
        let is_selected = |workload: &&Workload| {
            workload.namespace == namespace
                && wanted.iter().all(|(key, value)| workload.labels.get(*key) == Some(*value))
        };
        let selected: Vec<&Workload> = self.workloads.iter().filter(is_selected).collect();
        let total = |count: fn(&Workload) -> u64| selected.iter().map(|workload| count(workload)).sum::<u64>();
        let count: fn(&Workload) -> u64 =
            if total(|workload| workload.ready) > 0 { |workload| workload.ready } else { |workload| workload.declared };
        let part = |workload: &&Workload| match (selected.len(), total(count)) {
            (1, _) => 1.0,
            (_, all) => count(workload) as f64 / all.max(1) as f64,
        };
        let parts = selected.iter().map(|workload| (workload.name.as_str(), part(workload)));
        parts.filter(|(_, part)| *part > 0.0).collect()
    }

    /// Follows a destination to its endpoints or gateways. `known` are the gateways that routes are attached to.
    pub fn resolve(
        &self,
        (host, port, subset): (&str, Option<u16>, Option<&str>),
        listener: u16,
        world: World,
        known: &BTreeSet<Entry>,
    ) -> Resolved {
        if let Some(subset) = subset {
            let subsets = self.subsets.get(host);
            let is_known = subsets.is_some_and(|subsets| subsets.contains_key(subset));
            if !is_known && (subsets.is_some() || world == World::Closed) {
                return Resolved::Nowhere(format!("no DestinationRule of `{host}` has the subset `{subset}`"));
            }
        }
        let Some(service) = self.services.get(host) else {
            // Knative adds a Service for each of its own, which leads to its gateway in the cluster.
            if self.knative.contains(host) {
                return Resolved::Gateways(crate::knative::local_gateway(), port.unwrap_or(80));
            }
            let gateways = self.gateways_of(host, port.unwrap_or(listener), known);
            return match world {
                _ if !gateways.is_empty() => Resolved::Gateways(gateways, port.unwrap_or(listener)),
                World::Open => Resolved::Endpoints(host.to_owned(), port.unwrap_or(listener)),
                World::Closed => Resolved::Nowhere(format!("no Service named `{host}`")),
            };
        };
        let port = port.unwrap_or(if let [only] = service.ports[..] { only } else { listener });
        if let Some(name) = &service.external_name {
            let gateways = self.gateways_of(name, port, known);
            return if gateways.is_empty() {
                Resolved::Endpoints(name.clone(), port)
            } else {
                Resolved::Gateways(gateways, port)
            };
        }
        if !service.ports.is_empty() && !service.ports.contains(&port) {
            return Resolved::Nowhere(format!("`{host}` has no port {port}"));
        }
        let gateways = self.gateways_of(host, port, known);
        if gateways.is_empty() {
            Resolved::Endpoints(host.to_owned(), port)
        } else {
            Resolved::Gateways(gateways, port)
        }
    }

    /// The other Gateways that select the same proxies and have a server on the same port.
    pub fn gateways_beside(&self, entry: &Entry) -> Vec<Entry> {
        let Entry::Gateway(name) = entry else { return Vec::new() };
        let Some(own) = self.gateways.iter().find(|gateway| gateway.name == *name) else { return Vec::new() };
        let is_beside = |other: &&Gateway| {
            other.name != own.name
                && !own.selector.is_empty()
                && other.selector == own.selector
                && other.ports.iter().any(|port| own.ports.contains(port))
        };
        self.gateways.iter().filter(is_beside).map(|gateway| Entry::Gateway(gateway.name.clone())).collect()
    }

    /// The gateways behind the Service of `host`: those whose pods it selects, where both are known. Otherwise a Service and its
    /// Gateway are taken to have one name, and `istio-ingressgateway` to serve every other Gateway, as Istio installs it.
    fn gateways_of(&self, host: &str, port: u16, known: &BTreeSet<Entry>) -> Vec<Entry> {
        let service = self.services.get(host).filter(|service| !service.selector.is_empty());
        if let Some(service) = service.filter(|_| !self.gateways.is_empty()) {
            let targets = service.target_ports.iter().filter(|(own, _)| *own == port).map(|(_, target)| *target);
            let ports: Vec<u16> = targets.chain([port]).collect();
            let selects = |gateway: &&Gateway| {
                // Pods have at least the labels by which the Service selects them.
                let is_subset = gateway.selector.iter().all(|(key, value)| service.selector.get(key) == Some(value));
                !gateway.selector.is_empty() && is_subset
            };
            let selected: Vec<&Gateway> = self.gateways.iter().filter(selects).collect();
            // A server on the port that the pods listen on is meant before one on the Service's own.
            let on = |port: &u16| -> Vec<Entry> {
                let serving = selected.iter().filter(|gateway| gateway.ports.contains(port));
                serving.map(|gateway| Entry::Gateway(gateway.name.clone())).collect()
            };
            return ports.iter().map(on).find(|entries| !entries.is_empty()).unwrap_or_default();
        }
        let Some((name, _)) = split(host) else { return Vec::new() };
        let named = |entry: &&Entry, name: &str| matches!(entry, Entry::Gateway(gateway) if gateway.ends_with(&format!("/{name}")));
        let own: Vec<Entry> = known.iter().filter(|entry| named(entry, name)).cloned().collect();
        if !own.is_empty() || name != "istio-ingressgateway" {
            return own;
        }
        let local = crate::knative::local_gateway();
        known.iter().filter(|entry| **entry != Entry::Mesh && !local.contains(entry)).cloned().collect()
    }
}

/// Returns true for an object that another one controls, which is read itself.
fn is_controlled(manifest: &Manifest<'_>) -> bool {
    list(&manifest.value["metadata"], "ownerReferences").iter().any(|owner| owner["controller"].as_bool() == Some(true))
}

fn labels(spec: &Value, key: &str) -> Labels {
    entries(spec, key).filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// The DNS name of a Service.
pub fn fqdn(name: &str, namespace: &str) -> String {
    format!("{name}.{namespace}{CLUSTER}")
}

/// The name and namespace of the Service that a DNS name is of.
pub fn split(host: &str) -> Option<(&str, &str)> {
    host.strip_suffix(CLUSTER)?.split_once('.')
}

/// A host as a route in `namespace` means it: a name without dots is that of a Service there.
pub fn absolute(host: &str, namespace: &str) -> String {
    let host = host.to_ascii_lowercase();
    if host.contains('.') || host == "*" { host } else { fqdn(&host, namespace) }
}

/// The names by which a client in the mesh reaches the Service of `host`: its DNS name, and what the resolver completes to it.
pub fn names(host: &str) -> Vec<String> {
    let Some((name, namespace)) = split(host) else { return vec![host.to_owned()] };
    vec![host.to_owned(), format!("{name}.{namespace}.svc"), format!("{name}.{namespace}"), name.to_owned()]
}
