//! A rule's documentation: the comment at the start of its file, or above its `lint` statement.
//!
//! It is Markdown: a summary, then sections under `## What`, `## Why`, `## Helm`, `## Bad`, `## Good` and `## Source`.
//! The same text is printed by `relc explain` and included in the book, and its code is tested.

use std::borrow::Cow;

/// The documentation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'d> {
    text: Cow<'d, str>,
}

/// A code block in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example<'d> {
    /// The info string after the fence: `rel`, `yaml`.
    pub language: &'d str,
    /// The code.
    pub code: &'d str,
}

impl<'d> Document<'d> {
    /// Creates a document from its text.
    pub fn new(text: Cow<'d, str>) -> Self {
        Document { text }
    }

    /// Returns the comment at the start of a Rust file.
    pub fn of_module(source: &'d str) -> Self {
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        Document { text: Cow::Owned(text.join("\n")) }
    }

    /// Returns a doc comment of the language.
    pub fn of_comment(text: &'d str) -> Self {
        Document { text: Cow::Borrowed(text) }
    }

    /// Returns the whole text, as Markdown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text before the first section: one or two sentences.
    pub fn summary(&self) -> &str {
        self.text.split("\n## ").next().unwrap_or("").trim()
    }

    /// Returns the section `name`, if it exists.
    pub fn section(&self, name: &str) -> Option<&str> {
        let mut sections = self.text.split("\n## ").skip(1);
        sections.find_map(|section| section.strip_prefix(name)?.strip_prefix('\n')).map(str::trim)
    }

    /// Returns the code blocks in the section `name`.
    pub fn examples(&self, name: &str) -> Vec<Example<'_>> {
        let mut examples = Vec::new();
        let mut rest = self.section(name).unwrap_or("");
        while let Some(at) = rest.find("```") {
            let Some((language, body)) = rest[at + 3..].split_once('\n') else { break };
            let Some(end) = body.find("```") else { break };
            examples.push(Example { language: language.trim(), code: &body[..end] });
            rest = &body[end + 3..];
        }
        examples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_examples() {
        let source =
            "//! Flags a thing.\n//!\n//! ## Bad\n//! ```rel\n//! a\n//! b\n//! ```\n//! ## Good\n//! none\nuse x;\n";
        let document = Document::of_module(source);
        assert_eq!(document.summary(), "Flags a thing.");
        assert_eq!(document.section("Good"), Some("none"));
        assert_eq!(document.examples("Bad"), [Example { language: "rel", code: "a\nb\n" }]);
        assert_eq!(document.section("Why"), None);
    }
}
