//! The routes of the objects of Knative and KServe: a host for each, at the entries of Knative's gateways.

use std::sync::Arc;

use serde_json::Value;

use crate::manifest::{Manifest, integer, list, text};
use crate::model::{Action, Destination, Domain, Forward, Model, Route, Table, Weighted};
use crate::request::Entry;
use crate::rewrite::HeaderChanges;
use crate::services::fqdn;

/// The gateway for requests from within the cluster.
const LOCAL: &str = "knative-serving/knative-local-gateway";

/// The gateway for requests from outside.
const PUBLIC: &str = "knative-serving/knative-ingress-gateway";

/// The entry that the Services of Knative lead to.
pub fn local_gateway() -> Vec<Entry> {
    vec![Entry::Gateway(LOCAL.to_owned())]
}

/// Adds the tables of a Knative Service, or of an InferenceService that Knative runs.
pub fn read(manifest: &Manifest<'_>, model: &mut Model) {
    if manifest.is("serving.knative.dev", "Service") {
        let traffic = list(manifest.spec(), "traffic");
        let newest = text(&manifest.spec()["template"]["metadata"], "name").unwrap_or(manifest.name);
        let revision = |target: &Value| text(target, "revisionName").unwrap_or(newest).to_owned();
        let mut shares: Vec<(String, u64)> =
            traffic.iter().map(|target| (revision(target), integer(target, "percent").unwrap_or(0))).collect();
        if traffic.is_empty() {
            shares.push((newest.to_owned(), 100));
        }
        add(manifest, manifest.name, &shares, model);
        for target in traffic {
            if let Some(tag) = text(target, "tag") {
                add(manifest, &format!("{tag}-{}", manifest.name), &[(revision(target), 100)], model);
            }
        }
    }
    if manifest.is("serving.kserve.io", "InferenceService") {
        let mode = &manifest.value["metadata"]["annotations"]["serving.kserve.io/deploymentMode"];
        if mode.as_str().is_some_and(|mode| mode != "Serverless" && mode != "Knative") {
            return;
        }
        // The second is what KServe before 0.11 calls the Knative Service of a predictor.
        for suffix in ["predictor", "predictor-default"] {
            add(manifest, &format!("{}-{suffix}", manifest.name), &[(manifest.name.to_owned(), 100)], model);
        }
    }
}

fn add(manifest: &Manifest<'_>, name: &str, shares: &[(String, u64)], model: &mut Model) {
    let weighted = |(revision, weight): &(String, u64)| Weighted {
        destination: Destination {
            host: Ok(fqdn(revision, manifest.namespace)),
            port: Some(80),
            subset: None,
            has_endpoints: true,
        },
        weight: *weight,
        headers: HeaderChanges::default(),
    };
    let destinations: Vec<Weighted> = shares.iter().map(weighted).filter(|one| one.weight > 0).collect();
    let action = Action::Forward(Box::new(Forward { destinations, missing: 503, ..Forward::default() }));
    let route = Arc::new(Route {
        object: manifest.title(),
        rule: 0,
        pointer: "/spec".to_owned(),
        name: None,
        conditions: Vec::new(),
        action: Arc::new(action),
    });
    let host = format!("{name}.{}", manifest.namespace);
    let hosts = [host.clone(), format!("{host}.svc"), fqdn(name, manifest.namespace)];
    for entry in [Entry::Mesh, Entry::Gateway(LOCAL.to_owned())] {
        for host in &hosts {
            push(&entry, Domain::Exact(host.clone()), &route, model);
        }
    }
    // Its address from outside ends in the domain of the cluster, which no manifest has.
    push(&Entry::Gateway(PUBLIC.to_owned()), Domain::Prefix(format!("{host}.")), &route, model);
}

fn push(entry: &Entry, domain: Domain, route: &Arc<Route>, model: &mut Model) {
    let (entry, routes, objects) = (entry.clone(), vec![route.clone()], vec![route.object.clone()]);
    model.tables.push(Table { entry, domain, ports: Vec::new(), routes, objects });
}
