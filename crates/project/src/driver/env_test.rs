//! Runs many tests, in parallel and in a stable order.
//!
//! In: tasks, a function that reads one, and one that reads its expected texts. Out: the outcomes, in the order of the
//! tasks.

use super::workers::Workers;
use super::{INPUTS, Read, ReadFailure, Stage, load};
use crate::env_test::{Expected, TestOutcome, run_test};
use relc_core::compile::{Environments, LoadedInput, Loader};
use relc_core::library::Catalog;
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// The result of a task.
pub enum TestEvent {
    /// The test ran, with these expectations.
    TestOutcome(Box<LoadedInput>, TestOutcome, Expected),
    /// The file is not valid text.
    InvalidText(Sources, Vec<Diagnostic>),
    /// The file is not a test.
    NotATest,
    /// The file can't be read, and the reason.
    Failed(String),
}

/// Runs all `tasks`, and passes each result to `receive`.
pub fn run_tests<T: Sync, L: Loader + Send>(
    tasks: &[T],
    catalog: &Catalog,
    read: impl Fn(&T) -> Result<Read<L>, ReadFailure> + Sync,
    recorded: impl Fn(&T) -> Result<Expected, String> + Sync,
    receive: &mut dyn FnMut(&T, TestEvent),
) {
    let environments = Environments::new(catalog);
    let workers = Workers::default();
    for batch in tasks.chunks(INPUTS) {
        let tried = workers.map(batch, |task| match recorded(task) {
            Ok(recorded) => run_one(load(read(task), catalog), recorded, &environments, catalog),
            Err(reason) => TestEvent::Failed(reason),
        });
        batch.iter().zip(tried).for_each(|(task, trial)| receive(task, trial));
    }
}

fn run_one(stage: Stage, recorded: Expected, environments: &Environments<'_>, catalog: &Catalog) -> TestEvent {
    match stage {
        Stage::Loaded(opened, _) => {
            let (opened, tried) = run_test(*opened, &recorded, environments, catalog);
            // Files that tests import are in the same directories.
            if opened.is_empty() && tried.findings.is_empty() && !tried.expects {
                return TestEvent::NotATest;
            }
            TestEvent::TestOutcome(Box::new(opened), tried, recorded)
        }
        Stage::Report(sources, report) => TestEvent::InvalidText(sources, report.shown),
        Stage::NotAnInput => TestEvent::NotATest,
        Stage::Failed(reason) => TestEvent::Failed(reason),
    }
}
