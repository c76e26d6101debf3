//! Reduces all kinds of each project in `crates/schema/groups/sources.toml` to one file next to it.
//!
//!     cargo run --example reduce-groups -- [NAME]…
//!
//! A project's files come from its Go module (`go mod download`) or from a tag of its repository (`git clone`).

// A tool reads and writes files.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;
use relc_core::library::documents;
use relc_schema::reduce::{Metadata, Records, ReduceContext, reduce_group};
use relc_schema::{Header, OBJECT_META, custom_kinds, definitions, openapi_kinds};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

/// Reduces the kinds of projects, one file per project.
#[derive(Parser)]
struct Arguments {
    /// The projects; all of them if none is named.
    names: Vec<String>,
    /// The directory of sources.toml and of the files that are written.
    #[arg(long, value_name = "DIR", default_value = "crates/schema/groups")]
    directory: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    group: Vec<Source>,
}

/// A project in sources.toml, which describes the keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    title: String,
    version: String,
    module: Option<String>,
    repository: Option<String>,
    tag: Option<String>,
    files: Vec<PathBuf>,
    reference: String,
}

/// The kinds of a project, by API version and name.
type Kinds = BTreeMap<(String, String), (Header, Json)>;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "reduce-groups: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let sources: Sources =
        toml::from_str(&text(&arguments.directory.join("sources.toml"))?).map_err(|e| e.to_string())?;
    let kubernetes = sources.group.first().ok_or("sources.toml is empty")?;
    let mut components = Map::new();
    let own = kinds_of(kubernetes, &mut components)?;
    for source in &sources.group {
        if !arguments.names.is_empty() && !arguments.names.contains(&source.name) {
            continue;
        }
        let is_own = source.name == kubernetes.name;
        let kinds = if is_own { own.clone() } else { kinds_of(source, &mut Map::new())? };
        let meta = components.get(OBJECT_META).ok_or("the OpenAPI documents have no ObjectMeta")?;
        let metadata = if is_own { Metadata::AsDeclared } else { Metadata::OpenApi(meta) };
        let context = ReduceContext { components: &components, metadata, records: Records::Closed };
        let kinds: Vec<(Header, Json)> = kinds.into_values().collect();
        let title = format!("{} {}", source.title, source.version);
        let text = reduce_group(&title, &source.reference, &kinds, &context)
            .map_err(|error| format!("{}: {error}, at {}", source.name, error.path.join(".")))?;
        let path = arguments.directory.join(format!("{}.group", source.name));
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Returns the kinds of a project, and adds the definitions of its OpenAPI documents to `components`.
fn kinds_of(source: &Source, components: &mut Map<String, Json>) -> Result<Kinds, String> {
    let root = checkout(source)?;
    let mut kinds = Kinds::new();
    for file in &source.files {
        for path in below(&root.join(file))? {
            for document in documents(&text(&path)?).map_err(|error| format!("{}: {error}", path.display()))? {
                if let Some((_, schemas)) = definitions(&document) {
                    components.extend(schemas.clone());
                }
                for kind in custom_kinds(&document).unwrap_or_default().into_iter().chain(openapi_kinds(&document)) {
                    let key = (kind.header.api_version.clone(), kind.header.kind.clone());
                    kinds.entry(key).or_insert((kind.header, kind.schema.clone()));
                }
            }
        }
    }
    if kinds.is_empty() { Err(format!("{} has no kinds in {}", source.name, root.display())) } else { Ok(kinds) }
}

/// Returns the directory of a project's files.
fn checkout(source: &Source) -> Result<PathBuf, String> {
    match (&source.module, &source.repository, &source.tag) {
        (Some(module), _, _) => {
            let downloaded: Json =
                serde_json::from_slice(&output(Command::new("go").args(["mod", "download", "-json", module]))?)
                    .map_err(|error| error.to_string())?;
            let directory =
                downloaded["Dir"].as_str().ok_or_else(|| format!("go mod download {module} has no directory"))?;
            Ok(directory.into())
        }
        (None, Some(repository), Some(tag)) => {
            let directory = std::env::temp_dir().join(format!("relc-{}-{tag}", source.name));
            if !directory.exists() {
                let clone = [
                    "-c",
                    "advice.detachedHead=false",
                    "clone",
                    "--quiet",
                    "--depth",
                    "1",
                    "--branch",
                    tag,
                    repository,
                ];
                output(Command::new("git").args(clone).arg(&directory))?;
            }
            Ok(directory)
        }
        _ => Err(format!("{} needs `module`, or `repository` and `tag`", source.name)),
    }
}

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!(
            "{command:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

/// Lists the YAML and JSON files at or below `path`, sorted.
fn below(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        let is_schema =
            path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known));
        if path.is_dir() {
            files.extend(below(&path)?);
        } else if is_schema {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
