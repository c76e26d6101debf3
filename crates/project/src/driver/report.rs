//! What there is to say of one input, however much it is.

use relc_syntax::diagnostic::{Code, Diagnostic, MOST_KEPT, Severity};

/// How many findings of one input are shown.
pub const MOST_SHOWN: usize = 100;

/// The findings of one input.
#[derive(Default)]
pub struct Report {
    /// The first of them, and a note if there are more.
    pub shown: Vec<Diagnostic>,
    /// How many errors there are, shown or not.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many notes.
    pub infos: usize,
}

impl Report {
    /// The findings made when the input was opened.
    pub(super) fn of(diagnostics: Vec<Diagnostic>) -> Report {
        let mut report = Report::default();
        report.extend(diagnostics);
        report
    }

    /// Adds the findings of a release.
    pub(super) fn extend(&mut self, diagnostics: Vec<Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.add(diagnostic));
    }

    /// Adds one.
    pub(super) fn add(&mut self, diagnostic: Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
        match self.hidden() {
            0 => self.shown.push(diagnostic),
            1 => self.shown.push(rest(&diagnostic, 1)),
            more => {
                let note = self.shown.last_mut().expect("the note of what is hidden was pushed");
                *note = rest(note, more);
            }
        }
    }

    /// How many findings are not shown.
    pub fn hidden(&self) -> usize {
        (self.errors + self.warnings + self.infos).saturating_sub(MOST_SHOWN)
    }
}

/// Says at the place of `first`, the first finding that is not shown, how many there are.
fn rest(first: &Diagnostic, count: usize) -> Diagnostic {
    let message = match count {
        1 => "one more finding in this file is not shown".to_owned(),
        // Past this they may not have been counted.
        _ if count + MOST_SHOWN >= MOST_KEPT => format!("{count} or more findings in this file are not shown"),
        _ => format!("{count} more findings in this file are not shown"),
    };
    let note = Diagnostic::error(Code::TooManyErrors, first.span, message).label("the next one");
    let note = Diagnostic { severity: first.severity, ..note };
    note.help("mend those above first: some of the rest may follow from them")
}
