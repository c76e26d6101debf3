//! A probe or lifecycle hook that Kubernetes refuses.
//!
//! ## What
//! Reports a probe or hook that does nothing or several things at once (`exec`, `httpGet`, `tcpSocket`, `grpc`, `sleep`), with a port that does not
//! exist, another scheme than `HTTP` and `HTTPS`, a header's name that is invalid, a negative threshold or period, a `successThreshold` other than 1 where
//! it must be 1, and a sleep that is longer than the pod's grace period.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```rel
//! release hello on deployment <
//!   "ghcr.io/example/hello:1.4" { port: 8080, readiness: { httpGet: { port: 8080 }, tcpSocket: { port: 8080 } } }
//! >
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     readiness:
//!       periodSeconds: 5
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment <
//!   "ghcr.io/example/hello:1.4" { port: 8080, readiness: { httpGet: { path: "/health", port: 8080 } } }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `validateProbe`, `validateHandler` and `validateLifecycle` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::Field;
use crate::validate::form::HEADER_NAME;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("probe.rs");

/// The rule's name.
pub const RULE: &str = "invalid-probe";

const OF_PROBES: &[&str] = &["exec", "httpGet", "tcpSocket", "grpc"];
const OF_HOOKS: &[&str] = &["exec", "httpGet", "tcpSocket", "sleep"];

/// The probes of a container.
pub const PROBES: &[&str] = &["livenessProbe", "readinessProbe", "startupProbe"];

/// Checks the probes and hooks of a container that may have them. `grace` is how long its pod has to end, in seconds.
pub fn check(container: Field<'_>, grace: i64, found: &mut Findings<'_>) {
    for probe in PROBES.iter().filter_map(|name| container.get(name)) {
        handler(probe, OF_PROBES, &format!("the `{}`", probe.name), grace, found);
        for name in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
            found.range(probe, name, 0, i64::MAX);
        }
        found.range(probe, "terminationGracePeriodSeconds", 1, i64::MAX);
        if probe.name == "readinessProbe" {
            if let Some(field) = probe.get("terminationGracePeriodSeconds") {
                let message = "a `readinessProbe` takes no `terminationGracePeriodSeconds`: it never ends a container";
                found.forbid(field, message).help("remove it, or set it in the `livenessProbe`");
            }
        } else if let Some(field) = probe.get("successThreshold").filter(|field| field.int().is_some_and(|n| n > 1)) {
            let message = format!("the `successThreshold` of a `{}` is 1, and this is {}", probe.name, field.shown());
            found.refuse(field, message).help("remove `successThreshold`");
        }
    }
    let Some(lifecycle) = container.get("lifecycle") else { return };
    for hook in ["postStart", "preStop"].iter().filter_map(|name| lifecycle.get(name)) {
        handler(hook, OF_HOOKS, &format!("the hook `{}`", hook.name), grace, found);
    }
}

fn handler(of: Field<'_>, names: &[&str], what: &str, grace: i64, found: &mut Findings<'_>) {
    let Some(action) = found.one_of(of, names, what, false) else { return };
    match action.name {
        "exec" if action.get("command").is_none_or(|command| command.is_empty()) => {
            found
                .refuse(action, format!("{what} has no `command` to run"))
                .help("set `command: [\"PROGRAM\", \"ARGUMENT\"]`");
        }
        "httpGet" | "tcpSocket" | "grpc" => port(action, what, found),
        "sleep" => {
            let seconds = action.get("seconds").filter(|field| field.int().is_some_and(|n| n < 0 || n > grace));
            if let Some(field) = seconds {
                let message = format!("{what} sleeps {} seconds, and the pod ends within {grace}", field.shown());
                found.refuse(field, message).help("sleep less, or raise `terminationGracePeriodSeconds` of the pod");
            }
        }
        _ => {}
    }
    found.member(action, "scheme", &["HTTP", "HTTPS"]);
    for header in action.list("httpHeaders") {
        if let Some(name) = header.get("name") {
            found.form(name, &HEADER_NAME, "header name");
        }
    }
}

fn port(action: Field<'_>, what: &str, found: &mut Findings<'_>) {
    match action.get("port") {
        Some(port) => found.port_or_name(port),
        None => found.refuse(action, format!("{what} has no `port`")).help("set `port`"),
    }
}
