//! A run of `lint` or `check`, from its inputs to the report and the exit code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use super::flags::{ColorFlag, SourceFlags};
use super::report::{self, Report, ReportFormat, count_words, failed};
use relc_core::compile::{Options, Releases, Unnamed};
use relc_core::library::Catalog;
use relc_lint::fix::FixPolicy;
use relc_lint::report::Baseline;
use relc_project::cache_store::DiskCache;
use relc_project::driver::{self, Cache, Depth, Linted};
use relc_project::fix::{self, Finding, Fixes};
use relc_project::inputs::InputPaths;
use relc_project::inputs::{self, Task};
use relc_project::lint_filter::{BaselinePaths, LintFilter};
use relc_project::overlay::Overlay;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::{FileId, Sources};

/// The treatment of other files.
#[derive(Args, Clone, Copy)]
pub struct OtherFlags {
    /// Skip YAML files that aren't values files of a release, even if you name them.
    ///
    /// A values file has `environment` and `application` at the top. For hooks, which name every changed file.
    #[arg(long)]
    pub only_releases: bool,

    /// Don't use the cache.
    ///
    /// Runs over many files store their findings in your cache directory (`relc/findings` in $XDG_CACHE_HOME or ~/.cache), and later
    /// runs check only what changed.
    #[arg(long)]
    pub no_cache: bool,
}

/// Number of inputs from which the cache is used: with fewer, linting takes no longer than looking up results.
const MANY: usize = 32;

/// The format of a report, and the severity at which it fails. It goes to standard output.
#[derive(Args, Clone, Copy)]
pub struct ReportFlags {
    /// The format of the report.
    #[arg(long, visible_alias = "message-format", value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,

    /// The lowest level of a finding that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    #[command(flatten)]
    pub color: ColorFlag,
}

/// The lowest level that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    #[value(alias = "warning")]
    Warn,
    /// All findings.
    #[value(alias = "note")]
    Info,
}

impl ReportFlags {
    /// Creates the report that the flags configure.
    pub fn report(self, catalog: &Catalog) -> Report {
        Report::new(self.format, self.color.color, catalog)
    }

    /// Returns true if a diagnostic of this severity makes the exit code 1.
    pub fn fails(self, severity: Severity) -> bool {
        self.fail_on.fails(severity)
    }
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

/// The inputs of a run, the same for each pass.
pub struct Inputs {
    /// The inputs.
    pub tasks: Vec<Task>,
    /// The options for all of them.
    pub options: Options,
    /// The texts that replace files on disk.
    pub texts: Overlay,
    others: OtherFlags,
    /// The environments.
    pub catalog: Catalog,
}

impl Inputs {
    /// Returns the inputs that the flags name; without any, those in the working directory.
    ///
    /// # Errors
    /// As [`inputs::tasks`] and [`SourceFlags::catalog`].
    pub fn new(source: &SourceFlags, others: OtherFlags) -> Result<Inputs, String> {
        let (inputs, catalog) = (source.paths(), source.catalog()?);
        let here = InputPaths { paths: vec![PathBuf::from(".")], values: Vec::new(), stdin_filename: None };
        let named = !inputs.paths.is_empty() || !inputs.values.is_empty() || inputs.stdin_filename.is_some();
        let tasks = inputs::tasks(if named { &inputs } else { &here })?;
        let tasks = if others.only_releases { inputs::only_releases(tasks) } else { tasks };
        let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..source.release.options() };
        Ok(Inputs { tasks, options, texts: Overlay::default(), others, catalog })
    }
}

/// The findings in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFindings {
    /// The number of errors.
    pub errors: usize,
    /// Each finding without its position, with how often there is one.
    pub counts: BTreeMap<Finding, usize>,
}

/// A pass over all inputs.
pub struct Run {
    filter: Option<LintFilter>,
    report: Report,
    fail_on: FailOn,
    /// The collected fixes, and which ones to collect.
    pub fixes: Option<(Fixes, FixPolicy)>,
    /// The findings in each file, if fixes are collected.
    found: BTreeMap<String, FileFindings>,
    /// All reported diagnostics, if they go into a baseline.
    pub all: Option<(Baseline, BaselinePaths)>,
    /// The failures reported so far: an invalid relc.toml would be reported for each file below it.
    failures: BTreeSet<String>,
    /// The outcome.
    pub outcome: Outcome,
}

impl Run {
    /// Creates a run. Without a filter, everything is reported.
    pub fn new(filter: Option<LintFilter>, report: Report, flags: ReportFlags) -> Self {
        Run {
            filter,
            report,
            fail_on: flags.fail_on,
            fixes: None,
            found: BTreeMap::new(),
            all: None,
            failures: BTreeSet::new(),
            outcome: Outcome::Done,
        }
    }

    /// Returns the findings in the file, in a run that collects fixes.
    pub fn found_in(&self, file: &str) -> FileFindings {
        self.found.get(file).cloned().unwrap_or_default()
    }

    /// Checks all inputs.
    pub fn all(&mut self, inputs: &Inputs, depth: Depth) {
        let Inputs { tasks, options, texts, others, catalog } = inputs;
        let read = |task: &Task| inputs::read(task, options, texts);
        let is_remembered = tasks.len() >= MANY && !others.no_cache;
        let memory = if is_remembered { DiskCache::load() } else { None };
        let remembered = memory.as_ref().map(|memory| memory as &dyn Cache);
        driver::lint(tasks, catalog, depth, remembered, read, &mut |linted| match linted {
            Linted::Diagnostics(opened, findings) => {
                match self.filter.as_mut().map(|filter| filter.filter(opened, findings.clone())) {
                    None => self.tell(&opened.sources, opened.main_file(), &findings, texts),
                    Some(Ok(told)) => self.tell(&opened.sources, opened.main_file(), &told, texts),
                    Some(Err(message)) => self.fail(message),
                }
            }
            Linted::InvalidText(sources, findings) => self.tell(sources, FileId(0), &findings, texts),
            Linted::Failed(message) => self.fail(message),
        });
        memory.into_iter().for_each(DiskCache::save);
        // A run without inputs is probably a mistake that would go unnoticed, except in a hook.
        if self.outcome == Outcome::Done && self.report.is_empty() && !others.only_releases {
            self.fail("no releases and no values files found".to_owned());
        }
    }

    fn tell(&mut self, sources: &Sources, main: FileId, findings: &[Diagnostic], texts: &Overlay) {
        if let Some((all, names)) = &mut self.all {
            for finding in findings {
                all.add(names.name(sources.file(finding.span.file).name()), sources, finding);
            }
        }
        self.report.add(sources, main, findings);
        if let Some((fixes, wanted)) = &mut self.fixes {
            fixes.add(sources, findings, (*wanted, texts));
            for finding in findings {
                let found = self.found.entry(sources.file(finding.span.file).name().to_owned()).or_default();
                found.errors += usize::from(finding.severity == Severity::Error);
                *found.counts.entry(fix::finding(finding)).or_default() += 1;
            }
        }
        if self.outcome == Outcome::Done && findings.iter().any(|finding| self.fail_on.fails(finding.severity)) {
            self.outcome = Outcome::Errors;
        }
    }

    fn fail(&mut self, message: String) {
        self.outcome = Outcome::Failed;
        if !self.failures.contains(&message) {
            report::failure(&message);
            self.failures.insert(message);
        }
    }

    /// Writes the reported diagnostics to the file at `path`, for `--baseline`.
    ///
    /// # Errors
    /// An input that can't be read, or a file that can't be written.
    pub fn write_baseline(self, path: &Path) -> Result<Outcome, String> {
        if self.outcome == Outcome::Failed {
            return Err(format!("`{}` is not written", path.display()));
        }
        let all = self.all.map(|(all, _)| all).unwrap_or_default();
        fs::write(path, all.write()).map_err(|error| {
            format!("cannot write `{}`: {}", path.display(), relc_project::read::reason_to_write(path, &error))
        })?;
        report::note("written", &format!("{} to `{}`", count_words(all.len(), "finding"), path.display()));
        Ok(Outcome::Done)
    }

    /// Ends the report, and lists the baseline's entries that are no longer found.
    pub fn finish(self) -> Outcome {
        if self.outcome != Outcome::Failed {
            for gone in self.filter.iter().flat_map(LintFilter::obsolete) {
                let message =
                    format!("the baseline holds `{}` in {}, and it is gone: `{}`", gone.rule, gone.file, gone.line);
                report::warning(&message);
            }
        }
        if self.outcome == Outcome::Failed && self.report.is_empty() {
            return self.outcome;
        }
        match self.report.finish() {
            Ok(()) => self.outcome,
            Err(message) => failed(&message),
        }
    }
}
