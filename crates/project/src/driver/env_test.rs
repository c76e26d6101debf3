//! Many tests, in parallel and in a stable order.
//!
//! In: tasks, a function that reads one, and one that gives what is written down beside it. Out: what each comes to, in the order
//! of the tasks.

use super::workers::Workers;
use super::{INPUTS, Read, Stage, Unread, open};
use crate::env_test::{Expected, TestOutcome, run_test};
use relc_core::compile::{Environments, LoadedInput, Loader};
use relc_core::library::Catalog;
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// What becomes of a test.
pub enum Trial {
    /// It was tried against what is written down.
    TestOutcome(Box<LoadedInput>, TestOutcome, Expected),
    /// Its bytes are no text.
    InvalidText(Sources, Vec<Diagnostic>),
    /// It turned out to be no test.
    Nothing,
    /// It could not be had, and why.
    Failed(String),
}

/// Tries all `tasks`, and passes what each comes to to `receive`.
pub fn trials<T: Sync, L: Loader + Send>(
    tasks: &[T],
    catalog: &Catalog,
    read: impl Fn(&T) -> Result<Read<L>, Unread> + Sync,
    recorded: impl Fn(&T) -> Result<Expected, String> + Sync,
    receive: &mut dyn FnMut(&T, Trial),
) {
    let environments = Environments::new(catalog);
    let workers = Workers::default();
    for batch in tasks.chunks(INPUTS) {
        let tried = workers.map(batch, |task| match recorded(task) {
            Ok(recorded) => one(open(read(task), catalog), recorded, &environments, catalog),
            Err(reason) => Trial::Failed(reason),
        });
        batch.iter().zip(tried).for_each(|(task, trial)| receive(task, trial));
    }
}

fn one(stage: Stage, recorded: Expected, environments: &Environments<'_>, catalog: &Catalog) -> Trial {
    match stage {
        Stage::Open(opened, _) => {
            let (opened, tried) = run_test(*opened, &recorded, environments, catalog);
            // What tests import stands beside them.
            if opened.is_empty() && tried.findings.is_empty() && !tried.expects {
                return Trial::Nothing;
            }
            Trial::TestOutcome(Box::new(opened), tried, recorded)
        }
        Stage::Said(sources, report) => Trial::InvalidText(sources, report.shown),
        Stage::Nothing => Trial::Nothing,
        Stage::Failed(reason) => Trial::Failed(reason),
    }
}
