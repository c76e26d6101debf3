//! Diagnostics for people, drawn by miette.
//!
//! Each shows its code, the message, the relevant lines of every file that is involved, and the help.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeStyles};

use super::excerpt::{CONTEXT_LINES, Excerpt};
use super::visible;
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};
use relc_syntax::source::{Sources, Span};

/// The use of color in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// No color: the text goes to a file or a pipe.
    Plain,
    /// The 16 ANSI colors.
    Ansi,
}

/// The style of a text for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The use of color.
    pub color: Color,
    /// The width in columns.
    pub width: usize,
}

impl Look {
    /// No color, 100 columns: for pipes, files and tests.
    pub const PLAIN: Look = Look { color: Color::Plain, width: 100 };

    /// Returns `text` in a style of ANSI, such as `1;31`, where colors are on.
    pub fn paint(self, style: &str, text: &str) -> String {
        match self.color {
            Color::Plain => text.to_owned(),
            Color::Ansi => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
        }
    }
}

/// Renders `diagnostics`, in their order, each followed by an empty line.
pub fn human(sources: &Sources, diagnostics: &[Diagnostic], look: Look) -> String {
    let handler = handler(look);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let report = Report::new(sources, diagnostic, look);
        handler.render_report(&mut out, &report).expect("a string can be written to a string");
        out.push('\n');
    }
    out
}

fn handler(look: Look) -> GraphicalReportHandler {
    let mut theme = GraphicalTheme::unicode_nocolor();
    if look.color == Color::Ansi {
        theme.styles = ThemeStyles::ansi();
    }
    GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_context_lines(CONTEXT_LINES)
        .without_primary_span_start()
        .without_syntax_highlighting()
        .with_links(false)
        .with_break_words(false)
        // Keeps a name such as `blue-green` on one line.
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Adapts a diagnostic for miette.
struct Report<'d> {
    diagnostic: &'d Diagnostic,
    excerpt: Excerpt<'d>,
    labels: Vec<LabeledSpan>,
}

impl<'d> Report<'d> {
    fn new(sources: &'d Sources, diagnostic: &'d Diagnostic, look: Look) -> Self {
        let spans: Vec<Span> =
            std::iter::once(diagnostic.span).chain(diagnostic.labels.iter().map(|label| label.span)).collect();
        // Each line starts with a gutter that contains its number.
        let (excerpt, places) = Excerpt::new(sources, &spans, look.width.saturating_sub(12).max(40));
        let texts = std::iter::once(&diagnostic.label).chain(diagnostic.labels.iter().map(|label| &label.message));
        let labels = places.iter().zip(texts).enumerate().map(|(i, (place, text))| {
            let text = (!text.is_empty()).then(|| visible(text).into_owned());
            if i == 0 {
                LabeledSpan::new_primary_with_span(text, *place)
            } else {
                LabeledSpan::new_with_span(text, *place)
            }
        });
        Report { diagnostic, labels: labels.collect(), excerpt }
    }
}

impl miette::Diagnostic for Report<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let Diagnostic { severity, code, .. } = self.diagnostic;
        let severity = severity.name();
        Some(Box::new(match code {
            Topic::Code(code) => format!("{severity}[{}] {}", code.id(), code.name()),
            Topic::Rule(name) => format!("{severity}[{name}]"),
        }))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(visible(self.diagnostic.help.as_deref()?)))
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.diagnostic.message))
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for Report<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use relc_syntax::diagnostic::Code;
    use relc_syntax::source::SourceFile;

    fn shown(text: &str, needle: &str, declared: Option<(&str, &str)>) -> String {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile::new("a.rel", text));
        let at = text.find(needle).expect("the test's text has its needle");
        let span = Span::new(file, at, at + needle.len());
        let mut error = Diagnostic::error(Code::UnknownKey, span, "unknown key `x`").label("here").help("take it away");
        if let Some((text, needle)) = declared {
            let file = sources.add(SourceFile::new("<stdlib>/b.rel", text));
            let at = text.find(needle).expect("the test's text has its needle");
            error = error.related(Span::new(file, at, at + needle.len()), "declared here");
        }
        human(&sources, &[error], Look::PLAIN)
    }

    #[test]
    fn a_label_stands_under_its_text_behind_tabs_and_wide_characters() {
        let text = shown("first\r\n\t漢字: x\r\nlast\r\n", "x", None);
        let expected = "\
error[E0202] unknown-key

  × unknown key `x`
   ╭─[a.rel:2:6]
 1 │ first
 2 │     漢字: x
   ·           ┬
   ·           ╰── here
 3 │ last
   ╰────
  help: take it away

";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_label_of_another_file_is_shown_in_it() {
        let text = shown("x: 1\n", "x", Some(("/// Doc.\nport: int\n", "port")));
        assert!(text.contains("╭─[a.rel:1:1]") && text.contains("╭─[<stdlib>/b.rel:2:1]"), "{text}");
        assert!(text.contains("╰── declared here"), "{text}");
    }

    #[test]
    fn a_long_line_is_cut_around_its_label() {
        let long = format!("{{{}\"x\": 1{}}}", "\"ü\": 1, ".repeat(5_000), ", \"z\": 1".repeat(5_000));
        let text = shown(&long, "\"x\"", None);
        assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
        assert!(text.contains("…\"ü\": 1") || text.contains('…'), "{text}");
        assert!(text.contains("a.rel:1:40002"), "{text}");
    }

    #[test]
    fn places_at_the_end_of_a_file_and_in_an_empty_one_are_shown() {
        for text in ["", "a", "a\n", "a\r\n\r\n"] {
            let mut sources = Sources::default();
            let file = sources.add(SourceFile::new("a.rel", text));
            let end = Diagnostic::error(Code::Syntax, Span::new(file, text.len(), text.len()), "it ends").label("here");
            assert!(human(&sources, &[end], Look::PLAIN).contains("╰── here"), "{text:?}");
        }
    }
}
