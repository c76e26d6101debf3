//! `relc test`: tests of environments, in files next to them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use super::console::look;
use super::flags::ColorFlag;
use super::report::{count_words, failed, failure, print};
use crate::cli::flags::EnvironmentFlags;
use relc_core::compile::{LoadedInput, Options, Unnamed};
use relc_project::driver::{TestEvent, run_tests};
use relc_project::env_test::{Expected, TestOutcome};
use relc_project::environments::named_directories;
use relc_project::fix::{difference, write};
use relc_project::inputs::InputPaths;
use relc_project::inputs::{self, Task, is_rel, is_test};
use relc_project::loader::directory;
use relc_project::overlay::Overlay;
use relc_project::read;
use relc_render::cases::{self, Case, CaseOutcome, Failure};
use relc_render::{self as render, Look};
use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// Run the tests of environments.
///
/// A test is a release file `NAME.test.rel` or a values file `NAME.test.yaml` next to the environments that it tests. `build` and
/// `lint` skip tests in directories. A test has at least one of three expectations: `NAME.test.expected.yaml` contains the manifests;
/// `NAME.test.routes.yaml` contains the routes that the controller writes, each below a line `# RELEASE ready: v1, v2`; and a comment
/// `// relc: expect(rule) "part"` expects a finding on its line or in what follows, whose message contains the optional part. Every
/// error must be expected, and so must every finding of the environments' lint statements.
///
/// Tests can use the environments of their directory whether or not a `relc.toml` names it. Exit codes: 0, all pass; 1, failures; 2,
/// relc couldn't run.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Test {
    /// Tests, and directories with tests. The default is `environments` of `relc.toml`, or the working directory.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Run only tests whose path contains this string.
    #[arg(long, value_name = "STRING")]
    filter: Option<String>,

    /// Update expected manifests and routes, and create the manifests of a test without expectations.
    #[arg(long)]
    update: bool,

    /// The format of the report.
    #[arg(long, visible_alias = "message-format", value_enum, value_name = "FORMAT", default_value_t = TestFormat::Human)]
    format: TestFormat,

    #[command(flatten)]
    color: ColorFlag,

    #[command(flatten)]
    environments: EnvironmentFlags,
}

const EXAMPLES: &str = "\
Examples:
  relc test                             run all tests
  relc test envs/ --filter shop         run tests whose path contains `shop`
  relc test --update                    update expected files
  relc test --format junit > tests.xml  write a report for CI";

/// The formats of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// A line for each test, followed by its failures.
    Human,
    /// One JSON object, for other programs.
    Json,
    /// JUnit XML, with a case for each test.
    Junit,
}

/// The suffixes of the files of expected texts.
const OUTPUT: &str = "expected.yaml";
const ROUTES: &str = "routes.yaml";

impl Test {
    /// Runs the subcommand.
    pub fn run(self) -> Outcome {
        self.test().unwrap_or_else(|message| failed(&message))
    }

    fn test(&self) -> Result<Outcome, String> {
        let Found { tests, expected } = self.find()?;
        let passes = |path: &PathBuf| self.filter.as_ref().is_none_or(|text| path.display().to_string().contains(text));
        let wanted: Vec<PathBuf> = tests.iter().filter(|path| passes(path)).cloned().collect();
        let Some(first) = wanted.first() else { return Err(self.no_tests(tests.len())) };
        let directories: BTreeSet<PathBuf> = wanted.iter().map(|path| directory(path)).collect();
        let directories: Vec<PathBuf> = directories.into_iter().collect();
        let catalog = self.environments.search().catalog_with_directories(&directory(first), &directories)?;
        let look = look(self.color.color, std::io::stdout().is_terminal());
        let mut run = Run { update: self.update, look, cases: Vec::new(), broken: false, human: String::new() };
        let texts = Overlay::default();
        let read = |path: &PathBuf| inputs::read(&Task::Named(path.clone()), &options(path), &texts);
        run_tests(&wanted, &catalog, read, |path| read_expected(path), &mut |path, trial| run.add(path, trial));
        if self.filter.is_none() {
            expected.iter().filter(|path| !has_test(path, &tests)).for_each(|path| run.orphan(path));
        }
        Ok(run.finish(self.format))
    }

    fn no_tests(&self, others: usize) -> String {
        match &self.filter {
            Some(text) if others > 0 => format!("none of {} contains `{text}`", count_words(others, "test")),
            Some(_) | None => {
                "no tests found: a test is a release in a file `NAME.test.rel` next to its environment".to_owned()
            }
        }
    }

    /// Returns the paths in which to search for tests.
    fn search_paths(&self) -> Result<Vec<PathBuf>, String> {
        if !self.paths.is_empty() {
            return Ok(self.paths.clone());
        }
        let named = named_directories()?;
        Ok(if named.is_empty() { vec![PathBuf::from(".")] } else { named })
    }

    /// Returns the tests that the command line names, sorted, and the files of expected texts.
    fn find(&self) -> Result<Found, String> {
        let mut found = Found::default();
        for path in &self.search_paths()? {
            let flags = InputPaths { paths: vec![path.clone()], values: Vec::new(), stdin_filename: None };
            for task in inputs::tasks(&flags)? {
                match task {
                    Task::Named(file) => {
                        found.tests.insert(file);
                    }
                    Task::Found(file) if is_test(&file) => {
                        found.tests.insert(file);
                    }
                    Task::Found(file) => found.expected.extend(is_expected(&file).then_some(file)),
                    Task::Stdin(_) | Task::Values(_) => return Err("tests are files: `-` names none".to_owned()),
                }
            }
        }
        Ok(found)
    }
}

/// The files that the command line names.
#[derive(Default)]
struct Found {
    tests: BTreeSet<PathBuf>,
    /// Files of expected texts.
    expected: BTreeSet<PathBuf>,
}

/// Returns the path of a file of expected texts of a test.
fn expected_path(test: &Path, end: &str) -> PathBuf {
    test.with_extension(end)
}

fn is_expected(path: &Path) -> bool {
    let name = path.file_name().map(std::ffi::OsStr::to_string_lossy).unwrap_or_default();
    [OUTPUT, ROUTES].iter().any(|end| name.ends_with(&format!(".test.{end}")))
}

fn has_test(text: &Path, tests: &BTreeSet<PathBuf>) -> bool {
    tests.iter().any(|test| [OUTPUT, ROUTES].iter().any(|end| expected_path(test, end) == *text))
}

/// Returns the options of a test: a values file that sets no name is named after its file.
fn options(path: &Path) -> Options {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().trim_end_matches(".test").to_owned());
    Options { name: stem.filter(|_| !is_rel(path)), unnamed: Unnamed::Allowed, ..Options::default() }
}

fn read_expected(path: &Path) -> Result<Expected, String> {
    Ok(Expected {
        output: read_optional(&expected_path(path, OUTPUT))?,
        routes: read_optional(&expected_path(path, ROUTES))?,
    })
}

/// Reads an optional file.
fn read_optional(path: &Path) -> Result<Option<String>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let name = path.display().to_string();
    read::file(path, &name).map(Some).map_err(|bad| format!("cannot read `{name}`: {}", bad.reason()))
}

/// A run over tests, and its report so far.
struct Run {
    update: bool,
    look: Look,
    cases: Vec<Case>,
    /// True if something could not be read or written.
    broken: bool,
    /// The report for people.
    human: String,
}

/// The failures of a test, and the files written for it.
#[derive(Default)]
struct CaseReport {
    failures: Vec<Failure>,
    /// The failures, for people.
    human: String,
    written: Vec<String>,
}

impl CaseReport {
    /// Creates a failed test with the given diagnostics.
    fn failed(sources: &Sources, findings: &[Diagnostic], look: Look) -> CaseReport {
        let failures = findings.iter().map(|finding| Failure::from_diagnostic(sources, finding)).collect();
        CaseReport { failures, human: render::human(sources, findings, look), written: Vec::new() }
    }

    fn push(&mut self, failure: Failure) {
        let _ = match (&failure.difference, failure.line) {
            (Some(difference), _) => write!(self.human, "{difference}"),
            (None, Some(line)) => writeln!(self.human, "{}:{line}: {}", failure.file, failure.message),
            (None, None) => writeln!(self.human, "{}", failure.message),
        };
        self.failures.push(failure);
    }
}

impl Run {
    fn add(&mut self, path: &Path, trial: TestEvent) {
        let report = match trial {
            TestEvent::NotATest => return,
            TestEvent::Failed(reason) => {
                self.broken = true;
                failure(&reason);
                return self.case(path, CaseOutcome::Broken, vec![file_failure(path, reason)], Vec::new());
            }
            TestEvent::InvalidText(sources, findings) => CaseReport::failed(&sources, &findings, self.look),
            TestEvent::TestOutcome(opened, result, recorded) => self.evaluate(path, &opened, &result, &recorded),
        };
        let CaseReport { failures, human, written } = report;
        self.line(failures.is_empty(), path);
        written.iter().for_each(|path| self.report_written(path));
        if !failures.is_empty() {
            let _ = write!(self.human, "\n{}\n\n", human.trim_end());
        }
        let outcome = if failures.is_empty() { CaseOutcome::Passed } else { CaseOutcome::Failed };
        self.case(path, outcome, failures, written);
    }

    fn case(&mut self, path: &Path, outcome: CaseOutcome, failures: Vec<Failure>, written: Vec<String>) {
        self.cases.push(Case { path: path.display().to_string(), outcome, failures, written });
    }

    /// Compares the outcome of a test with its expectations, and writes the files to update.
    fn evaluate(&mut self, path: &Path, opened: &LoadedInput, result: &TestOutcome, recorded: &Expected) -> CaseReport {
        let mut report = CaseReport::failed(&opened.sources, &result.findings, self.look);
        let says_nothing = recorded.output.is_none() && recorded.routes.is_none() && !result.expects;
        let output = expected_path(path, OUTPUT);
        match (&recorded.output, &result.output) {
            (Some(_), None) if result.findings.is_empty() => {
                report.push(file_failure(&output, format!("{} is there, and nothing can be built", output.display())));
            }
            (Some(before), Some(now)) => self.compare(&output, before, now, &mut report),
            (None, Some(now)) if says_nothing && self.update => self.compare(&output, "", now, &mut report),
            (None, Some(_)) if says_nothing => {
                let message = "this test has no expectation: `relc test --update` writes its output to";
                report.push(file_failure(path, format!("{message} {}", output.display())));
            }
            (Some(_) | None, None) | (None, Some(_)) => {}
        }
        let routes = expected_path(path, ROUTES);
        match (&recorded.routes, &result.routes) {
            (Some(before), Some(Ok(now))) => self.compare(&routes, before, now, &mut report),
            (Some(_), Some(Err((line, why)))) if result.findings.is_empty() => {
                report.push(Failure { line: Some(*line), ..file_failure(&routes, why.clone()) });
            }
            // The diagnostics explain why there is no route.
            (Some(_), Some(Err(_)) | None) | (None, Some(_) | None) => {}
        }
        report
    }

    /// Adds the difference between a recorded and the current text, or updates the file.
    fn compare(&mut self, path: &Path, before: &str, now: &str, report: &mut CaseReport) {
        // Files checked out on Windows may have other line endings.
        let before = before.replace("\r\n", "\n");
        if before == now {
            return;
        }
        let name = path.display().to_string();
        if !self.update {
            let same = before.lines().zip(now.lines()).take_while(|(before, now)| before == now).count();
            let difference = Some(difference(&name, &before, now));
            let message = "the recorded output differs from the actual output".to_owned();
            return report.push(Failure { line: Some(same + 1), difference, ..file_failure(path, message) });
        }
        match write(&name, now) {
            Ok(()) => report.written.push(name),
            Err(message) => {
                self.broken = true;
                failure(&message);
            }
        }
    }

    fn line(&mut self, passes: bool, path: &Path) {
        let (word, style) = if passes { ("ok    ", "32") } else { ("FAILED", "31") };
        let word = self.style(word, style);
        let _ = writeln!(self.human, "{word} {}", path.display());
    }

    fn report_written(&mut self, name: &str) {
        let word = self.style("wrote ", "33");
        let _ = writeln!(self.human, "{word} {name}");
    }

    /// Reports a file of expected texts whose test is missing.
    fn orphan(&mut self, path: &Path) {
        let message = "no test of this name is next to it: remove it, or rename it like its test";
        self.line(false, path);
        let _ = writeln!(self.human, "\n{message}\n");
        self.case(path, CaseOutcome::Failed, vec![file_failure(path, message.to_owned())], Vec::new());
    }

    fn style(&self, word: &str, style: &str) -> String {
        self.look.paint(&format!("1;{style}"), word)
    }

    fn count(&self, outcome: CaseOutcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    fn finish(self, form: TestFormat) -> Outcome {
        let (passed, failures) = (self.count(CaseOutcome::Passed), self.count(CaseOutcome::Failed));
        if self.cases.is_empty() {
            return failed("no releases found");
        }
        let report = match form {
            TestFormat::Human if passed + failures == 0 => String::new(),
            TestFormat::Human if failures == 0 => format!("{}{passed} passed\n", self.human),
            TestFormat::Human => format!("{}{passed} passed, {failures} failed\n", self.human),
            TestFormat::Json => cases::json(&self.cases),
            TestFormat::Junit => cases::junit(&self.cases),
        };
        match print(&report) {
            Outcome::Failed => Outcome::Failed,
            Outcome::Done | Outcome::Errors if self.broken => Outcome::Failed,
            Outcome::Done | Outcome::Errors if failures > 0 => Outcome::Errors,
            Outcome::Done | Outcome::Errors => Outcome::Done,
        }
    }
}

/// Creates a failure that concerns a whole file.
fn file_failure(path: &Path, message: String) -> Failure {
    Failure { message, file: path.display().to_string(), ..Failure::default() }
}
