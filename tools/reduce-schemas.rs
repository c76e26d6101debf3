//! Reduces schemas of Kubernetes objects to the files under `crates/schema/schemas/`.
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
use relc_schema::reduce::{Metadata, Records, ReduceContext, reduce};
use relc_schema::{Header, OBJECT_META, custom_kinds};
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
    /// The directory of the reduced schemas.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

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
        write(&arguments.output, &header, &root, &context(&components, Metadata::AsDeclared))?;
    }
    let meta = components.get(OBJECT_META).ok_or("the OpenAPI documents have no ObjectMeta")?;
    for path in &arguments.crds {
        let document = read(path)?;
        for kind in custom_kinds(&document).map_err(|error| format!("{} {error}", path.display()))? {
            write(&arguments.output, &kind.header, kind.schema, &context(&components, Metadata::OpenApi(meta)))?;
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
    Ok((Header::new(api_version, kind, plural, source), root.clone()))
}

fn context<'s>(components: &'s Map<String, Json>, metadata: Metadata<'s>) -> ReduceContext<'s> {
    ReduceContext { components, metadata, records: Records::Closed }
}

fn write(directory: &Path, header: &Header, schema: &Json, around: &ReduceContext<'_>) -> Result<(), String> {
    let text = reduce(header, schema, around)
        .map_err(|error| format!("{} {}: {error}, at {}", header.api_version, header.kind, error.path.join(".")))?;
    let (group, version) = header.api_version.split_once('/').map_or(("", &*header.api_version), |(g, v)| (g, v));
    let name =
        [&header.plural, group, version].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let path = directory.join(format!("{name}.schema"));
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}
