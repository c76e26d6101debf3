//! A mount that Kubernetes refuses.
//!
//! ## What
//! Reports a `volumeMounts` entry of a volume that the pod does not have, two mounts at one path, a mount without a path, a `subPath` that leads out of
//! the volume, modes that do not go together, and devices of volumes that are invalid.
//!
//! ## Why
//! The API server refuses the object. The name of a mount is that of a volume in the same pod, not that of a ConfigMap, Secret or claim.
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
//!           containers: [{
//!             name: "hello"
//!             image: "ghcr.io/example/hello:1.4"
//!             volumeMounts: [{ name: "conf", mountPath: "/etc/hello" }]
//!           }]
//!           volumes: [{ name: "config", configMap: { name: "hello" } }]
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
//!           containers: [{
//!             name: "hello"
//!             image: "ghcr.io/example/hello:1.4"
//!             volumeMounts: [{ name: "config", mountPath: "/etc/hello" }]
//!           }]
//!           volumes: [{ name: "config", configMap: { name: "hello" } }]
//!         }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateVolumeMounts` and `ValidateVolumeDevices` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{backstep_problem, relative_path_problem};
use relc_syntax::diagnostic::nearest;

use super::pod::Pod;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("mount.rs");

/// The rule's name.
pub const RULE: &str = "invalid-mount";

/// Checks the mounts and devices of a container of `pod`.
pub fn check(container: Field<'_>, pod: &Pod<'_>, found: &mut Findings<'_>) {
    let is_privileged = container.get("securityContext").is_some_and(|context| context.is_true("privileged"));
    for mount in container.list("volumeMounts") {
        named(mount, pod, found);
        found.required(mount, "mountPath", "a mount");
        for name in ["subPath", "subPathExpr"] {
            if let Some(path) = mount.get(name).filter(|path| path.text() != Some("")) {
                found.text(path, "path inside of a volume", |text| relative_path_problem(text).map(str::to_owned));
            }
        }
        if !mount.text_of("subPath").is_empty() && !mount.text_of("subPathExpr").is_empty() {
            found.one_of(mount, &["subPath", "subPathExpr"], "a mount", true);
        }
        propagation(mount, is_privileged, found);
    }
    let paths = container.list("volumeMounts").filter_map(|mount| mount.get("mountPath"));
    let paths = paths.filter_map(|path| Some((path.text()?, path)));
    found.unique(
        paths,
        |path| format!("two volumes are mounted at {}", path.shown()),
        "mount each at a different path",
    );
    devices(container, pod, found);
}

fn named(mount: Field<'_>, pod: &Pod<'_>, found: &mut Findings<'_>) {
    let Some(name) = found.required(mount, "name", "a mount") else { return };
    let Some(text) = name.text() else { return };
    let volumes = pod.volumes.iter().map(|volume| volume.text_of("name"));
    let known: Vec<&str> = volumes.chain(pod.claimed.iter().copied()).collect();
    if known.contains(&text) {
        return;
    }
    let finding = found.refuse(name, format!("the pod has no volume {}", quoted(text)));
    match nearest(text, known.iter().copied()) {
        Some(near) => finding.help(format!("write `{near}`, or declare `{text}` in `volumes` of the pod")),
        None => finding.help(format!("declare `{text}` in `volumes` of the pod")),
    }
}

fn propagation(mount: Field<'_>, is_privileged: bool, found: &mut Findings<'_>) {
    found.member(mount, "mountPropagation", &["None", "HostToContainer", "Bidirectional"]);
    let mode = mount.get("mountPropagation");
    if let Some(mode) = mode.filter(|mode| mode.text() == Some("Bidirectional") && !is_privileged) {
        found
            .refuse(mode, "only a privileged container can have `mountPropagation: Bidirectional`")
            .help("use `HostToContainer`, or remove it");
    }
    found.member(mount, "recursiveReadOnly", &["Disabled", "IfPossible", "Enabled"]);
    let recursive =
        mount.get("recursiveReadOnly").filter(|field| matches!(field.text(), Some("IfPossible" | "Enabled")));
    let Some(recursive) = recursive else { return };
    if !mount.is_true("readOnly") {
        found.refuse(recursive, format!("{} needs `readOnly: true`", recursive.said())).help("set `readOnly: true`");
    }
    if let Some(mode) = mode.filter(|mode| mode.text() != Some("None")) {
        found
            .refuse(recursive, format!("{} does not go with {}", recursive.said(), mode.said()))
            .help("remove `mountPropagation`");
    }
}

fn devices(container: Field<'_>, pod: &Pod<'_>, found: &mut Findings<'_>) {
    for device in container.list("volumeDevices") {
        named(device, pod, found);
        if let Some(path) = found.required(device, "devicePath", "a device") {
            found.text(path, "path of a device", |text| backstep_problem(text).map(str::to_owned));
        }
        let name = device.text_of("name");
        let volume = pod.volumes.iter().find(|volume| volume.text_of("name") == name);
        let is_claim =
            |volume: &Field<'_>| volume.get("persistentVolumeClaim").is_some() || volume.get("ephemeral").is_some();
        if volume.is_some_and(|volume| !is_claim(volume)) {
            let message = format!("the volume {} cannot be a device: it is not a claim on storage", quoted(name));
            found.refuse(device, message).help("use `volumeMounts`, or a `persistentVolumeClaim`");
        }
        let mount = container.list("volumeMounts").find(|mount| mount.text_of("name") == name);
        if let Some(mount) = mount {
            let message = format!("the volume {} is both a mount and a device of the container", quoted(name));
            found.refuse(device, message).related(mount, "the mount").help("keep one of them");
        }
        let path = device.text_of("devicePath");
        let taken = container.list("volumeMounts").find(|mount| mount.text_of("mountPath") == path && !path.is_empty());
        if let Some(mount) = taken {
            found
                .refuse(device, format!("a volume is mounted at {} already", quoted(path)))
                .related(mount, "the mount")
                .help("use another path");
        }
    }
    for key in ["name", "devicePath"] {
        let fields = container.list("volumeDevices").filter_map(move |device| device.get(key));
        let keyed = fields.filter_map(|field| Some((field.text().filter(|text| !text.is_empty())?, field)));
        found.unique(keyed, |field| format!("two devices have the {}", field.said()), "keep one of them");
    }
}
