//! `relc lint` and `relc check`: what there is to say of releases, and no manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Outcome;
use super::environments::EnvironmentFlags;
use super::fix::{Fixed, Fixes};
use super::flags::{ColorChoice, InputFlags, ReleaseFlags};
use super::gate::{Choice, Comments, Gate};
use super::inputs::{self, Task};
use super::report::{Report, ReportFormat, failed};
use crate::compile::{Options, Releases, Unnamed};
use crate::config::Scope;
use crate::diagnostic::{Diagnostic, Severity};
use crate::env::Catalog;
use crate::lint::control::Baseline;
use crate::lint::fix::Wanted;
use crate::pipeline::{self, Depth, Linted};
use crate::source::{FileId, Sources};

/// Check releases and values files, and say what is wrong or doubtful. Writes no manifests.
///
/// Exit codes: 0, nothing at or above the level of `--fail-on`; 1, there is something; 2, relc could not run.
#[derive(Args)]
#[command(after_help = LINT_EXAMPLES)]
pub struct Lint {
    #[command(flatten)]
    inputs: InputFlags,

    #[command(flatten)]
    release: ReleaseFlags,

    #[command(flatten)]
    environments: EnvironmentFlags,

    /// Ask these rules only (the compiler's errors are always told).
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Option<Vec<String>>,

    /// Do not ask these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,

    /// Take this configuration instead of the nearest `relc.toml` of each file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Manifests of the cluster, a file or a directory: what releases name is looked for there.
    #[arg(long, value_name = "PATH")]
    manifests: Vec<PathBuf>,

    /// Tell findings that comments allow, too.
    #[arg(long)]
    no_suppressions: bool,

    /// Do not tell the findings that this file holds; say which of them are gone.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write all findings to this file, for `--baseline`.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,

    /// Apply the fixes that are safe, and report what is left.
    #[arg(long)]
    fix: bool,

    /// With `--fix` or `--diff`: those that need a look, too.
    #[arg(long)]
    unsafe_fixes: bool,

    /// Show what `--fix` would change, and change nothing; the exit code is 1 if that is anything.
    #[arg(long, conflicts_with = "fix")]
    diff: bool,

    #[command(flatten)]
    report: ReportFlags,
}

const LINT_EXAMPLES: &str = "\
Examples:
  relc lint .                                every release and values file below here
  relc lint -f values.yaml -f prod.yaml --name hello --set application.strategy=canary
  relc lint --fail-on warn --format github . in a workflow of GitHub Actions
  relc explain weight-zero                   what a rule means";

/// Check releases and values files as `lint` does, without lint rules: syntax and types only.
///
/// Exit codes: 0, no errors; 1, there are errors; 2, relc could not run.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    inputs: InputFlags,

    #[command(flatten)]
    release: ReleaseFlags,

    #[command(flatten)]
    environments: EnvironmentFlags,

    #[command(flatten)]
    report: ReportFlags,
}

/// How a report looks, and when it fails. It goes to standard output.
#[derive(Args, Clone, Copy)]
struct ReportFlags {
    /// What the report looks like.
    #[arg(long, visible_alias = "message-format", value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Human)]
    format: ReportFormat,

    /// The least level of a finding that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    fail_on: FailOn,

    /// When the report has colour; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

impl ReportFlags {
    fn report(self, catalog: &Catalog) -> Report {
        Report::new(self.format, self.color, catalog)
    }
}

/// The least level that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Errors.
    Error,
    /// Warnings, too.
    Warn,
    /// Everything.
    Info,
}

impl FailOn {
    fn fails(self, severity: Severity) -> bool {
        severity
            >= match self {
                FailOn::Error => Severity::Error,
                FailOn::Warn => Severity::Warning,
                FailOn::Info => Severity::Info,
            }
    }
}

impl Lint {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let choice = Choice {
            scope: Scope { select: self.select.clone(), ignore: self.ignore.clone() },
            config: self.config.clone(),
            comments: if self.no_suppressions { Comments::Ignored } else { Comments::Heard },
        };
        if self.unsafe_fixes && !self.fix && !self.diff {
            return failed("`--unsafe-fixes` says which fixes: give `--fix` or `--diff` as well");
        }
        let catalog = match self.environments.catalog(&self.inputs) {
            Ok(catalog) => catalog,
            Err(message) => return failed(&message),
        };
        let options = match self.options() {
            Ok(options) => options,
            Err(message) => return failed(&message),
        };
        let gate = || Gate::new(choice.clone(), self.baseline.as_deref(), &catalog);
        if self.diff {
            return self.show(&options, &catalog, gate);
        }
        if self.fix
            && let Err(message) = self.mend(&options, &catalog, gate)
        {
            return failed(&message);
        }
        let gate = match gate() {
            Ok(gate) => gate,
            Err(message) => return failed(&message),
        };
        let mut run = Run::new(Some(gate), self.report.report(&catalog), self.report.fail_on);
        run.all(&self.inputs, &options, &catalog, Depth::Rules);
        if let (Some(path), true) = (&self.write_baseline, run.outcome != Outcome::Failed) {
            return run.write_baseline(path);
        }
        run.finish()
    }
}

/// How often files are looked at again: a fix may bring out what another one hid.
const ROUNDS: usize = 8;

/// The flags as the compiler takes them for a look: a file of libraries has no release, and a values file often no name.
fn options_of(release: &ReleaseFlags) -> Options {
    Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..release.options() }
}

impl Lint {
    fn options(&self) -> Result<Options, String> {
        let manifests = match self.manifests.as_slice() {
            [] => None,
            paths => Some(inputs::manifests(paths)?.into()),
        };
        Ok(Options { manifests, ..options_of(&self.release) })
    }

    fn wanted(&self) -> Wanted {
        if self.unsafe_fixes { Wanted::All } else { Wanted::Safe }
    }

    /// A run over everything that reports nothing and gathers fixes.
    fn gather(&self, options: &Options, catalog: &Catalog, gate: Gate) -> Result<Run, String> {
        let mut run = Run::new(Some(gate), Report::silent(), self.report.fail_on);
        run.fixes = Some((Fixes::default(), self.wanted()));
        run.all(&self.inputs, options, catalog, Depth::Rules);
        match run.outcome {
            Outcome::Failed => Err("nothing is fixed".to_owned()),
            Outcome::Done | Outcome::Errors => Ok(run),
        }
    }

    /// Applies fixes until none is left. A file that has more errors behind them than before is put back as it was.
    fn mend(
        &self,
        options: &Options,
        catalog: &Catalog,
        gate: impl Fn() -> Result<Gate, String>,
    ) -> Result<(), String> {
        let (mut count, mut files, mut hopeless) = (0, BTreeSet::new(), BTreeSet::new());
        let mut run = self.gather(options, catalog, gate()?)?;
        for _ in 0..ROUNDS {
            let fixed: Vec<Fixed> = run.take_fixed().filter(|fixed| !hopeless.contains(&fixed.name)).collect();
            if fixed.is_empty() {
                break;
            }
            fixed.iter().try_for_each(Fixed::write)?;
            let behind = self.gather(options, catalog, gate()?)?;
            for fixed in fixed {
                if behind.errors_of(&fixed.name) > run.errors_of(&fixed.name) {
                    fixed.restore()?;
                    super::report::warning(&format!(
                        "the fixes of `{}` would break it: it stays as it was",
                        fixed.name
                    ));
                    hopeless.insert(fixed.name);
                } else {
                    count += fixed.count;
                    files.insert(fixed.name);
                }
            }
            run = behind;
        }
        if count > 0 {
            let plural = |count: usize| if count == 1 { "" } else { "s" };
            let (fixes, names) = (plural(count), plural(files.len()));
            super::report::note("fixed", &format!("{count} finding{fixes} in {} file{names}", files.len()));
        }
        Ok(())
    }

    /// Shows what fixes would change.
    fn show(&self, options: &Options, catalog: &Catalog, gate: impl Fn() -> Result<Gate, String>) -> Outcome {
        let mut run = match gate().and_then(|gate| self.gather(options, catalog, gate)) {
            Ok(run) => run,
            Err(message) => return failed(&message),
        };
        let diffs: Vec<String> = run.take_fixed().map(|fixed| fixed.diff()).collect();
        match super::report::print(&diffs.concat()) {
            Outcome::Done if !diffs.is_empty() => Outcome::Errors,
            outcome => outcome,
        }
    }
}

impl Check {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let catalog = match self.environments.catalog(&self.inputs) {
            Ok(catalog) => catalog,
            Err(message) => return failed(&message),
        };
        let mut run = Run::new(None, self.report.report(&catalog), self.report.fail_on);
        run.all(&self.inputs, &options_of(&self.release), &catalog, Depth::Compiler);
        run.finish()
    }
}

/// One run over all inputs.
struct Run {
    gate: Option<Gate>,
    report: Report,
    fail_on: FailOn,
    /// The fixes that are wanted, where they are.
    fixes: Option<(Fixes, Wanted)>,
    /// How many errors each file has.
    errors: BTreeMap<String, usize>,
    /// Everything that is told, for `--write-baseline`.
    all: Baseline,
    outcome: Outcome,
}

impl Run {
    fn new(gate: Option<Gate>, report: Report, fail_on: FailOn) -> Self {
        let (all, outcome) = (Baseline::default(), Outcome::Done);
        Run { gate, report, fail_on, fixes: None, errors: BTreeMap::new(), all, outcome }
    }

    /// The files with the fixes that were gathered.
    fn take_fixed(&mut self) -> impl Iterator<Item = Fixed> {
        self.fixes.take().into_iter().flat_map(|(fixes, _)| fixes.apply())
    }

    fn errors_of(&self, file: &str) -> usize {
        self.errors.get(file).copied().unwrap_or(0)
    }

    fn all(&mut self, inputs: &InputFlags, options: &Options, catalog: &Catalog, depth: Depth) {
        let tasks = match inputs::tasks(inputs) {
            Ok(tasks) => tasks,
            Err(message) => return self.fail(&message),
        };
        if tasks.is_empty() {
            return self.fail("there is no release and no values file in what was named");
        }
        let read = |task: &Task| inputs::read(task, options);
        pipeline::lint(&tasks, catalog, depth, read, &mut |linted| match linted {
            Linted::Said(opened, findings) => {
                match self.gate.as_mut().map(|gate| gate.pass(opened, findings.clone())) {
                    None => self.tell(&opened.sources, opened.main_file(), &findings),
                    Some(Ok(told)) => self.tell(&opened.sources, opened.main_file(), &told),
                    Some(Err(message)) => self.fail(&message),
                }
            }
            Linted::NoText(sources, findings) => self.tell(sources, FileId(0), &findings),
            Linted::Failed(message) => self.fail(&message),
        });
    }

    fn tell(&mut self, sources: &Sources, main: FileId, findings: &[Diagnostic]) {
        findings.iter().for_each(|finding| self.all.add(sources, finding));
        self.report.add(sources, main, findings);
        if let Some((fixes, wanted)) = &mut self.fixes {
            fixes.add(sources, findings, *wanted);
        }
        for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
            *self.errors.entry(sources.file(finding.span.file).name().to_owned()).or_default() += 1;
        }
        if self.outcome == Outcome::Done && findings.iter().any(|finding| self.fail_on.fails(finding.severity)) {
            self.outcome = Outcome::Errors;
        }
    }

    fn fail(&mut self, message: &str) {
        self.outcome = failed(message);
    }

    fn write_baseline(self, path: &std::path::Path) -> Outcome {
        match fs::write(path, self.all.write()) {
            Ok(()) => Outcome::Done,
            Err(error) => failed(&format!("cannot write `{}`: {}", path.display(), super::read::reason(&error))),
        }
    }

    fn finish(self) -> Outcome {
        if self.outcome != Outcome::Failed {
            for gone in self.gate.iter().flat_map(Gate::obsolete) {
                let message =
                    format!("the baseline holds `{}` in {}, and it is gone: `{}`", gone.rule, gone.file, gone.line);
                super::report::warning(&message);
            }
        }
        match self.report.finish() {
            Ok(()) => self.outcome,
            Err(message) => failed(&message),
        }
    }
}
