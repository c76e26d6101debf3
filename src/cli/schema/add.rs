//! `relc schema add`: the schemas of kinds, from a cluster or an operator, as files of the project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use serde_json::Value as Json;

use super::super::{Outcome, report};
use relc_core::library::{check_schema, documents, file_of_kind};
use relc_project::environments::root;
use relc_project::read;
use relc_schema::{ExtractedKind, builtin, extract, is_openapi};
use relc_syntax::diagnostic::nearest;

/// Add schemas of kinds that relc doesn't have, or has in another version.
///
/// relc writes one file for each kind, into the first directory of `schemas` in `relc.toml`. Environments then use the kind by its name,
/// `kind "traefik.io/v1alpha1" "IngressRoute"`, and relc checks the objects of all environments, also of those that come with it, with these schemas in
/// place of the embedded ones.
///
/// It reads CustomResourceDefinitions, OpenAPI documents of the versions 2 and 3, and JSON Schemas that name their kind. Of an OpenAPI document, it adds
/// the kinds that relc doesn't have, unless `--all` or `--kind` asks for others. Running it again changes nothing. Exit codes: 0, added; 1, a schema is
/// invalid; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Add {
    /// Files, and directories of them. `-`, or none, is standard input.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Add only these kinds. A name in several groups is written `GROUP/VERSION/KIND`.
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,

    /// Add also the kinds of an OpenAPI document that relc has.
    #[arg(long)]
    all: bool,

    /// Write into this directory.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  kubectl get crd -o yaml | relc schema add
  kubectl get --raw /openapi/v3/apis/apps/v1 | relc schema add --kind Deployment
  kubectl get --raw /openapi/v2 | relc schema add
  relc schema add crds/ --kind IngressRoute";

/// The kinds that were found, each with the name of its source, by the name of its file.
#[derive(Default)]
struct Found {
    kinds: BTreeMap<String, (ExtractedKind, String)>,
    /// The number of kinds that relc has, and that weren't asked for.
    known: usize,
    /// The names of all kinds.
    names: Vec<String>,
    /// Why a document was not used.
    unused: Vec<String>,
}

/// What happened to the file of a kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Added,
    Changed,
    Unchanged,
}

impl Add {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.add().unwrap_or_else(|message| report::failed(&message))
    }

    fn add(&self) -> Result<Outcome, String> {
        let mut found = Found::default();
        for (name, text) in self.texts()? {
            self.collect(&name, &text, &mut found)?;
        }
        for wanted in &self.kinds {
            if !found.names.iter().any(|name| is_named(name, wanted)) {
                return Err(missing(wanted, &found.names));
            }
        }
        if found.kinds.is_empty() && found.known == 0 {
            let reason = found.unused.first().map_or_else(|| "no schemas found".to_owned(), Clone::clone);
            return Err(reason);
        }
        let (directory, is_configured) = self.directory()?;
        let mut outcome = Outcome::Done;
        let mut lines = String::new();
        for (file, (kind, source)) in &found.kinds {
            let text = format!("{:#}\n", kind.document);
            if let Err(reason) = check_schema(&kind.api_version, &kind.kind, &text) {
                report::failed(&format!(
                    "{} {} in `{source}` is not a valid schema: {reason}",
                    kind.api_version, kind.kind
                ));
                outcome = Outcome::Errors;
                continue;
            }
            let change = match write(&directory, file, &text)? {
                Change::Added => "added    ",
                Change::Changed => "changed  ",
                Change::Unchanged => "unchanged",
            };
            lines += &format!("{change}  kind {:?} {:?}\n", kind.api_version, kind.kind);
        }
        report::print(&lines);
        found.unused.iter().for_each(|reason| report::note("skipped", reason));
        if found.known > 0 {
            let message = format!("{} kinds that relc has: add them with `--all`, or some with `--kind`", found.known);
            report::note("skipped", &message);
        }
        if !is_configured && !found.kinds.is_empty() {
            let shown = directory.display().to_string().replace('\\', "/");
            report::note("next", &format!("add `schemas = [\"{}/\"]` to relc.toml", shown.trim_end_matches('/')));
        }
        Ok(outcome)
    }

    /// Returns the texts to read, with their names.
    fn texts(&self) -> Result<Vec<(String, String)>, String> {
        let is_input = |path: &PathBuf| path.as_os_str() == "-";
        if self.paths.is_empty() || self.paths.iter().any(is_input) {
            let text = read::stdin("<stdin>").map_err(|bad| format!("cannot read standard input: {}", bad.reason()))?;
            return Ok(vec![("<stdin>".to_owned(), text)]);
        }
        let mut files = Vec::new();
        for path in &self.paths {
            if path.is_dir() { files_of(path, &mut files)? } else { files.push(path.clone()) }
        }
        let text = |path: &PathBuf| {
            let name = path.display().to_string();
            let text = read::file(path, &name).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))?;
            Ok((name, text))
        };
        files.iter().map(text).collect()
    }

    fn collect(&self, name: &str, text: &str, found: &mut Found) -> Result<(), String> {
        let read = parsed(text).map_err(|reason| format!("cannot read `{name}`: {reason}"))?;
        for document in read {
            let is_of_server = is_openapi(&document);
            let kinds = match extract(&document) {
                Ok(kinds) => kinds,
                Err(reason) => {
                    found.unused.push(format!("`{name}` {reason}"));
                    continue;
                }
            };
            for kind in kinds {
                let full = format!("{}/{}", kind.api_version, kind.kind);
                let is_wanted = self.kinds.iter().any(|wanted| is_named(&full, wanted));
                found.names.push(full);
                let is_known = is_of_server && builtin(&kind.api_version, &kind.kind).is_some();
                match self.kinds.is_empty() {
                    false if !is_wanted => continue,
                    true if is_known && !self.all => found.known += 1,
                    _ => {
                        let file = file_of_kind(&kind.api_version, &kind.kind);
                        match found.kinds.get(&file) {
                            Some((other, first)) if *other != kind => {
                                return Err(format!(
                                    "`{first}` and `{name}` both have a {} {}: name one of them",
                                    kind.api_version, kind.kind
                                ));
                            }
                            Some(_) => {}
                            None => {
                                found.kinds.insert(file, (kind, name.to_owned()));
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the directory to write into, and whether `relc.toml` names it.
    fn directory(&self) -> Result<(PathBuf, bool), String> {
        let root = root(Path::new(""))?;
        let named: Vec<PathBuf> =
            root.iter().flat_map(|root| root.config.schemas.iter().map(|path| root.directory.join(path))).collect();
        let directory = match (&self.output, named.first(), &root) {
            (Some(directory), _, _) => directory.clone(),
            (None, Some(directory), _) => directory.clone(),
            (None, None, Some(root)) => root.directory.join("schemas"),
            (None, None, None) => PathBuf::from("schemas"),
        };
        fs::create_dir_all(&directory)
            .map_err(|error| format!("cannot create `{}`: {}", directory.display(), read::reason(&error)))?;
        let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_configured = named.iter().any(|named| real(named) == real(&directory));
        Ok((directory, is_configured))
    }
}

/// Returns the documents of a text, which is JSON or YAML.
fn parsed(text: &str) -> Result<Vec<Json>, String> {
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    // The documents of an API server are large.
    let whole: Option<Json> = serde_json::from_str(text).ok();
    let Some(whole) = whole else { return documents(text) };
    Ok(match whole.get("items") {
        Some(Json::Array(items)) => items.clone(),
        _ => vec![whole],
    })
}

/// Adds the files of a directory and of those in it, sorted by name.
fn files_of(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(directory)
        .map_err(|error| format!("cannot read `{}`: {}", directory.display(), read::reason(&error)))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let is_schema = path.extension().is_some_and(|known| ["yaml", "yml", "json"].iter().any(|one| known == *one));
        if path.is_dir() {
            files_of(&path, files)?;
        } else if is_schema {
            files.push(path);
        }
    }
    Ok(())
}

/// Returns true if `wanted` is the kind `full`, `GROUP/VERSION/KIND`, or its last part.
fn is_named(full: &str, wanted: &str) -> bool {
    full == wanted || full.rsplit('/').next() == Some(wanted)
}

fn missing(wanted: &str, names: &[String]) -> String {
    let last = |name: &'_ str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let kinds: Vec<String> = names.iter().map(|name| last(name)).collect();
    let known = kinds.iter().chain(names).map(String::as_str);
    match nearest(wanted, known) {
        Some(near) => format!("no kind `{wanted}` found: did you mean `{near}`?"),
        None if kinds.is_empty() => format!("no kind `{wanted}` found, and no other kind"),
        None if kinds.len() > 8 => format!("no kind `{wanted}` found among {} kinds", kinds.len()),
        None => format!("no kind `{wanted}` found: the kinds are {}", kinds.join(", ")),
    }
}

/// Writes a file, unless it has this text.
fn write(directory: &Path, file: &str, text: &str) -> Result<Change, String> {
    let path = directory.join(file);
    let before = fs::read_to_string(&path).ok();
    if before.as_deref() == Some(text) {
        return Ok(Change::Unchanged);
    }
    fs::write(&path, text).map_err(|error| format!("cannot write `{}`: {}", path.display(), read::reason(&error)))?;
    Ok(if before.is_none() { Change::Added } else { Change::Changed })
}
