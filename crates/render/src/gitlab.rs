//! GitLab's Code Quality report: a JSON list (GitLab, "Code Quality report format").

use std::collections::HashMap;

use serde::Serialize;

use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::source::Sources;

/// A report under construction. GitLab identifies a finding by its fingerprint, which must not change between runs.
#[derive(Default)]
pub struct Gitlab {
    items: Vec<String>,
    /// Number of uses of each fingerprint.
    uses: HashMap<u64, usize>,
}

#[derive(Serialize)]
struct Item<'d> {
    description: String,
    check_name: &'d str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'d>,
}

#[derive(Serialize)]
struct Location<'d> {
    path: &'d str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Gitlab {
    /// Adds diagnostics.
    pub fn add(&mut self, sources: &Sources, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            let file = sources.file(diagnostic.span.file);
            let (start, end) = (file.position(diagnostic.span.start), file.position(diagnostic.span.end));
            let path = file.name().trim_start_matches("./");
            let line = &file.text()[file.line_range(start.line)];
            let hash = fnv(&[path, diagnostic.code.name(), line.trim()]);
            let before = self.uses.entry(hash).or_default();
            let help = diagnostic.help.as_deref().map_or(String::new(), |help| format!("; {help}"));
            let item = Item {
                description: format!("{}{help}", diagnostic.message),
                check_name: diagnostic.code.name(),
                fingerprint: format!("{hash:016x}{before:04x}"),
                severity: match diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location { path, lines: Lines { begin: start.line, end: end.line } },
            };
            *before += 1;
            self.items.push(serde_json::to_string(&item).expect("strings and numbers are always JSON"));
        }
    }

    /// Returns the complete report.
    pub fn document(&self) -> String {
        if self.items.is_empty() {
            return "[]\n".to_owned();
        }
        format!("[\n{}\n]\n", self.items.join(",\n"))
    }
}

/// Computes FNV-1a over the strings: the standard library's hash may change with its version, but a fingerprint must
/// not.
fn fnv(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
