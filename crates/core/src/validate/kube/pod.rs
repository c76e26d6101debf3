//! A pod that Kubernetes refuses, or that its workload cannot have.
//!
//! ## What
//! Reports, in a pod template: a restart policy or deadline that a workload's pods cannot have, a name of a host, service account, priority or runtime class
//! in a form that no such name has, DNS settings and host aliases that are not addresses, claims named twice, and fields that do not go with the pod's
//! operating system.
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
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }], restartPolicy: "Never" }
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
//!         spec: { containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }], restartPolicy: "Always" }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidatePodTemplateSpec` and `ValidatePodSpec` (`pkg/apis/core/validation`).

use std::collections::HashSet;

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{self, LABEL, SUBDOMAIN};
use relc_syntax::diagnostic::Diagnostics;

use super::{container, metadata, resources, scheduling, security, volume};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("pod.rs");

/// The rule's name.
pub const RULE: &str = "invalid-pod";

/// The default time for a pod to end, in seconds.
const GRACE: i64 = 30;

/// A pod, with what its containers' checks ask of it.
pub struct Pod<'v> {
    /// Its `spec`.
    pub spec: Field<'v>,
    /// Its volumes.
    pub volumes: Vec<Field<'v>>,
    /// The names of the volumes that it gets from the claim templates of its StatefulSet.
    pub claimed: Vec<&'v str>,
    /// The names of its resource claims.
    pub claims: HashSet<&'v str>,
    /// The time that it has to end, in seconds.
    pub grace: i64,
    /// Its operating system, where it sets one.
    pub os: Option<&'v str>,
    /// True if its users are those of the node.
    pub has_host_users: bool,
}

impl<'v> Pod<'v> {
    fn of(spec: Field<'v>, claimed: Vec<&'v str>) -> Self {
        Pod {
            spec,
            claimed,
            volumes: spec.list("volumes").collect(),
            claims: spec.list("resourceClaims").map(|claim| claim.text_of("name")).collect(),
            grace: spec.int_of("terminationGracePeriodSeconds").unwrap_or(GRACE),
            os: spec.find(&["os", "name"]).and_then(|name| name.text()),
            has_host_users: !spec.is_bool("hostUsers", false),
        }
    }

    /// Its containers and init containers.
    pub fn all_containers(&self) -> impl Iterator<Item = Field<'v>> + use<'v> {
        self.spec.list("containers").chain(self.spec.list("initContainers"))
    }
}

/// Checks the pod template in the `spec` of a workload, whose pods are started again whenever they end.
pub fn of_service<'v>(workload: Field<'v>, template: Field<'v>, kind: &str, out: &mut Diagnostics) {
    let claims = workload.list("volumeClaimTemplates").filter_map(|claim| claim.get("metadata"));
    check(template, claims.map(|metadata| metadata.text_of("name")).collect(), out);
    let Some(spec) = template.get("spec") else { return };
    let mut found = Findings::new(RULE, out);
    if let Some(policy) = spec.get("restartPolicy").filter(|policy| !matches!(policy.text(), Some("Always" | ""))) {
        let message = format!("{} is not for a {kind}, whose pods are always started again", policy.said());
        found.refuse(policy, message).help("write `restartPolicy: Always`, or remove it");
    }
    if let Some(deadline) = spec.get("activeDeadlineSeconds") {
        let message = format!("the pods of a {kind} have no `activeDeadlineSeconds`: they run until they are replaced");
        found.forbid(deadline, message).help("remove `activeDeadlineSeconds`");
    }
}

/// Checks a pod template. `claimed` are the names of volumes from claim templates.
fn check<'v>(template: Field<'v>, claimed: Vec<&'v str>, out: &mut Diagnostics) {
    if let Some(meta) = template.get("metadata") {
        metadata::template(meta, out);
    }
    let Some(spec) = template.get("spec") else {
        Findings::new(container::RULE, out)
            .refuse(template, "the pod has no containers")
            .help("set `spec`, with `containers`");
        return;
    };
    let pod = Pod::of(spec, claimed);
    volume::check(spec, out);
    container::check(&pod, out);
    scheduling::check(spec, out);
    if let Some(context) = spec.get("securityContext") {
        security::of_pod(spec, context, &mut Findings::new(security::RULE, out));
    }
    if let Some(given) = spec.get("resources") {
        resources::check(given, &HashSet::new(), &mut Findings::new(resources::RULE, out));
    }
    let mut found = Findings::new(RULE, out);
    if let Some(list) = spec.get("ephemeralContainers").filter(|list| !list.is_empty()) {
        found.forbid(list, "a pod template has no ephemeral containers").help("remove `ephemeralContainers`");
    }
    values(spec, &mut found);
    dns(spec, &mut found);
    claims(spec, &mut found);
    host(spec, &mut found);
    os(&pod, &mut found);
}

fn values(spec: Field<'_>, found: &mut Findings<'_>) {
    found.member(spec, "restartPolicy", &["Always", "OnFailure", "Never"]);
    found.member(spec, "dnsPolicy", &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]);
    found.member(spec, "preemptionPolicy", &["PreemptLowerPriority", "Never"]);
    found.form_if_set(spec, "hostname", &LABEL, "host name");
    found.form_if_set(spec, "subdomain", &LABEL, "subdomain");
    // The old name is read where the new one is not set.
    let account = if spec.get("serviceAccountName").is_some() { "serviceAccountName" } else { "serviceAccount" };
    found.form_if_set(spec, account, &SUBDOMAIN, "name of a service account");
    found.form_if_set(spec, "nodeName", &SUBDOMAIN, "name of a node");
    found.form_if_set(spec, "priorityClassName", &SUBDOMAIN, "name of a priority class");
    if let Some(class) = spec.get("runtimeClassName") {
        found.form(class, &SUBDOMAIN, "name of a runtime class");
    }
    for gate in spec.list("readinessGates").filter_map(|gate| gate.get("conditionType")) {
        found.text(gate, "condition of a readiness gate", form::key_problem);
    }
    for amount in spec.map("overhead") {
        if amount.quantity().is_some_and(|amount| amount.is_negative()) {
            found.refuse(amount, format!("{} is negative", amount.said())).help("use an amount of 0 or more");
        }
    }
}

fn dns(spec: Field<'_>, found: &mut Findings<'_>) {
    const SERVERS: usize = 3;
    const SEARCHES: usize = 32;
    let config = spec.get("dnsConfig");
    let servers = config.and_then(|config| config.get("nameservers"));
    let policy = spec.get("dnsPolicy").filter(|policy| policy.text() == Some("None"));
    if let Some(policy) = policy.filter(|_| servers.is_none_or(|servers| servers.is_empty())) {
        found
            .refuse(policy, "`dnsPolicy: None` needs a name server")
            .help("set `dnsConfig: { nameservers: [ADDRESS] }`");
    }
    let Some(config) = config else { return };
    if let Some(servers) = servers.filter(|servers| servers.len() > SERVERS) {
        found
            .refuse(servers, format!("{} name servers are more than {SERVERS}", servers.len()))
            .help(format!("keep {SERVERS}"));
    }
    for server in config.list("nameservers") {
        address(server, found);
    }
    let searches = config.get("searches");
    if let Some(searches) = searches.filter(|searches| searches.len() > SEARCHES) {
        found
            .refuse(searches, format!("{} search domains are more than {SEARCHES}", searches.len()))
            .help(format!("keep {SEARCHES}"));
    }
    for search in config.list("searches").filter(|search| search.text() != Some(".")) {
        found.text(search, "search domain", |text| form::search_domain_problem(text.strip_suffix('.').unwrap_or(text)));
    }
    for option in config.list("options") {
        found.required(option, "name", "a DNS option");
    }
}

/// Reports a text that is not a IP address.
pub fn address(field: Field<'_>, found: &mut Findings<'_>) {
    if field.text().is_some_and(|text| !form::is_ip(text)) {
        found
            .refuse(field, format!("{} is not an IP address", field.shown()))
            .help("write an address such as `10.9.8.7` or `2001:db8::1`");
    }
}

fn claims(spec: Field<'_>, found: &mut Findings<'_>) {
    for claim in spec.list("resourceClaims") {
        if let Some(name) = found.required(claim, "name", "a resource claim") {
            found.form(name, &LABEL, "name of a resource claim");
        }
        if let Some(source) =
            found.one_of(claim, &["resourceClaimName", "resourceClaimTemplateName"], "a resource claim", false)
        {
            found.form(source, &SUBDOMAIN, "object name");
        }
    }
    let named = spec.list("resourceClaims").map(|claim| (claim.text_of("name"), claim));
    found.unique(
        named,
        |claim| format!("two resource claims are called {}", quoted(claim.text_of("name"))),
        "use a different name for each",
    );
}

fn host(spec: Field<'_>, found: &mut Findings<'_>) {
    for alias in spec.list("hostAliases") {
        if let Some(ip) = found.required(alias, "ip", "a host alias") {
            address(ip, found);
        }
        alias.list("hostnames").for_each(|name| found.form(name, &SUBDOMAIN, "host name"));
    }
    if let Some(context) =
        spec.get("shareProcessNamespace").filter(|_| spec.is_true("shareProcessNamespace") && spec.is_true("hostPID"))
    {
        found
            .refuse(context, "`shareProcessNamespace: true` does not go with `hostPID: true`")
            .help("remove one of them");
    }
    if spec.is_bool("hostUsers", false) {
        for field in ["hostNetwork", "hostPID", "hostIPC"]
            .iter()
            .filter(|name| spec.is_true(name))
            .filter_map(|name| spec.get(name))
        {
            found
                .refuse(field, format!("{} does not go with `hostUsers: false`", field.said()))
                .help(format!("remove `{}` or `hostUsers`", field.name));
        }
    }
    if let Some(name) = spec.get("hostnameOverride") {
        found.form(name, &SUBDOMAIN, "host name");
        for other in ["setHostnameAsFQDN", "hostNetwork"].iter().filter(|other| spec.is_true(other)) {
            found
                .forbid(name, format!("`hostnameOverride` does not go with `{other}: true`"))
                .help("remove one of them");
        }
    }
}

/// Fields of a pod and of its security context that Windows does not have.
const NOT_ON_WINDOWS: &[&str] = &[
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
];

fn os(pod: &Pod<'_>, found: &mut Findings<'_>) {
    let Some(os) = pod.spec.get("os") else { return };
    if found.required(os, "name", "the `os`").is_none() {
        return;
    }
    found.member(os, "name", &["linux", "windows"]);
    let contexts = || pod.all_containers().chain([pod.spec]).filter_map(|holder| holder.get("securityContext"));
    match pod.os {
        Some("linux") => {
            for options in contexts().filter_map(|context| context.get("windowsOptions")) {
                found
                    .forbid(options, "a Linux pod has no `windowsOptions`")
                    .related(os, "the operating system")
                    .help("remove `windowsOptions`");
            }
        }
        Some("windows") => {
            let of_pod = ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace", "resources"]
                .iter()
                .filter_map(|name| pod.spec.get(name));
            let of_contexts =
                contexts().flat_map(|context| NOT_ON_WINDOWS.iter().filter_map(move |name| context.get(name)));
            for field in of_pod.chain(of_contexts) {
                let message = format!("a Windows pod has no `{}`", field.name);
                found
                    .forbid(field, message)
                    .related(os, "the operating system")
                    .help(format!("remove `{}`", field.name));
            }
        }
        Some(_) | None => {}
    }
}
