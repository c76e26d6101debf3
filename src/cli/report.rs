//! The report of `lint` and `check`, on standard output: nothing else is written there.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use super::console::{has_color, width};
use super::flags::ColorChoice;
use super::read::reason;
use crate::diagnostic::{Diagnostic, Severity};
use crate::render::{self, Color, Look, json::Summary};
use crate::source::Sources;

/// The formats of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// With the lines that findings are about.
    Human,
    /// One line each: `file:line:column: error[CODE]: message; help`.
    Short,
    /// One JSON object, for other programs.
    Json,
}

/// A report on its way.
pub struct Report {
    format: ReportFormat,
    look: Look,
    summary: Summary,
    /// How many inputs have findings.
    files: usize,
    /// Lists of JSON, one an input.
    lists: Vec<String>,
    out: io::BufWriter<io::Stdout>,
    /// Why the report cannot be written; nothing more is tried then.
    broken: Option<io::Error>,
}

impl Report {
    /// A report that says nothing yet.
    pub fn new(format: ReportFormat, color: ColorChoice) -> Self {
        let terminal = io::stdout().is_terminal();
        let color = if has_color(color, terminal) { Color::Ansi } else { Color::Plain };
        Report {
            format,
            look: Look { color, width: width(terminal) },
            summary: Summary::default(),
            files: 0,
            lists: Vec::new(),
            out: io::BufWriter::new(io::stdout()),
            broken: None,
        }
    }

    /// Adds the findings of one input.
    pub fn add(&mut self, sources: &Sources, findings: &[Diagnostic]) {
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
        match self.format {
            ReportFormat::Human => self.write(&render::human(sources, findings, self.look)),
            ReportFormat::Short => self.write(&render::short(sources, findings)),
            ReportFormat::Json => self.lists.push(render::json::json(sources, findings)),
        }
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
        match self.format {
            ReportFormat::Human => {
                let line = self.line();
                self.write(&line);
            }
            ReportFormat::Short => {}
            ReportFormat::Json => {
                let text = render::json::document(self.lists.iter().map(String::as_str), &[], &self.summary);
                self.write(&text);
            }
        }
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

/// Says on standard error why relc cannot do its work.
pub fn failure(message: &str) {
    note("error", message);
}

/// Says on standard error what is worth knowing and is no finding.
pub fn warning(message: &str) {
    note("warning", message);
}

fn note(word: &str, message: &str) {
    let _ = writeln!(io::stderr(), "{word}: {}", render::visible(message));
}
