//! `relc lint` and `relc check`: diagnostics of releases, without manifests.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::fix_loop::{FixLoop, FixTarget};
use super::flags::{InputFlags, ReleaseFlags};
use super::report::{Report, failed};
use super::run::{Inputs, OtherFlags, ReportFlags, Run};
use super::{Outcome, complete};
use crate::cli::flags::EnvironmentFlags;
use relc_core::library::Catalog;
use relc_lint::fix::FixPolicy;
use relc_lint::report::Baseline;
use relc_project::config::RuleScope;
use relc_project::driver::Depth;
use relc_project::inputs;
use relc_project::lint_filter::{Comments, LintFilter, Names, RuleSelection};

/// Check releases and values files, and say what is wrong or doubtful. Writes no manifests.
///
/// Without a PATH, everything below the working directory is checked. Exit codes: 0, nothing at or above the level of
/// `--fail-on`; 1, there is something; 2, relc could not run.
#[derive(Args)]
#[command(after_help = LINT_EXAMPLES)]
pub struct Lint {
    #[command(flatten)]
    inputs: InputFlags,

    #[command(flatten)]
    release: ReleaseFlags,

    #[command(flatten)]
    environments: EnvironmentFlags,

    #[command(flatten)]
    others: OtherFlags,

    /// Ask these rules only (the compiler's errors are always told).
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = ArgValueCandidates::new(complete::rules))]
    select: Option<Vec<String>>,

    /// Do not ask these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = ArgValueCandidates::new(complete::rules))]
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

    /// Do not tell the findings that this file holds; say on standard error which of them are gone.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write all findings to this file, for `--baseline`, and report nothing.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix", "diff"])]
    write_baseline: Option<PathBuf>,

    /// Apply the fixes that are safe, and report what is left.
    ///
    /// Comments and formatting stay. A file that would have more errors behind its fixes stays as it was. Standard input with its
    /// fixes goes to standard output, and the report to standard error.
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
  relc lint                                   every release and values file below here
  relc lint shop.rel legacy/values.yaml       these
  relc lint -f values.yaml -f prod.yaml --name hello --set application.strategy=canary
  relc lint --diff                            what `--fix` would change
  relc lint --format github --fail-on warn    in a workflow of GitHub Actions
  relc lint - --stdin-filename shop/a.rel     an editor's text, with the relc.toml of its folder
  relc explain weight-zero                    what a rule means

A comment allows what is found in the next entry, version or release:
  // relc: allow(image-latest) because this is a demonstration
In relc.toml, `[lint]` has `select`, `ignore`, `levels`, and `paths` for some files only.";

/// Check releases and values files as `lint` does, without lint rules: syntax and types only.
///
/// Without a PATH, everything below the working directory is checked. Exit codes: 0, no errors; 1, there are errors; 2, relc
/// could not run.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    inputs: InputFlags,

    #[command(flatten)]
    release: ReleaseFlags,

    #[command(flatten)]
    environments: EnvironmentFlags,

    #[command(flatten)]
    others: OtherFlags,

    #[command(flatten)]
    report: ReportFlags,
}

impl Lint {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.lint().unwrap_or_else(|message| failed(&message))
    }

    fn lint(&self) -> Result<Outcome, String> {
        if self.unsafe_fixes && !self.fix && !self.diff {
            return Err("`--unsafe-fixes` says which fixes: give `--fix` or `--diff` as well".to_owned());
        }
        let catalog = self.environments.search().catalog(&self.inputs.paths())?;
        let mut inputs = Inputs::new(&self.inputs.paths(), &self.release, self.others, catalog)?;
        if !self.manifests.is_empty() {
            inputs.options.manifests = Some(inputs::manifests(&self.manifests)?.into());
        }
        let target = if self.diff { FixTarget::Diff } else { FixTarget::Files };
        if self.fix || self.diff {
            let policy = if self.unsafe_fixes { FixPolicy::All } else { FixPolicy::Safe };
            return FixLoop { policy, target, report: self.report, gate: &|| self.gate(&inputs.catalog) }.run(&inputs);
        }
        let Some(path) = &self.write_baseline else {
            let mut run = Run::new(Some(self.gate(&inputs.catalog)?), self.report.report(&inputs.catalog), self.report);
            run.all(&inputs, Depth::Rules);
            return Ok(run.finish());
        };
        let mut run = Run::new(Some(self.gate(&inputs.catalog)?), Report::silent(), self.report);
        run.all = Some((Baseline::default(), Names::beside(path)));
        run.all(&inputs, Depth::Rules);
        run.write_baseline(path)
    }

    fn gate(&self, catalog: &Catalog) -> Result<LintFilter, String> {
        let choice = RuleSelection {
            scope: RuleScope { select: self.select.clone(), ignore: self.ignore.clone() },
            config: self.config.clone(),
            comments: if self.no_suppressions { Comments::Ignored } else { Comments::Heard },
        };
        LintFilter::new(choice, self.baseline.as_deref(), catalog)
    }
}

impl Check {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let inputs = self
            .environments
            .search()
            .catalog(&self.inputs.paths())
            .and_then(|catalog| Inputs::new(&self.inputs.paths(), &self.release, self.others, catalog));
        let inputs = match inputs {
            Ok(inputs) => inputs,
            Err(message) => return failed(&message),
        };
        let mut run = Run::new(None, self.report.report(&inputs.catalog), self.report);
        run.all(&inputs, Depth::Compiler);
        run.finish()
    }
}
