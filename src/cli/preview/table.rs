//! The routes of the releases in some paths: compiled, or read from rendered manifests.

use std::path::Path;

use crate::cli::console::Console;
use relc_core::codegen;
use relc_core::compile::{self, Environments, Input, Options, Releases, Unnamed};
use relc_core::frontend::embedded;
use relc_core::helm_values::{self, header::APPLICATION};
use relc_core::library::Catalog;
use relc_preview::Preview;
use relc_project::driver::{self, ReadFailure};
use relc_project::inputs::{self, InputPaths, Task};
use relc_project::overlay::Overlay;
use relc_project::read;
use relc_routing::{Cell, ReadySets, Routing};
use relc_syntax::diagnostic::{Diagnostic, Reported, Severity};
use relc_syntax::source::{FileId, Sources};

/// Reads the routes of all releases in `paths`; none if there are errors, which `console` reports.
///
/// # Errors
/// A path that can't be read.
pub fn routings(
    paths: &InputPaths,
    options: &Options,
    catalog: &Catalog,
    console: &mut Console,
) -> Result<Option<Vec<Routing>>, String> {
    let mut routings = Vec::new();
    for compiled in compiled(paths, options, catalog, &Overlay::default())? {
        console.errors(&compiled.sources, compiled.errors);
        routings.extend(compiled.routings);
    }
    if console.has_errors() {
        return Ok(None);
    }
    Ok(Some(routings))
}

/// The releases of an input.
#[derive(Default)]
pub struct Compiled {
    /// The files.
    pub sources: Sources,
    /// The errors.
    pub errors: Vec<Diagnostic>,
    /// The routes of the releases.
    pub routings: Vec<Routing>,
}

/// Compiles all inputs in `paths`; `texts` replace files.
///
/// # Errors
/// A path that can't be read.
pub fn compiled(
    paths: &InputPaths,
    options: &Options,
    catalog: &Catalog,
    texts: &Overlay,
) -> Result<Vec<Compiled>, String> {
    let tasks = inputs::tasks(paths)?;
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..options.clone() };
    let environments = Environments::new(catalog);
    let read = driver::in_parallel(&tasks, |task| {
        let read = match inputs::read(task, &options, texts) {
            Ok(read) => read,
            Err(ReadFailure::NotAnInput) => return Ok(Compiled::default()),
            Err(ReadFailure::Failed(message)) => return Err(message),
            Err(ReadFailure::InvalidText(text)) => {
                let mut sources = Sources::default();
                sources.add(text.file);
                return Ok(Compiled { errors: vec![text.diagnostic], sources, routings: Vec::new() });
            }
        };
        if let Some(mut routings) = stream(&read.input) {
            routings.iter_mut().for_each(|routing| routing.overload = catalog.cluster().overload);
            return Ok(Compiled { routings, ..Compiled::default() });
        }
        let loaded = compile::load(read.input, &read.options, catalog, &read.loader);
        let mut compiled = Compiled { errors: loaded.diagnostics.clone().into_vec(), ..Compiled::default() };
        for index in 0..loaded.len() {
            let analysis = loaded.analyze(index, &environments);
            compiled.routings.extend(analysis.subject(&loaded).map(|subject| Routing::new(&subject)));
            compiled.errors.extend(analysis.built.diagnostics.into_vec());
        }
        compiled.errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
        compiled.sources = loaded.sources;
        Ok(compiled)
    });
    let mut compiled = read.into_iter().collect::<Result<Vec<Compiled>, String>>()?;
    let mut reported = Reported::default();
    for one in &mut compiled {
        one.errors = reported.retain_new(&one.sources, std::mem::take(&mut one.errors));
    }
    let is_empty = compiled.iter().all(|one| one.routings.is_empty() && one.errors.is_empty());
    Ok(if is_empty { rendered(&tasks, catalog).into_iter().collect() } else { compiled })
}

/// Reads a directory without releases as rendered manifests.
fn rendered(tasks: &[Task], catalog: &Catalog) -> Option<Compiled> {
    let mut manifests = Vec::new();
    for path in tasks.iter().filter_map(|task| if let Task::Found(path) = task { Some(path) } else { None }) {
        let Ok(text) = read::file(path, &path.display().to_string()) else { continue };
        let documents = helm_values::documents(FileId(0), &text).iter().map(codegen::to_json).collect();
        manifests.extend(relc_routing::manifests(documents).unwrap_or_default());
    }
    if manifests.is_empty() {
        return None;
    }
    let mut routings = Routing::of_manifests("manifests", manifests);
    routings.iter_mut().for_each(|routing| routing.overload = catalog.cluster().overload);
    Some(Compiled { routings, ..Compiled::default() })
}

/// Reads an input of manifests: rendered files, or what `kubectl get` prints. `None` if it is anything else.
fn stream(input: &Input) -> Option<Vec<Routing>> {
    let text = match input {
        Input::Rel(text) => text,
        Input::Values(texts) => texts.first().filter(|_| texts.len() == 1)?,
    };
    if !text.text.contains("apiVersion") || !text.text.contains("kind") {
        return None;
    }
    let documents = helm_values::documents(FileId(0), &text.text);
    // A HelmRelease and others contain the values of a release.
    let (values, _) = embedded::read(FileId(0), &text.text);
    if documents.is_empty() || values.is_some_and(|values| values.get(APPLICATION).is_some()) {
        return None;
    }
    let manifests = relc_routing::manifests(documents.iter().map(codegen::to_json).collect())?;
    let stem = Path::new(&text.name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Some(Routing::of_manifests(&stem.unwrap_or_default(), manifests))
}

/// Returns the answers to all groups of requests while all versions are ready.
pub fn all_ready(routing: &Routing) -> Vec<Cell> {
    let preview = Preview::new(routing, ReadySets::One(&routing.versions));
    let groups = preview.map(|preview| preview.groups).unwrap_or_default();
    groups.into_iter().flat_map(|group| group.rows).flat_map(|row| row.cells).collect()
}
