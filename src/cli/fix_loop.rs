//! `relc lint --fix` and `--diff`: what can be fixed is, in memory; then the files are written, or the difference is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::Outcome;
use super::report::{self, Report, Stream, counted};
use super::run::{Inputs, ReportFlags, Run};
use relc_lint::fix::FixPolicy;
use relc_project::driver::Depth;
use relc_project::fix::{Fixed, Fixes};
use relc_project::inputs;
use relc_project::lint_filter::LintFilter;

/// What is wanted of fixes.
pub struct FixLoop<'m> {
    /// Which fixes.
    pub wanted: FixPolicy,
    /// What becomes of them.
    pub end: End,
    /// How what is left is told.
    pub report: ReportFlags,
    /// A new gate for each look.
    pub gate: &'m dyn Fn() -> Result<LintFilter, String>,
}

/// What becomes of fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The files are written.
    Written,
    /// The difference is shown.
    Shown,
}

/// How often files are looked at again: a fix may bring out what another one hid.
const ROUNDS: usize = 8;

impl FixLoop<'_> {
    /// Fixes what can be fixed.
    ///
    /// # Errors
    /// An input that cannot be read, rules that do not exist, a file that cannot be written.
    pub fn run(&self, inputs: &Inputs) -> Result<Outcome, String> {
        let stdin = inputs::stdin_name(&inputs.tasks);
        let mut trial = Trial { keep: BTreeSet::new(), fixed: BTreeMap::new(), denied: Vec::new() };
        let mut run = self.look(inputs)?;
        for _ in 0..ROUNDS {
            let fixed: Vec<Fixed> = run.take_fixed().filter(|fixed| !trial.keep.contains(&fixed.name)).collect();
            let (denied, fixed): (Vec<_>, Vec<_>) = fixed.into_iter().partition(|fixed| {
                self.end == End::Written && stdin.as_ref() != Some(&fixed.name) && fixed.is_read_only()
            });
            trial.deny(denied);
            if fixed.is_empty() {
                break;
            }
            fixed.iter().for_each(|fixed| inputs.texts.put(&fixed.name, &fixed.after));
            let behind = self.look(inputs)?;
            let worse = |fixed: &Fixed| behind.errors_of(&fixed.name) > run.errors_of(&fixed.name);
            let (broken, good): (Vec<_>, Vec<_>) = fixed.into_iter().partition(worse);
            broken.iter().for_each(|fixed| inputs.texts.put(&fixed.name, &fixed.before));
            run = if broken.is_empty() { behind } else { self.look(inputs)? };
            trial.leave(broken);
            trial.accept(good);
        }
        match self.end {
            End::Shown => Ok(trial.show()),
            End::Written => trial.write(inputs, run, stdin),
        }
    }

    /// A look at everything that gathers fixes; its report is written by [`Run::finish`].
    fn look(&self, inputs: &Inputs) -> Result<Run, String> {
        let stream = if inputs::stdin_name(&inputs.tasks).is_some() { Stream::Errors } else { Stream::Output };
        let report = Report::held(self.report.format, self.report.color, stream, &inputs.catalog);
        let mut run = Run::new(Some((self.gate)()?), report, self.report);
        run.fixes = Some((Fixes::default(), self.wanted));
        run.all(inputs, Depth::Rules);
        match run.outcome {
            Outcome::Failed => Err("nothing is fixed".to_owned()),
            Outcome::Done | Outcome::Errors => Ok(run),
        }
    }
}

/// Files with fixes, as far as they went.
struct Trial {
    /// The files that stay as they were.
    keep: BTreeSet<String>,
    /// What became of the others, from the first text to the last.
    fixed: BTreeMap<String, Fixed>,
    /// The files that may not be written.
    denied: Vec<String>,
}

impl Trial {
    fn accept(&mut self, good: Vec<Fixed>) {
        for fixed in good {
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
            report::warning(&format!("more fixes of `{name}` would break it: they are left out"));
            self.keep.insert(name);
        }
    }

    fn deny(&mut self, denied: Vec<Fixed>) {
        for Fixed { name, .. } in denied {
            self.keep.insert(name.clone());
            self.denied.push(name);
        }
    }

    /// Writes what changed, prints standard input, and ends the report of the last look.
    fn write(self, inputs: &Inputs, run: Run, stdin: Option<String>) -> Result<Outcome, String> {
        let Trial { fixed, denied, .. } = self;
        let on_disk = fixed.values().filter(|fixed| stdin.as_ref() != Some(&fixed.name));
        on_disk.clone().try_for_each(Fixed::write)?;
        if let Some(text) = stdin.and_then(|name| inputs.texts.get(&name)) {
            report::print(&text);
        }
        let outcome = run.finish();
        if !fixed.is_empty() {
            let count = fixed.values().map(|fixed| fixed.count).sum();
            let (findings, files) = (counted(count, "finding"), counted(fixed.len(), "file"));
            report::note("fixed", &format!("{findings} in {files}"));
        }
        for name in &denied {
            report::failure(&format!("`{name}` has fixes and is read-only: it stays as it was"));
        }
        Ok(if denied.is_empty() { outcome } else { Outcome::Failed })
    }

    /// Shows what would change.
    fn show(self) -> Outcome {
        let diffs: Vec<String> = self.fixed.values().map(Fixed::diff).collect();
        match report::print(&diffs.concat()) {
            Outcome::Done if !diffs.is_empty() => Outcome::Errors,
            outcome => outcome,
        }
    }
}
