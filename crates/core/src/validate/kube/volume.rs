//! A volume that Kubernetes refuses.
//!
//! ## What
//! Reports two volumes of one name, a volume with several sources, a source without what it needs (a Secret's or ConfigMap's name, a claim, a path), files
//! with a path that leads out of the volume or a mode beyond 0777, several files of one path, and a volume's claim that no storage could fill.
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
//!           volumes: [{ name: "data", emptyDir: {}, configMap: { name: "hello" } }]
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
//!           volumes: [{ name: "data", emptyDir: {} }, { name: "config", configMap: { name: "hello" } }]
//!         }
//!       }
//!     } }
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateVolumes` and `validateVolumeSource` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::{LABEL, SUBDOMAIN, backstep_problem, relative_path_problem};
use relc_syntax::diagnostic::Diagnostics;

use super::{env, metadata, selector};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("volume.rs");

/// The rule's name.
pub const RULE: &str = "invalid-volume";

/// Sources, each with the fields that it needs; others are behind feature gates that are off, and dropped.
const SOURCES: &[(&str, &[&str])] = &[
    ("emptyDir", &[]),
    ("configMap", &["name"]),
    ("secret", &["secretName"]),
    ("projected", &[]),
    ("downwardAPI", &[]),
    ("persistentVolumeClaim", &["claimName"]),
    ("ephemeral", &["volumeClaimTemplate"]),
    ("hostPath", &["path"]),
    ("csi", &["driver"]),
    ("nfs", &["server", "path"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("fc", &[]),
    ("gitRepo", &["repository"]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("glusterfs", &["endpoints", "path"]),
    ("rbd", &["monitors", "image"]),
    ("cephfs", &["monitors"]),
    ("cinder", &["volumeID"]),
    ("flexVolume", &["driver"]),
    ("flocker", &[]),
    ("quobyte", &["registry", "volume"]),
    ("vsphereVolume", &["volumePath"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("azureFile", &["secretName", "shareName"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("storageos", &[]),
];

/// Checks the volumes of a pod.
pub fn check(pod: Field<'_>, out: &mut Diagnostics) {
    for volume in pod.list("volumes") {
        let mut found = Findings::new(RULE, out);
        if let Some(name) = found.required(volume, "name", "a volume") {
            found.form(name, &LABEL, "volume name");
        }
        let names: Vec<&str> = SOURCES.iter().map(|(name, _)| *name).collect();
        let what = format!("the volume {}", quoted(volume.text_of("name")));
        // Without a source Kubernetes makes an empty directory.
        let Some(source) = found.one_of(volume, &names, &what, true) else { continue };
        let needed = SOURCES.iter().find(|(name, _)| *name == source.name).map_or(&[][..], |(_, needed)| *needed);
        for name in needed {
            found.required(source, name, &format!("the `{}` of {what}", source.name));
        }
        of_source(source, &what, &mut found);
        if let Some(template) = source.get("volumeClaimTemplate") {
            for field in template.map("metadata").filter(|field| !matches!(field.name, "labels" | "annotations")) {
                let message = format!("the claim of a volume can't have a `{}`", field.name);
                found.forbid(field, message).help(format!("remove `{}`", field.name));
            }
            template.get("metadata").into_iter().for_each(|meta| metadata::template(meta, out));
            claim(template, out);
        }
    }
    let names = pod.list("volumes").filter_map(|volume| volume.get("name"));
    let mut found = Findings::new(RULE, out);
    found.unique(
        names.filter_map(|name| Some((name.text()?, name))),
        |name| format!("two volumes are called {}", name.shown()),
        "use each volume its own name",
    );
}

fn of_source(source: Field<'_>, what: &str, found: &mut Findings<'_>) {
    mode(source, "defaultMode", found);
    match source.name {
        "secret" | "configMap" => source.list("items").for_each(|item| key_to_path(item, found)),
        "downwardAPI" => source.list("items").for_each(|item| downward_file(item, found)),
        "projected" => projected(source, what, found),
        "hostPath" => {
            path(source, "path", &|path| backstep_problem(path), found);
            let types =
                ["DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];
            found.member(source, "type", &types);
        }
        "nfs" => path(source, "path", &|path| (!path.starts_with('/')).then_some("it must begin with `/`"), found),
        "gitRepo" => path(source, "directory", &relative_path_problem, found),
        "csi" => {
            if let Some(driver) = source.get("driver").filter(|driver| driver.text() != Some("")) {
                let problem = |text: &str| {
                    SUBDOMAIN
                        .problem(&text.to_lowercase())
                        .or_else(|| LABEL.problem(&text.to_lowercase().replace('.', "-")))
                };
                found.text(driver, "name of a CSI driver", problem);
            }
        }
        "emptyDir" => {
            if let Some(size) =
                source.get("sizeLimit").filter(|size| size.quantity().is_some_and(|size| size.is_negative()))
            {
                found
                    .refuse(size, format!("{} is negative", size.said()))
                    .help("use the most that the volume may hold");
            }
        }
        "iscsi" | "fc" => found.range(source, "lun", 0, 255),
        "gcePersistentDisk" | "awsElasticBlockStore" => found.range(source, "partition", 0, 255),
        _ => {}
    }
}

fn mode(of: Field<'_>, name: &str, found: &mut Findings<'_>) {
    const MOST: i64 = 0o777;
    let Some(field) = of.get(name) else { return };
    if field.int().is_some_and(|mode| !(0..=MOST).contains(&mode)) {
        let message =
            format!("{} is not a file mode: modes are from 0 to 0777 in octal, which is {MOST}", field.said());
        found.refuse(field, message).help("write the mode with a leading 0, such as `0644`, or in decimal");
    }
}

fn path(of: Field<'_>, name: &str, problem: &dyn Fn(&str) -> Option<&'static str>, found: &mut Findings<'_>) {
    if let Some(field) = of.get(name).filter(|field| field.text() != Some("")) {
        found.text(field, "path", |text| problem(text).map(str::to_owned));
    }
}

/// A path of a file inside of a volume.
fn inside(text: &str) -> Option<&'static str> {
    relative_path_problem(text).or_else(|| text.starts_with("..").then_some("it must not begin with `..`"))
}

fn key_to_path(item: Field<'_>, found: &mut Findings<'_>) {
    found.required(item, "key", "an item");
    found.required(item, "path", "an item");
    path(item, "path", &inside, found);
    mode(item, "mode", found);
}

fn downward_file(item: Field<'_>, found: &mut Findings<'_>) {
    found.required(item, "path", "a file of the downward API");
    path(item, "path", &inside, found);
    mode(item, "mode", found);
    match found.one_of(item, &["fieldRef", "resourceFieldRef"], "a file of the downward API", false) {
        Some(source) if source.name == "fieldRef" => env::pod_field(source, env::FILE_FIELDS, false, found),
        Some(source) => env::resource_field(source, true, found),
        None => {}
    }
}

/// Sources of a projected volume; others are behind feature gates that are off, and dropped.
const PROJECTED: &[&str] = &["secret", "configMap", "downwardAPI", "serviceAccountToken"];

fn projected(volume: Field<'_>, what: &str, found: &mut Findings<'_>) {
    let mut paths = Vec::new();
    for source in volume.list("sources") {
        let Some(one) = found.one_of(source, PROJECTED, &format!("a source of {what}"), true) else { continue };
        match one.name {
            "secret" | "configMap" => {
                found.required(one, "name", &format!("the `{}`", one.name));
                one.list("items").for_each(|item| key_to_path(item, found));
            }
            "downwardAPI" => one.list("items").for_each(|item| downward_file(item, found)),
            "serviceAccountToken" => {
                found.range(one, "expirationSeconds", 600, 1 << 32);
                found.required(one, "path", "the `serviceAccountToken`");
                path(one, "path", &inside, found);
            }
            _ => {}
        }
        paths.extend(one.list("items").filter_map(|item| item.get("path")));
    }
    let keyed = paths.into_iter().filter_map(|path| Some((path.text().filter(|text| !text.is_empty())?, path)));
    found.unique(keyed, |path| format!("{what} has two files {}", path.shown()), "use a different path for each file");
}

/// Checks a claim on storage: of a workload, or of a volume.
pub fn claim(template: Field<'_>, out: &mut Diagnostics) {
    let Some(spec) = template.get("spec") else { return };
    if let Some(selector) = spec.get("selector") {
        selector::check(selector, out);
    }
    let mut found = Findings::new(RULE, out);
    let modes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
    if spec.list("accessModes").next().is_none() {
        found.refuse(spec, "the claim has no `accessModes`").help("set `accessModes: [ReadWriteOnce]`");
    }
    for mode in spec.list("accessModes") {
        if mode.text().is_some_and(|text| !modes.contains(&text)) {
            let initials = |member: &&&str| {
                member.chars().filter(char::is_ascii_uppercase).collect::<String>() == mode.text().unwrap_or("")
            };
            let near =
                modes.iter().find(initials).copied().or_else(|| relc_syntax::diagnostic::nearest(mode.text()?, modes));
            let finding = found.refuse(mode, format!("{} is not an access mode", mode.shown()));
            finding.instead(
                near.map(str::to_owned),
                "use `ReadWriteOnce`, `ReadOnlyMany`, `ReadWriteMany` or `ReadWriteOncePod`",
            );
        }
    }
    let alone = spec.list("accessModes").find(|mode| mode.text() == Some("ReadWriteOncePod"));
    if let Some(mode) = alone.filter(|_| spec.list("accessModes").any(|mode| mode.text() != Some("ReadWriteOncePod"))) {
        found.refuse(mode, "`ReadWriteOncePod` does not go with other access modes").help("keep one of them");
    }
    match spec.find(&["resources", "requests", "storage"]) {
        None => found
            .refuse(spec, "the claim does not request any storage")
            .help("set `resources: { requests: { storage: 1Gi } }`"),
        Some(size) if size.quantity().is_some_and(|size| size.is_negative() || size.is_zero()) => {
            found.refuse(size, format!("{} is not more than 0", size.said())).help("use the size of the volume");
        }
        Some(_) => {}
    }
    found.form_if_set(spec, "storageClassName", &SUBDOMAIN, "name of a storage class");
    found.form_if_set(spec, "volumeAttributesClassName", &SUBDOMAIN, "name of a class of volumes");
    for source in ["dataSource", "dataSourceRef"].iter().filter_map(|name| spec.get(name)) {
        found.required(source, "kind", &format!("the `{}`", source.name));
        found.required(source, "name", &format!("the `{}`", source.name));
        if source.text_of("apiGroup").is_empty() {
            found.member(source, "kind", &["PersistentVolumeClaim"]);
        }
    }
    found.member(spec, "volumeMode", &["Block", "Filesystem"]);
}
