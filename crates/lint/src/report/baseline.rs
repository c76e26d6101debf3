//! Known diagnostics that are not reported again.
//!
//! An entry is a file, a rule and the trimmed text of the diagnostic's line: it is still valid if lines move, and
//! expires when the line itself changes. A diagnostic that occurs twice has a count of two. The caller passes the
//! file's name, as it depends on the location of the baseline.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// The contents of a baseline file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<Key, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: String,
    rule: String,
    line: String,
}

/// An entry that no diagnostic matches anymore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obsolete {
    /// The file.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// The recorded line.
    pub line: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    rule: String,
    line: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

impl Baseline {
    /// Parses a baseline file.
    ///
    /// # Errors
    /// The text is invalid, as a message.
    pub fn read(text: &str) -> Result<Baseline, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| {
            let place = format!(":{}:{}: ", error.line().max(1), error.column().max(1));
            match error.classify() {
                serde_json::error::Category::Data => format!("{place}this file is not a baseline: write one with `relc lint --baseline`"),
                _ => format!("{place}this file is not valid JSON, and so not a baseline: write it again with `relc lint --baseline`"),
            }
        })?;
        if document.version != 1 {
            return Err(format!(":1:1: this baseline has version {}, but this relc reads version 1", document.version));
        }
        let mut entries = BTreeMap::new();
        for Entry { file, rule, line, count } in document.findings {
            // An entry with a count of 0 hides nothing.
            if count > 0 {
                let known: &mut usize = entries.entry(Key { file, rule, line }).or_default();
                *known = known.saturating_add(count);
            }
        }
        Ok(Baseline { entries })
    }

    /// Returns the text of a baseline file, deterministically.
    pub fn write(&self) -> String {
        let findings = { self.entries.iter() }.map(|(key, count)| Entry {
            file: key.file.clone(),
            rule: key.rule.clone(),
            line: key.line.clone(),
            count: *count,
        });
        let document = Document { version: 1, findings: findings.collect() };
        let text = serde_json::to_string_pretty(&document).expect("strings and numbers are always JSON");
        format!("{text}\n")
    }

    /// Adds a diagnostic in the file `name`.
    pub fn add(&mut self, name: String, sources: &Sources, finding: &Diagnostic) {
        *self.entries.entry(key(name, sources, finding)).or_default() += 1;
    }

    /// Removes one entry that matches `finding` in the file `name`; returns false if there is none.
    pub fn take(&mut self, name: String, sources: &Sources, finding: &Diagnostic) -> bool {
        let key = key(name, sources, finding);
        let Some(count) = self.entries.get_mut(&key) else { return false };
        *count -= 1;
        if *count == 0 {
            self.entries.remove(&key);
        }
        true
    }

    /// Returns the number of diagnostics in it.
    pub fn len(&self) -> usize {
        self.entries.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Returns true if it is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Iterates over the entries that are left after all diagnostics of a run have been taken.
    pub fn obsolete(&self) -> impl Iterator<Item = Obsolete> {
        self.entries.keys().cloned().map(|Key { file, rule, line }| Obsolete { file, rule, line })
    }
}

fn key(name: String, sources: &Sources, finding: &Diagnostic) -> Key {
    let file = sources.file(finding.span.file);
    let line = file.line_range(file.position(finding.span.start).line);
    Key { file: name, rule: finding.code.name().to_owned(), line: file.text()[line].trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relc_syntax::diagnostic::Severity;
    use relc_syntax::source::{SourceFile, Span};

    fn finding(sources: &mut Sources, text: &str, at: &str) -> Diagnostic {
        let file = sources.add(SourceFile::new("a.rel", text));
        let start = text.find(at).unwrap_or(0);
        Diagnostic::lint("a-rule", Severity::Warning, Span::new(file, start, start + 1), "it is so")
    }

    #[test]
    fn entries_survive_lines_that_move_and_end_with_their_line() {
        let mut sources = Sources::default();
        let before = finding(&mut sources, "x\n  weight: 0\n", "weight");
        let moved = finding(&mut sources, "x\ny\n    weight: 0\n", "weight");
        let changed = finding(&mut sources, "x\n  weight: 1\n", "weight");
        let mut baseline = Baseline::default();
        baseline.add("a.rel".to_owned(), &sources, &before);
        let mut baseline = Baseline::read(&baseline.write()).expect("what was written is read");
        assert!(!baseline.take("a.rel".to_owned(), &sources, &changed));
        assert!(!baseline.take("b.rel".to_owned(), &sources, &moved));
        assert!(baseline.take("a.rel".to_owned(), &sources, &moved));
        assert!(!baseline.take("a.rel".to_owned(), &sources, &moved), "one entry is one finding");
        assert!(baseline.is_empty());
    }

    #[test]
    fn what_is_left_is_obsolete() {
        let mut sources = Sources::default();
        let gone = finding(&mut sources, "weight: 0\n", "weight");
        let mut baseline = Baseline::default();
        baseline.add("a.rel".to_owned(), &sources, &gone);
        let left: Vec<Obsolete> = baseline.obsolete().collect();
        assert_eq!(left, [Obsolete { file: "a.rel".into(), rule: "a-rule".into(), line: "weight: 0".into() }]);
    }

    #[test]
    fn counts_hide_as_many_findings_as_they_state() {
        let entry = |count: &str| format!(r#"{{"file":"a.rel","rule":"a-rule","line":"weight: 0","count":{count}}}"#);
        let read = |entries: &[String]| {
            Baseline::read(&format!(r#"{{"version":1,"findings":[{}]}}"#, entries.join(","))).expect("it is a baseline")
        };
        let mut sources = Sources::default();
        let finding = finding(&mut sources, "weight: 0\n", "weight");
        let mut none = read(&[entry("0")]);
        assert!(none.is_empty() && none.obsolete().next().is_none());
        assert!(!none.take("a.rel".to_owned(), &sources, &finding), "a count of 0 hides nothing");
        let most = usize::MAX.to_string();
        let mut many = read(&[entry(&most), entry(&most)]);
        assert_eq!(many.len(), usize::MAX);
        assert!(many.take("a.rel".to_owned(), &sources, &finding));
    }

    #[test]
    fn other_files_are_refused() {
        assert!(Baseline::read("[]").is_err());
        assert!(Baseline::read("{\"version\":2,\"findings\":[]}").is_err_and(|error| error.contains("version 2")));
    }
}
