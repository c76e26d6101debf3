//! One mistake, one diagnostic.
//!
//! A reported value is an error value, in the syntax tree, in types and in values, and every later phase accepts it. A
//! diagnostic that still follows from another one, or that is found twice, is dropped here and nowhere else:
//!
//! - in one phase, those with the name and span of another one ([`Diagnostics::push`]);
//! - from a later phase, those at the place of an earlier error ([`Diagnostics::independent`]);
//! - in a run, those in shared files that an earlier input has, and errors of the compiler about a value that a rule's error is about
//!   ([`Reported`]).

use std::collections::{HashMap, HashSet};

use super::{Code, Diagnostic, Diagnostics, Severity, Topic};
use crate::source::{Sources, Span, SpanSet};

/// Returns true if both have the same name and span. Names are compared, not ids: if the compiler and a rule of the same name
/// both report it, it is one mistake.
pub(super) fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.span == b.span && a.code.name() == b.code.name()
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

impl Diagnostics {
    /// Returns the diagnostics of a `later` phase that are mistakes of their own: at no place of these errors and in no `misread`
    /// text.
    #[must_use]
    pub fn independent(&self, later: Diagnostics, misread: &SpanSet) -> Diagnostics {
        if later.list.is_empty() || self.list.is_empty() && misread.is_empty() {
            return later;
        }
        self.places().independent(later, misread)
    }

    /// Returns the places of these diagnostics, to compare several later phases with them.
    #[must_use]
    pub fn places(&self) -> Places {
        let errors = SpanSet::new(self.iter().filter(|known| is_error(known)).map(|known| known.span).collect());
        let mut found: HashMap<Span, Vec<String>> = HashMap::new();
        for known in self.iter() {
            found.entry(known.span).or_default().push(known.code.name().to_owned());
        }
        Places { errors, found }
    }
}

/// The places of diagnostics.
#[derive(Debug, Default)]
pub struct Places {
    errors: SpanSet,
    /// The names of the diagnostics at each span.
    found: HashMap<Span, Vec<String>>,
}

impl Places {
    /// As [`Diagnostics::independent`] of the diagnostics with these places.
    #[must_use]
    pub fn independent(&self, later: Diagnostics, misread: &SpanSet) -> Diagnostics {
        let is_found = |new: &Diagnostic| {
            self.found.get(&new.span).is_some_and(|names| names.iter().any(|name| name == new.code.name()))
        };
        let is_new =
            |new: &Diagnostic| !self.errors.overlaps(new.span) && !misread.contains(new.span) && !is_found(new);
        later.list.into_iter().filter(is_new).collect()
    }
}

/// The diagnostics reported so far in a run.
#[derive(Default)]
pub struct Reported {
    /// The file's name, the range in it, and the message.
    known: HashSet<(String, u32, u32, String)>,
}

impl Reported {
    /// Keeps those of `found`, from one input, that are new. A mistake in a file that many inputs share, such as a custom
    /// environment, is found for each of them.
    #[must_use]
    pub fn retain_new(&mut self, sources: &Sources, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let of_rules = found.iter().filter(|known| is_error(known) && matches!(known.code, Topic::Rule(_)));
        let explained: HashSet<Span> = of_rules.map(|known| known.span).collect();
        found.retain(|new| {
            let is_explained =
                matches!(new.code, Topic::Code(code) if is_about_value(code)) && explained.contains(&new.span);
            let file = sources.file(new.span.file).name().to_owned();
            !is_explained && self.known.insert((file, new.span.start, new.span.end, new.message.clone()))
        });
        found
    }
}

/// Returns true if an error is about the value at its span alone. A requirement combines several values, and a missing field has no span: such
/// an error is at the nearest thing that has one, where other mistakes are reported, too.
fn is_about_value(code: Code) -> bool {
    !matches!(code, Code::Requirement | Code::MissingField)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceFile};

    fn at(start: usize, end: usize) -> Span {
        Span::new(FileId(0), start, end)
    }

    fn error(start: usize, end: usize, code: Code) -> Diagnostic {
        Diagnostic::error(code, at(start, end), format!("{code:?} at {start}"))
    }

    fn codes(found: &[Diagnostic]) -> Vec<String> {
        found.iter().map(|known| known.code.name().to_owned()).collect()
    }

    #[test]
    fn a_later_phase_repeats_no_error() {
        let known: Diagnostics = [error(10, 20, Code::UnknownKey)].into_iter().collect();
        let later = |start, end| {
            let later = [error(start, end, Code::WrongType)].into_iter().collect();
            known.independent(later, &SpanSet::new(vec![at(40, 50)])).len()
        };
        assert_eq!([later(10, 20), later(0, 30), later(12, 13), later(19, 25), later(12, 12)], [0; 5]);
        assert_eq!([later(41, 42), later(40, 50)], [0; 2], "misread text");
        assert_eq!([later(0, 10), later(20, 30), later(39, 51)], [1; 3]);
    }

    #[test]
    fn a_warning_hides_nothing_but_itself() {
        let warning = |code| Diagnostic::warning(code, at(1, 5), "a warning");
        let known: Diagnostics = [warning(Code::YamlSyntax)].into_iter().collect();
        let later = [warning(Code::YamlSyntax), error(1, 5, Code::WrongType)].into_iter().collect();
        assert_eq!(codes(&known.independent(later, &SpanSet::default()).into_vec()), ["wrong-type"]);
    }

    #[test]
    fn a_run_reports_a_mistake_once() {
        let mut sources = Sources::default();
        sources.add(SourceFile::new("shared.rel", "0123456789"));
        let mut reported = Reported::default();
        let rule = Diagnostic::lint("rule", Severity::Error, at(1, 2), "a rule's");
        let found = vec![
            rule,
            error(1, 2, Code::WrongType),
            error(1, 2, Code::MissingField),
            error(1, 2, Code::Requirement),
            error(3, 4, Code::WrongType),
        ];
        let kept = ["rule", "missing-field", "requirement", "wrong-type"];
        assert_eq!(codes(&reported.retain_new(&sources, found.clone())), kept);
        assert_eq!(codes(&reported.retain_new(&sources, found)), [""; 0]);
    }
}
