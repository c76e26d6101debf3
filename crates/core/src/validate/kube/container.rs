//! A container that Kubernetes refuses.
//!
//! ## What
//! Reports two containers of one name, a name that is not a DNS label, a container without an image, a policy that does not exist, ports with a number, name
//! or protocol that cannot be or that two ports share, and probes or hooks of an init container that ends before the pod starts.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello_web", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   {
//!     deploymentSpecification: { spec: {
//!       selector: { matchLabels: { app: "hello-0" } }
//!       template: {
//!         metadata: { labels: { app: "hello-0" } }
//!         spec: { containers: [{ name: "hello-web", image: "ghcr.io/example/hello:1.4" }] }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `validateContainers`, `validateInitContainers` and `validateContainerPorts` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{LABEL, port_name_problem};
use relc_syntax::diagnostic::Diagnostics;

use super::pod::Pod;
use super::{env, mount, probe, resources, security};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("container.rs");

/// The rule's name.
pub const RULE: &str = "invalid-container";

/// Protocols of ports.
pub const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP"];

/// Checks the containers of a pod.
pub fn check(pod: &Pod<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    match pod.spec.get("containers") {
        Some(list) if !list.is_empty() => {}
        place => {
            let place = place.unwrap_or(pod.spec);
            found.refuse(place, "the pod has no containers").help("add a container with a `name` and an `image`");
        }
    }
    let named = pod.all_containers().filter_map(|container| container.get("name"));
    let named = named.filter_map(|name| Some((name.text().filter(|text| !text.is_empty())?, name)));
    found.unique(
        named,
        |name| format!("two containers are called {}", name.shown()),
        "use a different name for each container",
    );
    host_ports(pod, &mut found);
    for container in pod.spec.list("containers") {
        one(container, pod, out);
        probe::check(container, pod.grace, &mut Findings::new(probe::RULE, out));
    }
    for container in pod.spec.list("initContainers") {
        one(container, pod, out);
        if container.text_of("restartPolicy") == "Always" {
            probe::check(container, pod.grace, &mut Findings::new(probe::RULE, out));
        } else {
            ends(container, &mut Findings::new(probe::RULE, out));
        }
    }
}

fn one(container: Field<'_>, pod: &Pod<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    if let Some(name) = found.required(container, "name", "a container") {
        found.form(name, &LABEL, "container name");
    }
    found.required(container, "image", &format!("the container {}", quoted(container.text_of("name"))));
    found.member(container, "imagePullPolicy", &["Always", "IfNotPresent", "Never"]);
    found.member(container, "terminationMessagePolicy", &["File", "FallbackToLogsOnError"]);
    ports(container, &mut found);
    resize(container, pod, &mut found);
    env::check(container, &mut Findings::new(env::RULE, out));
    mount::check(container, pod, &mut Findings::new(mount::RULE, out));
    if let Some(given) = container.get("resources") {
        resources::check(given, &pod.claims, &mut Findings::new(resources::RULE, out));
    }
    if let Some(context) = container.get("securityContext") {
        security::of_container(context, pod.has_host_users, &mut Findings::new(security::RULE, out));
    }
}

/// Checks the ports of a container.
pub fn ports(container: Field<'_>, found: &mut Findings<'_>) {
    for port in container.list("ports") {
        if let Some(name) = port.get("name").filter(|name| name.text() != Some("")) {
            found.text(name, "port name", port_name_problem);
        }
        match port.get("containerPort") {
            Some(number) => found.port_number(number),
            None => found.refuse(port, "a port has no `containerPort`").help("set `containerPort`"),
        }
        if port.int_of("hostPort") != Some(0) {
            found.port(port, "hostPort");
        }
        found.member(port, "protocol", PROTOCOLS);
    }
    let names = container.list("ports").filter_map(|port| port.get("name"));
    let names = names.filter_map(|name| Some((name.text().filter(|text| !text.is_empty())?, name)));
    found.unique(
        names,
        |name| format!("two ports of the container are called {}", name.shown()),
        "use a different name for each port",
    );
}

/// Ports of the node, which one pod can take once.
fn host_ports(pod: &Pod<'_>, found: &mut Findings<'_>) {
    let is_on_host = pod.spec.is_true("hostNetwork");
    for port in pod.spec.list("containers").flat_map(|container| container.list("ports")) {
        let (host, own) = (port.get("hostPort"), port.int_of("containerPort"));
        if let Some(host) = host.filter(|host| is_on_host && host.int() != Some(0) && host.int() != own) {
            let message = format!(
                "{} is not the `containerPort`, and with `hostNetwork: true` both are the same port",
                host.said()
            );
            found.refuse(host, message).help("remove `hostPort`");
        }
    }
    let host_port = |port: Field<'_>| match port.int_of("hostPort") {
        Some(0) | None if is_on_host => port.int_of("containerPort"),
        Some(0) => None,
        other => other,
    };
    let protocol = |port: Field<'_>| {
        if port.text_of("protocol").is_empty() { "TCP".to_owned() } else { port.text_of("protocol").to_owned() }
    };
    let ports = pod.spec.list("containers").flat_map(|container| container.list("ports"));
    let keyed = ports.filter_map(|port| Some(((host_port(port)?, protocol(port), port.text_of("hostIP")), port)));
    found.unique(
        keyed,
        |port| format!("port {} of the node is taken twice", host_port(port).unwrap_or(0)),
        "use another `hostPort`",
    );
}

/// An init container that ends has no probes.
fn ends(container: Field<'_>, found: &mut Findings<'_>) {
    for field in probe::PROBES.iter().chain(&["lifecycle"]).filter_map(|name| container.get(name)) {
        let message = format!("an init container has no `{}`: it ends before the pod starts", field.name);
        found.forbid(field, message).help("remove it, or make a sidecar of the container with `restartPolicy: Always`");
    }
}

fn resize(container: Field<'_>, pod: &Pod<'_>, found: &mut Findings<'_>) {
    for policy in container.list("resizePolicy") {
        found.member(policy, "resourceName", &["cpu", "memory"]);
        found.member(policy, "restartPolicy", &["NotRequired", "RestartContainer"]);
        if let Some(field) = policy
            .get("restartPolicy")
            .filter(|field| pod.spec.text_of("restartPolicy") == "Never" && field.text() == Some("RestartContainer"))
        {
            found.refuse(field, "a pod with `restartPolicy: Never` restarts no container").help("write `NotRequired`");
        }
    }
    let named = container.list("resizePolicy").map(|policy| (policy.text_of("resourceName"), policy));
    found.unique(
        named,
        |policy| format!("{} has two entries in `resizePolicy`", quoted(policy.text_of("resourceName"))),
        "keep one of them",
    );
}
