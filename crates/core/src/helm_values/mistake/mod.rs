//! Malformed YAML: what is wrong and where, in words that lead to its repair, and the likeliest repair itself, with which the
//! reading continues.
//!
//! In: a text and the byte at which the parser gave up. Out: a [`Mistake`]. The parser's own message is not used: it names a
//! state of the parser, at a place that is often a line behind the mistake.

mod flow;
mod lines;
mod repaired;
mod structure;
mod value;

use std::ops::Range;

use granit_parser::ScanError;

use super::compose::MAX_DEPTH;
use lines::Lines;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Edit};
use relc_syntax::foreign;
use relc_syntax::source::{FileId, Span};
pub use repaired::Repaired;
pub use value::{templates, unrendered};

/// A mistake in the syntax of a text.
pub struct Mistake {
    /// The finding, with places in the text that was read.
    pub diagnostic: Diagnostic,
    /// Replacements after which the text can be read further, in the order of their places; empty where none is likely enough.
    pub repairs: Vec<(Range<usize>, String)>,
    /// True if reading can't continue, as the rest depends on the intended text.
    pub is_last: bool,
    /// A value that is uncertain after the repairs, as a place in the text before them.
    pub uncertain: Option<Range<usize>>,
    /// True if hardly another repair can be meant.
    is_likely: bool,
}

impl Mistake {
    fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        // The file is set where the places are those of the user's text.
        let diagnostic = Diagnostic::error(Code::YamlSyntax, place(at), message).help(help);
        Mistake::from(diagnostic)
    }

    /// Replaces `at` by `text` to read on.
    fn repair(mut self, at: Range<usize>, text: impl Into<String>) -> Self {
        self.repairs.push((at, text.into()));
        self
    }

    /// Offers the repairs as a fix.
    fn offer(mut self, applicability: Applicability) -> Self {
        let edits = self.repairs.iter().map(|(at, text)| Edit { span: place(at.clone()), text: text.clone() });
        self.diagnostic = { self.diagnostic }.edits(applicability, Some(edits.collect()));
        self
    }

    /// Returns true if the values after the repairs are surely the intended ones.
    pub fn is_sure(&self) -> bool {
        let is_safe = self.diagnostic.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe);
        is_safe || self.is_likely || self.uncertain.is_some()
    }

    fn likely(self, is_likely: bool) -> Self {
        Mistake { is_likely, ..self }
    }

    fn last(self) -> Self {
        Mistake { is_last: true, ..self }
    }

    fn uncertain(mut self, at: Range<usize>) -> Self {
        self.uncertain = Some(at);
        self
    }

    fn related(mut self, at: Range<usize>, message: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.related(place(at), message);
        self
    }
}

impl From<Diagnostic> for Mistake {
    fn from(diagnostic: Diagnostic) -> Self {
        Mistake { diagnostic, repairs: Vec::new(), is_last: false, uncertain: None, is_likely: false }
    }
}

fn place(at: Range<usize>) -> Span {
    Span::new(FileId(0), at.start, at.end)
}

/// `diagnostic`, whose places are those of `file`.
pub fn in_file(mut diagnostic: Diagnostic, file: FileId) -> Diagnostic {
    diagnostic.spans_mut().for_each(|span| span.file = file);
    diagnostic
}

/// A text that is no YAML to begin with: one finding says what it is.
pub fn not_yaml(file: FileId, text: &str) -> Option<Diagnostic> {
    let conflict = foreign::merge_conflict(file, text, Code::YamlSyntax);
    conflict
        .or_else(|| foreign::rel_in_yaml(file, text, Code::YamlSyntax))
        .or_else(|| foreign::other_in_yaml(file, text, Code::YamlSyntax))
}

/// Returns the mistake at the byte `at` of `text`, where the parser stopped.
pub fn find(text: &str, at: usize, error: &ScanError) -> Mistake {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    if error.info().contains("recursion limit") {
        let message = format!("this is nested more than {MAX_DEPTH} levels deep");
        let diagnostic = Diagnostic::error(Code::NestingTooDeep, place(at..at), message);
        return Mistake::from(diagnostic);
    }
    let lines = Lines::new(text);
    let here = lines.index(at);
    let above = lines.content_before(here);
    let near = [Some(here), above];
    let near = || near.iter().flatten().copied();
    value::template(&lines, here)
        .or_else(|| near().find_map(|line| conflict(&lines, line)))
        .or_else(|| [here + 1, here].into_iter().chain(above).find_map(|line| structure::lookalike(&lines, line)))
        .or_else(|| structure::tabs(&lines))
        .or_else(|| [here + 1, here].into_iter().chain(above).find_map(|line| structure::tab(&lines, line)))
        .or_else(|| value::open_quote(&lines, here))
        .or_else(|| flow::first(&lines, here))
        .or_else(|| near().find_map(|line| structure::comment(&lines, line)))
        .or_else(|| near().find_map(|line| structure::glued(&lines, line)))
        .or_else(|| near().find_map(|line| structure::bullet(&lines, line)))
        .or_else(|| near().find_map(|line| value::scalar(&lines, line, at)))
        .or_else(|| structure::under_a_value(&lines, here))
        .or_else(|| near().find_map(|line| structure::bare_parent(&lines, line)))
        .or_else(|| near().find_map(|line| structure::without_colon(&lines, line)))
        .or_else(|| structure::indentation(&lines, here))
        .or_else(|| structure::first_without_dash(&lines, here))
        .or_else(|| structure::item_among_keys(&lines, here))
        .unwrap_or_else(|| unknown(&lines, here, at))
}

/// A marker of a merge that is left on `line`.
fn conflict(lines: &Lines<'_>, line: usize) -> Option<Mistake> {
    let range = lines.range(line);
    let found = foreign::conflict_marker(FileId(0), lines.text, range.start, Code::YamlSyntax)?;
    let next = lines.text[range.end..].find('\n').map_or(range.end, |newline| range.end + newline + 1);
    Some(Mistake::from(found).repair(range.start..next, ""))
}

/// A mistake of no known kind.
fn unknown(lines: &Lines<'_>, here: usize, at: usize) -> Mistake {
    let line = lines.trimmed(here);
    let shown: String = lines.text[line.clone()].chars().take(40).collect();
    let message = match shown.as_str() {
        "" => "the YAML ends too early".to_owned(),
        shown => format!("`{shown}` does not fit here"),
    };
    let at = if line.is_empty() { at..at } else { line };
    Mistake::new(at, message, "check the indentation, the quotes, and the brackets of this line and the line above")
}
