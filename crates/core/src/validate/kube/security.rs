//! A security context that Kubernetes refuses.
//!
//! ## What
//! Reports, in the security context of a pod or container: users and groups that do not exist, profiles of seccomp and AppArmor without or with a file where
//! there must be one or none, sysctls of a wrong name or named twice, policies that do not exist, and what contradicts itself, such as a privileged
//! container that may not gain privileges.
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
//!         spec: {
//!           containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }]
//!           securityContext: { seccompProfile: { type: "Localhost" } }
//!         }
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
//!         spec: {
//!           containers: [{ name: "hello", image: "ghcr.io/example/hello:1.4" }]
//!           securityContext: { seccompProfile: { type: "RuntimeDefault" } }
//!         }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `validatePodSpecSecurityContext` and `ValidateSecurityContext` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{SUBDOMAIN, relative_path_problem};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("security.rs");

/// The rule's name.
pub const RULE: &str = "invalid-security-context";

const PROFILES: &[&str] = &["Localhost", "RuntimeDefault", "Unconfined"];

/// The greatest number of a user or group.
const MAX_ID: i64 = i32::MAX as i64;

/// Checks the security context of a pod.
pub fn of_pod(pod: Field<'_>, context: Field<'_>, found: &mut Findings<'_>) {
    found.range(context, "fsGroup", 0, MAX_ID);
    for group in context.list("supplementalGroups") {
        if group.int().is_some_and(|id| !(0..=MAX_ID).contains(&id)) {
            found
                .refuse(group, format!("{} is not the number of a group", group.shown()))
                .help(format!("write a number from 0 to {MAX_ID}"));
        }
    }
    found.member(context, "fsGroupChangePolicy", &["OnRootMismatch", "Always"]);
    found.member(context, "supplementalGroupsPolicy", &["Merge", "Strict"]);
    found.member(context, "seLinuxChangePolicy", &["Recursive", "MountOption"]);
    sysctls(pod, context, found);
    both(context, found);
}

/// Checks the security context of a container.
pub fn of_container(context: Field<'_>, has_host_users: bool, found: &mut Findings<'_>) {
    both(context, found);
    found.member(context, "procMount", &["Default", "Unmasked"]);
    if let Some(mount) = context.get("procMount").filter(|mount| mount.text() == Some("Unmasked") && has_host_users) {
        found
            .refuse(mount, "`procMount: Unmasked` needs `hostUsers: false` in the pod")
            .help("set `hostUsers: false`, or remove `procMount`");
    }
    let Some(escalation) =
        context.get("allowPrivilegeEscalation").filter(|_| context.is_bool("allowPrivilegeEscalation", false))
    else {
        return;
    };
    if let Some(privileged) = context.get("privileged").filter(|_| context.is_true("privileged")) {
        let message = "a privileged container cannot have `allowPrivilegeEscalation: false`";
        found.refuse(escalation, message).related(privileged, "it is privileged here").help("remove one of them");
    }
    let added = context.find(&["capabilities", "add"]);
    let admin = added.and_then(|added| added.items().find(|name| name.text() == Some("CAP_SYS_ADMIN")));
    if let Some(admin) = admin {
        let message = "a container with `CAP_SYS_ADMIN` cannot have `allowPrivilegeEscalation: false`";
        found.refuse(escalation, message).related(admin, "the capability").help("remove one of them");
    }
}

/// Checks the fields that the contexts of pods and containers have in common.
fn both(context: Field<'_>, found: &mut Findings<'_>) {
    found.range(context, "runAsUser", 0, MAX_ID);
    found.range(context, "runAsGroup", 0, MAX_ID);
    if let Some(windows) = context.get("windowsOptions") {
        found.form_if_set(windows, "gmsaCredentialSpecName", &SUBDOMAIN, "object name");
    }
    for profile in ["seccompProfile", "appArmorProfile"].iter().filter_map(|name| context.get(name)) {
        if profile.text_of("type").is_empty() {
            found.refuse(profile, format!("the `{}` has no `type`", profile.name)).help("set `type: RuntimeDefault`");
            continue;
        }
        found.member(profile, "type", PROFILES);
        let (is_local, file) = (profile.text_of("type") == "Localhost", profile.get("localhostProfile"));
        match file {
            None if is_local => {
                found
                    .refuse(profile, "`type: Localhost` needs a `localhostProfile`")
                    .help("set `localhostProfile`, or use `type: RuntimeDefault`");
            }
            Some(file) if !is_local => {
                found
                    .forbid(file, "`localhostProfile` needs `type: Localhost`")
                    .help("remove `localhostProfile`, or set `type: Localhost`");
            }
            Some(file) if profile.name == "seccompProfile" => {
                found.text(file, "path of a profile", |text| relative_path_problem(text).map(str::to_owned));
            }
            Some(file) if file.text().is_some_and(|text| text.trim() != text || text.is_empty()) => {
                found
                    .refuse(file, format!("{} is not the name of a profile", file.shown()))
                    .help("write the name without spaces around it");
            }
            Some(_) | None => {}
        }
    }
}

fn sysctls(pod: Field<'_>, context: Field<'_>, found: &mut Findings<'_>) {
    for sysctl in context.list("sysctls") {
        let Some(name) = found.required(sysctl, "name", "a sysctl") else { continue };
        let Some(text) = name.text() else { continue };
        if !is_sysctl(text) {
            found
                .refuse(name, format!("{} is not the name of a sysctl", quoted(text)))
                .help("write the name as `sysctl -a` lists it, such as `net.core.somaxconn`");
            continue;
        }
        let dotted = text.replace('/', ".");
        let is_ipc = ["kernel.shm", "kernel.msg", "fs.mqueue."].iter().any(|prefix| dotted.starts_with(prefix))
            || dotted == "kernel.sem";
        for (host, is_of) in [("hostNetwork", dotted.starts_with("net.")), ("hostIPC", is_ipc)] {
            if is_of && pod.is_true(host) {
                found
                    .refuse(name, format!("{} cannot be set with `{host}: true`: it would be the node's", quoted(text)))
                    .help("remove it");
            }
        }
    }
    let names = context.list("sysctls").map(|sysctl| (sysctl.text_of("name"), sysctl));
    found.unique(
        names,
        |sysctl| format!("the sysctl {} is set twice", quoted(sysctl.text_of("name"))),
        "remove one of them",
    );
}

fn is_sysctl(name: &str) -> bool {
    const MAX: usize = 253;
    let is_part = |part: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        ends(part.chars().next()) && ends(part.chars().next_back()) && part.chars().all(inside)
    };
    name.len() <= MAX && name.split(['.', '/']).all(is_part)
}
