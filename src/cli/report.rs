//! The report of `lint` and `check`, on standard output: nothing else is written there.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use super::Outcome;
use super::console::{has_color, width};
use super::flags::ColorChoice;
use super::read::reason;
use crate::diagnostic::{Diagnostic, Severity};
use crate::env::Catalog;
use crate::lint::known;
use crate::render::{self, Color, Gitlab, Junit, Look, Sarif, json::Summary};
use crate::source::{FileId, Sources};

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
    /// How many inputs have findings.
    files: usize,
    out: io::BufWriter<io::Stdout>,
    /// Why the report cannot be written; nothing more is tried then.
    broken: Option<io::Error>,
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
            ReportFormat::Sarif => Form::Sarif(Sarif::new(known::known(catalog))),
            ReportFormat::Gitlab => Form::Gitlab(Gitlab::default()),
            ReportFormat::Junit => Form::Junit(Junit::default()),
        }
    }
}

impl Report {
    /// A report that says nothing yet.
    pub fn new(format: ReportFormat, color: ColorChoice, catalog: &Catalog) -> Self {
        let terminal = io::stdout().is_terminal();
        let color = if has_color(color, terminal) { Color::Ansi } else { Color::Plain };
        Report {
            form: Form::new(format, catalog),
            look: Look { color, width: width(terminal) },
            summary: Summary::default(),
            files: 0,
            out: io::BufWriter::new(io::stdout()),
            broken: None,
        }
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
        let counted = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{count} {many}")),
        };
        let parts: Vec<String> = [
            counted(errors, "error", "errors"),
            counted(warnings, "warning", "warnings"),
            counted(infos, "note", "notes"),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (parts.is_empty(), self.files) {
            (true, _) => "nothing to say: all is well\n".to_owned(),
            (false, 0 | 1) => format!("{}\n", parts.join(", ")),
            (false, files) => format!("{} in {files} inputs\n", parts.join(", ")),
        }
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
