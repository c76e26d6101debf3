//! Many inputs, from their texts to manifests, in parallel and in a stable order.
//!
//! In: tasks, and a function that reads one (the command line's, as nothing here touches a disk). Out: [`Event`]s, in the
//! order of the tasks whatever was ready first: each release's text, then what there is to say of its input. Inputs are
//! opened and releases built in batches, so that cache is bounded by a batch and not by the run. Whether a text may
//! reach its destination is known only when the last event has come; holding it back is up to the receiver.

mod cache;
mod dedup;
mod env_test;
mod lint;
mod report;
mod workers;

use std::collections::HashMap;
use std::sync::Arc;

use dedup::Dedup;
use relc_core::codegen::{self, Format, Stream};
use relc_core::compile::{self, Built, Environments, Input, LoadedInput, Loader, Options};
use relc_core::library::Catalog;
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::{SourceFile, Sources, Span};
use workers::Workers;

pub use cache::{Cache, CachedRelease};
pub use env_test::{Trial, trials};
pub use lint::{Depth, Linted, lint};
pub use report::{MOST_SHOWN, Report};

/// How many inputs are open at the same time.
const INPUTS: usize = 64;

/// How many releases' texts are held at the same time.
const RELEASES: usize = 256;

/// What every input of a run has in common.
pub struct Run<'r> {
    /// The environments.
    pub catalog: &'r Catalog,
    /// How manifests are written.
    pub format: Format,
    /// Where it is said where their fields come from.
    pub trace: Trace,
}

/// Where it is said where the fields of manifests come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trace {
    /// Nowhere.
    #[default]
    Nowhere,
    /// In comments of the YAML.
    Comments,
    /// Beside the manifests.
    Beside,
}

/// An input that was read.
pub struct Read<L> {
    /// Its text.
    pub input: Input,
    /// What the command line says of it.
    pub options: Options,
    /// Where the files that it names come from.
    pub loader: L,
}

/// Why an input was not read.
pub enum Unread {
    /// It turned out to be none.
    NoInput,
    /// Its bytes are no text that relc reads.
    InvalidText(Box<InvalidText>),
    /// The outside world failed.
    Failed(String),
}

/// Bytes that are no text that relc reads.
pub struct InvalidText {
    /// What of them can be shown.
    pub file: SourceFile,
    /// What is wrong with them; places are of the file 0, which `file` becomes.
    pub diagnostic: Diagnostic,
}

/// What comes out of a run.
pub enum Event<'e> {
    /// A release that has no errors.
    Release(RenderedRelease),
    /// All there is to say of one input.
    Said(&'e Sources, Report),
    /// An input that could not be had, and why.
    Failed(String),
}

/// A release as text.
pub struct RenderedRelease {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// A piece for [`Stream::join`]; empty where a release makes no documents.
    pub text: String,
    /// Where its fields come from, as JSON on one line, where that is wanted.
    pub provenance: Option<String>,
}

/// Opens and builds all `tasks`, and passes what comes of them to `receive`.
pub fn run<T: Sync, L: Loader + Send>(
    tasks: &[T],
    run: &Run<'_>,
    read: impl Fn(&T) -> Result<Read<L>, Unread> + Sync,
    receive: &mut dyn FnMut(Event<'_>),
) {
    let environments = Environments::new(run.catalog);
    let workers = Workers::default();
    let mut known = SeenReleases::default();
    for batch in tasks.chunks(INPUTS) {
        let opened = workers.map(batch, |task| open(read(task), run.catalog));
        build_all(opened, run, &environments, &workers, &mut known, receive);
    }
}

/// What `work` makes of each of `items`, in their order, on threads where there are many.
pub fn in_parallel<A: Sync, B: Send>(items: &[A], work: impl Fn(&A) -> B + Sync) -> Vec<B> {
    Workers::default().map(items, work)
}

/// An input on its way.
enum Stage {
    Open(Box<LoadedInput>, Named),
    Said(Sources, Report),
    Nothing,
    Failed(String),
}

/// Whether `--name` names the release.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    ByFlag,
    ByItself,
}

impl Named {
    fn by(options: &Options) -> Named {
        if options.name.is_some() { Named::ByFlag } else { Named::ByItself }
    }
}

fn open<L: Loader>(read: Result<Read<L>, Unread>, catalog: &Catalog) -> Stage {
    match read {
        Ok(Read { input, options, loader }) => {
            let named = Named::by(&options);
            Stage::Open(Box::new(compile::load(input, &options, catalog, &loader)), named)
        }
        Err(Unread::NoInput) => Stage::Nothing,
        Err(Unread::Failed(reason)) => Stage::Failed(reason),
        Err(Unread::InvalidText(no_text)) => {
            let mut sources = Sources::default();
            sources.add(no_text.file);
            let mut report = Report::default();
            report.add(no_text.diagnostic);
            Stage::Said(sources, report)
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
        // Inputs of few releases share a batch of builds; the order is kept as each batch ends before anything else is said.
        let next = inputs.next();
        if let Some(Stage::Open(opened, named)) = next {
            ready.push((opened, named));
            continue;
        }
        build(std::mem::take(&mut ready), run, environments, workers, known, receive);
        match next {
            Some(Stage::Said(sources, report)) => receive(Event::Said(&sources, report)),
            Some(Stage::Failed(reason)) => receive(Event::Failed(reason)),
            Some(Stage::Nothing | Stage::Open(..)) => {}
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
    // A value that could not be read fits everything, so that it is not reported twice; it must not be written.
    let sound: Vec<bool> = inputs.iter().map(|(opened, _)| !opened.diagnostics.has_errors()).collect();
    let mut reports: Vec<Report> = { inputs.iter_mut() }
        .map(|(opened, _)| {
            let found = std::mem::take(&mut opened.diagnostics).into_vec();
            Report::of(known.dedup.retain_new(&opened.sources, found))
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
            one(&inputs[*at].0, *release, environments, run)
        });
        for ((at, _), built) in batch.iter().zip(built) {
            say(&mut inputs, &mut reports, said..*at, receive);
            said = *at;
            let (opened, named) = &mut inputs[*at];
            let name = built.piece.as_ref().map(|piece| (piece.namespace.as_str(), piece.name.as_str()));
            let error = name.and_then(|name| known.add(opened, *named, name, built.span));
            let alone = error.is_none();
            let found = built.diagnostics.into_iter().chain(error).collect();
            reports[*at].extend(known.dedup.retain_new(&opened.sources, found));
            if let Some(piece) = built.piece.filter(|_| alone) {
                receive(Event::Release(piece));
            }
        }
    }
    let end = inputs.len();
    say(&mut inputs, &mut reports, said..end, receive);
}

/// Says what there is to say of the inputs in `range`, all of whose releases are built.
fn say(
    inputs: &mut [(Box<LoadedInput>, Named)],
    reports: &mut [Report],
    range: std::ops::Range<usize>,
    receive: &mut dyn FnMut(Event<'_>),
) {
    for at in range {
        receive(Event::Said(&inputs[at].0.sources, std::mem::take(&mut reports[at])));
    }
}

/// A release that was built.
struct LintedInput {
    /// Its text, where nothing is wrong.
    piece: Option<RenderedRelease>,
    span: Span,
    diagnostics: Vec<Diagnostic>,
}

fn one(opened: &LoadedInput, release: usize, environments: &Environments<'_>, run: Option<&Run<'_>>) -> LintedInput {
    let built = opened.build(release, environments);
    let run = run.filter(|_| !built.diagnostics.has_errors());
    let piece = run.map(|run| piece(&built, &opened.sources, run));
    let mut diagnostics = built.diagnostics.into_vec();
    // They were found phase by phase; people read from the top of a file.
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.file, diagnostic.span.start));
    LintedInput { piece, span: built.span, diagnostics }
}

fn piece(built: &Built, sources: &Sources, run: &Run<'_>) -> RenderedRelease {
    let Built { name, namespace, documents, made, .. } = built;
    RenderedRelease {
        name: name.clone(),
        namespace: namespace.clone(),
        text: match run.trace {
            Trace::Comments => Stream::traced(documents, sources),
            Trace::Nowhere | Trace::Beside => Stream::piece(run.format, documents),
        },
        provenance: (run.trace == Trace::Beside).then(|| codegen::places(name, namespace, documents, made, sources)),
    }
}

/// The releases so far, by namespace and name, with the place of each, and what was said.
#[derive(Default)]
struct SeenReleases {
    dedup: Dedup,
    releases: HashMap<(String, String), (Arc<SourceFile>, Span)>,
}

impl SeenReleases {
    /// Notes a release; an error where it cannot stand beside those before it.
    fn add(
        &mut self,
        opened: &mut LoadedInput,
        named: Named,
        (namespace, name): (&str, &str),
        span: Span,
    ) -> Option<Diagnostic> {
        if named == Named::ByFlag && !self.releases.is_empty() {
            let message = "`--name` names one release, and here is another";
            let help = "build one release, or leave `--name` away and name each in its file";
            let start = Span::new(opened.main_file(), 0, 0);
            return Some(Diagnostic::error(Code::InvalidName, start, message).help(help));
        }
        let here = (opened.sources.shared(span.file), span);
        let (first_file, first) = self.releases.insert((namespace.to_owned(), name.to_owned()), here)?;
        let file = opened.sources.add_shared(first_file);
        let message = format!("another release is named `{name}` in namespace `{namespace}`");
        let error = Diagnostic::error(Code::DuplicateRelease, span, message).label("the second one");
        Some(
            error.related(Span { file, ..first }, "the first one").help("rename one of them, or give it a `namespace`"),
        )
    }
}
