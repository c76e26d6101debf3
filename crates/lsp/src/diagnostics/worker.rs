//! A thread that checks files, so that requests are answered meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_types::Url;

use super::FileDiagnostic;
use super::check::check;
use super::convert::whole_file;
use super::pages::Pages;
use crate::document::Document;
use crate::documents::names_files;
use crate::files::Files;
use relc_project::cache_store::MemoryCache;

/// Something to do, in a snapshot of the files.
enum Job {
    /// Check an open document.
    Document(Files, Url),
    /// Check files that are not open.
    Paths(Files, Vec<PathBuf>),
    /// List the files of the open folders.
    List(Files),
}

/// What was done.
pub enum Done {
    /// Files were checked.
    Checked(Vec<CheckResult>),
    /// The files of the open folders were listed.
    Listed(Vec<PathBuf>),
}

/// The diagnostics of one version of a file.
pub struct CheckResult {
    /// The file.
    pub url: Url,
    /// The version of the text that was checked; `None` for a file that isn't open.
    pub version: Option<i32>,
    /// The diagnostics.
    pub found: Vec<FileDiagnostic>,
    /// The path of a file that isn't open, and whether it names others.
    pub closed: Option<(PathBuf, bool)>,
}

/// A thread that checks files, one after the other.
pub struct Worker {
    jobs: Sender<Job>,
    /// The results, job by job.
    pub results: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
}

/// Stack size of the thread in bytes: that of a main thread, for which nesting limits are measured.
pub const STACK: usize = 8 << 20;

impl Worker {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system can't start a thread, as a message.
    pub fn start() -> Result<Worker, String> {
        let (jobs, queue) = unbounded::<Job>();
        let (done, results) = unbounded();
        let work = move || {
            let mut state = State { memory: MemoryCache::default(), pages: Pages::default() };
            for job in queue {
                if done.send(state.run(job)).is_err() {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("diagnostics".to_owned()).stack_size(STACK).spawn(work);
        let thread = thread.map_err(|error| format!("cannot start a thread: {error}"))?;
        Ok(Worker { jobs, results, thread: Some(thread) })
    }

    /// Requests a check of the document at `url`, in its current state in `files`.
    pub fn check(&self, files: &Files, url: Url) {
        let _ = self.jobs.send(Job::Document(files.clone(), url));
    }

    /// Requests a check of files that are not open.
    pub fn check_paths(&self, files: &Files, paths: Vec<PathBuf>) {
        let _ = self.jobs.send(Job::Paths(files.clone(), paths));
    }

    /// Requests the list of the files of the open folders.
    pub fn list(&self, files: &Files) {
        let _ = self.jobs.send(Job::List(files.clone()));
    }
}

/// What the thread knows from earlier checks.
struct State {
    /// While a file is edited, most of its releases don't change.
    memory: MemoryCache,
    pages: Pages,
}

impl State {
    fn run(&mut self, job: Job) -> Done {
        match job {
            Job::Document(files, url) => {
                let document = files.get(&url).cloned();
                Done::Checked(document.into_iter().map(|document| self.check(&files, &document, true)).collect())
            }
            Job::Paths(files, paths) => {
                let closed = paths.iter().filter_map(|path| files.document(path));
                let closed = closed.filter(|document| files.get(&document.url).is_none());
                Done::Checked(closed.map(|document| self.check(&files, &document, false)).collect())
            }
            Job::List(files) => Done::Listed(catch_unwind(AssertUnwindSafe(|| files.listed())).unwrap_or_default()),
        }
    }

    fn check(&mut self, files: &Files, document: &Document, is_open: bool) -> CheckResult {
        let found = catch_unwind(AssertUnwindSafe(|| check(files, document, &self.memory, &mut self.pages)));
        // Without a diagnostic, the file would seem to be valid.
        let found = found.unwrap_or_else(|_| vec![whole_file("relc failed on this file: please report it")]);
        let closed = (!is_open).then(|| (document.path().to_owned(), names_files(&document.text)));
        CheckResult { url: document.url.clone(), version: is_open.then_some(document.version), found, closed }
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
