//! Diagnostics of the open files: those of `relc lint`, while you type.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, TextEdit, Url};

use super::documents::{Document, Files};
use relc_core::compile::{Options, Releases, Unnamed, definitions};
use relc_core::library::Catalog;
use relc_project::cache_store::MemoryCache;
use relc_project::config::RuleScope;
use relc_project::driver::{self, Depth, Linted};
use relc_project::inputs::{self, Task};
use relc_project::lint_filter::{Comments, LintFilter, RuleSelection};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity};
use relc_syntax::source::{FileId, Sources, Span, Syntax};

/// A diagnostic, with the edits that fix it.
#[derive(Clone)]
pub struct FileDiagnostic {
    /// The diagnostic in the protocol's form.
    pub diagnostic: lsp_types::Diagnostic,
    /// The title of the fix, and its edits in this file.
    pub fix: Option<(String, Vec<TextEdit>, Applicability)>,
}

/// The diagnostics of each file, kept for the fixes that the client requests later.
#[derive(Default)]
pub struct DiagnosticStore {
    found: HashMap<Url, Vec<FileDiagnostic>>,
}

impl DiagnosticStore {
    /// Returns the latest diagnostics of the file at `url`.
    pub fn get(&self, url: &Url) -> &[FileDiagnostic] {
        self.found.get(url).map_or(&[], Vec::as_slice)
    }

    /// Stores the diagnostics of the file at `url`, and returns them in the protocol's form.
    pub fn keep(&mut self, url: Url, found: Vec<FileDiagnostic>) -> Vec<lsp_types::Diagnostic> {
        let diagnostics = found.iter().map(|found| found.diagnostic.clone()).collect();
        self.found.insert(url, found);
        diagnostics
    }

    /// Removes the diagnostics of a closed file.
    pub fn forget(&mut self, url: &Url) {
        self.found.remove(url);
    }
}

/// A file to check.
struct Job {
    files: Files,
    url: Url,
}

/// The diagnostics of one version of a file.
pub struct CheckResult {
    /// The file.
    pub url: Url,
    /// The version of the text that was checked.
    pub version: i32,
    /// The diagnostics.
    pub found: Vec<FileDiagnostic>,
}

/// A thread that checks files, so that requests are answered meanwhile.
pub struct Worker {
    jobs: Sender<Job>,
    /// The results, file by file.
    pub results: Receiver<CheckResult>,
    thread: Option<JoinHandle<()>>,
}

/// Stack size of the thread in bytes: that of a main thread, for which nesting limits are measured.
const STACK: usize = 8 << 20;

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system can't start a thread, as a message.
    pub fn start() -> Result<Worker, String> {
        let (jobs, queue) = unbounded::<Job>();
        let (done, results) = unbounded();
        let work = move || {
            // While a file is edited, most of its releases don't change.
            let memory = MemoryCache::default();
            for Job { files, url } in queue {
                let Some(document) = files.get(&url) else { continue };
                let found = catch_unwind(AssertUnwindSafe(|| check(&files, document, &memory)));
                // Without a diagnostic, the file would seem to be valid.
                let found = found.unwrap_or_else(|_| vec![whole_file("relc failed on this file: please report it")]);
                if done.send(CheckResult { url, version: document.version, found }).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("findings".to_owned()).stack_size(STACK).spawn(work);
        let thread = thread.map_err(|error| format!("cannot start a thread: {error}"))?;
        Ok(Worker { jobs, results, thread: Some(thread) })
    }

    /// Requests a check of the file at `url`, in its current state in `files`.
    pub fn check(&self, files: &Files, url: Url) {
        let _ = self.jobs.send(Job { files: files.clone(), url });
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // No more jobs will come, and the result of the running one is not needed.
        self.jobs = unbounded().0;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Checks a file.
fn check(files: &Files, document: &Document, memory: &MemoryCache) -> Vec<FileDiagnostic> {
    match files.catalog(&document.path) {
        Ok(catalog) => check_with(files, document, &catalog, memory),
        Err(message) => vec![whole_file(&message)],
    }
}

fn check_with(files: &Files, document: &Document, catalog: &Catalog, memory: &MemoryCache) -> Vec<FileDiagnostic> {
    let sources = catalog.sources();
    if let Some(file) = catalog.user_file(&document.path) {
        let found = definitions(file, catalog).into_vec();
        return convert_all(document, &sources, file, found);
    }
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
    let texts = files.texts();
    // A YAML file is checked only if it is a values file, whatever else is open.
    let is_named = document.syntax() == Syntax::Rel || inputs::is_test(&document.path);
    let task = [if is_named { Task::Named(document.path.clone()) } else { Task::Found(document.path.clone()) }];
    let mut out = Vec::new();
    let choice = RuleSelection {
        scope: RuleScope { select: None, ignore: Vec::new() },
        config: None,
        comments: Comments::Applied,
    };
    let mut filter = match LintFilter::new(choice, None, catalog) {
        Ok(filter) => filter,
        Err(message) => return vec![whole_file(&message)],
    };
    let read = |task: &Task| inputs::read(task, &options, &texts);
    driver::lint(&task, catalog, Depth::Rules, Some(memory), read, &mut |linted| match linted {
        Linted::Diagnostics(opened, found) => match filter.filter(opened, found) {
            Ok(found) => out.extend(convert_all(document, &opened.sources, opened.main_file(), found)),
            Err(message) => out.push(whole_file(&message)),
        },
        Linted::InvalidText(sources, found) => out.extend(convert_all(document, sources, FileId(0), found)),
        Linted::Failed(message) => out.push(whole_file(&message)),
    });
    out
}

/// Creates a diagnostic for the whole file, at its first line.
pub fn whole_file(message: &str) -> FileDiagnostic {
    let diagnostic = lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("relc".to_owned()),
        message: message.to_owned(),
        ..lsp_types::Diagnostic::default()
    };
    FileDiagnostic { diagnostic, fix: None }
}

/// Converts diagnostics to the protocol's form. A diagnostic in another file is reported where this file refers to it,
/// if it has a label here.
fn convert_all(document: &Document, sources: &Sources, main: FileId, found: Vec<Diagnostic>) -> Vec<FileDiagnostic> {
    found.into_iter().map(|found| convert(document, sources, main, &found)).collect()
}

fn convert(document: &Document, sources: &Sources, main: FileId, found: &Diagnostic) -> FileDiagnostic {
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
    let diagnostic = lsp_types::Diagnostic {
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
        (fix.title(found.code.name(), sources), edits.collect(), fix.applicability)
    });
    FileDiagnostic { diagnostic, fix }
}

/// Returns the location of a span in any file that the editor can open.
fn location(document: &Document, sources: &Sources, main: FileId, span: Span) -> Option<Location> {
    if span.file == main {
        return Some(Location { uri: document.url()?, range: document.range(span.range()) });
    }
    super::requests::location(sources, span, document.lines.column())
}
