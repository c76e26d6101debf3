//! What there is to say of the files that are open: the same as `relc lint`, as it is typed.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, TextEdit, Url};

use super::documents::{Document, Files};
use relc_core::compile::{Options, Releases, Unnamed, definitions};
use relc_core::library::Catalog;
use relc_core::nodes::Syntax;
use relc_project::cache_store::MemoryCache;
use relc_project::config::RuleScope;
use relc_project::driver::{self, Depth, Linted};
use relc_project::inputs::{self, Task};
use relc_project::lint_filter::{Comments, LintFilter, RuleSelection};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity};
use relc_syntax::source::{FileId, Sources, Span};

/// A finding, with the change that removes it.
#[derive(Clone)]
pub struct Found {
    /// As the client has it.
    pub shown: lsp_types::Diagnostic,
    /// What its fix is called, and its edits in this file.
    pub fix: Option<(String, Vec<TextEdit>, Applicability)>,
}

/// What was found in each file, for the fixes that the client asks for later.
#[derive(Default)]
pub struct Findings {
    found: HashMap<Url, Vec<Found>>,
}

impl Findings {
    /// What was last found in the file at `url`.
    pub fn of(&self, url: &Url) -> &[Found] {
        self.found.get(url).map_or(&[], Vec::as_slice)
    }

    /// Keeps what was found in the file at `url`, and gives it as the client has it.
    pub fn keep(&mut self, url: Url, found: Vec<Found>) -> Vec<lsp_types::Diagnostic> {
        let shown = found.iter().map(|found| found.shown.clone()).collect();
        self.found.insert(url, found);
        shown
    }

    /// A file was closed.
    pub fn forget(&mut self, url: &Url) {
        self.found.remove(url);
    }
}

/// A file to look at.
struct Job {
    files: Files,
    url: Url,
}

/// What there is to say of a file.
pub struct Looked {
    /// The file.
    pub url: Url,
    /// Which of its texts was looked at.
    pub version: i32,
    /// What was found.
    pub found: Vec<Found>,
}

/// A thread that looks at files, so that questions are answered meanwhile.
pub struct Worker {
    jobs: Sender<Job>,
    /// What was found, file by file.
    pub looked: Receiver<Looked>,
    thread: Option<JoinHandle<()>>,
}

/// The stack of the thread: that of a main thread, as limits of nesting are measured there.
const STACK: usize = 8 << 20;

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// Where the system has none to give, in a sentence.
    pub fn start() -> Result<Worker, String> {
        let (jobs, to_do) = unbounded::<Job>();
        let (done, looked) = unbounded();
        let work = move || {
            // Of a file that is typed into, most releases are those of before.
            let memory = MemoryCache::default();
            for Job { files, url } in to_do {
                let Some(document) = files.get(&url) else { continue };
                let found = catch_unwind(AssertUnwindSafe(|| look(&files, document, &memory)));
                // A file without findings would look as if all were well.
                let found = found.unwrap_or_else(|_| vec![whole("relc failed on this file: please report it")]);
                if done.send(Looked { url, version: document.version, found }).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("findings".to_owned()).stack_size(STACK).spawn(work);
        let thread = thread.map_err(|error| format!("cannot start a thread: {error}"))?;
        Ok(Worker { jobs, looked, thread: Some(thread) })
    }

    /// Has the file at `url` looked at, as it is in `files`.
    pub fn look(&self, files: &Files, url: Url) {
        let _ = self.jobs.send(Job { files: files.clone(), url });
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Nothing more is to come, and what is being looked at nobody needs.
        self.jobs = unbounded().0;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Looks at a file.
fn look(files: &Files, document: &Document, memory: &MemoryCache) -> Vec<Found> {
    match files.catalog(&document.path) {
        Ok(catalog) => look_with(files, document, &catalog, memory),
        Err(message) => vec![whole(&message)],
    }
}

fn look_with(files: &Files, document: &Document, catalog: &Catalog, memory: &MemoryCache) -> Vec<Found> {
    let sources = catalog.sources();
    if let Some(file) = catalog.user_file(&document.path) {
        let found = definitions(file, catalog).into_vec();
        return told(document, &sources, file, found);
    }
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
    let texts = files.texts();
    // Of YAML only values files count, whatever else is open.
    let is_named = document.syntax() == Syntax::Rel || inputs::is_test(&document.path);
    let task = [if is_named { Task::Named(document.path.clone()) } else { Task::Found(document.path.clone()) }];
    let mut out = Vec::new();
    let choice = RuleSelection {
        scope: RuleScope { select: None, ignore: Vec::new() },
        config: None,
        comments: Comments::Heard,
    };
    let mut gate = match LintFilter::new(choice, None, catalog) {
        Ok(gate) => gate,
        Err(message) => return vec![whole(&message)],
    };
    let read = |task: &Task| inputs::read(task, &options, &texts);
    driver::lint(&task, catalog, Depth::Rules, Some(memory), read, &mut |linted| match linted {
        Linted::Said(opened, found) => match gate.pass(opened, found) {
            Ok(found) => out.extend(told(document, &opened.sources, opened.main_file(), found)),
            Err(message) => out.push(whole(&message)),
        },
        Linted::InvalidText(sources, found) => out.extend(told(document, sources, FileId(0), found)),
        Linted::Failed(message) => out.push(whole(&message)),
    });
    out
}

/// What is wrong around the file, told at its head.
pub fn whole(message: &str) -> Found {
    let shown = lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("relc".to_owned()),
        message: message.to_owned(),
        ..lsp_types::Diagnostic::default()
    };
    Found { shown, fix: None }
}

/// Findings as the client has them. Those in other files are told where this file names them, as far as they have a place here.
fn told(document: &Document, sources: &Sources, main: FileId, found: Vec<Diagnostic>) -> Vec<Found> {
    found.into_iter().map(|found| one(document, sources, main, &found)).collect()
}

fn one(document: &Document, sources: &Sources, main: FileId, found: &Diagnostic) -> Found {
    let at = |span: Span| document.range(span.range());
    let places = std::iter::once(found.span).chain(found.labels.iter().map(|label| label.span));
    let here = places.clone().find(|span| span.file == main);
    let mut message = found.message.clone();
    if let Some(help) = &found.help {
        message.push('\n');
        message.push_str(help);
    }
    if here != Some(found.span) {
        message = format!("{}: {message}", sources.file(found.span.file).name());
    }
    let related = found.labels.iter().filter_map(|label| {
        let location = location(document, sources, main, label.span)?;
        Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
    });
    let related: Vec<_> = related.collect();
    let name = found.code.name().to_owned();
    let shown = lsp_types::Diagnostic {
        range: here.map_or_else(Default::default, at),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(name)),
        source: Some("relc".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..lsp_types::Diagnostic::default()
    };
    let fix = found.fix.as_ref().filter(|fix| fix.edits.iter().all(|edit| edit.span.file == main)).map(|fix| {
        let edits = fix.edits.iter().map(|edit| TextEdit { range: at(edit.span), new_text: edit.text.clone() });
        (title(found, sources), edits.collect(), fix.applicability)
    });
    Found { shown, fix }
}

/// What a fix is called.
fn title(found: &Diagnostic, sources: &Sources) -> String {
    let edits = found.fix.as_ref().map_or(&[][..], |fix| &fix.edits);
    match edits {
        [edit] if edit.text.is_empty() => "Take it away".to_owned(),
        [edit] if edit.span.start == edit.span.end => format!("Write `{}`", short(&edit.text)),
        [edit] => format!("Replace `{}` by `{}`", short(sources.text(edit.span)), short(&edit.text)),
        _ => format!("Fix `{}`", found.code.name()),
    }
}

/// The first line of a text, and not too much of it.
fn short(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("");
    if line.chars().count() <= 40 { line.to_owned() } else { line.chars().take(40).chain(['…']).collect() }
}

/// A place in any file that the editor can open.
fn location(document: &Document, sources: &Sources, main: FileId, span: Span) -> Option<Location> {
    if span.file == main {
        return Some(Location { uri: document.url()?, range: document.range(span.range()) });
    }
    super::requests::place(sources, span, document.lines.encoding())
}
