//! The report of `lint` and `check` on standard output, which contains nothing else.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Outcome;
use super::console::look;
use super::flags::ColorChoice;
use relc_core::library::Catalog;
use relc_lint::registry;
use relc_project::loader::normalize;
use relc_project::read::reason;
use relc_render::{self as render, Gitlab, Junit, Look, Sarif, json::Summary};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity, Topic};
use relc_syntax::source::{FileId, SourceFile, Sources};

/// The formats of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// With the lines of the files.
    Human,
    /// A few lines for each finding, without the lines of the files.
    Medium,
    /// One line for each finding: `file:line:column: error[CODE]: message; help`.
    Short,
    /// One JSON object, for other programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations in GitHub Actions.
    Github,
    /// A Code Quality report for GitLab.
    Gitlab,
    /// JUnit XML.
    Junit,
}

/// A report under construction.
pub struct Report {
    form: Writer,
    look: Look,
    summary: Summary,
    /// Number of inputs.
    inputs: usize,
    /// Number of inputs with diagnostics.
    files: usize,
    fixable: Fixable,
    /// The notes so far: one with the same words for many releases is shown once.
    notes: HashSet<(Topic, String)>,
    /// Number of notes that repeat another one.
    repeated: usize,
    out: Sink,
    /// The error after which nothing more is written.
    broken: Option<io::Error>,
}

/// Number of diagnostics with each kind of fix.
#[derive(Default)]
struct Fixable {
    safe: usize,
    other: usize,
}

/// The destination of a report.
enum Sink {
    /// Standard output, as diagnostics arrive.
    Output(io::BufWriter<io::Stdout>),
    /// A stream, after the report is complete.
    Buffered(Vec<u8>, Stream),
}

/// A standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error, if standard output is used for something else.
    Errors,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Output(out) => out.write(bytes),
            Sink::Buffered(held, _) => held.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Output(out) => out.flush(),
            Sink::Buffered(held, Stream::Output) => {
                let mut out = io::stdout();
                out.write_all(&std::mem::take(held)).and_then(|()| out.flush())
            }
            Sink::Buffered(held, Stream::Errors) => io::stderr().write_all(&std::mem::take(held)),
        }
    }
}

/// A format, with the parts that can't be written before the report is complete.
enum Writer {
    Human,
    Medium,
    Short,
    Github,
    /// Lists, one per input.
    Json(Vec<String>),
    Sarif(Sarif),
    Gitlab(Gitlab),
    Junit(Junit),
    /// No report.
    Silent,
}

impl Writer {
    fn new(format: ReportFormat, catalog: &Catalog) -> Self {
        match format {
            ReportFormat::Human => Writer::Human,
            ReportFormat::Medium => Writer::Medium,
            ReportFormat::Short => Writer::Short,
            ReportFormat::Github => Writer::Github,
            ReportFormat::Json => Writer::Json(Vec::new()),
            ReportFormat::Sarif => Writer::Sarif(Sarif::new(registry::rules(catalog))),
            ReportFormat::Gitlab => Writer::Gitlab(Gitlab::default()),
            ReportFormat::Junit => Writer::Junit(Junit::default()),
        }
    }
}

impl Report {
    /// Creates an empty report.
    pub fn new(format: ReportFormat, color: ColorChoice, catalog: &Catalog) -> Self {
        let terminal = io::stdout().is_terminal();
        Report {
            form: Writer::new(format, catalog),
            look: look(color, terminal),
            summary: Summary::default(),
            inputs: 0,
            files: 0,
            fixable: Fixable::default(),
            notes: HashSet::new(),
            repeated: 0,
            out: Sink::Output(io::BufWriter::new(io::stdout())),
            broken: None,
        }
    }

    /// Creates a report that is written only when it is complete.
    pub fn buffered(format: ReportFormat, color: ColorChoice, stream: Stream, catalog: &Catalog) -> Self {
        let terminal = match stream {
            Stream::Output => io::stdout().is_terminal(),
            Stream::Errors => io::stderr().is_terminal(),
        };
        let look = look(color, terminal);
        Report { look, out: Sink::Buffered(Vec::new(), stream), ..Report::new(format, ColorChoice::Never, catalog) }
    }

    /// Returns true if no input was added yet.
    pub fn is_empty(&self) -> bool {
        self.inputs == 0
    }

    /// Creates a report that writes nothing.
    pub fn silent() -> Self {
        Report { form: Writer::Silent, ..Report::new(ReportFormat::Human, ColorChoice::Never, Catalog::builtin()) }
    }

    /// Adds the diagnostics of the input whose first file is `main`.
    pub fn add(&mut self, sources: &Sources, main: FileId, findings: &[Diagnostic]) {
        if let Writer::Junit(junit) = &mut self.form {
            junit.add(sources.file(main).name(), sources, findings);
        }
        self.inputs += 1;
        if findings.is_empty() {
            return;
        }
        self.files += 1;
        for finding in findings {
            match finding.severity {
                Severity::Error => self.summary.errors += 1,
                Severity::Warning => self.summary.warnings += 1,
                Severity::Info => self.summary.infos += 1,
            }
            match finding.fix.as_ref().map(|fix| fix.applicability) {
                Some(Applicability::Safe) => self.fixable.safe += 1,
                Some(Applicability::Unsafe) => self.fixable.other += 1,
                None => {}
            }
        }
        let located = self.located(sources);
        let sources = located.as_ref();
        let text = match &mut self.form {
            Writer::Human => render::human(sources, &self.unrepeated(findings), self.look),
            Writer::Medium => render::medium(sources, &self.unrepeated(findings)),
            Writer::Short => render::short(sources, &self.unrepeated(findings)),
            Writer::Github => render::github(sources, &self.unrepeated(findings)),
            Writer::Json(lists) => return lists.push(render::json::json(sources, findings)),
            Writer::Sarif(sarif) => return sarif.add(sources, findings),
            Writer::Gitlab(gitlab) => return gitlab.add(sources, findings),
            Writer::Junit(_) | Writer::Silent => return,
        };
        self.write(&text);
    }

    /// Returns `sources` with the paths that a service shows which knows a repository's files: relative to its root.
    fn located<'s>(&self, sources: &'s Sources) -> Cow<'s, Sources> {
        let of_service = matches!(self.form, Writer::Github | Writer::Sarif(_) | Writer::Gitlab(_));
        let Some(directory) = below_root().filter(|_| of_service) else { return Cow::Borrowed(sources) };
        let mut located = Sources::default();
        for at in 0..sources.len() {
            let file = sources.file(FileId(u32::try_from(at).unwrap_or(u32::MAX)));
            let path = Path::new(file.name());
            let is_path = path.is_relative() && !file.name().starts_with(['<', '-']);
            let name =
                if is_path { normalize(&directory.join(path)).display().to_string() } else { file.name().to_owned() };
            located.add(SourceFile::new(name, file.text()));
        }
        Cow::Owned(located)
    }

    /// Returns `findings` without the notes that an earlier release of the run has in the same words.
    fn unrepeated<'f>(&mut self, findings: &'f [Diagnostic]) -> Cow<'f, [Diagnostic]> {
        let mut is_new = |finding: &&Diagnostic| {
            finding.severity != Severity::Info || self.notes.insert((finding.code.clone(), finding.message.clone()))
        };
        let shown: Vec<&Diagnostic> = findings.iter().filter(|finding| is_new(finding)).collect();
        if shown.len() == findings.len() {
            return Cow::Borrowed(findings);
        }
        self.repeated += findings.len() - shown.len();
        shown.into_iter().cloned().collect()
    }

    fn write(&mut self, text: &str) {
        if self.broken.is_none() {
            self.broken = self.out.write_all(text.as_bytes()).err();
        }
    }

    /// Ends the report.
    ///
    /// # Errors
    /// The report can't be written. A closed pipe is not an error.
    pub fn finish(mut self) -> Result<(), String> {
        let text = match &self.form {
            Writer::Human => self.summary_line(),
            Writer::Medium | Writer::Short | Writer::Github | Writer::Silent => String::new(),
            Writer::Json(lists) => render::json::document(lists.iter().map(String::as_str), &[], &self.summary),
            Writer::Sarif(sarif) => sarif.document(),
            Writer::Gitlab(gitlab) => gitlab.document(),
            Writer::Junit(junit) => junit.document(),
        };
        self.write(&text);
        match self.broken.or_else(|| self.out.flush().err()) {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(format!("cannot write to standard output: {}", reason(&error)))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the line with the number of diagnostics.
    fn summary_line(&self) -> String {
        let Summary { errors, warnings, infos, .. } = self.summary;
        let parts: Vec<String> = [(errors, "error"), (warnings, "warning"), (infos, "note")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| count_words(count, word))
            .collect();
        let of = match self.inputs {
            0 | 1 => String::new(),
            inputs if parts.is_empty() => format!(" in {inputs} inputs"),
            inputs => format!(" in {} of {inputs} inputs", self.files),
        };
        match (self.inputs, parts.is_empty()) {
            (0, _) => "nothing to check: no release and no values file was named\n".to_owned(),
            (_, true) => format!("no findings{of}\n"),
            (_, false) => format!("{}{of}{}{}\n", join_words(&parts), self.repeats(), self.fix_summary()),
        }
    }

    /// Returns the words for the notes that aren't shown.
    fn repeats(&self) -> String {
        match self.repeated {
            0 => String::new(),
            1 => " (1 note repeats another and is not shown)".to_owned(),
            count => format!(" ({count} notes repeat others and are not shown)"),
        }
    }

    /// Returns the sentence about what `--fix` would do.
    fn fix_summary(&self) -> String {
        let have = |count: usize| if count == 1 { "has a fix" } else { "have a fix" };
        match (self.fixable.safe, self.fixable.other) {
            (0, 0) => String::new(),
            (safe, 0) => format!("; {safe} {}: `relc lint --fix`", have(safe)),
            (0, other) => format!("; {other} {} that needs review: `relc lint --fix --unsafe-fixes`", have(other)),
            (safe, other) => {
                format!(
                    "; {safe} {}: `relc lint --fix`; {other} more with `--unsafe-fixes`, which need review",
                    have(safe)
                )
            }
        }
    }
}

/// Returns `count` and `word`, in the plural with an s unless `count` is 1.
pub fn count_words(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// Joins `parts` as in `a, b and c`.
fn join_words(parts: &[String]) -> String {
    match parts {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

/// Writes `text` to standard output unchanged.
pub fn print(text: &str) -> Outcome {
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            failure(&format!("cannot write to standard output: {}", reason(&error)));
            Outcome::Failed
        }
        Ok(()) | Err(_) => Outcome::Done,
    }
}

/// Reports on standard error why relc can't do its work, and returns the outcome.
pub fn failed(message: &str) -> Outcome {
    failure(message);
    Outcome::Failed
}

/// Returns the working directory relative to the root of its Git repository; `None` in the root, and outside of a repository.
fn below_root() -> Option<PathBuf> {
    let directory = std::env::current_dir().ok()?;
    let root = directory.ancestors().find(|directory| directory.join(".git").exists())?;
    let below = directory.strip_prefix(root).ok()?;
    (!below.as_os_str().is_empty()).then(|| below.to_owned())
}

/// Reports on standard error why relc can't do its work.
pub fn failure(message: &str) {
    note("error", message);
}

/// Reports a warning that is not a diagnostic on standard error.
pub fn warning(message: &str) {
    note("warning", message);
}

/// Prints `message` on standard error, after a word for its severity.
pub fn note(word: &str, message: &str) {
    let _ = writeln!(io::stderr(), "{word}: {}", super::console::visible_failures(message));
}
