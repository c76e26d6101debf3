//! `relc lint --fix` and `--diff`: applies fixes in memory, then writes the files or prints the differences.

use std::collections::{BTreeMap, BTreeSet};

use super::Outcome;
use super::report::{self, Report, Stream, count_words};
use super::run::{Inputs, ReportFlags, Run};
use relc_lint::fix::FixPolicy;
use relc_project::driver::Depth;
use relc_project::fix::{Fixed, Fixes};
use relc_project::inputs;
use relc_project::lint_filter::LintFilter;

/// The configuration of a run that applies fixes.
pub struct FixLoop<'m> {
    /// The fixes to apply.
    pub policy: FixPolicy,
    /// The destination of the fixed files.
    pub target: FixTarget,
    /// The flags of the report on the remaining diagnostics.
    pub report: ReportFlags,
    /// Creates the filter of a pass.
    pub filter: &'m dyn Fn() -> Result<LintFilter, String>,
}

/// The destination of the fixed files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixTarget {
    /// Write the files.
    Files,
    /// Print the differences.
    Diff,
}

/// Largest number of passes: a fix may reveal what another mistake hid.
const MAX_PASSES: usize = 8;

impl FixLoop<'_> {
    /// Applies the fixes.
    ///
    /// # Errors
    /// An input that can't be read, an unknown rule, a file that can't be written.
    pub fn run(&self, inputs: &Inputs) -> Result<Outcome, String> {
        let stdin = inputs::stdin_name(&inputs.tasks);
        let mut trial = FixState { keep: BTreeSet::new(), fixed: BTreeMap::new(), denied: Vec::new() };
        let mut run = self.run_pass(inputs)?;
        for _ in 0..MAX_PASSES {
            let fixed: Vec<Fixed> = run.take_fixed().filter(|fixed| !trial.keep.contains(&fixed.name)).collect();
            let (denied, fixed): (Vec<_>, Vec<_>) = fixed.into_iter().partition(|fixed| {
                self.target == FixTarget::Files && stdin.as_ref() != Some(&fixed.name) && fixed.is_read_only()
            });
            trial.deny(denied);
            if fixed.is_empty() {
                break;
            }
            fixed.iter().for_each(|fixed| inputs.texts.put(&fixed.name, &fixed.after));
            let behind = self.run_pass(inputs)?;
            let worse = |fixed: &Fixed| behind.errors_of(&fixed.name) > run.errors_of(&fixed.name);
            let (broken, accepted): (Vec<_>, Vec<_>) = fixed.into_iter().partition(worse);
            broken.iter().for_each(|fixed| inputs.texts.put(&fixed.name, &fixed.before));
            run = if broken.is_empty() { behind } else { self.run_pass(inputs)? };
            trial.leave(broken);
            trial.accept(accepted);
        }
        match self.target {
            FixTarget::Diff => Ok(trial.show()),
            FixTarget::Files => trial.write(inputs, run, stdin),
        }
    }

    /// Runs one pass over all inputs, collecting fixes. [`Run::finish`] writes its report.
    fn run_pass(&self, inputs: &Inputs) -> Result<Run, String> {
        let stream = if inputs::stdin_name(&inputs.tasks).is_some() { Stream::Errors } else { Stream::Output };
        let report = Report::buffered(self.report.format, self.report.color.color, stream, &inputs.catalog);
        let mut run = Run::new(Some((self.filter)()?), report, self.report);
        run.fixes = Some((Fixes::default(), self.policy));
        run.all(inputs, Depth::Rules);
        match run.outcome {
            Outcome::Failed => Err("nothing is fixed".to_owned()),
            Outcome::Done | Outcome::Errors => Ok(run),
        }
    }
}

/// Fixed files.
struct FixState {
    /// The files that are left unchanged.
    keep: BTreeSet<String>,
    /// The other files, each with its first and its latest text.
    fixed: BTreeMap<String, Fixed>,
    /// The files that are read-only.
    denied: Vec<String>,
}

impl FixState {
    fn accept(&mut self, accepted: Vec<Fixed>) {
        for fixed in accepted {
            match self.fixed.get_mut(&fixed.name) {
                Some(before) => {
                    before.after = fixed.after;
                    before.count += fixed.count;
                }
                None => {
                    self.fixed.insert(fixed.name.clone(), fixed);
                }
            }
        }
    }

    fn leave(&mut self, broken: Vec<Fixed>) {
        for Fixed { name, .. } in broken {
            report::warning(&format!("more fixes of `{name}` would break it and are not applied"));
            self.keep.insert(name);
        }
    }

    fn deny(&mut self, denied: Vec<Fixed>) {
        for Fixed { name, .. } in denied {
            self.keep.insert(name.clone());
            self.denied.push(name);
        }
    }

    /// Writes the changed files, prints standard input, and ends the report of the last pass.
    fn write(self, inputs: &Inputs, run: Run, stdin: Option<String>) -> Result<Outcome, String> {
        let FixState { fixed, denied, .. } = self;
        let on_disk = fixed.values().filter(|fixed| stdin.as_ref() != Some(&fixed.name));
        on_disk.clone().try_for_each(Fixed::write)?;
        if let Some(text) = stdin.and_then(|name| inputs.texts.get(&name)) {
            report::print(&text);
        }
        let outcome = run.finish();
        if !fixed.is_empty() {
            let count = fixed.values().map(|fixed| fixed.count).sum();
            let (findings, files) = (count_words(count, "finding"), count_words(fixed.len(), "file"));
            report::note("fixed", &format!("{findings} in {files}"));
        }
        for name in &denied {
            report::failure(&format!("`{name}` has fixes and is read-only: it stays as it was"));
        }
        Ok(if denied.is_empty() { outcome } else { Outcome::Failed })
    }

    /// Prints the differences.
    fn show(self) -> Outcome {
        let diffs: Vec<String> = self.fixed.values().map(Fixed::diff).collect();
        match report::print(&diffs.concat()) {
            Outcome::Done if !diffs.is_empty() => Outcome::Errors,
            outcome => outcome,
        }
    }
}
