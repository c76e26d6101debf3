//! Builds many inputs, in parallel and in a stable order.
//!
//! In: tasks, and a function that reads one (passed in, as nothing here accesses the disk). Out: [`Event`]s, in the
//! order of the tasks: each release's text, then the diagnostics of its input. Inputs are loaded and releases are built
//! in batches, so memory is bounded by a batch and not by the run. Whether a text is valid is known only after the last
//! event; holding texts back until then is up to the receiver.

mod cache;
mod env_test;
mod lint;
mod report;
mod workers;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use relc_core::codegen::{self, Format, Stream};
use relc_core::compile::{self, Built, Environments, Input, LoadedInput, Loader, Options};
use relc_core::library::Catalog;
use relc_lint::report::{CommentedFile, Suppressions};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics, Reported, Topic};
use relc_syntax::source::{SourceFile, Sources, Span};
use workers::Workers;

pub use cache::{Cache, CachedRelease};
pub use env_test::{TestEvent, run_tests};
pub use lint::{Depth, Linted, lint};
pub use report::{MOST_SHOWN, Report};

/// Number of inputs that are loaded at the same time.
const INPUTS: usize = 64;

/// Number of releases whose texts are in memory at the same time.
const RELEASES: usize = 256;

/// The context that all inputs of a run share.
pub struct Run<'r> {
    /// The environments.
    pub catalog: &'r Catalog,
    /// The format of manifests.
    pub format: Format,
    /// The destination of provenance.
    pub trace: Trace,
}

/// The destination of the provenance of manifest fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trace {
    /// None.
    #[default]
    None,
    /// Comments in the YAML.
    Comments,
    /// Separate from the manifests.
    Separate,
}

/// An input that was read.
pub struct Read<L> {
    /// The text.
    pub input: Input,
    /// The options from the command line.
    pub options: Options,
    /// The loader of the files that it names.
    pub loader: L,
}

/// The reason why an input was not read.
pub enum ReadFailure {
    /// The file is not an input.
    NotAnInput,
    /// The bytes are not valid text.
    InvalidText(Box<InvalidText>),
    /// An I/O error.
    Failed(String),
}

/// Bytes that are not valid text.
pub struct InvalidText {
    /// The part of them that can be shown.
    pub file: SourceFile,
    /// The diagnostic; its spans are in the file 0, which `file` becomes.
    pub diagnostic: Diagnostic,
}

/// An event of a run.
pub enum Event<'e> {
    /// A release without errors.
    Release(RenderedRelease),
    /// All diagnostics of one input.
    Report(&'e Sources, Report),
    /// An input that can't be read, and the reason.
    Failed(String),
}

/// The manifests of a release as text.
pub struct RenderedRelease {
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// A piece for [`Stream::join`]; empty if the release has no manifests.
    pub text: String,
    /// The provenance of its fields, as JSON on one line, if requested.
    pub provenance: Option<String>,
}

/// Loads and builds all `tasks`, and passes the events to `receive`.
pub fn run<T: Sync, L: Loader + Send>(
    tasks: &[T],
    run: &Run<'_>,
    read: impl Fn(&T) -> Result<Read<L>, ReadFailure> + Sync,
    receive: &mut dyn FnMut(Event<'_>),
) {
    let environments = Environments::new(run.catalog);
    let workers = Workers::default();
    let mut known = SeenReleases::default();
    for batch in tasks.chunks(INPUTS) {
        let opened = workers.map(batch, |task| load(read(task), run.catalog));
        build_all(opened, run, &environments, &workers, &mut known, receive);
    }
}

/// Maps `items` with `work`, in their order, on several threads if there are many.
pub fn in_parallel<A: Sync, B: Send>(items: &[A], work: impl Fn(&A) -> B + Sync) -> Vec<B> {
    Workers::default().map(items, work)
}

/// An input in the pipeline.
enum Stage {
    Loaded(Box<LoadedInput>, Named),
    Report(Sources, Report),
    NotAnInput,
    Failed(String),
}

/// The origin of a release's name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    ByFlag,
    ByItself,
}

impl Named {
    fn from_options(options: &Options) -> Named {
        if options.name.is_some() { Named::ByFlag } else { Named::ByItself }
    }
}

fn load<L: Loader>(read: Result<Read<L>, ReadFailure>, catalog: &Catalog) -> Stage {
    match read {
        Ok(Read { input, options, loader }) => {
            let named = Named::from_options(&options);
            Stage::Loaded(Box::new(compile::load(input, &options, catalog, &loader)), named)
        }
        Err(ReadFailure::NotAnInput) => Stage::NotAnInput,
        Err(ReadFailure::Failed(reason)) => Stage::Failed(reason),
        Err(ReadFailure::InvalidText(no_text)) => {
            let mut sources = Sources::default();
            sources.add(no_text.file);
            let mut report = Report::default();
            report.add(no_text.diagnostic);
            Stage::Report(sources, report)
        }
    }
}

fn build_all(
    inputs: Vec<Stage>,
    run: &Run<'_>,
    environments: &Environments<'_>,
    workers: &Workers,
    known: &mut SeenReleases,
    receive: &mut dyn FnMut(Event<'_>),
) {
    let mut inputs = inputs.into_iter();
    let mut ready: Vec<(Box<LoadedInput>, Named)> = Vec::new();
    loop {
        // Inputs with few releases share a batch of builds. The order is kept, as each batch ends before anything else
        // is reported.
        let next = inputs.next();
        if let Some(Stage::Loaded(opened, named)) = next {
            ready.push((opened, named));
            continue;
        }
        build(std::mem::take(&mut ready), run, environments, workers, known, receive);
        match next {
            Some(Stage::Report(sources, report)) => receive(Event::Report(&sources, report)),
            Some(Stage::Failed(reason)) => receive(Event::Failed(reason)),
            Some(Stage::NotAnInput | Stage::Loaded(..)) => {}
            None => return,
        }
    }
}

/// Builds all releases of `inputs`.
fn build(
    mut inputs: Vec<(Box<LoadedInput>, Named)>,
    run: &Run<'_>,
    environments: &Environments<'_>,
    workers: &Workers,
    known: &mut SeenReleases,
    receive: &mut dyn FnMut(Event<'_>),
) {
    // A value that could not be parsed is accepted by every type, so that it isn't reported twice; it must not be
    // written.
    let sound: Vec<bool> = inputs.iter().map(|(opened, _)| !opened.diagnostics.has_errors()).collect();
    let mut reports: Vec<Report> = { inputs.iter_mut() }
        .map(|(opened, _)| {
            let found = std::mem::take(&mut opened.diagnostics).into_vec();
            Report::new(known.reported.retain_new(&opened.sources, found))
        })
        .collect();
    let releases: Vec<(usize, usize)> = inputs
        .iter()
        .enumerate()
        .flat_map(|(at, (opened, _))| (0..opened.len()).map(move |release| (at, release)))
        .collect();
    let mut said = 0;
    for batch in releases.chunks(RELEASES) {
        let built = workers.map(batch, |(at, release)| {
            let run = sound[*at].then_some(run);
            build_release(&inputs[*at].0, *release, environments, run)
        });
        for ((at, _), built) in batch.iter().zip(built) {
            report(&mut inputs, &mut reports, said..*at, receive);
            said = *at;
            let (opened, named) = &mut inputs[*at];
            let name = built.piece.as_ref().map(|piece| (piece.namespace.as_str(), piece.name.as_str()));
            let error = name.and_then(|name| known.add(opened, *named, name, built.span));
            let alone = error.is_none();
            let found = built.diagnostics.into_iter().chain(error).collect();
            reports[*at].extend(known.reported.retain_new(&opened.sources, found));
            if let Some(piece) = built.piece.filter(|_| alone) {
                receive(Event::Release(piece));
            }
        }
    }
    let end = inputs.len();
    report(&mut inputs, &mut reports, said..end, receive);
}

/// Reports the diagnostics of the inputs in `range`, whose releases are all built.
fn report(
    inputs: &mut [(Box<LoadedInput>, Named)],
    reports: &mut [Report],
    range: std::ops::Range<usize>,
    receive: &mut dyn FnMut(Event<'_>),
) {
    for at in range {
        receive(Event::Report(&inputs[at].0.sources, std::mem::take(&mut reports[at])));
    }
}

/// A built release.
struct BuiltRelease {
    /// Its text, if there are no errors.
    piece: Option<RenderedRelease>,
    span: Span,
    diagnostics: Vec<Diagnostic>,
}

fn build_release(
    opened: &LoadedInput,
    release: usize,
    environments: &Environments<'_>,
    run: Option<&Run<'_>>,
) -> BuiltRelease {
    let mut built = proven(opened, release, environments);
    built.diagnostics = allowed(opened, built.diagnostics);
    let run = run.filter(|_| !built.diagnostics.has_errors());
    let piece = run.map(|run| render(&built, &opened.sources, run));
    let mut diagnostics = built.diagnostics.into_vec();
    // Diagnostics are found phase by phase, but are read from the top of a file.
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.file, diagnostic.span.start));
    BuiltRelease { piece, span: built.span, diagnostics }
}

/// Builds a release, and checks what its environment guarantees.
fn proven(opened: &LoadedInput, release: usize, environments: &Environments<'_>) -> Built {
    let mut analysis = opened.analyze(release, environments);
    relc_lint::prove(opened, &mut analysis);
    analysis.built
}

/// Returns `found` without the errors that suppression comments allow.
fn allowed(opened: &LoadedInput, found: Diagnostics) -> Diagnostics {
    if !found.iter().any(|diagnostic| matches!(diagnostic.code, Topic::Rule(_))) {
        return found;
    }
    let mut comments = Suppressions::default();
    CommentedFile::files(opened).for_each(|file| comments.read(&file));
    let mut kept = Diagnostics::default();
    comments.apply(found.into_vec()).into_iter().for_each(|diagnostic| kept.push(diagnostic));
    kept
}

fn render(built: &Built, sources: &Sources, run: &Run<'_>) -> RenderedRelease {
    let Built { name, namespace, documents, made, .. } = built;
    RenderedRelease {
        name: name.clone(),
        namespace: namespace.clone(),
        text: match run.trace {
            Trace::Comments => Stream::traced(documents, sources),
            Trace::None | Trace::Separate => Stream::piece(run.format, documents),
        },
        provenance: (run.trace == Trace::Separate).then(|| codegen::places(name, namespace, documents, made, sources)),
    }
}

/// The releases so far, by namespace and name, with the position of each, and the reported conflicts.
#[derive(Default)]
struct SeenReleases {
    reported: Reported,
    releases: HashMap<(String, String), (Arc<SourceFile>, Span)>,
}

impl SeenReleases {
    /// Adds a release; returns an error if it conflicts with an earlier one.
    fn add(
        &mut self,
        opened: &mut LoadedInput,
        named: Named,
        (namespace, name): (&str, &str),
        span: Span,
    ) -> Option<Diagnostic> {
        if named == Named::ByFlag && !self.releases.is_empty() {
            let message = "`--name` names one release, and here is another";
            let help = "build one release, or remove `--name` and name each release in its file";
            let start = Span::new(opened.main_file(), 0, 0);
            return Some(Diagnostic::error(Code::InvalidName, start, message).help(help));
        }
        let first = match self.releases.entry((namespace.to_owned(), name.to_owned())) {
            Entry::Occupied(first) => first.into_mut(),
            Entry::Vacant(free) => {
                free.insert((opened.sources.shared(span.file), span));
                return None;
            }
        };
        let (file, first) = (opened.sources.find_or_add(Arc::clone(&first.0)), first.1);
        let message = format!("another release is named `{name}` in namespace `{namespace}`");
        let error = Diagnostic::error(Code::DuplicateRelease, span, message).label("the second one");
        Some(
            error.related(Span { file, ..first }, "first used here").help("rename one of them, or set its `namespace`"),
        )
    }
}
