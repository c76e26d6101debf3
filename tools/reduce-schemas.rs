//! Reduces schemas of Kubernetes objects to the files under `schemas/`.
//!
//!     cargo run --example reduce-schemas -- [--kubernetes OPENAPI] [--kind API/KIND/PLURAL]… [CRD]… -o DIR
//!
//! OPENAPI is what `kubectl get --raw /openapi/v3/apis/apps/v1` prints; several may be merged by naming the option again. CRD
//! is what `kubectl get crd NAME -o json` prints. `ObjectMeta` comes from the OpenAPI document.

// A tool reads and writes files.
#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use relc::schema::{Header, reduce};
use serde_json::{Map, Value as Json};

/// Reduces schemas of Kubernetes objects, one file a kind.
#[derive(Parser)]
struct Arguments {
    /// OpenAPI v3 documents of an API server: `kubectl get --raw /openapi/v3/apis/apps/v1`.
    #[arg(long, value_name = "FILE", required = true)]
    kubernetes: Vec<PathBuf>,
    /// Kinds to take from them: group/version (or version), kind and plural, such as `apps/v1/Deployment/deployments`.
    #[arg(long, value_name = "API/KIND/PLURAL")]
    kind: Vec<String>,
    /// CustomResourceDefinitions as JSON: `kubectl get crd NAME -o json`.
    crds: Vec<PathBuf>,
    /// Where the reduced schemas go.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "reduce-schemas: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut components = Map::new();
    let mut source = String::new();
    for path in &arguments.kubernetes {
        let document = read(path)?;
        let schemas = document.pointer("/components/schemas").or_else(|| document.get("schemas"));
        let schemas = schemas
            .and_then(Json::as_object)
            .ok_or_else(|| format!("{} is no OpenAPI v3 document: it has no components.schemas", path.display()))?;
        components.extend(schemas.clone());
        let version = document
            .pointer("/info/version")
            .and_then(Json::as_str)
            .map(|v| format!("OpenAPI v3 of kube-apiserver {v}"));
        source = document.get("source").and_then(Json::as_str).map(str::to_owned).or(version).unwrap_or(source);
    }
    for kind in &arguments.kind {
        let (header, root) = kubernetes_kind(kind, &components, &source)?;
        write(&arguments.output, &header, &reduce::reduce(&header, &root, &components, None)?)?;
    }
    let meta = components.get(OBJECT_META).ok_or("the OpenAPI documents have no ObjectMeta")?;
    for path in &arguments.crds {
        for (header, schema) in custom_kinds(&read(path)?).map_err(|error| format!("{}: {error}", path.display()))? {
            write(&arguments.output, &header, &reduce::reduce(&header, &schema, &components, Some(meta))?)?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Json, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn kubernetes_kind(wanted: &str, components: &Map<String, Json>, source: &str) -> Result<(Header, Json), String> {
    let mut parts = wanted.rsplitn(3, '/');
    let (plural, kind, api_version) = (parts.next(), parts.next(), parts.next());
    let (Some(plural), Some(kind), Some(api_version)) = (plural, kind, api_version) else {
        return Err(format!("`{wanted}` is not API/KIND/PLURAL, such as apps/v1/Deployment/deployments"));
    };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let is_wanted = |gvk: &Json| gvk["group"] == group && gvk["version"] == version && gvk["kind"] == kind;
    let found = components.values().find(|schema| {
        schema
            .get("x-kubernetes-group-version-kind")
            .and_then(Json::as_array)
            .is_some_and(|all| all.iter().any(is_wanted))
    });
    let root = found.ok_or_else(|| format!("the OpenAPI documents have no {api_version} {kind}"))?;
    Ok((header(api_version, kind, plural, source), root.clone()))
}

/// The served versions of a CustomResourceDefinition, or the one of a file that has its parts at the top.
fn custom_kinds(document: &Json) -> Result<Vec<(Header, Json)>, String> {
    let text = |pointer: &str| document.pointer(pointer).and_then(Json::as_str);
    if let (Some(group), Some(kind), Some(plural)) =
        (text("/spec/group"), text("/spec/names/kind"), text("/spec/names/plural"))
    {
        let versions =
            document.pointer("/spec/versions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let served = versions.iter().filter(|version| version["served"] == true);
        let source = format!("CustomResourceDefinition {plural}.{group}");
        return Ok(served
            .filter_map(|version| {
                let api_version = format!("{group}/{}", version["name"].as_str()?);
                Some((header(&api_version, kind, plural, &source), version.pointer("/schema/openAPIV3Schema")?.clone()))
            })
            .collect());
    }
    let (Some(group), Some(version), Some(kind), Some(plural)) =
        (text("/group"), text("/version"), text("/kind"), text("/plural"))
    else {
        return Err("is no CustomResourceDefinition: it has no spec.group, spec.names and spec.versions".to_owned());
    };
    let schema = document.get("openAPIV3Schema").ok_or("has no openAPIV3Schema")?;
    let note = text("/source").unwrap_or("CustomResourceDefinition").replace(", descriptions left out", "");
    let annotations = document.get("annotations").and_then(Json::as_object);
    let bundle = annotations.and_then(|all| all.iter().find(|(key, _)| key.ends_with("-version")));
    let source = bundle.map_or(note.clone(), |(key, value)| format!("{note} ({key} {})", value.as_str().unwrap_or("")));
    Ok(vec![(header(&format!("{group}/{version}"), kind, plural, &source), schema.clone())])
}

fn header(api_version: &str, kind: &str, plural: &str, source: &str) -> Header {
    Header {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        plural: plural.to_owned(),
        source: source.replace(", descriptions left out", ""),
    }
}

fn write(directory: &Path, header: &Header, text: &str) -> Result<(), String> {
    let (group, version) = header.api_version.split_once('/').map_or(("", &*header.api_version), |(g, v)| (g, v));
    let name =
        [&header.plural, group, version].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let path = directory.join(format!("{name}.schema"));
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}
