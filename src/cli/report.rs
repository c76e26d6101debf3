//! The report of `lint` and `check`, on standard output: nothing else is written there.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use super::Outcome;
use super::console::look;
use super::flags::ColorChoice;
use relc_core::library::Catalog;
use relc_lint::registry;
use relc_project::read::reason;
use relc_render::{self as render, Gitlab, Junit, Look, Sarif, json::Summary};
use relc_syntax::diagnostic::{Applicability, Diagnostic, Severity};
use relc_syntax::source::{FileId, Sources};

/// The formats of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// With the lines that findings are about.
    Human,
    /// A few lines each, without the lines of the files.
    Medium,
    /// One line each: `file:line:column: error[CODE]: message; help`.
    Short,
    /// One JSON object, for other programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
}

/// A report on its way.
pub struct Report {
    form: Form,
    look: Look,
    summary: Summary,
    /// How many inputs there are.
    inputs: usize,
    /// How many inputs have findings.
    files: usize,
    fixable: Fixable,
    out: Sink,
    /// Why the report cannot be written; nothing more is tried then.
    broken: Option<io::Error>,
}

/// How many findings have a fix of either kind.
#[derive(Default)]
struct Fixable {
    safe: usize,
    other: usize,
}

/// Where a report goes.
enum Sink {
    /// To standard output, as it comes.
    Output(io::BufWriter<io::Stdout>),
    /// To a stream, when all is known to stand.
    Held(Vec<u8>, Stream),
}

/// A standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error: something else goes to standard output.
    Errors,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Output(out) => out.write(bytes),
            Sink::Held(held, _) => held.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Output(out) => out.flush(),
            Sink::Held(held, Stream::Output) => {
                let mut out = io::stdout();
                out.write_all(&std::mem::take(held)).and_then(|()| out.flush())
            }
            Sink::Held(held, Stream::Errors) => io::stderr().write_all(&std::mem::take(held)),
        }
    }
}

/// A format, with what of it cannot be written before all is known.
enum Form {
    Human,
    Medium,
    Short,
    Github,
    /// Lists, one an input.
    Json(Vec<String>),
    Sarif(Sarif),
    Gitlab(Gitlab),
    Junit(Junit),
    /// Nothing is reported.
    Silent,
}

impl Form {
    fn new(format: ReportFormat, catalog: &Catalog) -> Self {
        match format {
            ReportFormat::Human => Form::Human,
            ReportFormat::Medium => Form::Medium,
            ReportFormat::Short => Form::Short,
            ReportFormat::Github => Form::Github,
            ReportFormat::Json => Form::Json(Vec::new()),
            ReportFormat::Sarif => Form::Sarif(Sarif::new(registry::rules(catalog))),
            ReportFormat::Gitlab => Form::Gitlab(Gitlab::default()),
            ReportFormat::Junit => Form::Junit(Junit::default()),
        }
    }
}

impl Report {
    /// A report that says nothing yet.
    pub fn new(format: ReportFormat, color: ColorChoice, catalog: &Catalog) -> Self {
        let terminal = io::stdout().is_terminal();
        Report {
            form: Form::new(format, catalog),
            look: look(color, terminal),
            summary: Summary::default(),
            inputs: 0,
            files: 0,
            fixable: Fixable::default(),
            out: Sink::Output(io::BufWriter::new(io::stdout())),
            broken: None,
        }
    }

    /// A report of which nothing is written before it ends, and nothing at all if it does not.
    pub fn held(format: ReportFormat, color: ColorChoice, stream: Stream, catalog: &Catalog) -> Self {
        let terminal = match stream {
            Stream::Output => io::stdout().is_terminal(),
            Stream::Errors => io::stderr().is_terminal(),
        };
        let look = look(color, terminal);
        Report { look, out: Sink::Held(Vec::new(), stream), ..Report::new(format, ColorChoice::Never, catalog) }
    }

    /// Whether no input was added yet.
    pub fn is_empty(&self) -> bool {
        self.inputs == 0
    }

    /// A report that says nothing.
    pub fn silent() -> Self {
        Report { form: Form::Silent, ..Report::new(ReportFormat::Human, ColorChoice::Never, Catalog::builtin()) }
    }

    /// Adds the findings of the input whose first file is `main`.
    pub fn add(&mut self, sources: &Sources, main: FileId, findings: &[Diagnostic]) {
        if let Form::Junit(junit) = &mut self.form {
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
        let text = match &mut self.form {
            Form::Human => render::human(sources, findings, self.look),
            Form::Medium => render::medium(sources, findings),
            Form::Short => render::short(sources, findings),
            Form::Github => render::github(sources, findings),
            Form::Json(lists) => return lists.push(render::json::json(sources, findings)),
            Form::Sarif(sarif) => return sarif.add(sources, findings),
            Form::Gitlab(gitlab) => return gitlab.add(sources, findings),
            Form::Junit(_) | Form::Silent => return,
        };
        self.write(&text);
    }

    fn write(&mut self, text: &str) {
        if self.broken.is_none() {
            self.broken = self.out.write_all(text.as_bytes()).err();
        }
    }

    /// Ends the report.
    ///
    /// # Errors
    /// Why it could not be written; that nobody reads on is no failure.
    pub fn finish(mut self) -> Result<(), String> {
        let text = match &self.form {
            Form::Human => self.line(),
            Form::Medium | Form::Short | Form::Github | Form::Silent => String::new(),
            Form::Json(lists) => render::json::document(lists.iter().map(String::as_str), &[], &self.summary),
            Form::Sarif(sarif) => sarif.document(),
            Form::Gitlab(gitlab) => gitlab.document(),
            Form::Junit(junit) => junit.document(),
        };
        self.write(&text);
        match self.broken.or_else(|| self.out.flush().err()) {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(format!("cannot write to standard output: {}", reason(&error)))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// How much was found, in a line.
    fn line(&self) -> String {
        let Summary { errors, warnings, infos, .. } = self.summary;
        let parts: Vec<String> = [(errors, "error"), (warnings, "warning"), (infos, "note")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| counted(count, word))
            .collect();
        let of = match self.inputs {
            0 | 1 => String::new(),
            inputs if parts.is_empty() => format!(" in {inputs} inputs"),
            inputs => format!(" in {} of {inputs} inputs", self.files),
        };
        match (self.inputs, parts.is_empty()) {
            (0, _) => "nothing to check: no release and no values file was named\n".to_owned(),
            (_, true) => format!("no findings{of}\n"),
            (_, false) => format!("{}{of}{}\n", listed(&parts), self.remedies()),
        }
    }

    /// What `--fix` would do about it.
    fn remedies(&self) -> String {
        let have = |count: usize| if count == 1 { "has a fix" } else { "have a fix" };
        match (self.fixable.safe, self.fixable.other) {
            (0, 0) => String::new(),
            (safe, 0) => format!("; {safe} {}: `relc lint --fix`", have(safe)),
            (0, other) => format!("; {other} {} that needs a look: `relc lint --fix --unsafe-fixes`", have(other)),
            (safe, other) => {
                format!(
                    "; {safe} {}: `relc lint --fix`; {other} more with `--unsafe-fixes`, which need a look",
                    have(safe)
                )
            }
        }
    }
}

/// `count` things of a kind whose plural has an s.
pub fn counted(count: usize, word: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {word}{plural}")
}

/// `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

/// Writes `text` to standard output as it is.
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

/// Says on standard error why relc cannot do its work, and ends it.
pub fn failed(message: &str) -> Outcome {
    failure(message);
    Outcome::Failed
}

/// Says on standard error why relc cannot do its work.
pub fn failure(message: &str) {
    note("error", message);
}

/// Says on standard error what is worth knowing and is no finding.
pub fn warning(message: &str) {
    note("warning", message);
}

/// Says `message` on standard error, behind a word for what it is.
pub fn note(word: &str, message: &str) {
    let _ = writeln!(io::stderr(), "{word}: {}", render::visible(message));
}
