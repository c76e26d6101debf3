//! Standard error: diagnostics in the requested format, failures, and the progress of a long run.
//!
//! A closed standard error is not a failure: what can't be written there is dropped.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::flags::{ColorChoice, MessageFlags, MessageFormat};
use relc_project::driver::{MOST_SHOWN, Report};
use relc_render::{self as render, Color, Look, json::Summary};
use relc_syntax::diagnostic::{Diagnostic, MOST_KEPT};
use relc_syntax::source::Sources;

/// Time after which a run shows its progress.
const PATIENCE: Duration = Duration::from_millis(700);

/// Time between updates of the progress.
const INTERVAL: Duration = Duration::from_millis(100);

/// Reports all messages of a run.
pub struct Console {
    format: MessageFormat,
    look: Look,
    summary: Summary,
    /// Number of inputs with errors.
    faulty: usize,
    /// Lists of JSON, one per input.
    lists: Vec<String>,
    /// Messages without a position.
    notes: Vec<String>,
    progress: Option<Progress>,
}

/// Makes a message safe to show. One of several failures has `error: ` at the start of each line.
pub fn visible_failures(message: &str) -> String {
    message.split("\nerror: ").map(render::visible).collect::<Vec<_>>().join("\nerror: ")
}

struct Progress {
    started: Instant,
    shown: Option<Instant>,
    done: usize,
}

impl Console {
    /// Creates a console.
    pub fn new(flags: MessageFlags) -> Self {
        let terminal = io::stderr().is_terminal();
        let progress = (terminal && flags.message_format == MessageFormat::Human).then(|| Progress {
            started: Instant::now(),
            shown: None,
            done: 0,
        });
        Console {
            format: flags.message_format,
            look: look(flags.color.color, terminal),
            summary: Summary::default(),
            faulty: 0,
            lists: Vec::new(),
            notes: Vec::new(),
            progress,
        }
    }

    /// Reports the diagnostics of one input.
    pub fn report(&mut self, sources: &Sources, report: &Report) {
        self.summary.errors += report.errors;
        self.summary.warnings += report.warnings;
        self.summary.infos += report.infos;
        self.summary.hidden += report.hidden();
        self.faulty += usize::from(report.errors > 0);
        if report.shown.is_empty() {
            return;
        }
        match self.format {
            MessageFormat::Human => self.write(&render::human(sources, &report.shown, self.look)),
            MessageFormat::Short => self.write(&render::short(sources, &report.shown)),
            MessageFormat::Json => self.lists.push(render::json::json(sources, &report.shown)),
        }
    }

    /// Reports the errors of one input, in the order of its text.
    pub fn errors(&mut self, sources: &Sources, mut errors: Vec<Diagnostic>) {
        errors.sort_by_key(|error| (error.span.file, error.span.start));
        let count = errors.len();
        errors.truncate(MOST_SHOWN);
        self.report(sources, &Report { errors: count, shown: errors, ..Report::default() });
    }

    /// Reports why relc can't do its work.
    pub fn failure(&mut self, message: &str) {
        self.note("error", "31", message);
    }

    /// Reports a warning without a position.
    pub fn warning(&mut self, message: &str) {
        self.note("warning", "33", message);
    }

    fn note(&mut self, word: &str, color: &str, message: &str) {
        if self.format == MessageFormat::Json {
            return self.notes.push(format!("{word}: {message}"));
        }
        let message = visible_failures(message);
        let word = self.look.paint(&format!("1;{color}"), word);
        self.write(&format!("{word}: {message}\n"));
    }

    /// Returns true if an input has an error.
    pub fn has_errors(&self) -> bool {
        self.summary.errors > 0
    }

    /// Counts a release as built.
    pub fn built(&mut self) {
        let Some(progress) = &mut self.progress else { return };
        progress.done += 1;
        let now = Instant::now();
        if progress.shown.map_or(now - progress.started > PATIENCE, |shown| now - shown > INTERVAL) {
            progress.shown = Some(now);
            let line = format!("\r  {} releases built \u{1b}[K", progress.done);
            let _ = io::stderr().write_all(line.as_bytes());
        }
    }

    /// Erases the progress line.
    pub fn settle(&mut self) {
        if let Some(progress) = &mut self.progress
            && progress.shown.take().is_some()
        {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }

    /// Prints a summary, unless it is obvious.
    pub fn finish(mut self) {
        match self.format {
            MessageFormat::Human if self.has_errors() => {
                let text = format!("{}; nothing is written", counted(self.summary.errors, self.faulty));
                self.failure(&text);
            }
            MessageFormat::Human | MessageFormat::Short => {}
            MessageFormat::Json => {
                let lists = self.lists.iter().map(String::as_str);
                let text = render::json::document(lists, &self.notes, &self.summary);
                self.write(&text);
            }
        }
    }

    fn write(&mut self, text: &str) {
        self.settle();
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

fn counted(errors: usize, files: usize) -> String {
    match (errors, files) {
        (1, _) => "1 error".to_owned(),
        (errors, 0 | 1) if errors >= MOST_KEPT => format!("{errors} or more errors"),
        (errors, 0 | 1) => format!("{errors} errors"),
        (errors, files) => format!("{errors} errors in {files} files"),
    }
}

/// Returns the style of a text for people, for a terminal or anything else.
pub fn look(choice: ColorChoice, terminal: bool) -> Look {
    let color = if has_color(choice, terminal) { Color::Ansi } else { Color::Plain };
    Look { color, width: width(terminal) }
}

fn has_color(choice: ColorChoice, terminal: bool) -> bool {
    let says = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if says("NO_COLOR").is_some() => false,
        ColorChoice::Auto if says("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => {
            let off =
                says("CLICOLOR").is_some_and(|value| value == "0") || says("TERM").is_some_and(|value| value == "dumb");
            terminal && !off
        }
    }
}

/// Returns the width of the terminal, up to a readable length of lines.
fn width(terminal: bool) -> usize {
    if !terminal {
        return Look::PLAIN.width;
    }
    let size = terminal_size::terminal_size_of(io::stderr());
    size.map_or(Look::PLAIN.width, |(width, _)| usize::from(width.0).clamp(60, 120))
}
