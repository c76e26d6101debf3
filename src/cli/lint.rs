//! `relc lint` and `relc check`: diagnostics of releases, without manifests.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::fix_loop::{FixLoop, FixTarget};
use super::flags::SourceFlags;
use super::report::{Report, failed};
use super::run::{Inputs, OtherFlags, ReportFlags, Run};
use super::{Outcome, complete};
use relc_core::library::Catalog;
use relc_lint::fix::FixPolicy;
use relc_lint::report::Baseline;
use relc_project::config::RuleScope;
use relc_project::driver::Depth;
use relc_project::inputs;
use relc_project::lint_filter::{BaselinePaths, Comments, LintFilter, RuleSelection};

/// Report errors and questionable settings in releases and values files, and fix them.
///
/// Without a PATH, relc checks everything in the working directory. Exit codes: 0, no finding at the level of `--fail-on` or
/// above; 1, at least one; 2, relc couldn't run.
#[derive(Args)]
#[command(after_help = LINT_EXAMPLES)]
pub struct Lint {
    #[command(flatten)]
    source: SourceFlags,

    #[command(flatten)]
    others: OtherFlags,

    /// Run only these rules. Errors with a code are always reported.
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = ArgValueCandidates::new(complete::rules))]
    select: Option<Vec<String>>,

    /// Don't run these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',', add = ArgValueCandidates::new(complete::rules))]
    ignore: Vec<String>,

    /// Use this configuration instead of the nearest `relc.toml` of each file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Check that what releases refer to exists among these manifests of the cluster, a file or a directory.
    #[arg(long, value_name = "PATH")]
    manifests: Vec<PathBuf>,

    /// Report findings that comments suppress as well.
    #[arg(long)]
    no_suppressions: bool,

    /// Report only findings that aren't in this file. On standard error, list those that are fixed.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write all findings to this file, for `--baseline`, instead of reporting them.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "fix", "diff"])]
    write_baseline: Option<PathBuf>,

    /// Apply safe fixes, and report the remaining findings.
    ///
    /// Comments and formatting stay. A file that would have more errors than before stays as it is. The fixed standard input goes to
    /// standard output, and the report to standard error.
    #[arg(long)]
    fix: bool,

    /// With `--fix` or `--diff`, include fixes that need review.
    #[arg(long)]
    unsafe_fixes: bool,

    /// Print what `--fix` would change, and change nothing. The exit code is 1 if there is a change.
    #[arg(long, conflicts_with = "fix")]
    diff: bool,

    #[command(flatten)]
    report: ReportFlags,
}

const LINT_EXAMPLES: &str = "\
Examples:
  relc lint                                   check everything in this directory
  relc lint shop.rel legacy/values.yaml       check these files
  relc lint -f values.yaml -f prod.yaml --name hello --set application.strategy=canary
  relc lint --diff                            print what `--fix` would change
  relc lint --format github --fail-on warn    annotate a pull request in GitHub Actions
  relc lint - --stdin-filename shop/a.rel     check standard input as if it were this file
  relc explain weight-zero                    explain a rule

A comment suppresses findings in the next entry, version or release:
  // relc: allow(image-latest) because this is a demo
In relc.toml, `[lint]` can set `select`, `ignore` and `levels`, and `paths` for some files.";

/// Report errors in releases and values files, without lint rules.
///
/// Without a PATH, relc checks everything in the working directory. Exit codes: 0, no errors; 1, errors; 2, relc couldn't run.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    source: SourceFlags,

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
            return Err("`--unsafe-fixes` needs `--fix` or `--diff`".to_owned());
        }
        let mut inputs = Inputs::new(&self.source, self.others)?;
        if !self.manifests.is_empty() {
            inputs.options.manifests = Some(inputs::manifests(&self.manifests)?.into());
        }
        inputs.options.siblings = true;
        let target = if self.diff { FixTarget::Diff } else { FixTarget::Files };
        if self.fix || self.diff {
            let policy = if self.unsafe_fixes { FixPolicy::All } else { FixPolicy::Safe };
            return FixLoop { policy, target, report: self.report, filter: &|| self.filter(&inputs.catalog) }
                .run(&inputs);
        }
        let Some(path) = &self.write_baseline else {
            let mut run =
                Run::new(Some(self.filter(&inputs.catalog)?), self.report.report(&inputs.catalog), self.report);
            run.all(&inputs, Depth::Rules);
            return Ok(run.finish());
        };
        let mut run = Run::new(Some(self.filter(&inputs.catalog)?), Report::silent(), self.report);
        run.all = Some((Baseline::default(), BaselinePaths::new(path)));
        run.all(&inputs, Depth::Rules);
        run.write_baseline(path)
    }

    fn filter(&self, catalog: &Catalog) -> Result<LintFilter, String> {
        let choice = RuleSelection {
            scope: RuleScope { select: self.select.clone(), ignore: self.ignore.clone() },
            config: self.config.clone(),
            comments: if self.no_suppressions { Comments::Ignored } else { Comments::Applied },
        };
        LintFilter::new(choice, self.baseline.as_deref(), catalog)
    }
}

impl Check {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        let inputs = match Inputs::new(&self.source, self.others) {
            Ok(inputs) => inputs,
            Err(message) => return failed(&message),
        };
        let mut run = Run::new(None, self.report.report(&inputs.catalog), self.report);
        run.all(&inputs, Depth::Compiler);
        run.finish()
    }
}
