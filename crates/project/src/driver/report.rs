//! The diagnostics of one input, limited in number.

use relc_syntax::diagnostic::{Code, Diagnostic, MOST_KEPT, Severity};

/// Largest number of diagnostics shown for one input.
pub const MOST_SHOWN: usize = 100;

/// The diagnostics of one input.
#[derive(Default)]
pub struct Report {
    /// The first diagnostics, and a note if there are more.
    pub shown: Vec<Diagnostic>,
    /// The number of errors, shown or not.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The number of infos.
    pub infos: usize,
}

impl Report {
    /// Creates a report of the diagnostics from loading the input.
    pub(super) fn new(diagnostics: Vec<Diagnostic>) -> Report {
        let mut report = Report::default();
        report.extend(diagnostics);
        report
    }

    /// Adds the diagnostics of a release.
    pub(super) fn extend(&mut self, diagnostics: Vec<Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.add(diagnostic));
    }

    /// Adds a diagnostic.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
        match self.hidden() {
            0 => self.shown.push(diagnostic),
            1 => self.shown.push(overflow_note(&diagnostic, 1)),
            more => {
                let note = self.shown.last_mut().expect("the note of what is hidden was pushed");
                *note = overflow_note(note, more);
            }
        }
    }

    /// Returns the number of diagnostics that are not shown.
    pub fn hidden(&self) -> usize {
        (self.errors + self.warnings + self.infos).saturating_sub(MOST_SHOWN)
    }
}

/// Creates a note at `first`, the first diagnostic that is not shown, with their number.
fn overflow_note(first: &Diagnostic, count: usize) -> Diagnostic {
    let message = match count {
        1 => "one more finding in this file is not shown".to_owned(),
        // From this number on, some may not have been counted.
        _ if count + MOST_SHOWN >= MOST_KEPT => format!("{count} or more findings in this file are not shown"),
        _ => format!("{count} more findings in this file are not shown"),
    };
    let note = Diagnostic::error(Code::TooManyErrors, first.span, message).label("the next one");
    let note = Diagnostic { severity: first.severity, ..note };
    note.help("fix these first: some of the others may follow from them")
}
