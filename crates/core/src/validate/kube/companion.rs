//! An autoscaler, disruption budget or Ingress that Kubernetes refuses.
//!
//! ## What
//! Reports a HorizontalPodAutoscaler whose bounds or metrics cannot be, a PodDisruptionBudget with both of its bounds or with one that is not a number or
//! percentage, and an Ingress without a rule, path type or backend.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```definition
//! emit HorizontalPodAutoscaler { metadata: v.metadata, spec: { scaleTargetRef: target, minReplicas: 3, maxReplicas: 1 } }
//! ```
//!
//! ## Good
//! ```definition
//! emit HorizontalPodAutoscaler { metadata: v.metadata, spec: { scaleTargetRef: target, minReplicas: 1, maxReplicas: 3 } }
//! ```
//!
//! ## Source
//! Kubernetes, `validateHorizontalPodAutoscalerSpec` (`pkg/apis/autoscaling/validation`), `ValidatePodDisruptionBudgetSpec`
//! (`pkg/apis/policy/validation`) and `ValidateIngressSpec` (`pkg/apis/networking/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{SERVICE_LABEL, SUBDOMAIN, is_ip, port_name_problem};
use relc_syntax::diagnostic::Diagnostics;

use super::{selector, workload};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("companion.rs");

/// The rule's name.
pub const RULE: &str = "invalid-companion";

/// Checks the `spec` of a HorizontalPodAutoscaler.
pub fn autoscaler(spec: Field<'_>, out: &mut Diagnostics) {
    const LONGEST_WINDOW: i64 = 3600;
    const LONGEST_PERIOD: i64 = 1800;
    let mut found = Findings::new(RULE, out);
    found.range(spec, "minReplicas", 1, i64::MAX);
    found.range(spec, "maxReplicas", 1, i64::MAX);
    let (least, most) = (spec.int_of("minReplicas"), spec.get("maxReplicas"));
    if let (Some(least), Some(most)) = (least, most.filter(|most| most.int().is_some_and(|most| most >= 1)))
        && most.int().is_some_and(|most| most < least)
    {
        found
            .refuse(most, format!("{} is less than `minReplicas: {least}`", most.said()))
            .help(format!("set `maxReplicas` to {least} or more"));
    }
    if let Some(target) = spec.get("scaleTargetRef") {
        found.required(target, "kind", "the `scaleTargetRef`");
        found.required(target, "name", "the `scaleTargetRef`");
    }
    for metric in spec.list("metrics") {
        measured(metric, &mut found);
    }
    for rules in ["scaleUp", "scaleDown"].iter().filter_map(|name| spec.find(&["behavior", name])) {
        found.range(rules, "stabilizationWindowSeconds", 0, LONGEST_WINDOW);
        found.member(rules, "selectPolicy", &["Max", "Min", "Disabled"]);
        for policy in rules.list("policies") {
            found.member(policy, "type", &["Pods", "Percent"]);
            found.range(policy, "value", 1, i64::MAX);
            found.range(policy, "periodSeconds", 1, LONGEST_PERIOD);
        }
    }
}

const METRICS: &[(&str, &str)] = &[
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
    ("External", "external"),
];

fn measured(metric: Field<'_>, found: &mut Findings<'_>) {
    let kinds: Vec<&str> = METRICS.iter().map(|(kind, _)| *kind).collect();
    let fields: Vec<&str> = METRICS.iter().map(|(_, field)| *field).collect();
    found.member(metric, "type", &kinds);
    let Some(source) = found.one_of(metric, &fields, "a metric", false) else { return };
    let wanted = METRICS.iter().find(|(kind, _)| *kind == metric.text_of("type")).map(|(_, field)| *field);
    if let Some(wanted) = wanted.filter(|wanted| *wanted != source.name) {
        let message =
            format!("a metric of `type: {}` has `{wanted}`, and this has `{}`", metric.text_of("type"), source.name);
        found.forbid(source, message).help(format!("write `{wanted}`, or change `type`"));
    }
    let Some(target) = source.get("target") else { return };
    found.required(target, "type", "the target of a metric");
    found.member(target, "type", &["Utilization", "Value", "AverageValue"]);
    found.range(target, "averageUtilization", 1, i64::MAX);
    for name in ["value", "averageValue"] {
        let wrong = target
            .get(name)
            .filter(|amount| amount.quantity().is_some_and(|amount| amount.is_negative() || amount.is_zero()));
        if let Some(amount) = wrong {
            found.refuse(amount, format!("{} is not more than 0", amount.said())).help("use an amount above 0");
        }
    }
}

/// Checks the `spec` of a PodDisruptionBudget.
pub fn budget(spec: Field<'_>, out: &mut Diagnostics) {
    if let Some(chosen) = spec.get("selector") {
        selector::check(chosen, out);
    }
    let mut found = Findings::new(RULE, out);
    found.one_of(spec, &["minAvailable", "maxUnavailable"], "a disruption budget", true);
    for field in ["minAvailable", "maxUnavailable"].iter().filter_map(|name| spec.get(name)) {
        workload::number_or_percent(field, &mut found);
        let is_more = field
            .text()
            .and_then(|text| text.strip_suffix('%')?.parse::<u64>().ok())
            .is_some_and(|percent| percent > 100);
        if is_more {
            found.refuse(field, format!("{} is more than all pods", field.said())).help("write `100%` or less");
        }
    }
    found.member(spec, "unhealthyPodEvictionPolicy", &["IfHealthyBudget", "AlwaysAllow"]);
}

/// Checks the `spec` of an Ingress.
pub fn ingress(spec: Field<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    if spec.list("rules").next().is_none() && spec.get("defaultBackend").is_none() {
        found.refuse(spec, "the Ingress has neither `rules` nor a `defaultBackend`").help("add a rule");
    }
    found.form_if_set(spec, "ingressClassName", &SUBDOMAIN, "name of an Ingress class");
    spec.get("defaultBackend").into_iter().for_each(|backend| reached(backend, &mut found));
    for rule in spec.list("rules") {
        if let Some(name) = rule.get("host").filter(|name| name.text() != Some("")) {
            host(name, &mut found);
        }
        let Some(http) = rule.get("http") else { continue };
        if http.list("paths").next().is_none() {
            found.refuse(http, "a rule of the Ingress has no `paths`").help("add a path");
        }
        http.list("paths").for_each(|path| routed(path, &mut found));
    }
    for name in spec.list("tls").flat_map(|tls| tls.list("hosts")) {
        host(name, &mut found);
    }
}

fn host(name: Field<'_>, found: &mut Findings<'_>) {
    found.text(name, "host", |text| {
        if is_ip(text) {
            return Some("it is an address, and not a name".to_owned());
        }
        SUBDOMAIN.problem(text.strip_prefix("*.").unwrap_or(text))
    });
}

fn routed(path: Field<'_>, found: &mut Findings<'_>) {
    found.required(path, "pathType", "a path of the Ingress");
    found.member(path, "pathType", &["Exact", "Prefix", "ImplementationSpecific"]);
    let text = path.text_of("path");
    let is_specific = path.text_of("pathType") == "ImplementationSpecific";
    if !(text.starts_with('/') || is_specific && text.is_empty()) {
        found
            .refuse(path.get("path").unwrap_or(path), format!("{} is not a path: it must begin with `/`", quoted(text)))
            .help("write the path from `/` on");
    }
    let wrong = ["//", "/./", "/../", "%2f", "%2F"].into_iter().find(|part| text.contains(part));
    if let Some(part) = wrong.filter(|_| !is_specific) {
        found
            .refuse(path.get("path").unwrap_or(path), format!("the path {} has `{part}`", quoted(text)))
            .help(format!("write it without `{part}`"));
    }
    path.get("backend").into_iter().for_each(|backend| reached(backend, found));
}

fn reached(backend: Field<'_>, found: &mut Findings<'_>) {
    let Some(service) =
        found.one_of(backend, &["service", "resource"], "a backend", false).filter(|one| one.name == "service")
    else {
        return;
    };
    if let Some(name) = found.required(service, "name", "the Service of a backend") {
        found.form(name, &SERVICE_LABEL, "name of a Service");
    }
    match service.get("port") {
        Some(port) => {
            found.one_of(port, &["name", "number"], "the port of a backend", false);
            found.port(port, "number");
            port.get("name").into_iter().for_each(|name| found.text(name, "port name", port_name_problem));
        }
        None => found.refuse(service, "the Service of a backend has no `port`").help("set `port: { number: 80 }`"),
    }
}
