//! `relc expand`: replaces the releases among manifests by the objects that they build, for Helm and kustomize.
//!
//! In: a stream of manifests, or a `ResourceList` of the KRM functions specification. A release among them is a resource of the kind
//! `Release`. Out: the same, with objects in its place; everything else of a stream stays as it is, byte for byte.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Outcome;
use super::console::Console;
use super::flags::{EnvironmentFlags, MessageFlags};
use super::report::print;
use relc_core::codegen::{Format, Stream};
use relc_core::compile::{Input, Options, Text};
use relc_core::helm_values;
use relc_core::library::Catalog;
use relc_core::value::{Entry, Value, ValueKind};
use relc_project::driver::{self, Event, Read, ReadFailure, Run, Trace};
use relc_project::inputs::{self, InputPaths, Task};
use relc_project::loader::DiskLoader;
use relc_project::overlay::Overlay;
use relc_project::read;
use relc_syntax::diagnostic::{Severity, quoted};
use relc_syntax::source::{FileId, SourceFile, Sources};

/// Replace releases among manifests by the objects that they build.
///
/// relc reads manifests from standard input and writes them to standard output, as a post-renderer of Helm or a KRM function of kustomize
/// does. A resource with the apiVersion `relc/v1` and the kind `Release` becomes the objects of its release; `spec` has one of `path` (a file),
/// `source` (the content of a `.rel` file) and `values` (as in a values file). Other manifests stay as they are. Exit codes: 0, success;
/// 1, a release has errors and nothing is written; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Expand {
    #[command(flatten)]
    environments: EnvironmentFlags,

    #[command(flatten)]
    messages: MessageFlags,
}

const EXAMPLES: &str = "\
Examples:
  helm template shop chart/ | relc expand     releases among the templates of a chart
  helm install shop chart/ --post-renderer relc --post-renderer-args expand
  relc expand < manifests.yaml | kubectl apply -f -";

/// The apiVersion and the kind of a release among manifests.
const API_VERSION: &str = "relc/v1";
const KIND: &str = "Release";

/// The kind of the list that KRM functions read and write.
const LIST: &str = "ResourceList";

/// The name of standard input in messages.
const STDIN: &str = "<stdin>";

impl Expand {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let mut console = Console::new(self.messages);
        let outcome = self.expand(&mut console).unwrap_or_else(|message| {
            console.failure(&message);
            Outcome::Failed
        });
        console.finish();
        outcome
    }

    fn expand(&self, console: &mut Console) -> Result<Outcome, String> {
        let text = read::stdin(STDIN).map_err(read::ReadError::reason)?;
        let here = InputPaths { paths: vec![PathBuf::from(".")], ..InputPaths::default() };
        let catalog = self.environments.search().catalog_to_build(&here)?;
        let mut expansion = Expansion { catalog: &catalog, console, failed: false };
        let expanded = match text.contains(LIST).then(|| expansion.document(&text)).flatten() {
            Some(list) if text_of(&list, "kind") == Some(LIST) => expansion.list(&list)?,
            _ => expansion.stream(&text)?,
        };
        Ok(match (expansion.failed, expansion.console.has_errors()) {
            (true, _) => Outcome::Failed,
            (_, true) => Outcome::Errors,
            (false, false) => print(&expanded),
        })
    }
}

/// A replacement of all releases of an input.
struct Expansion<'e> {
    catalog: &'e Catalog,
    console: &'e mut Console,
    /// True if a file can't be read, which is reported.
    failed: bool,
}

impl Expansion<'_> {
    /// Expands a stream of manifests. A line of three hyphens separates them, also where one of them is invalid.
    fn stream(&mut self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        for piece in pieces(text) {
            // Only a release needs to be understood.
            let document =
                (piece.contains(API_VERSION) && piece.contains(KIND)).then(|| self.document(piece)).flatten();
            match document.as_ref().map(release).transpose()?.flatten() {
                Some(release) => {
                    out.push_str("---\n");
                    out.push_str(&self.build(&release));
                }
                None => out.push_str(piece),
            }
        }
        Ok(out)
    }

    /// Expands a `ResourceList`. Its configuration can be a release, too, which kustomize repeats among the items.
    fn list(&mut self, list: &Value) -> Result<String, String> {
        let items = list.get("items").and_then(Value::as_list).unwrap_or_default();
        let configuration = list.get("functionConfig").filter(|configuration| {
            let is_same = |item: &Value| identity(item) == identity(configuration);
            is_release(configuration) && !items.iter().any(|item| is_same(&item.value))
        });
        let mut expanded = Vec::new();
        for item in items.iter().map(|item| &item.value).chain(configuration) {
            match release(item)? {
                Some(release) => expanded.extend(helm_values::documents(FileId(0), &self.build(&release))),
                None => expanded.push(item.clone()),
            }
        }
        let entry = |key: &str, value: Value| Entry::new(key, list.span, value);
        let kept = ["apiVersion", "kind"].iter().filter_map(|key| Some(entry(key, list.get(key)?.clone())));
        let items = entry("items", Value::list(expanded, list.span));
        Ok(Stream::piece(Format::Yaml, &[Value::object(kept.chain([items]).collect(), list.span)]))
    }

    /// Parses a document; `None` if it is invalid, which is reported.
    fn document(&mut self, text: &str) -> Option<Value> {
        let (value, found) = helm_values::read(FileId(0), text);
        if !found.has_errors() {
            return value;
        }
        let mut sources = Sources::default();
        sources.add(SourceFile::new(STDIN, text));
        let errors = found.into_vec().into_iter().filter(|found| found.severity == Severity::Error);
        self.console.errors(&sources, errors.collect());
        None
    }

    /// Builds a release, and returns its objects as a stream; empty if there are errors, which are reported.
    fn build(&mut self, release: &Release) -> String {
        let run = Run { catalog: self.catalog, format: Format::Yaml, trace: Trace::None };
        let (mut stream, mut out) = (Stream::new(Format::Yaml), String::new());
        driver::run(&[release], &run, |release| release.read(), &mut |event| match event {
            Event::Release(piece) if !piece.text.is_empty() => {
                out.push_str(stream.join());
                out.push_str(&piece.text);
            }
            Event::Release(_) => {}
            Event::Report(sources, report) => self.console.report(sources, &report),
            Event::Failed(message) => {
                self.console.failure(&message);
                self.failed = true;
            }
        });
        out
    }
}

/// Returns the documents of a stream, each with the line that begins it.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let is_start = |at: &usize| {
        let rest = &text[*at..];
        rest.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let starts = text.match_indices('\n').map(|(newline, _)| newline + 1).filter(is_start);
    let mut starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
    starts.dedup();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| &text[start..end])
}

/// A release among manifests.
struct Release {
    source: Source,
    options: Options,
}

/// The text of a release.
enum Source {
    /// A `.rel` file, or a values file.
    Path(PathBuf),
    /// The text of a `.rel` file, and its name in messages.
    Rel(Text),
    /// The text of a values file, and its name in messages.
    Values(Text),
}

/// Reads a manifest as a release; `None` if it is another one.
///
/// # Errors
/// Its specification is not that of a release.
fn release(document: &Value) -> Result<Option<Release>, String> {
    if !is_release(document) {
        return Ok(None);
    }
    let metadata = |key: &str| document.get("metadata").and_then(|metadata| text_of(metadata, key)).map(str::to_owned);
    let (name, namespace) = (metadata("name"), metadata("namespace"));
    let shown = format!("{KIND} {}", name.as_deref().unwrap_or("without a name"));
    let entries = document.get("spec").and_then(Value::as_object).map(|spec| &spec.entries[..]).unwrap_or_default();
    let [entry] = entries else {
        let keys = quoted(entries.iter().map(|entry| &*entry.key));
        let found = if entries.is_empty() { "it is empty".to_owned() } else { format!("it has {keys}") };
        return Err(format!("`spec` of the {shown} needs one of `path`, `source` and `values`: {found}"));
    };
    let text = |text: String| Text { name: shown.clone(), text };
    let source = match (&*entry.key, entry.value.as_str()) {
        ("path", Some(path)) => Source::Path(PathBuf::from(path)),
        ("source", Some(source)) => Source::Rel(text(source.to_owned())),
        ("values", None) if matches!(entry.value.data, ValueKind::Object(_)) => {
            Source::Values(text(Stream::piece(Format::Yaml, std::slice::from_ref(&entry.value))))
        }
        ("path" | "source" | "values", _) => {
            return Err(format!("`spec.{}` of the {shown} is {}", entry.key, entry.value.describe()));
        }
        (key, _) => {
            return Err(format!("`spec` of the {shown} has no field `{key}`: set `path`, `source` or `values`"));
        }
    };
    // A `.rel` file names its releases.
    let name = name.filter(|_| matches!(source, Source::Values(_)));
    Ok(Some(Release { source, options: Options { name, namespace, ..Options::default() } }))
}

impl Release {
    fn read(&self) -> Result<Read<DiskLoader>, ReadFailure> {
        let (options, texts) = (self.options.clone(), Overlay::default());
        let loader = DiskLoader::new(Path::new("."), &texts);
        match &self.source {
            Source::Path(path) => inputs::read(&Task::Named(path.clone()), &options, &texts),
            Source::Rel(text) => Ok(Read { input: Input::Rel(text.clone()), options, loader }),
            Source::Values(text) => Ok(Read { input: Input::Values(vec![text.clone()]), options, loader }),
        }
    }
}

fn is_release(document: &Value) -> bool {
    let [api_version, kind, _] = identity(document);
    api_version == Some(API_VERSION) && kind == Some(KIND)
}

/// Returns the apiVersion, the kind and the name of a manifest.
fn identity(document: &Value) -> [Option<&str>; 3] {
    let name = document.get("metadata").and_then(|metadata| text_of(metadata, "name"));
    [text_of(document, "apiVersion"), text_of(document, "kind"), name]
}

fn text_of<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}
