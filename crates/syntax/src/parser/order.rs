//! Releases whose parts are in the wrong order, or as another notation writes them.

use super::Builder;
use super::object::only_child;
use crate::ast::*;
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit};
use crate::parser::{Pair, Rule};
use crate::source::Span;

impl Builder<'_> {
    /// Parses the name of an environment in quotes.
    pub(super) fn quoted_environment(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.literal_string(&only_child(pair.clone()), "an environment");
        let error = Diagnostic::error(Code::Syntax, name.span, "the name of an environment is written without quotes");
        self.report(error.help(format!("write `{}`", name.text)).fix(
            Applicability::Safe,
            name.span,
            name.text.to_string(),
        ));
        name
    }

    /// Reports a word or a sign before the name of an environment or a strategy.
    pub(super) fn stray_word(&mut self, pair: &Pair<'_>, before: &str) {
        let span = self.trimmed(self.span(pair));
        let message = format!("unexpected `{}` before the {before}", self.slice(span));
        let blanks = self.text[span.end as usize..].bytes().take_while(|byte| *byte == b' ').count();
        let fixed = Span { end: span.end + u32::try_from(blanks).unwrap_or(0), ..span };
        let before = self.text[..span.start as usize].chars().next_back();
        let separator = if before.is_some_and(|c| c.is_ascii_alphanumeric()) { " " } else { "" };
        let error = Diagnostic::error(Code::Syntax, span, message).help("remove it");
        self.report(error.fix(Applicability::Unsafe, fixed, separator));
    }

    /// Reports a label with a dot, or one that is a number.
    pub(super) fn odd_label(&mut self, pair: &Pair<'_>) -> Name {
        let name = self.word(pair);
        let why = match name.text.contains('.') {
            true => "`.` is not allowed",
            false => "it must begin with a letter",
        };
        let letter = if name.text.starts_with(|c: char| c.is_ascii_digit()) { "v" } else { "" };
        let meant = format!("{letter}{}", name.text.replace('.', "-"));
        let error = Diagnostic::error(Code::Syntax, name.span, format!("`{}` is not a valid label: {why}", name.text));
        self.report(error.help(format!("write `{meant}`")).fix(Applicability::Unsafe, name.span, &*meant));
        Name { text: meant.into(), ..name }
    }

    /// Reports `if` or `where` before a test.
    pub(super) fn odd_when(&mut self, pair: &Pair<'_>) {
        let span = self.span(pair);
        let word = pair.as_str();
        if word == "unless" {
            let help = "write which requests this version gets, after `when`; all others go to the first version";
            return self.syntax(span, "`unless` is not supported: `when` has no negation", help);
        }
        self.instead(span, format!("`{word}` is written `when`"), "when");
    }

    /// Parses the image and the fields that follow `when`, and shows the version in its order.
    pub(super) fn early_when(&mut self, pair: Pair<'_>, version: &mut Version) {
        let late = self.trimmed(self.span(&pair));
        let Some(when) = version.when.as_ref().map(|when| self.trimmed(when.span)) else { return };
        for pair in pair.into_inner() {
            match pair.as_rule() {
                Rule::object if version.fields.is_none() => version.fields = Some(self.object(pair)),
                Rule::paren_fields => version.fields = Some(self.object(pair)),
                Rule::object => drop(self.object(pair)),
                Rule::file | Rule::string | Rule::block | Rule::odd_string if version.headline.is_none() => {
                    let span = self.span(&pair);
                    version.headline = Some(match pair.as_rule() {
                        Rule::file => Expr { kind: self.file_of(pair), span },
                        _ => self.string(&pair),
                    });
                }
                _ => {}
            }
        }
        let test = self.slice(when).to_owned();
        let fixed = format!("{} {test}", self.ordered(version));
        let word = Span { end: when.start + 4, ..when };
        let moved = format!("{} {test}", self.slice(late));
        let error = Diagnostic::error(Code::Syntax, word, "`when` goes after the image and the fields");
        let edits = vec![Edit { span: when.to(late), text: moved }];
        self.report(error.help(format!("write `{fixed}`")).edits(Applicability::Unsafe, Some(edits)));
    }

    /// Parses `- image: "shop:1"` with the fields below it.
    pub(super) fn yaml_version(&mut self, pair: Pair<'_>, version: &mut Version) {
        let mut pairs = pair.into_inner();
        let Some(dash) = pairs.next().map(|dash| self.span(&dash)) else { return };
        let entries: Vec<Entry> = pairs.filter(|pair| pair.as_rule() == Rule::pair).map(|p| self.pair(p)).collect();
        let written = self.version_of(&entries);
        let message = "versions are not written as a YAML list";
        if !self.diags.iter().any(|known| known.message == message) {
            self.syntax(dash, message, &format!("write `{written}`"));
        }
        version.headline = entries.iter().find_map(|entry| match entry {
            Entry::Pair { value, .. } if matches!(value.kind, ExprKind::String(_)) => Some(value.clone()),
            _ => None,
        });
    }

    /// Returns how a version is written that has these fields: `name` as its label, `weight`, and its image.
    fn version_of(&self, entries: &[Entry]) -> String {
        let (mut label, mut weight, mut image, mut fields) =
            (String::new(), String::new(), "\"image:tag\"", Vec::new());
        for entry in entries {
            let Entry::Pair { key: Key::Plain(key), value, .. } = entry else { continue };
            let text = self.slice(value.span).trim();
            match &*key.text {
                "name" | "label" => label = format!("{} ", text.trim_matches('"')),
                "weight" => weight = format!("{} ", text.trim_matches('"')),
                "image" => image = text,
                _ => fields.push(format!("{}: {text}", key.text)),
            }
        }
        let fields = if fields.is_empty() { String::new() } else { format!(" {{ {} }}", fields.join(", ")) };
        format!("{label}{weight}{image}{fields}")
    }

    /// Reports a list of versions among the settings of a release that has none after them.
    pub(super) fn versions_in_settings(&mut self, release: &mut Release) {
        if !has_versions(release) {
            return;
        }
        let Some(Expr { kind: ExprKind::Object(entries), .. }) = &mut release.settings else { return };
        let Some(at) = entries.iter().position(is_versions) else { return };
        let Entry::Pair { key: Key::Plain(key), value, .. } = entries.remove(at) else { return };
        let first = match &value.kind {
            ExprKind::List(elements) => elements.iter().find_map(|element| match element {
                Element::Value(Expr { kind: ExprKind::Object(entries), .. }) => Some(self.version_of(entries)),
                _ => None,
            }),
            _ => None,
        };
        let first = first.unwrap_or_else(|| "label 30% \"image:tag\"".to_owned());
        self.syntax(
            key.span,
            "the versions go between `<` and `>` after the settings",
            &format!("write `< {first} … >` after the closing brace"),
        );
        release.versions.clear();
    }
}

/// Returns true if a release has no versions but a setting of this name.
pub(super) fn has_versions(release: &Release) -> bool {
    let settings = release.settings.as_ref().map(|settings| &settings.kind);
    release.versions.is_empty()
        && matches!(settings, Some(ExprKind::Object(entries)) if entries.iter().any(is_versions))
}

fn is_versions(entry: &Entry) -> bool {
    matches!(entry, Entry::Pair { key: Key::Plain(key), .. } if &*key.text == "versions")
}

/// Returns what is wrong with `95 %` or `95 percent`.
pub(super) fn spaced(text: &str) -> String {
    match text.strip_suffix('%') {
        Some(_) => format!("`{text}` has a space before `%`"),
        None => format!("`{text}` is not a valid weight"),
    }
}
