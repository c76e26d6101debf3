//! `relc lint --fix` and `--diff`: applies fixes in memory, then writes the files or prints the differences.

use std::collections::{BTreeMap, BTreeSet};

use super::Outcome;
use super::report::{self, Report, Stream, count_words};
use super::run::{FileFindings, Inputs, ReportFlags, Run};
use relc_lint::fix::FixPolicy;
use relc_project::driver::Depth;
use relc_project::fix::{Finding, Fixed, Fixes, OfferedFix};
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

/// Largest number of passes that search for the fixes that break a file.
const MAX_TRIALS: usize = 32;

impl FixLoop<'_> {
    /// Applies the fixes.
    ///
    /// # Errors
    /// An input that can't be read, an unknown rule, a file that can't be written.
    pub fn run(&self, inputs: &Inputs) -> Result<Outcome, String> {
        let stdin = inputs::stdin_name(&inputs.tasks);
        let mut state = FixState::default();
        let mut run = self.run_pass(inputs)?;
        for _ in 0..MAX_PASSES {
            let fixed = state.take_fixed(&mut run);
            let (denied, fixed): (Vec<_>, Vec<_>) = fixed.into_iter().partition(|fixed| {
                self.target == FixTarget::Files && stdin.as_ref() != Some(&fixed.name) && fixed.is_read_only()
            });
            state.deny(denied);
            if fixed.is_empty() {
                break;
            }
            fixed.iter().for_each(|fixed| inputs.texts.put(&fixed.name, &fixed.after));
            let next = self.run_pass(inputs)?;
            let (broken, mut accepted): (Vec<_>, Vec<_>) =
                fixed.into_iter().partition(|fixed| is_worse(fixed, &run, &next));
            let is_whole = broken.is_empty();
            accepted.extend(self.without_breaking(broken, inputs, &run, &mut state)?);
            accepted.iter().for_each(|fixed| state.seen(fixed, &run));
            run = if is_whole { next } else { self.run_pass(inputs)? };
            state.accept(accepted);
            if state.undo_circles(inputs, &run) {
                run = self.run_pass(inputs)?;
            }
        }
        match self.target {
            FixTarget::Diff => Ok(state.show()),
            FixTarget::Files => state.write(inputs, run, stdin),
        }
    }

    /// Returns the broken files with those of their fixes that don't break them, found by halves.
    fn without_breaking(
        &self,
        broken: Vec<Fixed>,
        inputs: &Inputs,
        before: &Run,
        state: &mut FixState,
    ) -> Result<Vec<Fixed>, String> {
        let mut trials: Vec<Trial> = broken.into_iter().map(Trial::new).collect();
        for _ in 0..MAX_TRIALS {
            let tried: Vec<(usize, Vec<OfferedFix>)> =
                trials.iter_mut().enumerate().filter_map(|(at, trial)| Some((at, trial.open.pop()?))).collect();
            if tried.is_empty() {
                break;
            }
            tried.iter().for_each(|(at, group)| {
                let fixed = trials[*at].file.with([&trials[*at].good[..], group].concat());
                inputs.texts.put(&fixed.name, &fixed.after);
            });
            let after = self.run_pass(inputs)?;
            for (at, group) in tried {
                let trial = &mut trials[at];
                match is_worse(&trial.file, before, &after) {
                    false => trial.good.extend(group),
                    true => trial.halve(group, state),
                }
            }
        }
        let fixed: Vec<Fixed> = trials.into_iter().map(|trial| trial.file.with(trial.good)).collect();
        fixed.iter().for_each(|fixed| inputs.texts.put(&fixed.name, &fixed.after));
        Ok(fixed.into_iter().filter(|fixed| fixed.count > 0).collect())
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

/// Returns true if a file has more errors after its fixes.
fn is_worse(fixed: &Fixed, before: &Run, after: &Run) -> bool {
    after.found_in(&fixed.name).errors > before.found_in(&fixed.name).errors
}

/// The search for the fixes that break a file.
struct Trial {
    file: Fixed,
    /// The fixes that don't.
    good: Vec<OfferedFix>,
    /// Groups that weren't tried.
    open: Vec<Vec<OfferedFix>>,
}

impl Trial {
    fn new(file: Fixed) -> Trial {
        let mut trial = Trial { good: Vec::new(), open: Vec::new(), file };
        trial.split(trial.file.fixes.clone());
        trial
    }

    fn split(&mut self, mut group: Vec<OfferedFix>) {
        let second = group.split_off(group.len() / 2);
        self.open.extend([second, group].into_iter().filter(|group| !group.is_empty()));
    }

    /// Splits a group that breaks the file; a single fix is dropped.
    fn halve(&mut self, group: Vec<OfferedFix>, state: &mut FixState) {
        match &group[..] {
            [fix] => state.drop_fix(&self.file.name, &fix.finding),
            _ => self.split(group),
        }
    }
}

/// A text with its findings and the number of fixes up to there.
type EarlierText = (String, FileFindings, usize);

/// Returns the text without what fixes that undo each other can leave.
fn without_spaces(text: &str) -> String {
    text.replace([' ', '\n'], "")
}

/// Fixed files.
#[derive(Default)]
struct FixState {
    /// The files that are left unchanged.
    keep: BTreeSet<String>,
    /// The findings whose fix breaks a file.
    dropped: BTreeSet<(String, Finding)>,
    /// The other files, each with its first and its latest text.
    fixed: BTreeMap<String, Fixed>,
    /// The earlier texts of each file.
    earlier: BTreeMap<String, Vec<EarlierText>>,
    /// The files that are read-only.
    denied: Vec<String>,
}

impl FixState {
    /// Returns the files with the fixes that a pass collected.
    fn take_fixed(&self, run: &mut Run) -> Vec<Fixed> {
        let wanted = |name: &str, finding: &Finding| {
            !self.keep.contains(name) && !self.dropped.contains(&(name.to_owned(), finding.clone()))
        };
        run.fixes.take().into_iter().flat_map(|(fixes, _)| fixes.apply(wanted)).collect()
    }

    /// Records what a file was before fixes.
    fn seen(&mut self, fixed: &Fixed, before: &Run) {
        let count = self.fixed.get(&fixed.name).map_or(0, |known| known.count);
        let earlier = self.earlier.entry(fixed.name.clone()).or_default();
        earlier.push((fixed.before.clone(), before.found_in(&fixed.name), count));
    }

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

    /// Restores the files that have the findings of an earlier text, as their fixes go round in a circle. Returns true if there are any.
    fn undo_circles(&mut self, inputs: &Inputs, run: &Run) -> bool {
        let mut any = false;
        for (name, earlier) in &self.earlier {
            let Some(fixed) = self.fixed.get(name) else { continue };
            let (now, found) = (without_spaces(&fixed.after), run.found_in(name));
            let is_same = |(text, known, _): &&EarlierText| *known == found && without_spaces(text) == now;
            let Some((text, _, count)) = earlier.iter().find(is_same) else { continue };
            if !self.keep.insert(name.clone()) {
                continue;
            }
            any = true;
            inputs.texts.put(name, text);
            match self.fixed.get_mut(name) {
                Some(fixed) if *count > 0 => (fixed.after, fixed.count) = (text.clone(), *count),
                _ => drop(self.fixed.remove(name)),
            }
        }
        any
    }

    fn drop_fix(&mut self, name: &str, finding: &Finding) {
        if self.dropped.insert((name.to_owned(), finding.clone())) {
            report::warning(&format!("a fix of `{name}` would break it and is not applied: {}", finding.1));
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
